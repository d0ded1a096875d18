using System.Text.Json;
using EServices.Contracts;

namespace EServices.Platform.Packs;

/// <summary>One public service as the state notified it.</summary>
public sealed record ServiceDefinition
{
    public required string Id { get; init; }

    public required string Department { get; init; }

    /// <summary>Services of one family share form and rules, e.g. <c>driving-licence</c>.</summary>
    public required string Family { get; init; }

    public required ServiceStatus Status { get; init; }

    /// <summary>When and with which batch it was launched, or is to be.</summary>
    public required string Batch { get; init; }

    public required Localised Name { get; init; }

    public required Localised Description { get; init; }

    public required Localised WhoMayApply { get; init; }

    /// <summary>What people say when they mean it, in any script and spelling.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyList<Channel> Channels { get; init; }

    public required IReadOnlyList<RequiredDocument> Documents { get; init; }

    /// <summary>Id of the form.</summary>
    public required string Form { get; init; }

    /// <summary>Id of the fee rule.</summary>
    public required string FeeRule { get; init; }

    /// <summary>Days from a complete application to the decision, counted as <see cref="ServiceAct"/> says.</summary>
    public required int TimeLimitDays { get; init; }

    public required ServiceOfficers Officers { get; init; }

    /// <summary>Months that the output is valid; null where it does not lapse.</summary>
    public required int? ValidityMonths { get; init; }

    public required ServiceOutput Output { get; init; }

    public required DoorstepNeeds? Doorstep { get; init; }

    public required ServiceSources Sources { get; init; }

    /// <summary>Who wrote the translations: <c>machine</c>, <c>person</c> or <c>notified</c> (the government's own words).</summary>
    public required string WordsMadeBy { get; init; }

    /// <summary>Id of the rules by which people are told whether they can get it; null where only <see cref="WhoMayApply"/> says it.</summary>
    public string? Eligibility { get; init; }

    public bool Offers(Channel channel) => Channels.Contains(channel);
}

public enum ServiceStatus
{
    Launched,

    /// <summary>Complete and waiting for its launch batch.</summary>
    Ready,
}

/// <param name="Document">Id of the document asked for.</param>
/// <param name="Alternatives">Ids of documents that do as well.</param>
public sealed record RequiredDocument(string Document, bool Mandatory, IReadOnlyList<string> Alternatives)
{
    public bool Accepts(string documentId) => Document == documentId || Alternatives.Contains(documentId);
}

/// <summary>Ids of designations.</summary>
public sealed record ServiceOfficers(string Designated, string FirstAppellate, string SecondAppellate);

/// <param name="Kind">What the citizen gets, e.g. <c>certificate</c>, <c>licence</c>.</param>
public sealed record ServiceOutput(string Kind, Localised Name);

/// <param name="Minutes">How long the visit is planned to take.</param>
/// <param name="Skills">Skills that the operator needs, all of them.</param>
public sealed record DoorstepNeeds(int Minutes, IReadOnlyList<string> Skills);

/// <summary>Ids of the sources of the figures; each source says whether it is cited or assumed.</summary>
public sealed record ServiceSources(string TimeLimit, string Officers, string Documents);

/// <summary>A form that services share by id.</summary>
/// <param name="Schema">JSON Schema 2020-12, self-contained: what the file refers to in shared files has been brought in under <c>$defs</c>.
/// Titles and help in the pack's languages are under <c>x-title</c>, <c>x-help</c> and, for the values of an enum, <c>x-enum</c>.</param>
/// <param name="Json">The same schema as compact JSON.</param>
public sealed record Form(string Id, Localised Title, JsonElement Schema, string Json);
