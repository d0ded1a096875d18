using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging;
using EServices.Platform.Messaging.DeadLetters;
using EServices.Platform.Storage;
using EServices.Platform.Tests.Web;
using EServices.Platform.Web;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Platform.Tests.Messaging;

/// <summary>A failed delivery on its way through the store, and what operations can do with it: a real service without a broker.</summary>
public class RedeliveryTests
{
    private const string Queue = "notes.when-told";
    private const string Address = "/api/v1/operations/dead-letters";
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly RedeliveryPlan Short = new()
    {
        Waits = [TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(30)],
        Hold = TimeSpan.FromMilliseconds(300),
    };

    [Fact]
    public async Task Failure_ThatPasses_IsHandledOnce_AndLeavesNothing()
    {
        var told = new Told { FailuresLeft = 2 };
        await using var service = await StartAsync(told);
        using var activity = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.None };
        activity.Start();
        activity.Stop();

        await FailAsync(service, "evt_1", "first", activity.Id, "tracking.number=T-26-1");

        await Eventually.HoldsAsync(() => told.Heard.Count == 1, () => $"heard {told.Heard.Count}");
        Assert.Equal(("first", "evt_1", activity.TraceId.ToString(), "T-26-1"), told.Heard.Single());
        await Eventually.HoldsAsync(async () => (await LettersAsync(service)).Count == 0, () => "the letter stays");
    }

    [Fact]
    public async Task Failure_ThatStays_IsParkedAfterItsAttempts_AndNotTriedAgain()
    {
        var told = new Told { FailuresLeft = int.MaxValue };
        await using var service = await StartAsync(told);
        await FailAsync(service, "evt_1", "poison");

        var letter = await ParkedAsync(service);

        Assert.Equal((4, 3), (letter.Attempts, told.Tried));
        Assert.Equal(typeof(InvalidOperationException).FullName, letter.Failure.Type);
        await service.Services.GetRequiredService<Redelivery>().RunDueAsync(None);
        Assert.Equal(3, told.Tried);
    }

    [Fact]
    public async Task SameEvent_FailingAgain_IsTheSameLetter()
    {
        var told = new Told { FailuresLeft = int.MaxValue };
        await using var service = await StartAsync(told);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => FailAsync(service, "evt_1", "poison")));
        var letter = await ParkedAsync(service);
        await FailAsync(service, "evt_1", "poison");
        await FailAsync(service, "evt_2", "poison");

        await Eventually.HoldsAsync(async () => (await LettersAsync(service)).Count(one => one.State == DeadLetterState.Parked) == 2, () => "not two");
        Assert.Equal(2, (await LettersAsync(service)).Count);
        Assert.True((await service.Services.GetRequiredService<DocumentStore<DeadLetter>>().GetAsync(letter.Id, None)).Attempts > letter.Attempts);
    }

    [Fact]
    public async Task Letters_OutliveTheService()
    {
        var folder = Directory.CreateTempSubdirectory("eservices-notes-").FullName;
        var told = new Told { FailuresLeft = int.MaxValue };
        await using (var service = await StartAsync(told, plan: Short with { Waits = [TimeSpan.FromHours(1)] }, folder: folder, keep: true))
            await FailAsync(service, "evt_1", "late");

        await using var next = await StartAsync(told, folder: folder);
        Assert.Equal(DeadLetterState.Waiting, Assert.Single(await LettersAsync(next)).State);
    }

    [Fact]
    public async Task TooManyWaiting_MakesTheNextHoldItsPlace()
    {
        await using var service = await StartAsync(new Told { FailuresLeft = int.MaxValue }, Short with { Waits = [TimeSpan.FromHours(1)], MostWaiting = 2 });
        await FailAsync(service, "evt_1", "a");
        await FailAsync(service, "evt_2", "b");
        var watch = Stopwatch.StartNew();

        await FailAsync(service, "evt_3", "c");

        Assert.True(watch.Elapsed >= Short.Hold, $"it held its place for {watch.Elapsed.TotalMilliseconds:F0} ms only");
        Assert.Equal(3, (await LettersAsync(service)).Count);
    }

    [Fact]
    public async Task Figures_TellWhatWaitsIsParkedAndWasRetried()
    {
        var told = new Told { FailuresLeft = int.MaxValue };
        await using var service = await StartAsync(told);
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        var factory = service.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == DeadLetterFigures.MeterName && instrument.Meter.Scope == factory)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => instrument.IsObservable ? value : sum + value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();

        await FailAsync(service, "evt_1", "poison");
        await ParkedAsync(service);

        await Eventually.HoldsAsync(
            () =>
            {
                listener.RecordObservableInstruments();
                return seen.GetValueOrDefault("eservices.messaging.parked") == 1 && seen.GetValueOrDefault("eservices.messaging.waiting") == 0
                    && seen.GetValueOrDefault("eservices.messaging.retried") == 3 && seen.GetValueOrDefault("eservices.messaging.parkings") == 1 && seen.ContainsKey("eservices.messaging.oldest_unsent_age");
            },
            () => string.Join(", ", seen));
        // Parked is an operator's matter, not a reason to take the service out of work.
        var ready = await (await service.Client().GetAsync("/health/ready")).Content.ReadAsStringAsync();
        Assert.DoesNotContain("dead", ready, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("GET", Address)]
    [InlineData("GET", $"{Address}/dlt_notes_x")]
    [InlineData("POST", $"{Address}/dlt_notes_x/retry")]
    [InlineData("POST", $"{Address}/dlt_notes_x/discard")]
    [InlineData("POST", $"{Address}/retry")]
    [InlineData("GET", "/api/v1/operations/acts")]
    public async Task Operations_AreForTheirRoleOnly(string method, string path)
    {
        await using var service = await StartAsync(new Told());
        HttpRequestMessage Request() => new(new HttpMethod(method), path) { Content = method == "POST" ? JsonContent.Create(new { reason = "because" }) : null };

        await Assert.IsProblemAsync(await service.Client(null).SendAsync(Request()), HttpStatusCode.Unauthorized, "token-required");
        await Assert.IsProblemAsync(await service.Client(role: Roles.Administrator).SendAsync(Request()), HttpStatusCode.Forbidden, "role-required");
    }

    [Fact]
    public async Task List_FiltersAndPages()
    {
        await using var service = await StartAsync(new Told { FailuresLeft = int.MaxValue });
        for (var number = 0; number < 5; number++)
            await FailAsync(service, $"evt_{number}", "poison");
        await service.Services.GetRequiredService<DeadLetterBox>().TakeBackAsync(
            Queue, new EventInTrouble("evt_9", "unknown", "{ not json", DateTimeOffset.UnixEpoch, null, null, null, null), new Failure("System.Text.Json.JsonException", "no JSON", null), 1, false, None);
        await Eventually.HoldsAsync(async () => (await LettersAsync(service)).Count(letter => letter.State == DeadLetterState.Parked) == 6, () => "not all parked");
        using var client = service.Client(role: Roles.Operations);

        var met = new List<string>();
        for (var query = "?limit=2"; query is not null;)
        {
            var page = await ReadAsync(client, Address + query);
            Assert.InRange(page["items"]!.AsArray().Count, 1, 2);
            met.AddRange(page["items"]!.AsArray().Select(item => (string)item!["eventId"]!));
            query = (string?)page["next"] is { } next ? $"?limit=2&cursor={next}" : null;
        }

        Assert.Equal(["evt_0", "evt_1", "evt_2", "evt_3", "evt_4", "evt_9"], met.Order(StringComparer.Ordinal));
        Assert.Equal(["evt_9"], await EventsAsync(client, "?exception=JsonException"));
        Assert.Equal(5, (await EventsAsync(client, "?exception=System.InvalidOperationException&event=ServiceSuspended&source=queue&state=parked")).Count);
        Assert.Empty(await EventsAsync(client, "?source=outbox"));
        Assert.Empty(await EventsAsync(client, "?state=waiting"));
        Assert.Equal(6, (await EventsAsync(client, "?state=all")).Count);
        Assert.Empty(await EventsAsync(client, "?since=2999-01-01"));
        Assert.Equal(6, (await EventsAsync(client, "?since=2020-01-01&service=notes")).Count);
        Assert.Empty(await EventsAsync(client, "?service=payment"));
        var item = (await ReadAsync(client, $"{Address}?event=ServiceSuspended"))["items"]![0]!;
        Assert.Equal(("notes", Queue, "queue", "parked", 4), ((string?)item["service"], (string?)item["place"], (string?)item["source"], (string?)item["state"], (int?)item["attempts"]));
        var detail = await ReadAsync(client, $"{Address}/{item["id"]}");
        Assert.Contains(nameof(WhenTold), (string?)detail["stack"], StringComparison.Ordinal);
        Assert.Equal("(6 characters)", (string?)detail["content"]!["reason"]);
    }

    [Theory]
    [InlineData("?state=lost", "?state")]
    [InlineData("?source=elsewhere", "?source")]
    [InlineData("?since=yesterday", "?since")]
    [InlineData("?limit=0", "?limit")]
    public async Task List_WithWhatIsNoFilter_IsRefused(string query, string pointer)
    {
        await using var service = await StartAsync(new Told());
        var problem = await Assert.IsProblemAsync(await service.Client(role: Roles.Operations).GetAsync(Address + query), HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(pointer, (string?)problem["errors"]![0]!["pointer"]);
    }

    [Fact]
    public async Task Retry_OfOne_IsTriedAtOnce_AndWrittenDown()
    {
        var told = new Told { FailuresLeft = int.MaxValue };
        await using var service = await StartAsync(told);
        await FailAsync(service, "evt_1", "poison");
        var letter = await ParkedAsync(service);
        told.FailuresLeft = 0;
        using var client = service.Client("stf_7", Roles.Operations);

        using var answer = await client.PostAsJsonAsync($"{Address}/{letter.Id}/retry", new { reason = "mended" });

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("waiting", (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["state"]);
        await Eventually.HoldsAsync(async () => (string?)(await ReadAsync(client, $"{Address}/{letter.Id}"))["letter"]!["state"] == "handled", () => "not handled");
        Assert.Single(told.Heard);
        await Assert.IsProblemAsync(await client.PostAsJsonAsync($"{Address}/{letter.Id}/retry", new { }), HttpStatusCode.Conflict, "dead-letter-ended");
        var acts = (await ReadAsync(client, "/api/v1/operations/acts"))["items"]!.AsArray();
        Assert.Equal(["dead-letter-ended", null], acts.Select(act => (string?)act!["refused"]));
        Assert.Equal(("retry", "stf_7", "mended", 1, letter.Id), ((string?)acts[1]!["kind"], (string?)acts[1]!["by"], (string?)acts[1]!["reason"], (int?)acts[1]!["done"], (string?)acts[1]!["letters"]![0]));
    }

    [Fact]
    public async Task Retry_ByFilter_LooksFirst_ThenDoesABatch_AndOnceForAKey()
    {
        var told = new Told { FailuresLeft = int.MaxValue };
        await using var service = await StartAsync(told);
        for (var number = 0; number < 5; number++)
            await FailAsync(service, $"evt_{number}", "poison");
        await Eventually.HoldsAsync(async () => (await LettersAsync(service)).Count(letter => letter.State == DeadLetterState.Parked) == 5, () => "not all parked");
        told.FailuresLeft = 0;
        using var client = service.Client("stf_7", Roles.Operations);

        var looked = await RetryManyAsync(client, "k1", new { dryRun = true, filter = new { @event = "ServiceSuspended" }, limit = 3 });
        Assert.Equal((true, 3, 0, true), ((bool?)looked["dryRun"], (int?)looked["matched"], (int?)looked["retried"], (bool?)looked["more"]));
        Assert.Equal(5, (await EventsAsync(client, "")).Count);

        var first = await RetryManyAsync(client, "k2", new { dryRun = false, filter = new { @event = "ServiceSuspended" }, limit = 3 });
        var again = await RetryManyAsync(client, "k2", new { dryRun = false, filter = new { @event = "ServiceSuspended" }, limit = 3 });
        Assert.Equal((3, 3, true), ((int?)first["matched"], (int?)first["retried"], (bool?)first["more"]));
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        await Eventually.HoldsAsync(() => told.Heard.Count == 3, () => $"heard {told.Heard.Count}");
        await Eventually.HoldsAsync(async () => (await EventsAsync(client, "")).Count == 2, () => "not two left");

        var rest = await RetryManyAsync(client, "k3", new { dryRun = false });
        Assert.Equal((2, 2, false), ((int?)rest["matched"], (int?)rest["retried"], (bool?)rest["more"]));
        await Eventually.HoldsAsync(() => told.Heard.Count == 5, () => $"heard {told.Heard.Count}");
        var acts = (await ReadAsync(client, "/api/v1/operations/acts"))["items"]!.AsArray();
        Assert.Equal([(false, 2), (false, 3), (true, 0)], acts.Select(act => ((bool)act!["dryRun"]!, (int)act["done"]!)));
        Assert.Equal("ServiceSuspended", (string?)acts[1]!["filter"]!["event"]);
    }

    [Theory]
    [InlineData("{}", "/dryRun")]
    [InlineData("""{"dryRun":true,"limit":101}""", "/limit")]
    public async Task Retry_ByFilter_ThatSaysTooLittleOrTooMuch_IsRefused(string body, string pointer)
    {
        await using var service = await StartAsync(new Told());
        using var client = service.Client(role: Roles.Operations);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Address}/retry") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Headers = { { "Idempotency-Key", "k" } } };
        var problem = await Assert.IsProblemAsync(await client.SendAsync(request), HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(pointer, (string?)problem["errors"]![0]!["pointer"]);
        await Assert.IsProblemAsync(await client.PostAsJsonAsync($"{Address}/retry", new { dryRun = true }), HttpStatusCode.BadRequest, "idempotency-key-missing");
    }

    [Fact]
    public async Task Discard_NeedsAReason_AndEndsIt()
    {
        var told = new Told { FailuresLeft = int.MaxValue };
        await using var service = await StartAsync(told);
        await FailAsync(service, "evt_1", "poison");
        var letter = await ParkedAsync(service);
        using var client = service.Client("stf_7", Roles.Operations);
        await Assert.IsProblemAsync(await client.PostAsJsonAsync($"{Address}/{letter.Id}/discard", new { reason = " " }), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await client.PostAsJsonAsync($"{Address}/{letter.Id}/discard", new { reason = "no" }), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await client.PostAsJsonAsync($"{Address}/dlt_notes_none/discard", new { reason = "nobody's" }), HttpStatusCode.NotFound, "not-found");

        using var answer = await client.PostAsJsonAsync($"{Address}/{letter.Id}/discard", new { reason = "a test's own" });

        Assert.Equal("discarded", (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["state"]);
        Assert.Empty(await EventsAsync(client, ""));
        await FailAsync(service, "evt_1", "poison");
        Assert.Equal(["evt_1"], await EventsAsync(client, "?state=discarded"));
        var act = Assert.Single((await ReadAsync(client, "/api/v1/operations/acts"))["items"]!.AsArray())!;
        Assert.Equal(("discard", "a test's own", 1), ((string?)act["kind"], (string?)act["reason"], (int?)act["done"]));
    }

    private static Task<NoteService> StartAsync(Told told, RedeliveryPlan? plan = null, string? folder = null, bool keep = false) => NoteService.StartAsync(
        folder: folder, keep: keep, declare: platform => platform.React<ServiceSuspended, WhenTold>(), services: services => services.AddSingleton(plan ?? Short).AddSingleton(told));

    private static Task FailAsync(NoteService service, string eventId, string reason, string? traceParent = null, string? baggage = null) =>
        service.Services.GetRequiredService<DeadLetterBox>().TakeAsync(
            Queue,
            new EventInTrouble(
                eventId, typeof(ServiceSuspended).FullName!, JsonSerializer.Serialize(new ServiceSuspended("service", 1, reason), ContractJson.Options), DateTimeOffset.UtcNow, traceParent, null, baggage, null),
            Failure.Of(new InvalidOperationException("the first delivery")), None);

    private static async Task<IReadOnlyList<DeadLetter>> LettersAsync(NoteService service) =>
        (await service.Services.GetRequiredService<DocumentStore<DeadLetter>>().ListAsync(DeadLetter.ByTime.All, null, 100, None)).Items;

    private static async Task<DeadLetter> ParkedAsync(NoteService service)
    {
        IReadOnlyList<DeadLetter> letters = [];
        await Eventually.HoldsAsync(
            async () => (letters = await LettersAsync(service)) is [{ State: DeadLetterState.Parked }], () => string.Join(", ", letters.Select(letter => $"{letter.State} after {letter.Attempts}")));
        return letters[0];
    }

    private static async Task<JsonObject> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    private static async Task<IReadOnlyList<string>> EventsAsync(HttpClient client, string query) =>
        [.. (await ReadAsync(client, Address + query))["items"]!.AsArray().Select(item => (string)item!["eventId"]!)];

    private static async Task<JsonObject> RetryManyAsync(HttpClient client, string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Address}/retry") { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", key } } };
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    private sealed class Told
    {
        private int tried;

        public int FailuresLeft { get; set; }

        public int Tried => tried;

        public ConcurrentQueue<(string Reason, string EventId, string? TraceId, string? TrackingNumber)> Heard { get; } = new();

        public void Hear(ServiceSuspended fact, Delivery delivery)
        {
            Interlocked.Increment(ref tried);
            if (FailuresLeft > 0)
            {
                FailuresLeft--;
                throw new InvalidOperationException($"{fact.Reason} fails");
            }
            Heard.Enqueue((fact.Reason, delivery.EventId, Activity.Current?.TraceId.ToString(), Activity.Current?.GetBaggageItem("tracking.number")));
        }
    }

    private sealed class WhenTold(Told told) : IReaction<ServiceSuspended>
    {
        public Task On(ServiceSuspended fact, Delivery delivery, CancellationToken cancellationToken)
        {
            told.Hear(fact, delivery);
            return Task.CompletedTask;
        }
    }
}
