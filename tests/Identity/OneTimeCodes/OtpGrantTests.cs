using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Contracts.Identity;
using EServices.Identity.Tests.Hosting;
using EServices.Local.Demo;
using EServices.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace EServices.Identity.Tests.OneTimeCodes;

public sealed class OtpGrantTests : IAsyncDisposable
{
    private const string Mobile = "+919906000003";

    private readonly IdentityHost host = new();
    private readonly FrontEnd app;

    public OtpGrantTests() => app = new FrontEnd(host.Anonymous());

    public async ValueTask DisposeAsync()
    {
        app.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Code_IsSentInTheLanguageAskedFor()
    {
        var answer = await AskAsync(new { mobile = "99060 00003", language = "hi" });

        var issued = await host.PublishedAsync<OneTimeCodeIssued>();
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal((Mobile, "hi", "otp-sign-in"), (issued.Mobile, issued.Language, issued.Template));
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
        var first = new JsonWebToken(await SignIn.CitizenAsync(app.Browser, Mobile, () => host.CodeAsync(Mobile)));
        host.Clock.Advance(TimeSpan.FromDays(3));
        var second = new JsonWebToken(await SignIn.CitizenAsync(app.Browser, Mobile, NewestAsync));

        Assert.Equal(first.Subject, second.Subject);

        async Task<string> NewestAsync()
        {
            await Eventually.HoldsAsync(() => host.Published.OfType<OneTimeCodeIssued>().Count() == 2, () => "no second code");
            return await host.CodeAsync(Mobile);
        }
    }

    [Fact]
    public async Task Code_UsedTwice_IsRefused()
    {
        await AskAsync(new { mobile = Mobile });
        var code = await host.CodeAsync(Mobile);

        var first = await GrantAsync(code);
        var second = await GrantAsync(code);

        Assert.NotNull(first.Text("access_token"));
        Assert.NotNull(first.Text("refresh_token"));
        Assert.Equal("invalid_grant", second.Text("error"));
    }

    [Fact]
    public async Task Code_UsedManyTimesAtOnce_WorksOnce()
    {
        await AskAsync(new { mobile = Mobile });
        var code = await host.CodeAsync(Mobile);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => GrantAsync(code)));

        Assert.Single(answers, answer => answer.Text("access_token") is not null);
    }

    [Fact]
    public async Task Code_FiveTimesWrong_HasEndedAlsoWhenRight()
    {
        await AskAsync(new { mobile = Mobile });
        var code = await host.CodeAsync(Mobile);
        var wrong = code == "000000" ? "000001" : "000000";

        for (var attempt = 0; attempt < 5; attempt++)
            Assert.Equal("invalid_grant", (await GrantAsync(wrong)).Text("error"));

        Assert.Equal("invalid_grant", (await GrantAsync(code)).Text("error"));
    }

    [Fact]
    public async Task Code_AfterFiveMinutes_HasEnded()
    {
        await AskAsync(new { mobile = Mobile });
        var code = await host.CodeAsync(Mobile);
        host.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("invalid_grant", (await GrantAsync(code)).Text("error"));
    }

    [Fact]
    public async Task Code_OfAnotherNumber_IsRefused()
    {
        await AskAsync(new { mobile = Mobile });
        await AskAsync(new { mobile = "+919906000004" });
        var code = await host.CodeAsync(Mobile);

        Assert.Equal("invalid_grant", (await GrantAsync(code, "+919906000004")).Text("error"));
    }

    [Fact]
    public async Task Asking_AgainTooSoon_IsToldWhenToComeBack()
    {
        await AskAsync(new { mobile = Mobile });
        host.Clock.Advance(TimeSpan.FromSeconds(10));

        var soon = await AskAsync(new { mobile = Mobile });
        host.Clock.Advance(TimeSpan.FromSeconds(20));
        var later = await AskAsync(new { mobile = Mobile });

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

    private Task<JsonElement> GrantAsync(string code, string mobile = Mobile) => app.TokenAsync(
        ("grant_type", "urn:eservices:params:oauth:grant-type:otp"), ("client_id", "cli"), ("scope", "openid offline_access"), ("mobile", mobile), ("code", code));

    private Task<HttpResponseMessage> AskAsync(object body, string? from = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/identity/otp") { Content = JsonContent.Create(body) };
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        return app.Browser.SendAsync(request);
    }
}
