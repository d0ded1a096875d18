namespace EServices.Contracts.Payment;

/// <summary>Someone was told what a service will cost. The total stands until <paramref name="ExpiresAt"/>.</summary>
/// <param name="CallId">The call in which it was told, if any.</param>
public sealed record QuoteGiven(
    string QuoteId, string ServiceId, int ServiceVersion, string? CallId, Channel Channel, long TotalPaise, string FeeRuleId, int FeeRuleVersion, DateTimeOffset ExpiresAt);

/// <summary>What a submission costs, itemised. One bill per submission.</summary>
public sealed record BillIssued(
    string BillId, string ApplicationId, string TrackingNumber, Localised ServiceName, Person Citizen,
    IReadOnlyList<BillLine> Lines, long TotalPaise, string FeeRuleId, int FeeRuleVersion, DateTimeOffset IssuedAt);

/// <param name="Payee"><c>government</c>, <c>csc</c> or <c>operator</c>.</param>
public sealed record BillLine(string Code, Localised Label, long Paise, string Payee, string Why);

/// <summary>A bill is paid in full, once.</summary>
/// <param name="Method"><c>cash</c> or <c>upi</c>.</param>
public sealed record BillSettled(
    string BillId, string ApplicationId, string TrackingNumber, Localised ServiceName, Person Citizen,
    string ReceiptId, string ReceiptNumber, long TotalPaise, string Method, DateTimeOffset SettledAt);
