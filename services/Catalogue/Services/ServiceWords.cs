using EServices.Contracts;

namespace EServices.Catalogue.Services;

/// <summary>What only the catalogue itself tells of a service: words for people who look for it, and where its figures come from.</summary>
/// <param name="Tags">What people say when they mean it, in any script and spelling.</param>
/// <param name="DesignatedOfficer">Id of the designation; the readable name is in the time limit.</param>
/// <param name="ValidityMonths">How long the output is valid; null where it does not lapse.</param>
/// <param name="WordsMadeBy"><c>machine</c>, <c>person</c> or <c>notified</c>: who wrote the translations.</param>
internal sealed record ServiceWords(
    Localised Description, Localised WhoMayApply, IReadOnlyList<string> Tags, string Family, string Batch, string FormId, Localised OutputName, int? ValidityMonths,
    string DesignatedOfficer, Localised DesignatedOfficerName, Localised FirstAppellateName, Localised SecondAppellateName, IReadOnlyList<Citation> Citations, string WordsMadeBy);

/// <param name="Of">Which figure: <c>timeLimit</c>, <c>officers</c>, <c>documents</c> or <c>fee</c>.</param>
/// <param name="Basis"><c>cited</c> or <c>assumed</c>.</param>
internal sealed record Citation(string Of, string Basis, string Source);
