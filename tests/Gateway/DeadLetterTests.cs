using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Gateway.Tests.Hosting;
using EServices.Platform.Web;
using EServices.Testing;
using Microsoft.AspNetCore.Http;

namespace EServices.Gateway.Tests;

/// <summary>Dead letters of six services at one address, also when not all of them answer.</summary>
public sealed class DeadLetterTests
{
    private const string Address = "/api/v1/operations/dead-letters";
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task List_JoinsTheServices_TheNewestFirst_AndPagesThroughAll()
    {
        await using var gateway = await StartAsync();
        var letters = new Dictionary<string, List<Letter>>
        {
            ["payment"] = [.. Enumerable.Range(0, 7).Select(number => new Letter("payment", number, Noon.AddMinutes(-2 * number)))],
            ["dispatch"] = [.. Enumerable.Range(0, 5).Select(number => new Letter("dispatch", number, Noon.AddMinutes((-2 * number) - 1)))],
            // At the very same moment as one of payment's, and each other.
            ["catalogue"] = [.. Enumerable.Range(0, 3).Select(number => new Letter("catalogue", number, Noon.AddMinutes(-4)))],
        };
        foreach (var (name, kept) in letters)
            gateway.Behind[name].Answer = context => ListAsync(context, kept);
        using var client = gateway.As(Roles.Operations);

        var met = new List<(string Id, DateTimeOffset At)>();
        for (var query = "?limit=4"; query is not null;)
        {
            var page = await ReadAsync(client, Address + query);
            Assert.Empty(page["unanswered"]!.AsArray());
            Assert.InRange(page["items"]!.AsArray().Count, 1, 4);
            Assert.All(page["items"]!.AsArray(), item => Assert.Null(item!["cursor"]));
            met.AddRange(page["items"]!.AsArray().Select(item => ((string)item!["id"]!, (DateTimeOffset)item["firstFailedAt"]!)));
            query = (string?)page["next"] is { } next ? $"?limit=4&cursor={next}" : null;
        }

        Assert.Equal(15, met.Count);
        Assert.Equal(letters.Values.SelectMany(kept => kept).Select(letter => letter.Id).Order(StringComparer.Ordinal), met.Select(letter => letter.Id).Order(StringComparer.Ordinal));
        Assert.Equal(met.Select(letter => letter.At).OrderDescending(), met.Select(letter => letter.At));
    }

    [Fact]
    public async Task List_WithServicesThatAreAwayOrHang_TellsTheOthersAndNamesThem()
    {
        await using var gateway = await StartAsync();
        gateway.Payment.Answer = context => ListAsync(context, [new Letter("payment", 1, Noon)]);
        await gateway.Catalogue.StopAsync();
        gateway.Behind["dispatch"].Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        gateway.Behind["notification"].Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        using var client = gateway.As(Roles.Operations);

        var page = await ReadAsync(client, Address);

        Assert.Equal(["dlt_payment_1"], page["items"]!.AsArray().Select(item => (string?)item!["id"]));
        var silent = page["unanswered"]!.AsArray().ToDictionary(one => (string)one!["service"]!, one => (string)one!["why"]!);
        Assert.Equal(["catalogue", "dispatch", "notification"], silent.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("no answer within 3 s", "it answers 500"), (silent["dispatch"], silent["notification"]));
        Assert.Null(page["next"]);
    }

    [Fact]
    public async Task List_PassesFilterAndToken_ToTheServiceAskedFor()
    {
        await using var gateway = await StartAsync();
        gateway.Payment.Answer = context => ListAsync(context, []);
        using var client = gateway.As(Roles.Operations);

        await ReadAsync(client, $"{Address}?service=payment&event=BillSettled&source=queue&state=all&exception=TimeoutException&since=2026-03-02T10:00:00Z&limit=7");

        var asked = gateway.Payment.Last;
        Assert.Equal($"{Address}?state=all&event=BillSettled&source=queue&exception=TimeoutException&since=2026-03-02T10%3A00%3A00.0000000Z&limit=7", asked.Path);
        Assert.StartsWith("Bearer ", asked.Headers["Authorization"]);
        Assert.Empty(gateway.Behind["dispatch"].Requests);
    }

