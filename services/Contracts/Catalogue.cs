using System.Text.Json;

namespace EServices.Contracts.Catalogue;

/// <summary>A version of a service may be applied for from <paramref name="EffectiveFrom"/> on. Carries all that other services keep of it.</summary>
/// <param name="Version">1, 2, …: immutable once launched.</param>
/// <param name="DoorstepMinutes">How long a visit takes at the door; null where the service does not come there, or nobody said.</param>
public sealed record ServiceLaunched(
    string ServiceId, int Version, DateTimeOffset EffectiveFrom,
    string DepartmentId, Localised DepartmentName, Localised Name,
    IReadOnlyList<Channel> Channels, IReadOnlyList<DocumentAsked> Documents, JsonElement FormSchema,
    FeeRule Fee, TimeLimit TimeLimit, string Output, IReadOnlyList<string> Skills, int? DoorstepMinutes = null);

/// <summary>A paper that the applicant shows, or one of its alternatives.</summary>
public sealed record DocumentAsked(string DocumentId, Localised Name, bool Mandatory, IReadOnlyList<DocumentAlternative> Alternatives);

public sealed record DocumentAlternative(string DocumentId, Localised Name);

/// <summary>What the government prescribes for a service. Effective-dated and versioned; amounts in integer paise.</summary>
public sealed record FeeRule(string RuleId, int Version, DateOnly EffectiveFrom, DateOnly? EffectiveTo, string Source, IReadOnlyList<FeeLine> Lines);

/// <param name="Channels">The channels that this line is charged for; empty means all.</param>
/// <param name="Payee"><c>government</c>, <c>csc</c> or <c>operator</c>.</param>
public sealed record FeeLine(string Code, Localised Label, long Paise, string Payee, IReadOnlyList<Channel> Channels, string Why);

/// <summary>The statutory limit and who answers for it.</summary>
/// <param name="WorkingDays">Days counted without public holidays and weekly offs.</param>
public sealed record TimeLimit(int WorkingDays, string DesignatedOfficer, string FirstAppellate, string SecondAppellate, string Source);

public sealed record ServiceSuspended(string ServiceId, int Version, string Reason);

/// <summary>Asks Catalogue to publish every launched service again, for a service whose copy may be incomplete.</summary>
/// <param name="RequestedBy">The asking service's resource name.</param>
/// <param name="Known">Service id to the last version up to which it has all; later ones are sent.</param>
public sealed record CatalogueReplayRequested(string RequestedBy, IReadOnlyDictionary<string, int> Known);

/// <summary>The answer to a replay request, after what was missing has been published again.</summary>
/// <param name="Missing">How many definitions it lacked; they have been sent again, or are being sent for the first time. 0 says that the asker's copy was complete.</param>
public sealed record CatalogueReplayed(string RequestedBy, int Missing);
