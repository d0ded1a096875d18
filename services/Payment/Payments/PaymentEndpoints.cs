using EServices.Payment.Bills;
using EServices.Payment.Money;
using EServices.Payment.Providers;
using EServices.Payment.Receipts;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Payment.Payments;

/// <param name="Method"><c>cash</c> (operators only) or <c>upi</c>.</param>
internal sealed record PaymentRequest(string? BillId, PaymentMethod? Method);

/// <param name="State"><c>pending</c>, <c>succeeded</c>, <c>failed</c> or <c>refundDue</c>.</param>
/// <param name="Upi">How to pay; only while a UPI payment is pending.</param>
/// <param name="ReceiptId">Only of the payment that settled the bill.</param>
/// <param name="Note">Why it failed or is to be refunded.</param>
internal sealed record PaymentView(
    string Id, string BillId, PaymentMethod Method, PaymentState State, Paise AmountPaise, string Currency,
    DateTimeOffset BegunAt, DateTimeOffset? SettledAt, string? ReceiptId, UpiView? Upi, string? Note)
{
    public static PaymentView Of(Bill bill, string paymentId, PaymentTerms terms)
    {
        var payment = bill.Payment(paymentId)!;
        return new PaymentView(
            payment.Id, bill.Id, payment.Method, payment.State, payment.Amount, Paise.Currency, payment.BegunAt, payment.SettledAt,
            bill.Settlement?.PaymentId == payment.Id ? bill.Receipt?.Id : null,
            payment is { Method: PaymentMethod.Upi, State: PaymentState.Pending } ? UpiView.Of(payment, bill, terms) : null,
            payment.Note);
    }
}

/// <param name="Link"><c>upi://pay?…</c>, for a phone to open.</param>
/// <param name="Qr">The link as a QR code, a <c>data:image/svg+xml</c> address.</param>
internal sealed record UpiView(string Link, string Qr, string Provider)
{
    public static UpiView Of(BillPayment payment, Bill bill, PaymentTerms terms)
    {
        var link = UpiLink.For(terms.UpiAddress, terms.UpiName, UpiLink.Reference(payment.Id), $"Fee for {bill.TrackingNumber}", payment.Amount);
        return new UpiView(link, UpiLink.Qr(link), payment.Provider!);
    }
}

internal static class PaymentEndpoints
{
    private const int Attempts = 8;

    public static void MapPayments(this IEndpointRouteBuilder api)
    {
        var payments = api.MapGroup("/payments").WithTags("Payments")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
        payments.MapPost("", PayAsync).Once<Bill>().Allow(Roles.Citizen, Roles.Operator).WithName("PayBill")
            .WithSummary("Pays a bill: in cash to an operator at once, or by a UPI link that the provider confirms.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        payments.MapGet("/{id}", ReadAsync).Allow(BillEndpoints.Readers).WithName("ReadPayment").WithSummary("How a payment stands.");
    }

    private static async Task<Results<Created<PaymentView>, ProblemHttpResult>> PayAsync(
        PaymentRequest request, Caller caller, Once once, DocumentStore<Bill> bills, ReceiptNumbers numbers, PaymentProviders providers, PaymentTerms terms,
        Ids ids, TimeProvider time, CancellationToken cancellationToken)
    {
        var checks = new Checks()
            .Required(request.BillId, "/billId", 60)
            .That(request.Method is PaymentMethod.Cash or PaymentMethod.Upi, "/method", "unknown", "cash or upi.");
        if (!checks.Passed)
            return checks.Problem();
        if (request.Method == PaymentMethod.Cash && !caller.Is(Roles.Operator))
            return Problems.Of(Refusal.Forbidden("cash-needs-operator", "Cash is taken by an operator, who records it. Pay by UPI instead."));
        if (request.Method == PaymentMethod.Upi && providers.ForUpi is null)
            return Problems.Of(Refusal.Conflict("method-unavailable", "No UPI provider is configured here."));

        var paymentId = ids.New("pay");
        for (var attempt = 1; ; attempt++)
        {
            if (await bills.FindAsync(request.BillId!, cancellationToken) is not { } bill || !caller.MaySee(bill))
                return Problems.NotFound("bill", request.BillId!);
            var now = time.GetUtcNow();
            var refusal = request.Method == PaymentMethod.Cash
                ? bill.PayCash(paymentId, terms.OperatorOf(caller), now, terms.DateAt(now))
                : bill.BeginUpi(paymentId, providers.ForUpi!.Name, now);
            if (refusal is not null)
                return Problems.Of(refusal);
            try
            {
                var created = await once.SaveAsync(
                    bills, bill, TypedResults.Created($"/api/v1/payments/{paymentId}", PaymentView.Of(bill, paymentId, terms)), cancellationToken);
                await NumberSoonAsync(bill, numbers);
                return created;
            }
            catch (ConflictException) when (attempt < Attempts)
            {
                // Someone else paid or began a payment in between: look again, so that the loser of a race is told what happened.
            }
        }
    }

    /// <summary>The payment is safe already, so the caller's answer must not hang on the number: what fails here the sweep repeats.</summary>
    private static async Task NumberSoonAsync(Bill bill, ReceiptNumbers numbers)
    {
        try
        {
            await numbers.NumberAsync(bill, CancellationToken.None);
        }
        catch (StorageException)
        {
        }
    }

    private static async Task<Results<Ok<PaymentView>, ProblemHttpResult>> ReadAsync(
        string id, Caller caller, DocumentStore<Bill> bills, PaymentTerms terms, CancellationToken cancellationToken) =>
        await bills.FirstAsync(BillDocuments.ByPayment.Where(id), cancellationToken) is { } bill && caller.MaySee(bill)
            ? TypedResults.Ok(PaymentView.Of(bill, id, terms))
            : Problems.NotFound("payment", id);
}
