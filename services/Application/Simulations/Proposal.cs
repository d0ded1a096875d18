using System.Text.Json;
using EServices.Application.Applications;
using EServices.Application.Clock;
using EServices.Application.Forms;
using EServices.Contracts;
using EServices.Contracts.Catalogue;

namespace EServices.Application.Simulations;

/// <summary>Rules that a service might get. What is null stays as it is.</summary>
/// <param name="TimeLimitDays">Working days, as the act counts them.</param>
internal sealed record Proposal(FeeRule? Fee, int? TimeLimitDays, JsonElement? FormSchema);

/// <summary>What a proposal would have meant for one past application. Nothing in it tells whose it was.</summary>
/// <param name="Before">Paise that were billed or, before a bill, that the version it began under asks.</param>
/// <param name="DecidedLater">It was decided after what would have been its last day.</param>
/// <param name="WasLate">It was decided after its last day as it was.</param>
/// <param name="OpenLate">It is not decided yet, and would be late by now.</param>
/// <param name="FormFails">Places in the form, and the keywords that they break.</param>
internal sealed record Effect(long Before, long After, bool Decided, bool DecidedLater, bool WasLate, bool OpenLate, IReadOnlyList<(string Field, string Code)> FormFails)
{
    public bool Affected => Before != After || DecidedLater || OpenLate || FormFails.Count > 0;
}

/// <summary>Judges past applications by a proposal.</summary>
internal sealed class ProposalJudge(Proposal proposal, WorkingCalendar calendar, DateOnly today)
{
    private readonly FormSchema? form = proposal.FormSchema is { } schema ? Forms.FormSchema.Compile(schema) : null;
    private readonly Dictionary<int, HashSet<string>> declared = [];

    public Effect Judge(ServiceApplication application, PinnedService pinned)
    {
        var before = application.Bill?.TotalPaise ?? Total(pinned.Terms.Fee, application.Channel);
        var after = proposal.Fee is { } fee ? Total(fee, application.Channel) : before;
        var decision = application.Decision;
        var due = proposal.TimeLimitDays is { } days && application.Clock is { } clock ? (clock with { WorkingDays = days }).Recount(calendar).DueOn : null;
        return new Effect(
            before, after, decision is not null,
            decision is not null && due is { } last && calendar.DateAt(decision.At) > last,
            decision is { WithinTime: false },
            decision is null && application.Clock is { Running: true } && due is { } lastOpen && today > lastOpen,
            form is null ? [] : Fails(application, pinned));
    }

    private List<(string, string)> Fails(ServiceApplication application, PinnedService pinned)
    {
        if (!declared.TryGetValue(pinned.Terms.Version, out var names))
        {
            declared[pinned.Terms.Version] = names = new(StringComparer.Ordinal);
            Collect(proposal.FormSchema!.Value, names);
            Collect(pinned.Terms.FormSchema, names);
        }
        return [.. form!.Check(JsonSerializer.SerializeToElement(application.Form ?? [])).Select(error => (Anonymous(error.Pointer, names), error.Code)).Distinct()];
    }

    /// <summary>A pointer into a person's form as a place in everyone's: entries of lists are <c>*</c>, and so are names that no schema declares, which the person gave.</summary>
    private static string Anonymous(string pointer, HashSet<string> names) =>
        string.Join('/', pointer.Split('/').Select(part => part.Length == 0 || names.Contains(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)) ? part : "*"));

    private static void Collect(JsonElement schema, HashSet<string> names)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in schema.EnumerateArray())
                Collect(item, names);
        }
        if (schema.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in schema.EnumerateObject())
        {
            if (member.Name == "properties" && member.Value.ValueKind == JsonValueKind.Object)
                names.UnionWith(member.Value.EnumerateObject().Select(property => property.Name));
            Collect(member.Value, names);
        }
    }

    private static long Total(FeeRule rule, Channel channel) => rule.Lines.Where(line => line.Channels.Count == 0 || line.Channels.Contains(channel)).Sum(line => line.Paise);
}
