using System.Net;
using System.Security.Cryptography;
using EServices.Gateway.Tests.Hosting;
using EServices.Testing;
using Microsoft.IdentityModel.Tokens;

namespace EServices.Gateway.Tests;

public sealed class TokenTests(SandboxGateway shared) : IClassFixture<SandboxGateway>
{
    private readonly GatewayHost gateway = shared.Host;

    [Fact]
    public async Task Token_ThatIsGood_IsForwardedAsItCame()
    {
        using var client = gateway.As("helpline");

        using var answer = await client.GetAsync("/api/v1/calls/cal_good", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(client.DefaultRequestHeaders.Authorization!.ToString(), gateway.Behind["dispatch"].Last.Headers["Authorization"]);
    }

    [Fact]
    public async Task Request_WithoutToken_PassesForTheServiceToDecide()
    {
        using var answer = await gateway.Client.GetAsync("/api/v1/calls/cal_none", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(gateway.Behind["dispatch"].Last.Headers.ContainsKey("Authorization"));
    }

    public static TheoryData<string, string> BadTokens => new()
    {
        { "token-expired", "Bearer " + GatewayHost.Token("officer", expires: DateTimeOffset.UtcNow.AddMinutes(-5)) },
        { "token-invalid", "Bearer " + GatewayHost.Token("officer", key: new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "gateway-tests" }) },
        { "token-invalid", "Bearer " + GatewayHost.Token("officer", audience: "another") },
        { "token-invalid", "Bearer " + Tampered(GatewayHost.Token("citizen")) },
        { "token-invalid", "Bearer " + Unsigned() },
        { "token-invalid", "Bearer nonsense" },
        { "token-invalid", "Bearer a.b.c" },
        { "token-invalid", "Bearer " },
        { "token-invalid", "Bearer" },
    };

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Token_ThatIsForgedOrExpired_EndsAtTheGateway(string code, string authorization)
    {
        var before = gateway.Behind["dispatch"].Requests.Count;
        using var client = gateway.NewClient(("Authorization", authorization));

        foreach (var path in new[] { "/api/v1/calls/cal_bad", "/api/v1/services", "/api/v1/unknown" })
        {
            using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
            await Assert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, code);
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.First().Scheme);
        }
        Assert.Equal(before, gateway.Behind["dispatch"].Requests.Count);
    }

    [Fact]
    public async Task Authorization_GivenTwice_IsRefused()
    {
        using var client = gateway.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/calls/cal_two");
        request.Headers.TryAddWithoutValidation("Authorization", ["Bearer " + GatewayHost.Token("citizen"), "Bearer " + GatewayHost.Token("administrator")]);

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task BasicCredentials_ReachTheTokenEndpoint()
    {
        using var client = gateway.NewClient(("Authorization", "Basic bWFjaGluZTpzZWNyZXQ="));

        using var answer = await client.PostAsync("/connect/token", new FormUrlEncodedContent([new("grant_type", "client_credentials")]), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Basic bWFjaGluZTpzZWNyZXQ=", gateway.Identity.Last.Headers["Authorization"]);
    }

    [Fact]
    public async Task Keys_ThatCantBeRead_AreNotTheCallersFault()
    {
        await using var alone = await GatewayHost.StartAsync();
        await alone.Identity.StopAsync();
        using var client = alone.As("helpline");

        using var answer = await client.GetAsync("/api/v1/calls/cal_1", TestContext.Current.CancellationToken);
        await Assert.IsProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "identity-unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);

        using var open = await alone.Client.GetAsync("/api/v1/services", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    /// <summary>The claims of an administrator under the signature of a citizen.</summary>
    private static string Tampered(string token)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{GatewayHost.Token("administrator").Split('.')[1]}.{parts[2]}";
    }

    private static string Unsigned() =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt"}""")}.{GatewayHost.Token("administrator").Split('.')[1]}.";
}