    [Theory]
    [InlineData("?service=elsewhere", "invalid-request", "?service")]
    [InlineData("?state=lost", "invalid-request", "?state")]
    [InlineData("?cursor=nonsense", "invalid-cursor", "?cursor")]
    [InlineData("?cursor=eyJlbHNld2hlcmUiOm51bGx9", "invalid-cursor", "?cursor")]
    public async Task List_WithWhatIsNoFilter_IsRefused(string query, string code, string pointer)
    {
        await using var gateway = await StartAsync();
        using var client = gateway.As(Roles.Operations);
        var problem = await Assert.IsProblemAsync(await client.GetAsync(Address + query, TestContext.Current.CancellationToken), HttpStatusCode.BadRequest, code);
        Assert.Equal(pointer, (string?)problem["errors"]![0]!["pointer"]);
    }

    [Theory]
    [InlineData("GET", Address)]
    [InlineData("GET", $"{Address}/dlt_payment_1")]
    [InlineData("POST", $"{Address}/dlt_payment_1/retry")]
    [InlineData("POST", $"{Address}/dlt_payment_1/discard")]
    [InlineData("POST", $"{Address}/retry")]
    [InlineData("GET", "/api/v1/operations/acts")]
    public async Task Operations_AreForTheirRoleOnly_AndNobodyElsesRequestGetsFurther(string method, string path)
    {
        await using var gateway = await StartAsync();
        HttpRequestMessage Request() => new(new HttpMethod(method), path) { Content = method == "POST" ? JsonContent.Create(new { reason = "because", dryRun = true }) : null };
        using var finance = gateway.As(Roles.Finance);

        await Assert.IsProblemAsync(await gateway.Client.SendAsync(Request(), TestContext.Current.CancellationToken), HttpStatusCode.Unauthorized, "token-required");
        await Assert.IsProblemAsync(await finance.SendAsync(Request(), TestContext.Current.CancellationToken), HttpStatusCode.Forbidden, "role-required");
        Assert.Empty(gateway.Payment.Requests);
    }

