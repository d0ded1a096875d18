using EServices.Contracts;
using EServices.Payment.Bills;
using EServices.Payment.Money;
using EServices.Payment.Payments;
using EServices.Payment.Quotes;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Payment.Receipts;

/// <param name="Number">Without gaps in its financial year: <c>RCP/2026-27/000001</c>.</param>
/// <param name="Why">What the amount follows from.</param>
internal sealed record ReceiptView(
    string Id, string Number, string BillId, string ApplicationId, string TrackingNumber, Localised ServiceName, string PayerName,
    IReadOnlyList<PricedLine> Lines, Paise TotalPaise, string Currency, PaymentMethod Method, string? PaymentId, string? Reference, string? TakenBy,
    DateTimeOffset SettledAt, WhyThisAmount Why)
{
    public static ReceiptView Of(Bill bill)
    {
        var (receipt, settlement) = (bill.Receipt!, bill.Settlement!);
        var payment = settlement.PaymentId is null ? null : bill.Payment(settlement.PaymentId);
        return new ReceiptView(
            receipt.Id, receipt.Number!, bill.Id, bill.ApplicationId, bill.TrackingNumber, bill.ServiceName, bill.Citizen.Name,
            bill.Lines, bill.Total, Paise.Currency, settlement.Method, settlement.PaymentId, payment?.Reference, settlement.TakenBy,
            settlement.At, new WhyThisAmount(bill.Basis.RuleId, bill.Basis.RuleVersion, bill.Basis.EffectiveFrom, bill.Basis.Source, bill.Channel, bill.QuoteId));
    }
}

/// <param name="Source">Where the rule is laid down, or that it is assumed.</param>
/// <param name="QuoteId">The quote that the citizen had confirmed, if there was one.</param>
internal sealed record WhyThisAmount(string FeeRuleId, int FeeRuleVersion, DateOnly EffectiveFrom, string Source, Channel Channel, string? QuoteId);

internal static class ReceiptEndpoints
{
    public static void MapReceipts(this IEndpointRouteBuilder api) =>
        api.MapGet("/receipts/{id}", ReadAsync).WithTags("Receipts").Allow(BillEndpoints.Readers).WithName("ReadReceipt")
            .WithSummary("A numbered receipt: what was paid, how, and why this amount.")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<ReceiptView>, ProblemHttpResult>> ReadAsync(
        string id, Caller caller, DocumentStore<Bill> bills, ReceiptNumbers numbers, CancellationToken cancellationToken)
    {
        if (await bills.FirstAsync(BillDocuments.ByReceipt.Where(id), cancellationToken) is not { } bill || !caller.MaySee(bill))
            return Problems.NotFound("receipt", id);
        return TypedResults.Ok(ReceiptView.Of(await numbers.NumberAsync(bill, cancellationToken)));
    }
}
