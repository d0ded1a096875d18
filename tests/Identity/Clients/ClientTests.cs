using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Identity.Tests.Hosting;
using EServices.Platform.Web;
using Microsoft.IdentityModel.JsonWebTokens;

namespace EServices.Identity.Tests.Clients;

public sealed class ClientTests : IClassFixture<SharedHost>, IDisposable
{
    private readonly IdentityHost host;
    private readonly HttpClient administrator;
    private readonly FrontEnd machine;
    private readonly string name = $"machine-{Guid.NewGuid():N}";

    public ClientTests(SharedHost shared) => (host, administrator, machine) = (shared.Host, shared.Host.Administrator(), new FrontEnd(shared.Host.Anonymous()));

    public void Dispose()
    {
        administrator.Dispose();
        machine.Dispose();
    }

    [Fact]
    public async Task Machine_WithItsSecret_GetsATokenWithItsRoles()
    {
        var secret = await RegisterAsync(name);

        var tokens = await TokenAsync(name, secret);

        var token = new JsonWebToken(tokens.Text("access_token"));
        Assert.Equal(name, token.Subject);
        Assert.Equal([Roles.Operations], token.GetPayloadValue<string[]>("role"));
        Assert.Equal(["eservices"], token.Audiences);
        Assert.Null(tokens.Text("refresh_token"));
    }

    [Fact]
    public async Task Machine_WithAWrongSecretOrNone_GetsNothing()
    {
        await RegisterAsync(name);

        Assert.Equal("invalid_client", (await TokenAsync(name, "wrong")).Text("error"));
        Assert.Equal("invalid_client", (await TokenAsync("nobody", "wrong")).Text("error"));
    }

    [Fact]
    public async Task Machine_MayNotSpeakForPeople()
    {
        var secret = await RegisterAsync(name);

        var refused = await machine.TokenAsync(
            ("grant_type", "urn:eservices:params:oauth:grant-type:otp"), ("client_id", name), ("client_secret", secret), ("mobile", "9906000001"), ("code", "123456"));

        Assert.Equal("unauthorized_client", refused.Text("error"));
    }

    [Fact]
    public async Task Machine_OnceRemoved_GetsNothing()
    {
        var secret = await RegisterAsync(name);

        using var removed = await administrator.DeleteAsync(new Uri($"/api/v1/identity/clients/{name}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal("invalid_client", (await TokenAsync(name, secret)).Text("error"));
    }

    [Fact]
    public async Task List_TellsFrontEndsAndMachines_AndNoSecret()
    {
        var secret = await RegisterAsync(name);

        var list = await administrator.GetFromJsonAsync<JsonElement>("/api/v1/identity/clients");

        Assert.Superset(new HashSet<string?> { "cli", name, "web" }, list.EnumerateArray().Select(client => client.Text("clientId")).ToHashSet());
        Assert.DoesNotContain(secret, list.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_Wrongly_IsRefused()
    {
        await RegisterAsync(name);

        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(administrator, name, Roles.Operations)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(administrator, "web", Roles.Operations)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(administrator, "Not A Name", Roles.Operations)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(administrator, "as-a-citizen", Roles.Citizen)).StatusCode);
        using var officer = host.As(Roles.Officer, "stf_1");
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(officer, "sneaky", Roles.Operations)).StatusCode);
        using var builtIn = await administrator.DeleteAsync(new Uri("/api/v1/identity/clients/web", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Conflict, builtIn.StatusCode);
    }

    [Fact]
    public async Task Web_OutsideASandbox_TakesConfiguredAddressesOnly()
    {
        await using var real = new IdentityHost { Settings = { ["Identity:Web:RedirectUris:0"] = "https://eservices.example/signed-in" } };
        using var frontEnd = new FrontEnd(real.Browser());

        using var configured = await frontEnd.GetAsync(frontEnd.Authorize(("redirect_uri", "https://eservices.example/signed-in")));
        using var loopback = await frontEnd.GetAsync(frontEnd.Authorize());

        Assert.Equal(HttpStatusCode.Redirect, configured.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, loopback.StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1:49152/callback", HttpStatusCode.Redirect)]
    [InlineData("http://localhost:1234/callback", HttpStatusCode.Redirect)]
    [InlineData("http://[::1]:1234/callback", HttpStatusCode.Redirect)]
    [InlineData("http://127.0.0.1:49152/elsewhere", HttpStatusCode.BadRequest)]
    [InlineData("http://10.0.0.1:49152/callback", HttpStatusCode.BadRequest)]
    public async Task Cli_TakesAnyPortOfItsLoopbackAddress(string redirect, HttpStatusCode status)
    {
        using var frontEnd = new FrontEnd(host.Browser());

        using var answer = await frontEnd.GetAsync(frontEnd.Authorize(("client_id", "cli"), ("redirect_uri", redirect)));

        Assert.Equal(status, answer.StatusCode);
    }

    private async Task<string> RegisterAsync(string clientId)
    {
        using var made = await PostAsync(administrator, clientId, Roles.Operations);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).Text("clientSecret")!;
    }

    private Task<JsonElement> TokenAsync(string clientId, string secret) =>
        machine.TokenAsync(("grant_type", "client_credentials"), ("client_id", clientId), ("client_secret", secret));

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string clientId, string role) =>
        client.PostAsJsonAsync("/api/v1/identity/clients", new { clientId, name = "Statistics export", roles = new[] { role } });
}
