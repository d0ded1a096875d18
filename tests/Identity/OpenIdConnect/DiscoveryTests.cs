using System.Net.Http.Json;
using System.Text.Json;
using EServices.Identity.Tests.Hosting;
using EServices.Testing;

namespace EServices.Identity.Tests.OpenIdConnect;

public sealed class DiscoveryTests
{
    [Fact]
    public async Task Document_ThroughTheGateway_TellsThePublicAddressesThatAnswer()
    {
        await using var host = new IdentityHost();
        using var gateway = host.Anonymous();
        gateway.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        gateway.DefaultRequestHeaders.Host = "evil.example";

        var document = await gateway.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration");

        Assert.Equal(TestTokens.Issuer, document.Text("issuer"));
        Assert.Equal("http://localhost:8080/.well-known/jwks", document.Text("jwks_uri"));
        Assert.Equal("http://localhost:8080/connect/token", document.Text("token_endpoint"));
        Assert.Equal("http://localhost:8080/connect/authorize", document.Text("authorization_endpoint"));
        Assert.Equal("http://localhost:8080/connect/logout", document.Text("end_session_endpoint"));
        Assert.Equal("http://localhost:8080/connect/userinfo", document.Text("userinfo_endpoint"));
        Assert.Equal("http://localhost:8080/connect/revoke", document.Text("revocation_endpoint"));
        Assert.Equal(["S256"], Texts(document, "code_challenge_methods_supported"));
        Assert.Equal(["ES256"], Texts(document, "id_token_signing_alg_values_supported"));
        Assert.Equal(
            ["authorization_code", "client_credentials", "refresh_token", "urn:eservices:params:oauth:grant-type:otp"],
            Texts(document, "grant_types_supported").Order(StringComparer.Ordinal));
        Assert.Contains("ur", Texts(document, "ui_locales_supported"));
        Assert.DoesNotContain("evil", document.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_AskedDirectly_SendsServicesToTheKeysWithoutTheGateway()
    {
        await using var host = new IdentityHost();
        using var service = host.Anonymous();
        service.DefaultRequestHeaders.Host = "identity.internal:5001";

        var document = await service.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration");

        Assert.Equal("http://identity.internal:5001/.well-known/jwks", document.Text("jwks_uri"));
        Assert.Equal(TestTokens.Issuer, document.Text("issuer"));
        Assert.Equal("http://localhost:8080/connect/token", document.Text("token_endpoint"));
    }

    [Fact]
    public async Task Keys_ArePublishedWithoutTheirPrivatePart()
    {
        await using var host = new IdentityHost();
        using var gateway = host.Anonymous();

        var keys = (await gateway.GetFromJsonAsync<JsonElement>("/.well-known/jwks")).GetProperty("keys");

        var key = Assert.Single(keys.EnumerateArray());
        Assert.Equal(("EC", "P-256", "ES256", "sig"), (key.Text("kty"), key.Text("crv"), key.Text("alg"), key.Text("use")));
        Assert.NotEmpty(key.Text("kid")!);
        Assert.False(key.TryGetProperty("d", out _));
    }

    private static string[] Texts(JsonElement document, string name) => document.GetProperty(name).Deserialize<string[]>()!;
}
