using System.Text.Json;
using EServices.Payment.Bills;
using EServices.Payment.Money;
using EServices.Payment.Receipts;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Payment.Providers;

/// <param name="Type"><c>payment.succeeded</c> or <c>payment.failed</c>; others are accepted and left alone.</param>
internal sealed record ProviderNotice(string? Type, DateTimeOffset? Timestamp, ProviderNoticeData? Data)
{
    public const string Succeeded = "payment.succeeded";
    public const string Failed = "payment.failed";
}

/// <param name="PaymentId">Ours.</param>
/// <param name="Reference">The provider's.</param>
internal sealed record ProviderNoticeData(string? PaymentId, Paise? AmountPaise, string? Reference, string? Reason);

internal static class WebhookEndpoints
{
    private const int LongestBody = 64 * 1024;

    public static void MapWebhooks(this IEndpointRouteBuilder api) =>
        api.MapPost("/payments/providers/{provider}/webhook", ReceiveAsync).AllowAnonymous().WithTags("Providers").WithName("ReceiveProviderNotice")
            .WithSummary("How a payment provider tells what became of a payment. Signed by Standard Webhooks 1.0; repeats and wrong order are harmless.")
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LongestBody))
            .Accepts<ProviderNotice>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status413PayloadTooLarge);

    private static async Task<Results<NoContent, ProblemHttpResult>> ReceiveAsync(
        string provider, HttpContext http, PaymentProviders providers, DocumentStore<Bill> bills, DocumentStore<UnmatchedNotice> unmatched,
        ReceiptNumbers numbers, PaymentTerms terms, TimeProvider time, CancellationToken cancellationToken)
    {
        if (providers.Find(provider) is not { } sender)
            return Problems.Of(StatusCodes.Status404NotFound, "not-found", "No such payment provider.");
        // The signature covers the bytes as they came, so nothing reads them as JSON before it is proved.
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancellationToken);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        var headers = http.Request.Headers;
        var signature = new WebhookSignature(headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString());
        var now = time.GetUtcNow();
        if (!signature.Holds(bytes.Span, sender.Secrets, now))
            return Problems.Of(StatusCodes.Status401Unauthorized, "webhook-signature-invalid",
                "The notice is not signed with the shared secret, or its timestamp is more than five minutes off. Nothing was changed.");

        ProviderNotice? notice;
        try
        {
            notice = JsonSerializer.Deserialize<ProviderNotice>(bytes.Span, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "malformed-json", "The notice is not the JSON that this address takes.");
        }
        if (notice?.Type is not (ProviderNotice.Succeeded or ProviderNotice.Failed))
            return TypedResults.NoContent();
        var checks = new Checks().Required(notice.Data?.PaymentId, "/data/paymentId", 60)
            .That(notice.Type != ProviderNotice.Succeeded || notice.Data?.AmountPaise > Paise.Zero, "/data/amountPaise", "range", "What was paid, in paise, more than zero.");
        if (!checks.Passed)
            return checks.Problem();

        var data = notice.Data!;
        if (await bills.FirstAsync(BillDocuments.ByPayment.Where(data.PaymentId!), cancellationToken) is not { } found || found.Payment(data.PaymentId!)!.Provider != provider)
        {
            await KeepAsync(unmatched, new UnmatchedNotice(provider, signature.Id, notice, now), cancellationToken);
            return TypedResults.NoContent();
        }
        // The webhook's id is remembered in the write that it causes: a repeat finds it, however late.
        var bill = await bills.ReactAsync(found.Id, new Delivery($"{provider}:{signature.Id}", now), bill =>
        {
            if (notice.Type == ProviderNotice.Succeeded)
                bill.ProviderSucceeded(data.PaymentId!, data.AmountPaise!.Value, data.Reference, now, terms.DateAt(now));
            else
                bill.ProviderFailed(data.PaymentId!, data.Reason ?? "the provider gave no reason", now);
        }, cancellationToken);
        await numbers.NumberAsync(bill, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task KeepAsync(DocumentStore<UnmatchedNotice> unmatched, UnmatchedNotice notice, CancellationToken cancellationToken)
    {
        try
        {
            await unmatched.SaveAsync(notice, cancellationToken);
        }
        catch (DuplicateKeyException)
        {
        }
    }
}
