using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EServices.Gateway.Routing;
using EServices.Gateway.Tests.Hosting;
using EServices.Testing;
using Microsoft.AspNetCore.Http;

namespace EServices.Gateway.Tests;

public sealed class FailureTests
{
    [Fact]
    public async Task Service_ThatIsDown_IsAProblemThatSaysSo_AndItsReturnIsNoticedAtOnce()
    {
        await using var gateway = await GatewayHost.StartAsync();
        await gateway.Payment.StopAsync();

        // More than enough for the passive health check to call it unhealthy.
        for (var count = 0; count < 15; count++)
        {
            using var down = await gateway.Client.GetAsync("/api/v1/bills/bil_1", TestContext.Current.CancellationToken);
            var problem = await Assert.IsProblemAsync(down, HttpStatusCode.ServiceUnavailable, "service-unavailable");
            Assert.Contains("payment", (string)problem["detail"]!, StringComparison.Ordinal);
            Assert.NotNull(down.Headers.RetryAfter);
        }
        using var others = await gateway.Client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);

        await gateway.Payment.StartAsync();
        using var back = await gateway.Client.GetAsync("/api/v1/bills/bil_1", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task Instance_ThatIsDown_IsLeftOut_WhereThereIsAnother()
    {
        await using var second = new FakeService("payment");
        await second.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(settings: [("services:payment:http:1", second.Address.ToString())]);
        await gateway.Payment.StopAsync();

        var failed = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                for (var count = 0; count < 10; count++)
                {
                    using var answer = await gateway.Client.GetAsync("/api/v1/bills/bil_1", TestContext.Current.CancellationToken);
                    if (answer.StatusCode == HttpStatusCode.OK)
                        continue;
                    failed++;
                    return false;
                }
                return true;
            },
            () => $"{failed} requests still went to the instance that is down");
        Assert.NotEmpty(second.Requests);
    }

    [Fact]
    public async Task Service_ThatIsSlow_IsATimeoutProblem()
    {
        await using var gateway = await GatewayHost.StartAsync(settings: [("Gateway:TimeoutSeconds", "0.3")]);
        gateway.Payment.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        using var answer = await gateway.Client.PostAsync("/api/v1/payments", new StringContent("{}", Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

        var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.GatewayTimeout, "service-timeout");
        Assert.Contains("payment", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_ThatBreaksOff_IsABadGatewayProblem()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Payment.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        using var answer = await gateway.Client.PostAsync("/api/v1/payments", new StringContent("{}"), TestContext.Current.CancellationToken);

        await Assert.IsProblemAsync(answer, HttpStatusCode.BadGateway, "service-broke-off");
    }

    [Fact]
    public async Task Problem_OfAService_PassesUnchanged()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Payment.Answer = async context =>
        {
            context.Response.StatusCode = 409;
            await context.Response.WriteAsJsonAsync(new { type = "urn:eservices:problem:already-paid", status = 409, detail = "Paid." }, (JsonSerializerOptions?)null, "application/problem+json", context.RequestAborted);
        };

        using var answer = await gateway.Client.PostAsync("/api/v1/payments", null, TestContext.Current.CancellationToken);

        await Assert.IsProblemAsync(answer, HttpStatusCode.Conflict, "already-paid");
    }

    [Theory]
    [InlineData("/api/v1/calls", 1024 * 1024, HttpStatusCode.OK)]
    [InlineData("/api/v1/calls", (1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/api/v1/applications/app_1/documents", 6 * 1024 * 1024, HttpStatusCode.OK)]
    [InlineData("/api/v1/applications/app_1/documents", (6 * 1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/api/v1/catalogue/import?format=csv", 6 * 1024 * 1024, HttpStatusCode.OK)]
    [InlineData("/api/v1/catalogue/import?format=csv", (6 * 1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/api/v1/applications/app_1/form", 2 * 1024 * 1024, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Body_ThatIsTooLarge_IsRefused(string path, int bytes, HttpStatusCode status)
    {
        await using var gateway = await GatewayHost.StartAsync();
        var received = 0L;
        foreach (var service in gateway.Behind.Values)
            service.Answer = async context =>
            {
                var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                received = body.Length;
            };

        foreach (var chunked in new[] { false, true })
        {
            // The frames of chunks count too.
            var sent = chunked && status == HttpStatusCode.OK ? bytes * 9 / 10 : bytes;
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(new byte[sent]) };
            request.Headers.TransferEncodingChunked = chunked;
            // The refusal may come while the body is still being sent; the client waits for a go-ahead so as to read it.
            request.Headers.ExpectContinue = true;
            received = 0;
            using var answer = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

            if (status == HttpStatusCode.OK)
                Assert.Equal((HttpStatusCode.OK, (long)sent), (answer.StatusCode, received));
            else
                await Assert.IsProblemAsync(answer, status, "body-too-large");
        }
    }

    [Fact]
    public async Task Request_ThatIsNoHttp_HarmsNobody()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.ClientOptions.BaseAddress.Host, gateway.ClientOptions.BaseAddress.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync("GET /api/v1/services HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: nonsense\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream());

        Assert.StartsWith("HTTP/1.1 4", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(gateway.Catalogue.Requests);
    }

    [Fact]
    public async Task Readiness_NamesTheServiceThatIsNotReady_AndWhy()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using (var ready = await gateway.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken))
            Assert.True(ready.IsSuccessStatusCode, await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        gateway.Payment.Ready = false;
        await gateway.Catalogue.StopAsync();
        var report = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                using var answer = await gateway.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
                report = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                // Each service is asked by itself, and what one said a moment ago may stand beside what another says now.
                return answer.StatusCode == HttpStatusCode.ServiceUnavailable && report.Contains("No connection to RabbitMQ", StringComparison.Ordinal)
                    && report.Contains("can't be asked", StringComparison.Ordinal);
            },
            () => report);

        var checks = JsonSerializer.Deserialize<JsonElement>(report).GetProperty("checks");
        Assert.Equal(["catalogue", "payment"], checks.EnumerateObject().Where(check => check.Value.GetProperty("status").GetString() != "healthy").Select(check => check.Name).Order());
        Assert.Contains("can't be asked", checks.GetProperty("catalogue").GetProperty("detail").GetString()!, StringComparison.Ordinal);
        using var live = await gateway.Client.GetAsync("/health/live", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Start_WithoutAServicesAddress_NamesTheKey()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var gateway = await GatewayHost.StartAsync(settings: [("services:payment:http:0", "")]);
        });

        Assert.Contains("services__payment__http__0", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("payment", RouteTable.Services);
    }

    [Theory]
    [InlineData(false, "https://portal.example", true)]
    [InlineData(false, "http://localhost:5173", false)]
    [InlineData(true, "http://localhost:5173", true)]
    [InlineData(true, "http://127.0.0.1:5173", true)]
    [InlineData(true, "https://evil.example", false)]
    [InlineData(true, "null", false)]
    public async Task Origin_MayReadAnswers_OnlyIfConfigured_OrLoopbackInASandbox(bool sandbox, string origin, bool allowed)
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox, ("Gateway:Origins:0", "https://portal.example"));
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/v1/applications");
        preflight.Headers.TryAddWithoutValidation("Origin", origin);
        preflight.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        preflight.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization,idempotency-key,content-type");

        using var answer = await gateway.Client.SendAsync(preflight, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Empty(gateway.Behind["application"].Requests);
    }
}
