using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EServices.Identity.Tests.Hosting;
using EServices.Local.Demo;
using EServices.Platform.Hosting;
using EServices.Platform.Web;
using EServices.Testing;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EServices.Identity.Tests.OpenIdConnect;

/// <summary>What becomes of tokens: refreshed, reused, revoked, forged, expired.</summary>
public sealed class TokenTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly IdentityHost host = shared.Host;
    private readonly string email = SharedHost.NewEmail();

    [Fact]
    public async Task Refresh_RotatesTheToken()
    {
        using var frontEnd = new FrontEnd(host.Browser());
        var first = await SignedInAsync(frontEnd);

        host.Clock.Advance(TimeSpan.FromMinutes(50));
        var second = await frontEnd.RefreshAsync(first.Text("refresh_token")!);
        var third = await frontEnd.RefreshAsync(second.Text("refresh_token")!);

        Assert.NotEqual(first.Text("refresh_token"), second.Text("refresh_token"));
        Assert.NotNull(third.Text("access_token"));
    }

    [Fact]
    public async Task Refresh_UsedAgainLater_EndsTheWholeChain()
    {
        using var frontEnd = new FrontEnd(host.Browser());
        var stolen = (await SignedInAsync(frontEnd)).Text("refresh_token")!;
        var owners = (await frontEnd.RefreshAsync(stolen)).Text("refresh_token")!;

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var thiefs = await frontEnd.RefreshAsync(stolen);
        var after = await frontEnd.RefreshAsync(owners);

        Assert.Equal("invalid_grant", thiefs.Text("error"));
        Assert.Equal("invalid_grant", after.Text("error"));
    }

    [Fact]
    public async Task Refresh_RepeatedAtOnce_IsALostAnswerAndNotATheft()
    {
        using var frontEnd = new FrontEnd(host.Browser());
        var token = (await SignedInAsync(frontEnd)).Text("refresh_token")!;

        await frontEnd.RefreshAsync(token);
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        var repeated = await frontEnd.RefreshAsync(token);

        Assert.NotNull(repeated.Text("access_token"));
    }

    [Fact]
    public async Task Refresh_OfStaff_EndsAfterAnAbsenceOfTwelveHours()
    {
        using var frontEnd = new FrontEnd(host.Browser());
        var token = (await SignedInAsync(frontEnd)).Text("refresh_token")!;

        host.Clock.Advance(TimeSpan.FromHours(12.1));

        Assert.Equal("invalid_grant", (await frontEnd.RefreshAsync(token)).Text("error"));
    }

    [Fact]
    public async Task Refresh_OfAnotherClient_IsRefused()
    {
        using var frontEnd = new FrontEnd(host.Browser());
        var token = (await SignedInAsync(frontEnd)).Text("refresh_token")!;

        var refused = await frontEnd.TokenAsync(("grant_type", "refresh_token"), ("client_id", "cli"), ("refresh_token", token));

        Assert.Equal("invalid_grant", refused.Text("error"));
    }

    [Fact]
    public async Task Revoke_EndsTheRefreshToken()
    {
        using var frontEnd = new FrontEnd(host.Browser());
        var token = (await SignedInAsync(frontEnd)).Text("refresh_token")!;

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("client_id", "web"), KeyValuePair.Create("token", token)]);
        using var revoked = await frontEnd.Browser.PostAsync(new Uri("/connect/revoke", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        Assert.Equal("invalid_grant", (await frontEnd.RefreshAsync(token)).Text("error"));
    }

    [Fact]
    public async Task UserInfo_TellsWhatTheScopesAllow()
    {
        using var frontEnd = new FrontEnd(host.Browser());
        var tokens = await SignedInAsync(frontEnd);
        frontEnd.Browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Text("access_token"));

        var told = await frontEnd.Browser.GetFromJsonAsync<JsonElement>("/connect/userinfo");

        Assert.Equal(["officer"], told.GetProperty("role").Deserialize<string[]>()!);
        Assert.Equal(email, told.Text("email"));
    }

    [Fact]
    public async Task Token_IsTakenByAnotherServiceThatKnowsOnlyTheDiscoveryDocument()
    {
        var mobile = shared.NewMobile();
        using var gateway = host.Anonymous();
        var token = await SignIn.CitizenAsync(gateway, mobile, () => host.CodeAsync(mobile));
        await using var service = await OtherServiceAsync();
        using var client = service.GetTestClient();

        Assert.Equal(HttpStatusCode.OK, await AskAsync(client, token));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(client, Tampered(token)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(client, TestTokens.For(["citizen"], "cit_forged", host.Clock.GetUtcNow())));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(client, Unsigned(token)));
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(client, token));
    }

    [Fact]
    public async Task IdToken_IsNoAccessToken()
    {
        using var frontEnd = new FrontEnd(host.Browser());
        var tokens = await SignedInAsync(frontEnd);
        await using var service = await OtherServiceAsync();
        using var client = service.GetTestClient();

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(client, tokens.Text("id_token")!));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client, tokens.Text("access_token")!));
    }

    [Theory]
    [InlineData("password", "unsupported_grant_type")]
    [InlineData("urn:example:unknown", "unsupported_grant_type")]
    [InlineData("client_credentials", "invalid_request")]
    public async Task Grant_ThatAFrontEndMayNotUse_IsRefused(string grant, string error)
    {
        using var frontEnd = new FrontEnd(host.Browser());

        var refused = await frontEnd.TokenAsync(("grant_type", grant), ("client_id", "web"), ("username", "a"), ("password", "b"));

        Assert.Equal(error, refused.Text("error"));
        Assert.Null(refused.Text("access_token"));
    }

    private async Task<JsonElement> SignedInAsync(FrontEnd frontEnd)
    {
        await host.StaffAsync(email);
        var answer = await frontEnd.SignInStaffAsync(email, IdentityHost.NewPassword);
        return await frontEnd.ExchangeAsync(answer["code"]);
    }

    /// <summary>What every other service has of the platform: the check of tokens against Identity's published keys, by its own clock.</summary>
    private async Task<WebApplication> OtherServiceAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration["ESERVICES_PUBLIC_URL"] = TestTokens.Issuer;
        builder.Configuration["services:identity:http:0"] = "http://identity";
        builder.AddFloor("other");
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(host.Clock));
        builder.Services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options => options.BackchannelHttpHandler = host.Server.CreateHandler());
        var app = builder.Build();
        app.UseFloor();
        app.MapGet("/who", (Caller caller) => caller.Subject).RequireAuthorization();
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/who") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private static string Tampered(string token)
    {
        var parts = token.Split('.');
        var payload = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1])).Replace("citizen", "finance", StringComparison.Ordinal);
        return $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{parts[2]}";
    }

    private static string Unsigned(string token) =>
        $"{System.Buffers.Text.Base64Url.EncodeToString("{\"alg\":\"none\",\"typ\":\"at+jwt\"}"u8)}.{token.Split('.')[1]}.";
}
