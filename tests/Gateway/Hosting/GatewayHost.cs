using System.Net.Http.Headers;
using System.Security.Cryptography;
using EServices.Gateway.Routing;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EServices.Gateway.Tests.Hosting;

/// <summary>The gateway on a real loopback port with a fake service behind each route. Identity's fake publishes the key that <see cref="Token"/> signs with.</summary>
public sealed class GatewayHost : WebApplicationFactory<Program>
{
    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "gateway-tests" };

    private readonly Dictionary<string, string?> settings = [];

    private GatewayHost()
    {
    }

    internal Dictionary<string, FakeService> Behind { get; } = RouteTable.Services.ToDictionary(name => name, name => new FakeService(name));

    internal FakeService Catalogue => Behind["catalogue"];

    internal FakeService Payment => Behind["payment"];

    internal FakeService Identity => Behind["identity"];

    /// <summary>A client that follows no redirects and sends nothing of its own.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <param name="settings">Configuration beyond the usual.</param>
    internal static async Task<GatewayHost> StartAsync(bool sandbox = false, params (string Key, string Value)[] settings)
    {
        var host = new GatewayHost();
        foreach (var service in host.Behind.Values)
            await service.StartAsync();
        host.Identity.Answer = host.AnswerKeysAsync;
        foreach (var (name, service) in host.Behind)
            host.settings[$"services:{name}:http:0"] = service.Address.ToString();
        host.settings["ESERVICES_PUBLIC_URL"] = "http://localhost:8080";
        host.settings["ESERVICES_SANDBOX"] = sandbox ? "true" : "false";
        foreach (var (key, value) in settings)
            host.settings[key] = value;
        host.UseKestrel(0);
        host.StartServer();
        host.Client = host.NewClient();
        return host;
    }

    public HttpClient NewClient(params (string Name, string Value)[] headers)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null }) { BaseAddress = ClientOptions.BaseAddress };
        foreach (var (name, value) in headers)
            client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        return client;
    }

    public HttpClient NewFollowingClient() => new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = ClientOptions.BaseAddress };

    internal HttpClient As(string role, string subject = "stf_1", DateTimeOffset? expires = null, ECDsaSecurityKey? key = null)
    {
        var client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(role, subject, expires, key));
        return client;
    }

    internal static string Token(string role, string subject = "stf_1", DateTimeOffset? expires = null, ECDsaSecurityKey? key = null, string audience = Tokens.Audience) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "http://localhost:8080/",
            Audience = audience,
            TokenType = "at+jwt",
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["role"] = new[] { role } },
            Expires = (expires ?? DateTimeOffset.UtcNow.AddHours(1)).UtcDateTime,
            SigningCredentials = new SigningCredentials(key ?? Key, SecurityAlgorithms.EcdsaSha256),
        });

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in settings)
            builder.UseSetting(key, value);
        builder.UseEnvironment("Production");
        builder.ConfigureLogging(logging => logging.ClearProviders());
    }

    public override async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await base.DisposeAsync();
        foreach (var service in Behind.Values)
            await service.DisposeAsync();
    }

    private Task AnswerKeysAsync(HttpContext context)
    {
        if (context.Request.Path == "/.well-known/openid-configuration")
            return context.Response.WriteAsJsonAsync(new { issuer = "http://localhost:8080/", jwks_uri = new Uri(Identity.Address, "/.well-known/jwks") });
        if (context.Request.Path == "/.well-known/jwks")
        {
            var curve = Key.ECDsa.ExportParameters(false);
            return context.Response.WriteAsJsonAsync(new
            {
                keys = new[] { new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = Key.KeyId, x = Base64UrlEncoder.Encode(curve.Q.X), y = Base64UrlEncoder.Encode(curve.Q.Y) } },
            });
        }
        return context.Response.WriteAsJsonAsync(new { service = "identity", path = context.Request.Path.Value, method = context.Request.Method });
    }
}

/// <summary>A sandbox's gateway for tests that leave it as they found it.</summary>
public sealed class SandboxGateway : IAsyncLifetime
{
    public GatewayHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await GatewayHost.StartAsync(sandbox: true);

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