    [Fact]
    public async Task One_IsReadRetriedAndDiscarded_AtItsOwnService()
    {
        await using var gateway = await StartAsync();
        gateway.Payment.Answer = async context =>
        {
            var letter = new Letter("payment", 1, Noon).Json;
            if (HttpMethods.IsGet(context.Request.Method))
            {
                await context.Response.WriteAsJsonAsync(new JsonObject { ["letter"] = letter, ["eventType"] = "EServices.Contracts.Payment.BillSettled", ["stack"] = "at X", ["content"] = new JsonObject { ["paise"] = 1 } });
                return;
            }
            context.Response.StatusCode = context.Request.Path.Value!.EndsWith("/retry", StringComparison.Ordinal) ? 202 : 200;
            await context.Response.WriteAsJsonAsync(letter);
        };
        using var client = gateway.As(Roles.Operations);

        var detail = await ReadAsync(client, $"{Address}/dlt_payment_1");
        using var retried = await client.PostAsync($"{Address}/dlt_payment_1/retry", null, TestContext.Current.CancellationToken);
        using var discarded = await client.PostAsJsonAsync($"{Address}/dlt_payment_1/discard", new { reason = "a test's own" }, TestContext.Current.CancellationToken);

        Assert.Equal((1, "at X"), ((int?)detail["content"]!["paise"], (string?)detail["stack"]));
        Assert.Equal((HttpStatusCode.Accepted, $"{Address}/dlt_payment_1"), (retried.StatusCode, retried.Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.OK, discarded.StatusCode);
        Assert.Equal(
            [$"GET {Address}/dlt_payment_1", $"POST {Address}/dlt_payment_1/retry", $"POST {Address}/dlt_payment_1/discard"], gateway.Payment.Requests.Select(asked => $"{asked.Method} {asked.Path}"));
        Assert.Empty(gateway.Catalogue.Requests);
    }

    [Fact]
    public async Task One_OfNoService_OrRefusedOrSilent_IsToldSo()
    {
        await using var gateway = await StartAsync();
        gateway.Payment.Answer = context => Problems.Of(409, "dead-letter-ended", "It is handled already.").ExecuteAsync(context);
        await gateway.Catalogue.StopAsync();
        using var client = gateway.As(Roles.Operations);
        var cancel = TestContext.Current.CancellationToken;

        foreach (var id in (string[])["dlt_elsewhere_1", "dlt_payment", "nonsense", "dlt_payment_"])
            await Assert.IsProblemAsync(await client.GetAsync($"{Address}/{id}", cancel), HttpStatusCode.NotFound, "not-found");
        Assert.Empty(gateway.Payment.Requests);
        await Assert.IsProblemAsync(await client.PostAsync($"{Address}/dlt_payment_1/retry", null, cancel), HttpStatusCode.Conflict, "dead-letter-ended");
        using var silent = await client.GetAsync($"{Address}/dlt_catalogue_1", cancel);
        var problem = await Assert.IsProblemAsync(silent, HttpStatusCode.ServiceUnavailable, "service-unavailable");
        Assert.Contains("catalogue", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(2, silent.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    [Fact]
    public async Task RetryByFilter_IsAskedOfAll_AndAddedUp()
    {
        await using var gateway = await StartAsync();
        foreach (var (name, service) in gateway.Behind.Where(entry => entry.Key != "identity"))
        {
            service.Answer = async context =>
            {
                var asked = (await JsonNode.ParseAsync(context.Request.Body))!;
                await context.Response.WriteAsJsonAsync(new
                {
                    service = name,
                    dryRun = (bool)asked["dryRun"]!,
                    matched = name == "payment" ? 3 : 0,
                    retried = (bool)asked["dryRun"]! ? 0 : name == "payment" ? 3 : 0,
                    more = name == "payment",
                    act = "act_1",
                    letters = Array.Empty<object>(),
                });
            };
        }
        await gateway.Catalogue.StopAsync();
        using var client = gateway.As(Roles.Operations);

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Address}/retry") { Content = JsonContent.Create(new { dryRun = false, filter = new { @event = "BillSettled" }, limit = 3 }), Headers = { { "Idempotency-Key", "key-1" } } };
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var told = (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;

        Assert.Equal((3, 3, true, false), ((int?)told["matched"], (int?)told["retried"], (bool?)told["more"], (bool?)told["dryRun"]));
        Assert.Equal(["payment"], told["services"]!.AsArray().Select(service => (string?)service!["service"]));
        Assert.Contains("catalogue", told["unanswered"]!.AsArray().Select(one => (string?)one!["service"]));
        Assert.Equal("key-1", gateway.Payment.Last.Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task RetryByFilter_ThatIsWrong_AsksNobody()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.As(Roles.Operations);
        async Task<HttpResponseMessage> PostAsync(object body, string? key) => await client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, $"{Address}/retry") { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", key is null ? [] : [key] } } }, TestContext.Current.CancellationToken);

        await Assert.IsProblemAsync(await PostAsync(new { dryRun = true }, null), HttpStatusCode.BadRequest, "idempotency-key-missing");
        var missing = await Assert.IsProblemAsync(await PostAsync(new { }, "k"), HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal("/dryRun", (string?)missing["errors"]![0]!["pointer"]);
        var unknown = await Assert.IsProblemAsync(await PostAsync(new { dryRun = true, filter = new { service = "elsewhere" } }, "k"), HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal("/filter/service", (string?)unknown["errors"]![0]!["pointer"]);
        Assert.All(gateway.Behind.Where(entry => entry.Key != "identity"), entry => Assert.Empty(entry.Value.Requests));
    }

    [Fact]
    public async Task Document_DescribesTheOperations()
    {
        await using var gateway = await StartAsync();

        var document = await ReadAsync(gateway.Client, "/openapi/v1.json");

        var paths = document["paths"]!.AsObject();
        Assert.All(
            [$"{Address}", $"{Address}/{{id}}", $"{Address}/{{id}}/retry", $"{Address}/{{id}}/discard", $"{Address}/retry", "/api/v1/operations/acts"], path => Assert.True(paths.ContainsKey(path), path));
        Assert.Contains("Idempotency-Key", paths[$"{Address}/retry"]!["post"]!["parameters"]!.AsArray().Select(parameter => (string?)parameter!["name"]));
        Assert.Equal(["cursor", "event", "exception", "limit", "service", "since", "source", "state"], paths[Address]!["get"]!["parameters"]!.AsArray().Select(parameter => (string)parameter!["name"]!).Order(StringComparer.Ordinal));
        Assert.True(paths[Address]!["get"]!["responses"]!.AsObject().ContainsKey("403"));
    }

    [Fact]
    public async Task Service_ThatHangs_TakesTheGatewayFromNobodyElse()
    {
        await using var gateway = await GatewayHost.StartAsync(settings: [("Gateway:Bulkhead:Concurrent", "4"), ("Gateway:Bulkhead:Waiting", "4"), ("Gateway:Bulkhead:WaitSeconds", "30"), ("Gateway:Limits:Factor", "0")]);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Payment.Answer = _ => held.Task;
        var cancel = TestContext.Current.CancellationToken;

        var answers = Enumerable.Range(0, 40).Select(_ => gateway.Client.GetAsync("/api/v1/bills/bil_1", cancel)).ToList();
        await Eventually.HoldsAsync(() => answers.Count(answer => answer.IsCompleted) == 32, () => $"{answers.Count(answer => answer.IsCompleted)} answered");

        foreach (var refused in answers.Where(answer => answer.IsCompleted))
        {
            await Assert.IsProblemAsync(await refused, HttpStatusCode.ServiceUnavailable, "busy");
            Assert.NotNull((await refused).Headers.RetryAfter);
        }
        await Eventually.HoldsAsync(() => gateway.Payment.Requests.Count == 4, () => $"{gateway.Payment.Requests.Count} arrived");
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/api/v1/slots", cancel)).StatusCode);
        held.SetResult();
        Assert.Equal(8, (await Task.WhenAll(answers)).Count(answer => answer.StatusCode == HttpStatusCode.OK));
    }

    private static async Task<GatewayHost> StartAsync()
    {
        var gateway = await GatewayHost.StartAsync();
        var keys = gateway.Identity.Answer;
        foreach (var (name, service) in gateway.Behind)
            service.Answer = context => name == "identity" && !context.Request.Path.StartsWithSegments(Address) ? keys(context) : ListAsync(context, []);
        return gateway;
    }

    /// <summary>A service's own list: its cursor is the place within it.</summary>
    private static Task ListAsync(HttpContext context, IReadOnlyList<Letter> letters)
    {
        var from = int.TryParse(context.Request.Query["cursor"], out var cursor) ? cursor : 0;
        var limit = int.Parse(context.Request.Query["limit"]!, System.Globalization.CultureInfo.InvariantCulture);
        var page = letters.Skip(from).Take(limit).Select((letter, at) =>
        {
            var json = letter.Json;
            json["cursor"] = $"{from + at + 1}";
            return json;
        }).ToArray();
        return context.Response.WriteAsJsonAsync(new JsonObject { ["items"] = new JsonArray(page), ["next"] = from + limit < letters.Count ? $"{from + limit}" : null });
    }

    private static async Task<JsonObject> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    private sealed record Letter(string Service, int Number, DateTimeOffset At)
    {
        public string Id => $"dlt_{Service}_{Number}";

        public JsonObject Json => JsonSerializer.SerializeToNode(
            new
            {
                Id,
                Service,
                source = "queue",
                place = $"{Service}.when-told",
                @event = "Told",
                eventId = $"evt_{Number}",
                state = "parked",
                attempts = 11,
                exception = new { type = "System.InvalidOperationException", message = "broken" },
                raisedAt = At,
                firstFailedAt = At,
                lastFailedAt = At,
                parkedAt = At,
            },
            JsonSerializerOptions.Web)!.AsObject();
    }
}
