using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Contracts.Identity;
using EServices.Identity.Tests.Hosting;
using EServices.Local.Demo;
using EServices.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace EServices.Identity.Tests.OneTimeCodes;

public sealed class OtpGrantTests : IClassFixture<SharedHost>, IDisposable
{
    private readonly IdentityHost host;
    private readonly FrontEnd app;
    private readonly string mobile;
    private readonly string otherMobile;

    public OtpGrantTests(SharedHost shared) =>
        (host, app, mobile, otherMobile) = (shared.Host, new FrontEnd(shared.Host.Anonymous()), shared.NewMobile(), shared.NewMobile());

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task Code_IsSentInTheLanguageAskedFor()
    {
        var answer = await AskAsync(new { mobile = $"{mobile[3..8]} {mobile[8..]}", language = "hi" });

        var issued = await host.PublishedAsync<OneTimeCodeIssued>(sent => sent.Mobile == mobile);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal((mobile, "hi", "otp-sign-in"), (issued.Mobile, issued.Language, issued.Template));
        Assert.Matches("^[0-9]{6}$", issued.Code);
        Assert.DoesNotContain(issued.Code, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"mobile":"12345"}""")]
    [InlineData("""{"mobile":null}""")]
    [InlineData("""{}""")]
    [InlineData("""{"mobile":"+14155550100"}""")]
    public async Task Code_ForNoMobileNumber_IsRefusedByField(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await app.Browser.PostAsync(new Uri("/api/v1/identity/otp", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("/mobile", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0].Text("pointer"));
    }

    [Fact]
    public async Task SignIn_Twice_IsTheSameAccount()
    {
        var first = new JsonWebToken(await SignIn.CitizenAsync(app.Browser, mobile, () => host.CodeAsync(mobile)));
        host.Clock.Advance(TimeSpan.FromDays(3));
        var second = new JsonWebToken(await SignIn.CitizenAsync(app.Browser, mobile, NewestAsync));

        Assert.Equal(first.Subject, second.Subject);

        async Task<string> NewestAsync()
        {
            await Eventually.HoldsAsync(() => host.Published.OfType<OneTimeCodeIssued>().Count(sent => sent.Mobile == mobile) == 2, () => "no second code");
            return await host.CodeAsync(mobile);
        }
    }

    [Fact]
    public async Task Code_UsedTwice_IsRefused()
    {
        await AskAsync(new { mobile });
        var code = await host.CodeAsync(mobile);

        var first = await GrantAsync(code);
        var second = await GrantAsync(code);

        Assert.NotNull(first.Text("access_token"));
        Assert.NotNull(first.Text("refresh_token"));
        Assert.Equal("invalid_grant", second.Text("error"));
    }

    [Fact]
    public async Task Code_UsedManyTimesAtOnce_WorksOnce()
    {
        await AskAsync(new { mobile });
        var code = await host.CodeAsync(mobile);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => GrantAsync(code)));

        Assert.Single(answers, answer => answer.Text("access_token") is not null);
    }

    [Fact]
    public async Task Code_FiveTimesWrong_HasEndedAlsoWhenRight()
    {
        await AskAsync(new { mobile });
        var code = await host.CodeAsync(mobile);
        var wrong = code == "000000" ? "000001" : "000000";

        for (var attempt = 0; attempt < 5; attempt++)
            Assert.Equal("invalid_grant", (await GrantAsync(wrong)).Text("error"));

        Assert.Equal("invalid_grant", (await GrantAsync(code)).Text("error"));
    }

    [Fact]
    public async Task Code_AfterFiveMinutes_HasEnded()
    {
        await AskAsync(new { mobile });
        var code = await host.CodeAsync(mobile);
        host.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("invalid_grant", (await GrantAsync(code)).Text("error"));
    }

    [Fact]
    public async Task Code_OfAnotherNumber_IsRefused()
    {
        await AskAsync(new { mobile });
        await AskAsync(new { mobile = otherMobile });
        var code = await host.CodeAsync(mobile);

        Assert.Equal("invalid_grant", (await GrantAsync(code, otherMobile)).Text("error"));
    }

    [Fact]
    public async Task Asking_AgainTooSoon_IsToldWhenToComeBack()
    {
        await AskAsync(new { mobile });
        host.Clock.Advance(TimeSpan.FromSeconds(10));

        var soon = await AskAsync(new { mobile });
        host.Clock.Advance(TimeSpan.FromSeconds(20));
        var later = await AskAsync(new { mobile });

        Assert.Equal(HttpStatusCode.TooManyRequests, soon.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(20), soon.Headers.RetryAfter!.Delta);
        Assert.Equal("urn:eservices:problem:too-many-attempts", (await soon.Content.ReadFromJsonAsync<JsonElement>()).Text("type"));
        Assert.Equal(HttpStatusCode.Accepted, later.StatusCode);
    }

    [Fact]
    public async Task Asking_ForManyNumbersFromOneAddress_IsSlowedDown_AndNobodyElse()
    {
        var answers = new List<HttpStatusCode>();
        for (var number = 0; number < 31; number++)
            answers.Add((await AskAsync(new { mobile = $"98000000{number:00}" }, "203.0.113.7")).StatusCode);

        Assert.Equal(30, answers.Count(status => status == HttpStatusCode.Accepted));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        Assert.Equal(HttpStatusCode.Accepted, (await AskAsync(new { mobile = "9800000099" }, "203.0.113.8")).StatusCode);
    }

    [Fact]
    public async Task Grant_WithoutItsParameters_IsAnInvalidRequest()
    {
        var refused = await app.TokenAsync(("grant_type", "urn:eservices:params:oauth:grant-type:otp"), ("client_id", "cli"));

        Assert.Equal("invalid_request", refused.Text("error"));
    }

    private Task<JsonElement> GrantAsync(string code, string? of = null) => app.TokenAsync(
        ("grant_type", "urn:eservices:params:oauth:grant-type:otp"), ("client_id", "cli"), ("scope", "openid offline_access"), ("mobile", of ?? mobile), ("code", code));

    private Task<HttpResponseMessage> AskAsync(object body, string? from = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/identity/otp") { Content = JsonContent.Create(body) };
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        return app.Browser.SendAsync(request);
    }
}
