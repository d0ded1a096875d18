using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EServices.Contracts;
using EServices.Contracts.Identity;
using EServices.Contracts.Payment;
using EServices.Dispatch.Calls;
using EServices.Dispatch.Places;
using EServices.Dispatch.Visits;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EServices.Dispatch.Tests.Support;

/// <summary>Dispatch over the tiny state, on Monday 2 March 2026, ten o'clock in the state.</summary>
internal sealed class DispatchHost : ServiceHost<Program>
{
    public const string Haleema = "+919906000001";
    public const long Total = 7000;

    private int keys;

    public DispatchHost(params Operator[] operators)
        : base("dispatch")
    {
        Settings["Logging:LogLevel:Default"] = "Warning";
        var pack = TinyState.Pack(operators);
        Replace = services => services.Replace(ServiceDescriptor.Singleton(pack));
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public DocumentStore<Call> Calls => Services.GetRequiredService<DocumentStore<Call>>();

    public DocumentStore<Visit> Visits => Services.GetRequiredService<DocumentStore<Visit>>();

    public HttpClient Helpline() => As("helpline", "stf_helpline", name: "Farah");

    public HttpClient Citizen(string mobile = Haleema) => As("citizen", "cit_1", mobile: mobile);

    public HttpClient Operator(string id) => As("operator", $"stf_{id}", email: $"{id}@csc.example", name: id);

    public string NewKey() => $"key-{Interlocked.Increment(ref keys)}";

    public Task<HttpResponseMessage> PostAsync(HttpClient client, string path, object? body = null, string? key = null, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1{path}");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        request.Headers.Add("Idempotency-Key", key ?? NewKey());
        if (ifMatch is not null)
            request.Headers.Add("If-Match", ifMatch);
        return client.SendAsync(request, Cancel);
    }

    /// <summary>Posts and expects success; any other answer fails the test with its body.</summary>
    public async Task<JsonObject> DoAsync(HttpClient client, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var answer = await PostAsync(client, path, body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == expected, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    public static async Task<JsonObject> GetAsync(HttpClient client, string path)
    {
        var answer = await client.GetAsync($"/api/v1{path}", Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>The code in the latest message to this number that is not among <paramref name="earlier"/>.</summary>
    public async Task<string> CodeSentAsync(string template, string mobile = Haleema, params string[] earlier) =>
        (await PublishedAsync<OneTimeCodeIssued>(sent => sent.Template == template && sent.Mobile == mobile && !earlier.Contains(sent.Code))).Code;

    public QuoteGiven QuoteFor(string callId, string serviceId = "domicile-certificate", long total = Total, int version = 1, Channel channel = Channel.Doorstep, string id = "qot_1") =>
        new(id, serviceId, version, callId, channel, total, "certificate-basic", 1, Clock.GetUtcNow().AddHours(24));

    /// <summary>A call by the API, with everything certain.</summary>
    public async Task<string> ReadyCallAsync(string mobile = Haleema, string language = "ur")
    {
        await DeliverAsync(Samples.Domicile());
        var helpline = Helpline();
        var id = (string)(await DoAsync(helpline, "/calls", new { from = mobile, language }, HttpStatusCode.Created))["id"]!;
        await DoAsync(helpline, $"/calls/{id}/actions/confirm-number", new { code = await CodeSentAsync("otp-call-confirm", mobile) });
        await DoAsync(helpline, $"/calls/{id}/actions/choose-service", new { serviceId = "domicile-certificate" });
        await DoAsync(helpline, $"/calls/{id}/actions/confirm-document", new { documentId = "identity-proof", alternative = "voter-card" });
        await DoAsync(helpline, $"/calls/{id}/actions/confirm-document", new { documentId = "residence-proof" });
        await DoAsync(helpline, $"/calls/{id}/actions/name", new { name = "Haleema Begum" });
        await DoAsync(helpline, $"/calls/{id}/actions/set-address", Addresses.Rivertown);
        await DeliverAsync(QuoteFor(id));
        return id;
    }

    /// <summary>Many ready calls of different numbers, straight into the store.</summary>
    public async Task<IReadOnlyList<string>> ReadyCallsAsync(int count)
    {
        var chance = new SeededChance(9);
        var made = Enumerable.Range(0, count).Select(number => CallSamples.Ready($"cal_{number:D3}", $"+9199060{number:D5}", Clock.GetUtcNow(), chance)).ToList();
        await Task.WhenAll(made.Select(call => Calls.SaveAsync(call, Cancel)));
        return [.. made.Select(call => call.Id)];
    }

    /// <summary>Ready calls from these places, straight into the store; another round has other numbers.</summary>
    public async Task<IReadOnlyList<string>> ReadyCallsAtAsync(int round, params Point[] places)
    {
        var chance = new SeededChance(7);
        var made = places.Select((place, number) =>
        {
            var call = CallSamples.Ready($"cal_{round}_{number:D3}", $"+9199061{round:D2}{number:D3}", Clock.GetUtcNow(), chance);
            Assert.Null(call.SetAddress(CallSamples.Rivertown() with { Latitude = place.Latitude, Longitude = place.Longitude }, CallSamples.Farah, Clock.GetUtcNow()));
            return call;
        }).ToList();
        await Task.WhenAll(made.Select(call => Calls.SaveAsync(call, Cancel)));
        return [.. made.Select(call => call.Id)];
    }

    public async Task<IReadOnlyList<JsonNode>> SlotsAsync(string callId) =>
        [.. (await GetAsync(Helpline(), $"/slots?callId={callId}&limit=100"))["items"]!.AsArray().Select(slot => slot!)];

    /// <summary>A visit in the first slot that is offered; Ali comes, on Tuesday at nine.</summary>
    public async Task<JsonObject> VisitAsync(string? callId = null)
    {
        callId ??= await ReadyCallAsync();
        var slots = await SlotsAsync(callId);
        var slot = slots.First(slot => (string)slot["operator"]!["id"]! == "ali" && (string)slot["startsAt"]! == "2026-03-03T03:30:00+00:00");
        return await DoAsync(Helpline(), "/visits", new { callId, slotId = (string)slot["id"]! }, HttpStatusCode.Created);
    }

    /// <summary>A visit with Ali at the door and the code under way.</summary>
    public async Task<string> ArrivedAsync()
    {
        var id = (string)(await VisitAsync())["id"]!;
        Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 3, 30, 0, TimeSpan.Zero));
        foreach (var action in new[] { "accept", "depart", "arrive" })
            await DoAsync(Operator("ali"), $"/visits/{id}/actions/{action}");
        return id;
    }
}

internal static class Addresses
{
    public static readonly AddressGiven Rivertown = new("House 7, Lal Bazar", "Behind the mosque", "1", "11", "190001", 34.01, 74.81);
}
