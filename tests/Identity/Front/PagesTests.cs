using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Contracts.Identity;
using EServices.Identity.Tests.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;

namespace EServices.Identity.Tests.Front;

public sealed class PagesTests : IClassFixture<SharedHost>, IDisposable
{
    private readonly IdentityHost host;
    private readonly FrontEnd frontEnd;
    private readonly string mobile;
    private readonly string email = SharedHost.NewEmail();

    public PagesTests(SharedHost shared) => (host, frontEnd, mobile) = (shared.Host, new FrontEnd(shared.Host.Browser()), shared.NewMobile());

    public void Dispose() => frontEnd.Dispose();

    [Theory]
    [InlineData("ur", null, "ur", "rtl", "شہری")]
    [InlineData("hi-IN", null, "hi", "ltr", "नागरिक")]
    [InlineData(null, "fr-FR, ur;q=0.8, en;q=0.9", "en", "ltr", "Citizens")]
    [InlineData("hi", "ur", "hi", "ltr", "नागरिक")]
    [InlineData(null, "fr", "en", "ltr", "Citizens")]
    public async Task Page_IsInTheLanguageAskedForOrPreferred(string? asked, string? preferred, string tag, string direction, string word)
    {
        if (preferred is not null)
            frontEnd.Browser.DefaultRequestHeaders.Add("Accept-Language", preferred);

        var page = await frontEnd.SignInPageAsync(frontEnd.Authorize(("ui_locales", asked)));

        Assert.Contains($"<html lang=\"{tag}\" dir=\"{direction}\">", page, StringComparison.Ordinal);
        Assert.Contains(word, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_LetsNothingElseIn()
    {
        using var sent = await frontEnd.GetAsync(frontEnd.Authorize());
        using var page = await frontEnd.GetAsync(sent.Headers.Location!.OriginalString);

        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal("default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:5173; base-uri 'none'; frame-ancestors 'none'", policy);
        Assert.Equal("no-store", page.Headers.CacheControl!.ToString());
        var html = await page.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(src|href)=\"https?:", html);
        using var style = await frontEnd.GetAsync("/connect/style.css");
        Assert.Equal("text/css", style.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Page_ShowsWhatWasTypedAsTextOnly()
    {
        var page = await frontEnd.SignInPageAsync(frontEnd.Authorize());

        using var answer = await frontEnd.SubmitAsync(page, "/connect/sign-in/staff", ("email", "\"><script>alert(1)</script>"), ("password", "x"));

        Assert.DoesNotContain("<script>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Citizen_SignsInByNumberAndCode()
    {
        var page = await frontEnd.SignInPageAsync(frontEnd.Authorize(("ui_locales", "ur")));
        using var sent = await frontEnd.SubmitAsync(page, "/connect/sign-in/mobile", ("mobile", mobile[3..]));
        var codePage = await sent.Content.ReadAsStringAsync();
        var issued = await host.PublishedAsync<OneTimeCodeIssued>(sent => sent.Mobile == mobile);
        var wrong = issued.Code == "000000" ? "000001" : "000000";

        using var refused = await frontEnd.SubmitAsync(codePage, "/connect/sign-in/code", ("code", wrong));
        using var accepted = await frontEnd.SubmitAsync(await refused.Content.ReadAsStringAsync(), "/connect/sign-in/code", ("code", issued.Code));
        var answer = await frontEnd.AnswerAsync(accepted.Headers.Location!.OriginalString);
        var tokens = await frontEnd.ExchangeAsync(answer["code"]);

        Assert.Equal("ur", issued.Language);
        Assert.DoesNotContain(mobile[3..], codePage, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(mobile, new JsonWebToken(tokens.Text("id_token")).GetPayloadValue<string>("phone_number"));
    }

    [Fact]
    public async Task Staff_WithAOneTimeSecret_ChooseAPasswordAndAreSignedIn()
    {
        var secret = await SecretAsync();
        var page = await frontEnd.SignInPageAsync(frontEnd.Authorize());
        using var must = await frontEnd.SubmitAsync(page, "/connect/sign-in/staff", ("email", email), ("password", secret));
        var change = await must.Content.ReadAsStringAsync();

        using var differ = await frontEnd.SubmitAsync(change, "/connect/sign-in/password", ("newPassword", "one thing and"), ("repeatPassword", "another thing"));
        using var weak = await frontEnd.SubmitAsync(change, "/connect/sign-in/password", ("newPassword", "passwordpassword"), ("repeatPassword", "passwordpassword"));
        using var good = await frontEnd.SubmitAsync(change, "/connect/sign-in/password", ("newPassword", IdentityHost.NewPassword), ("repeatPassword", IdentityHost.NewPassword));
        var answer = await frontEnd.AnswerAsync(good.Headers.Location!.OriginalString);
        using var again = await frontEnd.SubmitAsync(change, "/connect/sign-in/password", ("newPassword", "seven walnut boats in the fog"), ("repeatPassword", "seven walnut boats in the fog"));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (differ.StatusCode, weak.StatusCode));
        Assert.NotEmpty(answer["code"]);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Fact]
    public async Task Ticket_AfterTenMinutes_HasEnded()
    {
        var secret = await SecretAsync();
        var page = await frontEnd.SignInPageAsync(frontEnd.Authorize());
        using var sent = await frontEnd.SubmitAsync(page, "/connect/sign-in/staff", ("email", email), ("password", secret));
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        using var late = await frontEnd.SubmitAsync(
            await sent.Content.ReadAsStringAsync(), "/connect/sign-in/password", ("newPassword", IdentityHost.NewPassword), ("repeatPassword", IdentityHost.NewPassword));

        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
        Assert.Contains("This page has ended", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/connect/authorize?")]
    [InlineData("/connect/authorize.evil")]
    public async Task Return_ToElsewhere_IsRefused(string address)
    {
        using var opened = await frontEnd.GetAsync($"/connect/sign-in?return={Uri.EscapeDataString(address)}");

        Assert.Equal(HttpStatusCode.BadRequest, opened.StatusCode);
        Assert.DoesNotContain("<form", await opened.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_FromElsewhere_DoesNothing()
    {
        await host.StaffAsync(email);
        using var forged = await frontEnd.Browser.PostAsync(new Uri("/connect/sign-in/staff", UriKind.Relative), new FormUrlEncodedContent(
        [
            KeyValuePair.Create("return", frontEnd.Authorize()),
            KeyValuePair.Create("email", email),
            KeyValuePair.Create("password", IdentityHost.NewPassword),
        ]));

        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.Equal("login_required", (await frontEnd.AnswerAsync(frontEnd.Authorize(("prompt", "none"))))["error"]);
    }

    [Fact]
    public async Task Cookies_AreOutOfReachOfScriptsAndOtherSites()
    {
        await host.StaffAsync(email);
        var page = await frontEnd.SignInPageAsync(frontEnd.Authorize());

        using var signedIn = await frontEnd.SubmitAsync(page, "/connect/sign-in/staff", ("email", email), ("password", IdentityHost.NewPassword));

        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"), set => set.StartsWith("eservices-session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/connect", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Me_LearnsTheNameThatTheCitizenTells()
    {
        using var gateway = host.Anonymous();
        var token = await Local.Demo.SignIn.CitizenAsync(gateway, mobile, () => host.CodeAsync(mobile));
        gateway.DefaultRequestHeaders.Authorization = new("Bearer", token);

        using var refused = await gateway.PutAsJsonAsync("/api/v1/identity/me", new { name = "", language = "xx" });
        using var told = await gateway.PutAsJsonAsync("/api/v1/identity/me", new { name = "Haleema Begum", language = "ur" });
        var me = await gateway.GetFromJsonAsync<JsonElement>("/api/v1/identity/me");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (refused.StatusCode, told.StatusCode));
        Assert.Equal(("Haleema Begum", "ur", mobile), (me.Text("name"), me.Text("language"), me.Text("mobile")));
    }

    [Fact]
    public async Task Me_WithoutAToken_IsRefused()
    {
        using var answer = await frontEnd.GetAsync("/api/v1/identity/me");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    /// <summary>A one-time secret of an account that has set a password before.</summary>
    private async Task<string> SecretAsync()
    {
        await host.StaffAsync(email);
        using var issued = await frontEnd.Browser.PostAsync(new Uri($"/sandbox/staff/{email}/secret", UriKind.Relative), null);
        return (await issued.Content.ReadFromJsonAsync<JsonElement>()).Text("oneTimeSecret")!;
    }
}
