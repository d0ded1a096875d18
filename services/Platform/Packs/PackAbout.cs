using EServices.Contracts;

namespace EServices.Platform.Packs;

/// <summary><c>pack.json</c>: who the state is and by which rules it counts.</summary>
public sealed record PackAbout
{
    public required string Id { get; init; }

    public required Localised Name { get; init; }

    /// <summary>Version of the format this pack is written in; the loader reads <see cref="PackAbout.Format"/>.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The pack's own version, told in acknowledgements and statistics.</summary>
    public required string Version { get; init; }

    /// <summary>Two to four capital letters with which tracking and receipt numbers begin.</summary>
    public required string NumberPrefix { get; init; }

    /// <summary>The zone in which law counts days. Where the machine lacks the zone's data it is the pack's fixed offset.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    /// <summary>In order of preference: the first is what a missing translation falls back to.</summary>
    public required IReadOnlyList<PackLanguage> Languages { get; init; }

    public required Helpline Helpline { get; init; }

    /// <summary>ISO 4217. All amounts of the pack are in its hundredth part.</summary>
    public required string Currency { get; init; }

    public required ServiceAct Act { get; init; }

    public required IReadOnlyList<WeeklyOff> WeeklyOffs { get; init; }

    /// <summary>What operators can be good at and services can ask for.</summary>
    public required PackList<Named> Skills { get; init; }

    public required MailDomains Mail { get; init; }

    public required UpiPayee Upi { get; init; }

    public required IReadOnlyList<Attribution> Attributions { get; init; }

    /// <summary>What the IRIs of its services, departments and places begin with in linked data; ends with a slash or a colon.</summary>
    public string IriBase { get; init; } = "urn:eservices:";

    public const int Format = 1;

    /// <summary>The date in the state at an instant.</summary>
    public DateOnly DateAt(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, TimeZone).DateTime);
}

/// <param name="Tag">BCP 47, e.g. <c>ur</c>.</param>
/// <param name="Name">The language's name for itself.</param>
/// <param name="Direction"><c>ltr</c> or <c>rtl</c>.</param>
public sealed record PackLanguage(string Tag, string Name, string Direction);

public sealed record Helpline(string Number, Localised Name);

/// <summary>The law that promises services in time. Days are as the law counts them, amounts in paise.</summary>
public sealed record ServiceAct
{
    public required Localised Name { get; init; }

    public required int FirstAppealWithinDays { get; init; }

    public required int FirstAppealDisposedWithinDays { get; init; }

    public required int SecondAppealWithinDays { get; init; }

    public required long PenaltyMinimumPaise { get; init; }

    public required long PenaltyMaximumPaise { get; init; }

    /// <summary>Whether public holidays and weekly offs are left out when a time limit is counted.</summary>
    public required bool HolidaysExcluded { get; init; }

    public required string Source { get; init; }
}

/// <param name="Day">A day on which offices are shut.</param>
/// <param name="WeeksOfMonth">Which of the month's such days (1 to 5); empty for all. Second and fourth Saturdays are <c>[2, 4]</c>.</param>
public sealed record WeeklyOff(DayOfWeek Day, IReadOnlyList<int> WeeksOfMonth)
{
    public bool Falls(DateOnly date) =>
        date.DayOfWeek == Day && (WeeksOfMonth.Count == 0 || WeeksOfMonth.Contains(((date.Day - 1) / 7) + 1));
}

public sealed record Named(string Id, Localised Name);

/// <param name="Official">Domains of government addresses; a domain does not include its subdomains.</param>
/// <param name="Contractor">Domains of people who work for government without being its officers.</param>
public sealed record MailDomains(IReadOnlyList<string> Official, IReadOnlyList<string> Contractor);

/// <summary>To whom citizens pay by UPI.</summary>
public sealed record UpiPayee(string Address, string Name);

public sealed record Attribution(string Data, string Holder, string Licence, string Note);

/// <param name="Basis">Cited in a public source, or assumed and to be confirmed by the state.</param>
/// <param name="Text">The source in words.</param>
public sealed record Source(string Id, Basis Basis, string Text);

public enum Basis
{
    Cited,
    Assumed,
}
