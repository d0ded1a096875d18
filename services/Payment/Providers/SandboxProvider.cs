using System.Net.Http.Headers;
using System.Text.Json;
using EServices.Payment.Bills;
using EServices.Payment.Payments;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Payment.Providers;

/// <summary>
/// Plays the provider in a sandbox: on demand it sends a truly signed notice over HTTP to this service's own webhook, the way a real one would.
/// </summary>
internal sealed class SandboxProvider(HttpClient http, IServer server, PaymentProviders providers, Ids ids, TimeProvider time)
{
    /// <summary>Where <see cref="HttpClient"/> is to send; null to ask the server for its address, which is right outside tests.</summary>
    private Uri Address => http.BaseAddress ?? Local(server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
        ?? throw new InvalidOperationException("The server listens nowhere, so the sandbox provider can't reach it."));

    public async Task<int> TellAsync(BillPayment payment, bool succeeded, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var notice = new ProviderNotice(
            succeeded ? ProviderNotice.Succeeded : ProviderNotice.Failed, now,
            new ProviderNoticeData(payment.Id, succeeded ? payment.Amount : null, ids.New("upi"), succeeded ? null : "declined by the payer"));
        var body = JsonSerializer.SerializeToUtf8Bytes(notice, JsonSerializerOptions.Web);
        var signature = WebhookSignature.Of(ids.New("msg"), now, body, providers.Find(PaymentProviders.Sandbox)!.Secrets[0]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, $"/api/v1/payments/providers/{PaymentProviders.Sandbox}/webhook"));
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        request.Headers.Add("webhook-id", signature.Id);
        request.Headers.Add("webhook-timestamp", signature.Timestamp);
        request.Headers.Add("webhook-signature", signature.Signatures);
        using var answer = await http.SendAsync(request, cancellationToken);
        return (int)answer.StatusCode;
    }

    /// <summary>An address to listen on ("all interfaces") is none to send to.</summary>
    private static Uri Local(string address) => new(address.Replace("//+", "//127.0.0.1", StringComparison.Ordinal).Replace("//*", "//127.0.0.1", StringComparison.Ordinal)
        .Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal).Replace("//[::]", "//[::1]", StringComparison.Ordinal));
}

/// <summary>In a sandbox only: <c>POST /sandbox/payments/{id}/succeed</c> and <c>…/fail</c> let a front end or a demo finish a UPI payment.</summary>
internal static class SandboxProviderEndpoints
{
    public static void MapSandboxProvider(this WebApplication app)
    {
        if (!app.Configuration.GetValue("ESERVICES_SANDBOX", false))
            return;
        app.MapPost("/sandbox/payments/{id}/{outcome:regex(^(succeed|fail)$)}", FinishAsync).AllowAnonymous().WithTags("Sandbox").WithName("FinishSandboxPayment")
            .WithSummary("Sandbox only: the provider tells that a UPI payment succeeded or failed. Answers with the payment as it then stands.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status502BadGateway);
    }

    private static async Task<Results<Ok<PaymentView>, ProblemHttpResult>> FinishAsync(
        string id, string outcome, SandboxProvider sandbox, DocumentStore<Bill> bills, PaymentTerms terms, CancellationToken cancellationToken)
    {
        var bill = await bills.FirstAsync(BillDocuments.ByPayment.Where(id), cancellationToken);
        if (bill?.Payment(id) is not { Provider: PaymentProviders.Sandbox } payment)
            return Problems.NotFound("payment of the sandbox", id);
        var status = await sandbox.TellAsync(payment, outcome == "succeed", cancellationToken);
        return status is >= 200 and < 300
            ? TypedResults.Ok(PaymentView.Of(await bills.GetAsync(bill.Id, cancellationToken), id, terms))
            : Problems.Of(StatusCodes.Status502BadGateway, "webhook-refused", $"The webhook answered {status}.");
    }
}
