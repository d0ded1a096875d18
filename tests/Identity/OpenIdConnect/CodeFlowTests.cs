using System.Net;
using EServices.Identity.Tests.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;

namespace EServices.Identity.Tests.OpenIdConnect;

/// <summary>Authorization code with PKCE, as a web front end goes it: one host for all, each test with an account and a browser of its own.</summary>
public sealed class CodeFlowTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private IdentityHost Host => shared.Host;

    [Fact]
    public async Task Code_WithItsVerifier_GivesTokensForTheOneWhoSignedIn()
    {
        var email = await NewStaffAsync();
        using var frontEnd = new FrontEnd(Host.Browser());

        var answer = await frontEnd.SignInStaffAsync(email, IdentityHost.NewPassword);
        var tokens = await frontEnd.ExchangeAsync(answer["code"]);

        Assert.Equal("of-the-test", answer["state"]);
        Assert.Equal("http://localhost:8080/", answer["iss"]);
        Assert.Equal("3600", tokens.Text("expires_in"));
        var idToken = new JsonWebToken(tokens.Text("id_token"));
        Assert.Equal("n-1", idToken.GetPayloadValue<string>("nonce"));
        Assert.Equal(["web"], idToken.Audiences);
        Assert.Equal(email, idToken.GetPayloadValue<string>("email"));
        Assert.Equal(Host.Clock.GetUtcNow().ToUnixTimeSeconds(), idToken.GetPayloadValue<long>("auth_time"));
        Assert.Equal("urn:eservices:acr:password", idToken.GetPayloadValue<string>("acr"));
        Assert.False(new JsonWebToken(tokens.Text("access_token")).TryGetPayloadValue<string>("generation", out _));
    }

    [Fact]
    public async Task IdToken_TellsOnlyWhatWasAskedFor_AccessTokenWhatServicesNeed()
    {
        var email = await NewStaffAsync();
        using var frontEnd = new FrontEnd(Host.Browser());

        var answer = await frontEnd.SignInStaffAsync(email, IdentityHost.NewPassword, frontEnd.Authorize(("scope", "openid")));
        var tokens = await frontEnd.ExchangeAsync(answer["code"]);

        Assert.False(new JsonWebToken(tokens.Text("id_token")).TryGetPayloadValue<string>("email", out _));
        Assert.Equal(email, new JsonWebToken(tokens.Text("access_token")).GetPayloadValue<string>("email"));
        Assert.Null(tokens.Text("refresh_token"));
    }

    [Fact]
    public async Task Code_WithAnotherVerifier_IsRefused()
    {
        using var frontEnd = new FrontEnd(Host.Browser());
        var answer = await frontEnd.SignInStaffAsync(await NewStaffAsync(), IdentityHost.NewPassword);

        var refused = await frontEnd.ExchangeAsync(answer["code"], ("code_verifier", new string('x', 43)));

        Assert.Equal("invalid_grant", refused.Text("error"));
    }

    [Fact]
    public async Task Code_UsedTwice_IsRefusedAndTakesTheFirstTokensWithIt()
    {
        using var frontEnd = new FrontEnd(Host.Browser());
        var answer = await frontEnd.SignInStaffAsync(await NewStaffAsync(), IdentityHost.NewPassword);
        var tokens = await frontEnd.ExchangeAsync(answer["code"]);

        var replayed = await frontEnd.ExchangeAsync(answer["code"]);
        var refreshed = await frontEnd.RefreshAsync(tokens.Text("refresh_token")!);

        Assert.Equal("invalid_grant", replayed.Text("error"));
        Assert.Equal("invalid_grant", refreshed.Text("error"));
    }

    [Fact]
    public async Task Code_UsedTwiceAtOnce_WorksOnce()
    {
        using var frontEnd = new FrontEnd(Host.Browser());
        var answer = await frontEnd.SignInStaffAsync(await NewStaffAsync(), IdentityHost.NewPassword);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => frontEnd.ExchangeAsync(answer["code"])));

        Assert.Single(answers, tokens => tokens.Text("access_token") is not null);
        Assert.All(answers.Where(tokens => tokens.Text("access_token") is null), refused => Assert.Equal("invalid_grant", refused.Text("error")));
    }

    [Fact]
    public async Task Code_ExchangedForAnotherRedirect_IsRefused()
    {
        using var frontEnd = new FrontEnd(Host.Browser());
        var answer = await frontEnd.SignInStaffAsync(await NewStaffAsync(), IdentityHost.NewPassword);

        var refused = await frontEnd.ExchangeAsync(answer["code"], ("redirect_uri", "http://127.0.0.1:9999/signed-in"));

        Assert.Equal("invalid_grant", refused.Text("error"));
    }

    [Theory]
    [InlineData("https://evil.example/signed-in")]
    [InlineData("http://127.0.0.1.evil.example/signed-in")]
    [InlineData("http://user@127.0.0.1/signed-in")]
    [InlineData("http://127.0.0.1:5173/signed-in#fragment")]
    [InlineData("javascript:alert(1)")]
    public async Task Redirect_ThatIsNotTheClients_IsAnsweredHereAndNotThere(string redirect)
    {
        using var frontEnd = new FrontEnd(Host.Browser());

        using var answer = await frontEnd.GetAsync(frontEnd.Authorize(("redirect_uri", redirect)));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("scope", "openid all-of-it", "invalid_scope")]
    public async Task Request_ThatIsWrong_GetsNoCodeAlsoForWhoIsSignedIn(string parameter, string? value, string error)
    {
        using var frontEnd = new FrontEnd(Host.Browser());
        await frontEnd.SignInStaffAsync(await NewStaffAsync(), IdentityHost.NewPassword);

        using var answer = await frontEnd.GetAsync(frontEnd.Authorize((parameter, value)));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"<code>{error}</code>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_ThatIsUnknown_IsToldOnAPage()
    {
        using var frontEnd = new FrontEnd(Host.Browser());

        using var answer = await frontEnd.GetAsync(frontEnd.Authorize(("client_id", "<script>nobody</script>")));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain("<script>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_None_AnswersAtOnceWhoeverIsSignedIn()
    {
        using var frontEnd = new FrontEnd(Host.Browser());

        var before = await frontEnd.AnswerAsync(frontEnd.Authorize(("prompt", "none")));
        await frontEnd.SignInStaffAsync(await NewStaffAsync(), IdentityHost.NewPassword);
        var after = await frontEnd.AnswerAsync(frontEnd.Authorize(("prompt", "none")));

        Assert.Equal("login_required", before["error"]);
        Assert.NotEmpty(after["code"]);
    }

    [Fact]
    public async Task Prompt_Login_AsksAgainAlsoWhoIsSignedIn()
    {
        var email = await NewStaffAsync();
        using var frontEnd = new FrontEnd(Host.Browser());
        await frontEnd.SignInStaffAsync(email, IdentityHost.NewPassword);

        var again = await frontEnd.SignInStaffAsync(email, IdentityHost.NewPassword, frontEnd.Authorize(("prompt", "login")));

        Assert.NotEmpty(again["code"]);
    }

    [Fact]
    public async Task MaxAge_AsksAgainWhoSignedInLongerAgo()
    {
        var email = await NewStaffAsync();
        using var frontEnd = new FrontEnd(Host.Browser());
        await frontEnd.SignInStaffAsync(email, IdentityHost.NewPassword);

        Host.Clock.Advance(TimeSpan.FromSeconds(61));
        var stale = await frontEnd.AnswerAsync(frontEnd.Authorize(("max_age", "60"), ("prompt", "none")));
        var again = await frontEnd.SignInStaffAsync(email, IdentityHost.NewPassword, frontEnd.Authorize(("max_age", "60")));

        Assert.Equal("login_required", stale["error"]);
        Assert.NotEmpty(again["code"]);
    }

    [Fact]
    public async Task Code_AfterFiveMinutes_HasEnded()
    {
        using var frontEnd = new FrontEnd(Host.Browser());
        var answer = await frontEnd.SignInStaffAsync(await NewStaffAsync(), IdentityHost.NewPassword);

        Host.Clock.Advance(TimeSpan.FromMinutes(5.1));
        var late = await frontEnd.ExchangeAsync(answer["code"]);

        Assert.Equal("invalid_grant", late.Text("error"));
    }

    [Fact]
    public async Task Logout_WithTheIdToken_EndsTheSessionAndReturns()
    {
        using var frontEnd = new FrontEnd(Host.Browser());
        var answer = await frontEnd.SignInStaffAsync(await NewStaffAsync(), IdentityHost.NewPassword);
        var idToken = (await frontEnd.ExchangeAsync(answer["code"])).Text("id_token");

        using var left = await frontEnd.GetAsync(
            $"/connect/logout?client_id=web&state=bye&id_token_hint={idToken}&post_logout_redirect_uri={Uri.EscapeDataString("http://localhost:5173/")}");
        var after = await frontEnd.AnswerAsync(frontEnd.Authorize(("prompt", "none")));

        Assert.Equal("http://localhost:5173/?state=bye", left.Headers.Location!.OriginalString);
        Assert.Equal("login_required", after["error"]);
    }

    [Fact]
    public async Task Logout_ByABareLink_AsksFirst()
    {
        using var frontEnd = new FrontEnd(Host.Browser());
        await frontEnd.SignInStaffAsync(await NewStaffAsync(), IdentityHost.NewPassword);

        var page = await frontEnd.Browser.GetStringAsync(new Uri("/connect/logout", UriKind.Relative));
        var still = await frontEnd.AnswerAsync(frontEnd.Authorize(("prompt", "none")));
        using var left = await frontEnd.SubmitAsync(page, "/connect/logout");
        var after = await frontEnd.AnswerAsync(frontEnd.Authorize(("prompt", "none")));

        Assert.NotEmpty(still["code"]);
        Assert.Equal("/connect/signed-out", left.Headers.Location!.OriginalString);
        Assert.Equal("login_required", after["error"]);
    }

    private async Task<string> NewStaffAsync()
    {
        var email = SharedHost.NewEmail();
        await Host.StaffAsync(email);
        return email;
    }
}
