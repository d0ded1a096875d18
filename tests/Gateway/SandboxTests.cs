using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EServices.Gateway.Tests.Hosting;
using EServices.Testing;

namespace EServices.Gateway.Tests;

public sealed class SandboxTests
{
    private const long Day = 86_400;

    [Theory]
    [InlineData("POST", "/sandbox/clock/advance")]
    [InlineData("POST", "/sandbox/clock")]
    [InlineData("GET", "/sandbox/messages?to=x")]
    [InlineData("POST", "/sandbox/staff/sign-in")]
    [InlineData("POST", "/sandbox/payments/pay_1/pay")]
    public async Task Sandbox_ThatIsOff_HasNoneOfItsAddresses(string method, string path)
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox: false);

        using var answer = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(new { days = 1 }) }, TestContext.Current.CancellationToken);

        await Assert.IsProblemAsync(answer, HttpStatusCode.NotFound, "not-found");
        Assert.All(gateway.Behind.Values, service => Assert.Equal(0, service.ClockOffset));
    }

    [Theory]
    [InlineData("""{"by":"P15D"}""", 15 * Day)]
    [InlineData("""{"by":"PT36H"}""", 36 * 3_600)]
    [InlineData("""{"by":"P1DT12H30M"}""", (36 * 3_600) + 1_800)]
    [InlineData("""{"by":"P2W"}""", 14 * Day)]
    [InlineData("""{"days":3}""", 3 * Day)]
    public async Task Advance_MovesEveryService_AndTheGatewayItself(string body, long seconds)
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox: true);

        using var answer = await AdvanceAsync(gateway, body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var now = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("now").GetDateTimeOffset();
        Assert.Equal(DateTimeOffset.UtcNow.AddSeconds(seconds), now, TimeSpan.FromSeconds(10));
        Assert.All(gateway.Behind.Values, service => Assert.Equal(seconds, service.ClockOffset));
        // The gateway itself lives in that time: a token that was good is not any more.
        using var client = gateway.As("citizen", expires: DateTimeOffset.UtcNow.AddHours(1));
        await Assert.IsProblemAsync(await client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken), HttpStatusCode.Unauthorized, "token-expired");
    }

    [Theory]
    [InlineData("""{"by":"P1M"}""", "/by")]
    [InlineData("""{"by":"-P1D"}""", "/by")]
    [InlineData("""{"by":"PT0S"}""", "/by")]
    [InlineData("""{"by":"tomorrow"}""", "/by")]
    [InlineData("""{"by":"P99999999D"}""", "/by")]
    [InlineData("""{"days":-1}""", "/days")]
    [InlineData("""{"days":100000}""", "/days")]
    [InlineData("""{"days":1,"by":"P1D"}""", "")]
    [InlineData("{}", "")]
    public async Task Advance_ByWhatIsNoStepForward_IsRefused(string body, string pointer)
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox: true);

        using var answer = await AdvanceAsync(gateway, body);

        var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(pointer, (string?)problem["errors"]![0]!["pointer"]);
        Assert.All(gateway.Behind.Values, service => Assert.Equal(0, service.ClockOffset));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"days":"many"}""")]
    public async Task Advance_WithMalformedJson_IsABadRequest(string body)
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox: true);

        await Assert.IsProblemAsync(await AdvanceAsync(gateway, body), HttpStatusCode.BadRequest, "malformed-json");
    }

    [Fact]
    public async Task Advance_WithAServiceAway_MovesNobodyAndNamesIt()
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox: true);
        await gateway.Payment.StopAsync();

        using var answer = await AdvanceAsync(gateway, """{"days":1}""");

        var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "clock-not-advanced");
        Assert.Contains("payment", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("dispatch", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.All(gateway.Behind.Values, service => Assert.Equal(0, service.ClockOffset));
    }

    [Fact]
    public async Task Advance_ThatOneServiceDidNotFollow_IsFinishedByTheSameCall_AndAddsNothing()
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox: true);
        gateway.Payment.ClockStuck = true;
        using var stuck = await AdvanceAsync(gateway, """{"days":2}""");
        await Assert.IsProblemAsync(stuck, HttpStatusCode.ServiceUnavailable, "clock-not-advanced");
        Assert.Equal((2 * Day, 0), (gateway.Catalogue.ClockOffset, gateway.Payment.ClockOffset));

        gateway.Payment.ClockStuck = false;
        using var again = await AdvanceAsync(gateway, """{"days":2}""");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.All(gateway.Behind.Values, service => Assert.Equal(2 * Day, service.ClockOffset));

        using var next = await AdvanceAsync(gateway, """{"days":2}""");
        Assert.All(gateway.Behind.Values, service => Assert.Equal(4 * Day, service.ClockOffset));
    }

    [Fact]
    public async Task Advance_ByManyAtOnce_AddsUp()
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox: true);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AdvanceAsync(gateway, """{"days":1}""")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.All(gateway.Behind.Values, service => Assert.Equal(5 * Day, service.ClockOffset));
    }

    [Fact]
    public async Task Gateway_ThatStartsAmongServicesAhead_LearnsTheTimeFromThem()
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox: true);
        foreach (var service in gateway.Behind.Values)
            service.ClockOffset = 15 * Day;
        await using var restarted = await GatewayHost.StartAsync(
            sandbox: true, settings: [.. gateway.Behind.Select(service => ($"services:{service.Key}:http:0", service.Value.Address.ToString()))]);
        using var client = restarted.As("citizen", expires: DateTimeOffset.UtcNow.AddHours(1));

        await Eventually.HoldsAsync(
            async () => (await client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.Unauthorized, () => "the gateway still lives in today");
        using var answer = await AdvanceAsync(restarted, """{"days":1}""");
        Assert.All(gateway.Behind.Values, service => Assert.Equal(16 * Day, service.ClockOffset));
    }

    [Fact]
    public async Task Readiness_WaitsForTheSandboxesTime()
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox: true);

        await Eventually.HoldsAsync(
            async () => (await gateway.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode, () => "not ready");
    }

    private static Task<HttpResponseMessage> AdvanceAsync(GatewayHost gateway, string body) =>
        gateway.Client.PostAsync("/sandbox/clock/advance", new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
}
