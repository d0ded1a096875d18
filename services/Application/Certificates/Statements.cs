using System.Text.Json.Serialization;

namespace EServices.Application.Certificates;

/// <summary>What the officer promises on acknowledging an application: verifiable by anyone with the published keys, without asking us.</summary>
/// <param name="Iss">The platform's public address.</param>
/// <param name="Iat">Seconds since 1970, UTC.</param>
/// <param name="DueOn">The last day by law; later only by the days that the application is back with the applicant.</param>
/// <param name="Certain">False when a year's holidays were not published yet: then the date is an estimate and can only move later.</param>
/// <param name="RuleSource">Where the time limit comes from.</param>
internal sealed record PromiseClaims(
    string Iss, string Jti, long Iat, string TrackingNumber, string ServiceId, int ServiceVersion, string Service, DateOnly AcknowledgedOn, DateOnly DueOn, int WorkingDays, bool Certain,
    string RuleSource, string DesignatedOfficer, string FirstAppellate, string SecondAppellate, long FeePaise, string Currency, string ReceiptNumber)
{
    public const string Type = "promise+jwt";
}

/// <summary>A certificate as it is signed. The holder is named; no number of the person is in it.</summary>
/// <param name="Exp">Seconds since 1970, UTC: the end of the last day of validity; left out where the certificate does not lapse.</param>
internal sealed record CertificateClaims(
    string Iss, string Jti, long Iat, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Exp, string CertificateNumber, string Kind, string TrackingNumber,
    string ServiceId, string Service, string Department, string Holder, DateOnly IssuedOn, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateOnly? ValidUntil,
    string OfficerDesignation, string Office)
{
    public const string Type = "certificate+jwt";
}

/// <summary>A certificate in its application. It can be revoked, never changed.</summary>
internal sealed record IssuedCertificate(
    string CertificateId, string Number, string Kind, string Compact, DateTimeOffset IssuedAt, DateOnly? ValidUntil, DateTimeOffset? RevokedAt, string? RevokedBecause);
