using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EServices.AppHosts;
using EServices.Testing;

namespace EServices.Journeys.Tests;

/// <summary>The journey over real processes and a real broker: undisturbed, and with every service killed on the way.</summary>
public sealed class JourneyTests(StackFixture fixture) : IClassFixture<StackFixture>
{
    public static TheoryData<string> Services => [.. Topology.Nodes.Select(node => node.Name)];

    [Fact]
    public async Task Call_BecomesACertificate_InOneTracePerStep()
    {
        var steps = await fixture.JourneyAsync();

        Assert.Equal(18, steps.Count);
        Assert.Equal(steps.Count, steps.Select(step => step.TraceId).Distinct().Count());
        Assert.All(steps, step => Assert.False(string.IsNullOrWhiteSpace(step.Saw), step.Name));

        // One trace from the gateway through HTTP, outbox, broker and consumer, in every service that the step concerns.
        await fixture.Collector.SeesAsync(Trace("Application submitted"), "gateway", "application", "payment", "notification");
        await fixture.Collector.SeesAsync(Trace("Total quoted"), "gateway", "payment", "dispatch");
        await fixture.Collector.SeesAsync(Trace("Officer approves"), "gateway", "application", "notification", "catalogue");

        string Trace(string name) => steps.Single(step => step.Name == name).TraceId;
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Service_KilledOnTheWay_AndRestarted_EndsWellAllTheSame(string service)
    {
        var restarts = new List<Task>();
        var kills = 0;
        var steps = await fixture.JourneyAsync(async step =>
        {
            // Three times on each journey, at steps of different rooms; the next step begins while the service is away.
            if (step.Name is not ("Documents checked one by one" or "Application submitted" or "Officer approves"))
                return;
            await Task.WhenAll(restarts);
            await fixture.Stack[service].KillAsync();
            kills++;
            restarts.Add(Task.Run(() => fixture.Stack[service].StartAsync()));
        });
        await Task.WhenAll(restarts);

        Assert.Equal(3, kills);
        Assert.Equal(18, steps.Count);
        await ReadyAsync();
    }

    [Fact]
    public async Task Broker_KilledOnTheWay_AndRestarted_EndsWellAllTheSame()
    {
        Task? restart = null;
        var steps = await fixture.JourneyAsync(async step =>
        {
            if (step.Name != "Form filled in at the door")
                return;
            await fixture.Stack.Broker.KillAsync();
            restart = Task.Run(() => fixture.Stack.Broker.StartAsync());
        });
        await restart!;

        Assert.Equal(18, steps.Count);
        await ReadyAsync();
    }

    [Fact]
    public async Task Broker_Away_MakesServicesNotReady_AndSaysWhy()
    {
        await ReadyAsync();
        await fixture.Stack.Broker.KillAsync();
        try
        {
            var payment = fixture.Stack["payment"].Address;
            using var http = new HttpClient();
            string seen = "";
            await Eventually.HoldsAsync(
                async () =>
                {
                    var answer = await http.GetAsync(new Uri(payment, "/health/ready"));
                    seen = await answer.Content.ReadAsStringAsync();
                    return answer.StatusCode == HttpStatusCode.ServiceUnavailable && seen.Contains("RabbitMQ", StringComparison.Ordinal);
                },
                () => $"payment says {seen}", TimeSpan.FromSeconds(40));
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(payment, "/health/live"))).StatusCode);
        }
        finally
        {
            await fixture.Stack.Broker.StartAsync();
        }
        await ReadyAsync();
    }

    [Fact]
    public async Task ApiDocument_NamesEveryFixedOperation()
    {
        var document = (await fixture.Gateway.GetFromJsonAsync<JsonObject>("/openapi/v1.json"))!;
        var paths = document["paths"]!.AsObject();
        string[] operations =
        [
            "get /api/v1/services", "get /api/v1/services/{id}", "get /api/v1/departments", "get /api/v1/statistics/services", "post /api/v1/services/{id}/quote",
            "post /api/v1/applications", "put /api/v1/applications/{id}/form", "post /api/v1/applications/{id}/documents", "post /api/v1/applications/{id}/submit",
            "get /api/v1/applications/{id}", "get /api/v1/applications/{id}/timeline", "post /api/v1/applications/{id}/actions/{action}",
            "get /api/v1/track/{trackingNumber}", "post /api/v1/certificates/verify",
            "post /api/v1/payments", "get /api/v1/bills/{id}", "get /api/v1/receipts/{id}", "post /api/v1/payments/providers/{provider}/webhook",
            "post /api/v1/calls", "get /api/v1/slots", "post /api/v1/visits", "get /api/v1/visits/{id}", "post /api/v1/visits/{id}/actions/{action}",
        ];
        // Where each action is described by itself, any of them will do for {action}.
        var missing = operations.Where(operation => !paths.Any(path => path.Value![operation.Split(' ')[0]] is not null
            && (path.Key == operation.Split(' ')[1] || (operation.EndsWith("{action}", StringComparison.Ordinal) && path.Key.StartsWith(operation.Split(' ')[1][..^"{action}".Length], StringComparison.Ordinal))))).ToList();
        Assert.True(missing.Count == 0, $"missing: {string.Join(", ", missing)}; there are: {string.Join(", ", paths.Select(path => path.Key))}");
        Assert.StartsWith("3.1", (string)document["openapi"]!);
    }

    [Theory]
    [InlineData("/api/v1/applications")]
    [InlineData("/api/v1/bills/bil_1")]
    [InlineData("/api/v1/visits/vis_1")]
    public async Task Record_WithoutOrWithForgedToken_Is401(string path)
    {
        await Assert.IsProblemAsync(await fixture.Gateway.GetAsync(path), HttpStatusCode.Unauthorized, "token-required");
        var forged = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new("Bearer", TestTokens.For(["operations"], "somebody", DateTimeOffset.UtcNow.AddYears(1))) } };
        await Assert.IsProblemAsync(await fixture.Gateway.SendAsync(forged), HttpStatusCode.Unauthorized, "token-invalid");
    }

    private async Task ReadyAsync()
    {
        var seen = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                var answer = await fixture.Gateway.GetAsync("/health/ready");
                seen = await answer.Content.ReadAsStringAsync();
                return answer.IsSuccessStatusCode;
            },
            () => $"the gateway says {seen}\n{fixture.LastLines()}", TimeSpan.FromSeconds(60));
    }
}
