using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Platform.Storage;

namespace EServices.Benchmarks.Storage;

/// <summary>A document as services keep them: about a kilobyte, three indexes (one of them unique), and a fact raised with every save.</summary>
internal sealed class Sheet : Document
{
    public static readonly DocumentMap<Sheet> Map = new("sheets");
    public static readonly DocumentIndex<Sheet> ByNumber = Map.Unique("by_number", sheet => sheet.TrackingNumber);
    public static readonly DocumentIndex<Sheet> ByState = Map.Index("by_state", sheet => sheet.State, sheet => sheet.SubmittedAt);
    public static readonly DocumentIndex<Sheet> ByCitizen = Map.Index("by_citizen", sheet => sheet.Citizen.Mobile);

    private static readonly Localised Service = new(new Dictionary<string, string>
    {
        ["en"] = "Domicile certificate", ["hi"] = "अधिवास प्रमाण पत्र", ["ur"] = "ڈومیسائل سرٹیفکیٹ",
    });

    private static readonly string Remarks = string.Join(' ', Enumerable.Repeat("seen by the clerk, papers in order, forwarded to the officer;", 6));

    /// <summary>The <paramref name="no"/>th sheet: numbers and citizens are spread, so that their indexes are written everywhere and not at their ends alone.</summary>
    public Sheet(string id, long no, DateTimeOffset at)
        : base(id)
    {
        var spread = (ulong)no * 0x9E3779B97F4A7C15UL;
        TrackingNumber = $"XX-26-{spread:X16}";
        Citizen = new Person($"+9199{spread % 100_000_000:D8}", "Haleema Begum", "ur");
        State = (SheetState)(no % 4);
        SubmittedAt = at;
        ServiceName = Service;
        Notes = Remarks;
        Raise(new ApplicationSubmitted(Id, TrackingNumber, "domicile-certificate", 3, Service, Channel.Doorstep, Citizen, "011", $"vis_{spread:X16}", "operator", at));
    }

    private Sheet()
    {
    }

    public string TrackingNumber { get; private set; } = "";

    public Person Citizen { get; private set; } = null!;

    public SheetState State { get; private set; }

    public DateTimeOffset SubmittedAt { get; private set; }

    public Localised ServiceName { get; private set; } = null!;

    public string Notes { get; private set; } = "";

    public IReadOnlyList<SheetStep> Steps { get; private set; } = [new("received", "clerk"), new("checked", "clerk"), new("forwarded", "officer")];
}

internal enum SheetState
{
    Received,
    Checked,
    Forwarded,
    Decided,
}

internal sealed record SheetStep(string What, string By);
