using System.Net;
using System.Net.Http.Json;
using EServices.Gateway.Routing;
using EServices.Gateway.Tests.Hosting;
using EServices.Testing;
using Microsoft.AspNetCore.Http;

namespace EServices.Gateway.Tests;

public sealed class RoutingTests(SandboxGateway shared) : IClassFixture<SandboxGateway>
{
    private readonly GatewayHost gateway = shared.Host;

    /// <summary>Every address that is fixed for others, and where it has to arrive.</summary>
    public static TheoryData<string, string, string> Addresses => new()
    {
        { "GET", "/api/v1/services?q=x", "catalogue" },
        { "GET", "/api/v1/services/domicile-certificate", "catalogue" },
        { "GET", "/api/v1/departments", "catalogue" },
        { "GET", "/api/v1/statistics/services", "catalogue" },
        { "GET", "/api/v1/launches/2026-12", "catalogue" },
        { "GET", "/api/v1/guide/services", "catalogue" },
        { "POST", "/api/v1/guide/checklist", "catalogue" },
        { "POST", "/api/v1/applications/simulations", "application" },
        { "GET", "/api/v1/geography/districts/5/tehsils", "catalogue" },
        { "POST", "/api/v1/catalogue/services/a/actions/suspend", "catalogue" },
        { "POST", "/api/v1/services/domicile-certificate/quote", "payment" },
        { "GET", "/api/v1/services/domicile-certificate/quote", "catalogue" },
        { "GET", "/api/v1/quotes/qot_1", "payment" },
        { "POST", "/api/v1/payments", "payment" },
        { "POST", "/api/v1/payments/providers/sandbox/webhook", "payment" },
        { "GET", "/api/v1/bills/bil_1", "payment" },
        { "GET", "/api/v1/bills?applicationId=app_1", "payment" },
        { "GET", "/api/v1/receipts/rcp_1", "payment" },
        { "GET", "/api/v1/ledger/accounts", "payment" },
        { "GET", "/api/v1/finance/day", "payment" },
        { "POST", "/api/v1/applications", "application" },
        { "PUT", "/api/v1/applications/app_1/form", "application" },
        { "POST", "/api/v1/applications/app_1/documents?type=identity-proof", "application" },
        { "GET", "/api/v1/services.jsonld", "catalogue" },
        { "GET", "/api/v1/services/domicile-certificate.jsonld", "catalogue" },
        { "GET", "/api/v1/catalogue/export?format=csv", "catalogue" },
        { "POST", "/api/v1/catalogue/import?format=csv&dryRun=true", "catalogue" },
        { "POST", "/api/v1/applications/app_1/submit", "application" },
        { "GET", "/api/v1/applications/app_1/timeline", "application" },
        { "POST", "/api/v1/applications/app_1/actions/approve", "application" },
        { "GET", "/api/v1/track/JK-1", "application" },
        { "POST", "/api/v1/certificates/verify", "application" },
        { "GET", "/.well-known/jwks.json", "application" },
        { "POST", "/api/v1/calls", "dispatch" },
        { "GET", "/api/v1/slots?callId=cal_1", "dispatch" },
        { "POST", "/api/v1/visits", "dispatch" },
        { "GET", "/api/v1/visits/vis_1", "dispatch" },
        { "POST", "/api/v1/visits/vis_1/actions/arrive", "dispatch" },
        { "GET", "/api/v1/operators", "dispatch" },
        { "POST", "/api/v1/identity/codes", "identity" },
        { "GET", "/api/v1/identity/me", "identity" },
        { "POST", "/connect/token", "identity" },
        { "GET", "/connect/authorize", "identity" },
        { "GET", "/connect/sign-in", "identity" },
        { "POST", "/connect/sign-in/mobile", "identity" },
        { "GET", "/connect/style.css", "identity" },
        { "GET", "/.well-known/openid-configuration", "identity" },
        { "GET", "/.well-known/jwks", "identity" },
        { "POST", "/sandbox/staff/officer@state.example/secret", "identity" },
        { "GET", "/api/v1/messages?to=x", "notification" },
        { "GET", "/sandbox/messages?to=x", "notification" },
        { "POST", "/sandbox/payments/pay_1/succeed", "payment" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Address_IsForwardedUnchanged_ToItsService(string method, string path, string service)
    {
        using var answer = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        // Identity's fake answers questions for its keys with keys; what arrived says where it went.
        Assert.Contains(gateway.Behind[service].Requests, asked => asked.Method == method && asked.Path == path);
        Assert.Equal(service, RouteTable.ServiceOf(method, path.Split('?')[0], sandbox: true));
    }

    [Theory]
    [InlineData("/api/v1/unknown")]
    [InlineData("/api/v2/services")]
    [InlineData("/sandbox/clock")]
    [InlineData("/.well-known/else")]
    public async Task Address_OfNobody_IsANotFoundProblem(string path)
    {
        using var answer = await gateway.Client.GetAsync(path, TestContext.Current.CancellationToken);

        await Assert.IsProblemAsync(answer, HttpStatusCode.NotFound, "not-found");
        Assert.All(gateway.Behind.Values, service => Assert.DoesNotContain(service.Requests, asked => asked.Path == path));
    }

    [Fact]
    public async Task Path_WithEncodedDots_DoesNotReachInternalAddresses()
    {
        foreach (var path in new[] { "/api/v1/calls/..%2f..%2f..%2fsandbox%2fclock", "/api/v1/calls/%2e%2e/%2e%2e/%2e%2e/sandbox/clock", "/api/v1/calls/..%5c..%5c..%5csandbox/clock" })
        {
            // HttpClient would tidy the path up by itself.
            var uri = new Uri(gateway.ClientOptions.BaseAddress + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var answer = await gateway.Client.PostAsJsonAsync(uri, new { offsetSeconds = 1_000_000 }, TestContext.Current.CancellationToken);
        }

        Assert.All(gateway.Behind.Values, service => Assert.Equal(0, service.ClockOffset));
    }

    [Fact]
    public async Task Headers_ThatClaimAnIdentityOrAPlace_AreNotForwarded()
    {
        using var client = gateway.NewClient(
            ("X-Forwarded-For", "10.1.1.1"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "ftp"), ("X-Forwarded-Prefix", "/evil"), ("Forwarded", "for=10.1.1.1"),
            ("X-Real-IP", "10.1.1.1"), ("X-User-Id", "root"), ("X-User", "root"), ("X-Role", "administrator"), ("X-Roles", "administrator"), ("X-Remote-User", "root"),
            ("X-MS-Client-Principal", "root"), ("X-Original-URL", "/sandbox/clock"), ("X-HTTP-Method-Override", "DELETE"), ("Proxy-Connection", "keep-alive"), ("Cookie", "a=b"),
            ("TE", "trailers"), ("X-Keeps", "this"));

        using var answer = await client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken);

        var headers = gateway.Behind["dispatch"].Last.Headers;
        Assert.Equal("127.0.0.1", headers["X-Forwarded-For"].Replace("::ffff:", "", StringComparison.Ordinal));
        Assert.Equal("http", headers["X-Forwarded-Proto"]);
        Assert.DoesNotContain("evil", headers["X-Forwarded-Host"], StringComparison.Ordinal);
        Assert.Equal("this", headers["X-Keeps"]);
        foreach (var gone in new[] { "X-Forwarded-Prefix", "Forwarded", "X-Real-IP", "X-User-Id", "X-User", "X-Role", "X-Roles", "X-Remote-User", "X-MS-Client-Principal", "X-Original-URL", "X-HTTP-Method-Override", "Proxy-Connection", "Cookie", "TE" })
            Assert.False(headers.ContainsKey(gone), $"{gone} was forwarded as {headers.GetValueOrDefault(gone)}");
    }

    [Fact]
    public async Task Cookie_ReachesIdentity_WhichHasLoginPages()
    {
        using var client = gateway.NewClient(("Cookie", "session=1"));

        using var answer = await client.GetAsync("/connect/sign-in", TestContext.Current.CancellationToken);

        Assert.Equal("session=1", gateway.Identity.Last.Headers["Cookie"]);
    }

    [Fact]
    public async Task Trace_GoesOn_FromTheCallersOwn()
    {
        using var client = gateway.NewClient(("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

        using var answer = await client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken);

        var traceparent = gateway.Behind["dispatch"].Last.Headers["traceparent"];
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", traceparent, StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", traceparent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trace_BeginsHere_WhereTheCallerHasNone()
    {
        using var answer = await gateway.Client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken);

        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", gateway.Behind["dispatch"].Last.Headers["traceparent"]);
    }

    [Fact]
    public async Task Host_OfTheCaller_IsForwarded()
    {
        using var answer = await gateway.Client.GetAsync("/.well-known/openid-configuration", TestContext.Current.CancellationToken);

        Assert.Equal(gateway.ClientOptions.BaseAddress.Authority, gateway.Identity.Last.Headers["Host"]);
    }

    [Fact]
    public async Task Answer_CarriesSecurityHeaders_AlsoAnError()
    {
        gateway.Behind["dispatch"].Answer = context =>
        {
            context.Response.Headers.Server = "secret/1.0";
            return context.Response.WriteAsJsonAsync(new { ok = true });
        };
        foreach (var path in new[] { "/api/v1/slots", "/api/v1/unknown", "/", "/health/live" })
        {
            using var answer = await gateway.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Contains("frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.False(answer.Headers.Contains("Server"), path);
            Assert.NotNull(answer.Headers.CacheControl);
        }
    }

    [Fact]
    public void Routes_AreToldApart_ByTheirIds() => Assert.Equal(RouteTable.All.Count, RouteTable.All.Select(route => route.Id).Distinct().Count());
}
