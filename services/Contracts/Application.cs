using System.Text.Json.Serialization;

namespace EServices.Contracts.Application;

/// <summary>An application was handed in, form and documents with it. The clock starts only once it is complete and paid.</summary>
public sealed record ApplicationSubmitted(
    string ApplicationId, string TrackingNumber, string ServiceId, int ServiceVersion, Localised ServiceName, Channel Channel,
    Person Citizen, string? DistrictCode, string? VisitId, string SubmittedBy, DateTimeOffset SubmittedAt);

/// <summary>The application was complete: the officer's promise, with its date.</summary>
/// <param name="DueOn">Last day by law, in the pack's time zone.</param>
public sealed record ApplicationAcknowledged(
    string ApplicationId, string TrackingNumber, string ServiceId, Localised ServiceName, Person Citizen,
    DateOnly DueOn, int WorkingDays, string DesignatedOfficer, string FirstAppellate, DateTimeOffset AcknowledgedAt);

/// <param name="Fields">JSON Pointers of the form fields to mend.</param>
/// <param name="Documents">Document ids to hand in again.</param>
public sealed record ApplicationSentBack(
    string ApplicationId, string TrackingNumber, Localised ServiceName, Person Citizen,
    IReadOnlyList<string> Fields, IReadOnlyList<string> Documents, string Reason, DateTimeOffset SentBackAt);

public sealed record ApplicationDecided(
    string ApplicationId, string TrackingNumber, string ServiceId, string DepartmentId, Localised ServiceName, Person Citizen,
    string? DistrictCode, Decision Decision, string Reason, bool WithinTime, DateTimeOffset DecidedAt);

[JsonConverter(typeof(CamelCaseEnumConverter<Decision>))]
public enum Decision
{
    Approved,
    Rejected,
}

public sealed record ApplicationWithdrawn(string ApplicationId, string TrackingNumber, string ServiceId, Person Citizen, DateTimeOffset WithdrawnAt);

public sealed record CertificateIssued(
    string ApplicationId, string TrackingNumber, string CertificateId, string ServiceId, Localised ServiceName, Person Citizen, DateTimeOffset IssuedAt);
