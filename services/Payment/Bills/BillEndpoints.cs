using EServices.Contracts;
using EServices.Payment.Money;
using EServices.Payment.Payments;
using EServices.Payment.Quotes;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Payment.Bills;

/// <param name="State"><c>due</c>, <c>paid</c> or <c>cancelled</c>.</param>
/// <param name="QuoteId">The quote it was billed by; null where the fee rule alone was applied.</param>
/// <param name="ReceiptNumber">Null for the moment between the settlement and its numbering.</param>
internal sealed record BillView(
    string Id, BillState State, string ApplicationId, string TrackingNumber, string ServiceId, int ServiceVersion, Localised ServiceName, Channel Channel,
    IReadOnlyList<PricedLine> Lines, Paise TotalPaise, string Currency, string FeeRuleId, int FeeRuleVersion, string? QuoteId, string? VisitId,
    DateTimeOffset IssuedAt, string? CancelledBecause, DateTimeOffset? SettledAt, string? ReceiptId, string? ReceiptNumber, IReadOnlyList<PaymentSummary> Payments)
{
    public static BillView Of(Bill bill) => new(
        bill.Id, bill.State, bill.ApplicationId, bill.TrackingNumber, bill.ServiceId, bill.ServiceVersion, bill.ServiceName, bill.Channel,
        bill.Lines, bill.Total, Paise.Currency, bill.Basis.RuleId, bill.Basis.RuleVersion, bill.QuoteId, bill.VisitId,
        bill.IssuedAt, bill.CancelledBecause, bill.Settlement?.At, bill.Receipt?.Id, bill.Receipt?.Number,
        [.. bill.Payments.Select(payment => new PaymentSummary(payment.Id, payment.Method, payment.State, payment.Amount, payment.BegunAt, payment.SettledAt))]);
}

internal sealed record PaymentSummary(string Id, PaymentMethod Method, PaymentState State, Paise AmountPaise, DateTimeOffset BegunAt, DateTimeOffset? SettledAt);

internal sealed record BillList(IReadOnlyList<BillView> Items, string? Next);

internal static class BillEndpoints
{
    /// <summary>Who may read bills and receipts; a citizen only their own.</summary>
    public static readonly string[] Readers = [Roles.Citizen, Roles.Operator, Roles.Helpline, Roles.Finance];

    public static void MapBills(this IEndpointRouteBuilder api)
    {
        var bills = api.MapGroup("/bills").WithTags("Bills").Allow(Readers)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        bills.MapGet("/{id}", ReadAsync).WithName("ReadBill").WithSummary("A bill with its lines, payments and receipt.").ProducesProblem(StatusCodes.Status404NotFound);
        bills.MapGet("", ListAsync).WithName("ListBills").WithSummary("The bill of an application, as a list of none or one.").ProducesProblem(StatusCodes.Status400BadRequest);
    }

    /// <summary>Other people's bills are, for a citizen, not there.</summary>
    public static bool MaySee(this Caller caller, Bill bill) => Readers.Any(role => role != Roles.Citizen && caller.Is(role)) || caller.Mobile == bill.Citizen.Mobile;

    private static async Task<Results<Ok<BillView>, ProblemHttpResult>> ReadAsync(
        string id, Caller caller, DocumentStore<Bill> bills, HttpContext http, CancellationToken cancellationToken)
    {
        if (await bills.FindAsync(id, cancellationToken) is not { } bill || !caller.MaySee(bill))
            return Problems.NotFound("bill", id);
        http.Tell(bill);
        return TypedResults.Ok(BillView.Of(bill));
    }

    private static async Task<Results<Ok<BillList>, ProblemHttpResult>> ListAsync(
        string? applicationId, Caller caller, DocumentStore<Bill> bills, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(applicationId, "?applicationId", 60);
        if (!checks.Passed)
            return checks.Problem();
        var bill = await bills.FirstAsync(BillDocuments.ByApplication.Where(applicationId!), cancellationToken);
        return TypedResults.Ok(new BillList(bill is not null && caller.MaySee(bill) ? [BillView.Of(bill)] : [], null));
    }
}
