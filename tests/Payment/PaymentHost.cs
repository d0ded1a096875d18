using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Catalogue;
using EServices.Contracts.Dispatch;
using EServices.Payment.Bills;
using EServices.Payment.Providers;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Payment.Tests;

/// <summary>Payment in a sandbox, with the domicile certificate launched: ₹20 online, ₹70 at the door.</summary>
internal sealed class PaymentHost : ServiceHost<Program>
{
    public static readonly string Secret = "whsec_" + Convert.ToBase64String("a secret of twenty-four b"u8.ToArray());

    public PaymentHost()
        : base("payment")
    {
        Settings["ESERVICES_SANDBOX"] = "true";
        Settings["Payment:Providers:sandbox:Secrets:0"] = Secret;
        Replace = services => services.AddHttpClient<SandboxProvider>(http => http.BaseAddress = new Uri("http://localhost"))
            .ConfigurePrimaryHttpMessageHandler(() => Server.CreateHandler());
    }

    public static async Task<PaymentHost> WithDomicileAsync(ServiceLaunched? service = null)
    {
        var host = new PaymentHost();
        await host.DeliverAsync(service ?? Samples.Domicile());
        return host;
    }

    public DocumentStore<T> Store<T>()
        where T : Document => Services.GetRequiredService<DocumentStore<T>>();

    public HttpClient Owner() => As("citizen", "cit_1", mobile: Samples.Citizen.Mobile);

    public HttpClient Stranger() => As("citizen", "cit_2", mobile: "+919906000002");

    public HttpClient Operator(string subject = "stf_operator") => As("operator", subject);

    public HttpClient Finance() => As("finance", "stf_finance");

    public ApplicationSubmitted Submission(string id = "app_1", Channel channel = Channel.Online, string? visitId = null) => new(
        id, "JK-" + id, "domicile-certificate", 1, Samples.Domicile().Name, channel, Samples.Citizen, "5", visitId, "cit_1", Clock.GetUtcNow());

    public VisitConfirmed Confirmation(string visitId, string quoteId, long total) =>
        new(visitId, "opr_7", "domicile-certificate", Samples.Citizen, quoteId, total, Clock.GetUtcNow());

    /// <summary>A bill that waits to be paid.</summary>
    public async Task<Bill> BillAsync(string applicationId = "app_1", Channel channel = Channel.Online)
    {
        await DeliverAsync(Submission(applicationId, channel));
        return await Store<Bill>().GetAsync(Bill.IdOf(applicationId), CancellationToken.None);
    }

    public Task<Bill> ReadBillAsync(string applicationId = "app_1") => Store<Bill>().GetAsync(Bill.IdOf(applicationId), CancellationToken.None);

    /// <summary>A notice as a provider sends it.</summary>
    public async Task<HttpResponseMessage> NoticeAsync(
        object body, string id = "msg_1", string? secret = null, DateTimeOffset? at = null, string provider = "sandbox", Action<HttpRequestMessage>? spoil = null)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web);
        var signature = WebhookSignature.Of(id, at ?? Clock.GetUtcNow(), bytes, WebhookSecret.Parse(secret ?? Secret));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/payments/providers/{provider}/webhook");
        request.Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        request.Headers.Add("webhook-id", signature.Id);
        request.Headers.Add("webhook-timestamp", signature.Timestamp);
        request.Headers.Add("webhook-signature", signature.Signatures);
        spoil?.Invoke(request);
        return await Anonymous().SendAsync(request);
    }

    public static object Succeeded(string paymentId, long paise) => new { type = "payment.succeeded", data = new { paymentId, amountPaise = paise, reference = "rrn-1" } };

    public static object Failed(string paymentId) => new { type = "payment.failed", data = new { paymentId, reason = "declined" } };
}

internal static class Http
{
    public static async Task<HttpResponseMessage> PayAsync(this HttpClient client, string billId, string method, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/payments") { Content = JsonContent.Create(new { billId, method }) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await client.SendAsync(request);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

    public static async Task<JsonElement> JsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        Assert.True(response.IsSuccessStatusCode, $"GET {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.JsonAsync();
    }

    /// <summary>Asserts a problem document of this status and code.</summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal("urn:eservices:problem:" + code, problem.Text("type"));
        return problem;
    }

    public static string? Text(this JsonElement json, string property) => json.GetProperty(property).GetString();

    public static long Number(this JsonElement json, string property) => json.GetProperty(property).GetInt64();
}
