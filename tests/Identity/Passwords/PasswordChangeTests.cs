using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Identity.Tests.Hosting;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Identity.Tests.Passwords;

public sealed class PasswordChangeTests : IClassFixture<SharedHost>, IDisposable
{
    private readonly IdentityHost host;
    private readonly HttpClient client;
    private readonly string email = SharedHost.NewEmail();

    public PasswordChangeTests(SharedHost shared) => (host, client) = (shared.Host, shared.Host.Anonymous());

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task Secret_WorksOnce()
    {
        var secret = await SecretAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await ChangeAsync(secret, IdentityHost.NewPassword)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await ChangeAsync(secret, "seven walnut boats in the fog")).StatusCode);
    }

    [Fact]
    public async Task Secret_UsedManyTimesAtOnce_WorksOnce()
    {
        var secret = await SecretAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => ChangeAsync(secret, $"seven walnut boats in fog {number}")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Secret_AfterThreeDays_HasEnded()
    {
        var secret = await SecretAsync();
        host.Clock.Advance(TimeSpan.FromHours(72));

        Assert.Equal(HttpStatusCode.Forbidden, (await ChangeAsync(secret, IdentityHost.NewPassword)).StatusCode);
    }

    [Fact]
    public async Task Password_ThatTheRulesRefuse_LeavesTheSecretUsable()
    {
        var secret = await SecretAsync();

        var weak = await ChangeAsync(secret, "passwordpassword");
        var same = await ChangeAsync(secret, secret);
        var good = await ChangeAsync(secret, IdentityHost.NewPassword);

        Assert.Equal(("guessable", "same"), (await CodeOf(weak), await CodeOf(same)));
        Assert.Equal(HttpStatusCode.NoContent, good.StatusCode);
    }

    [Fact]
    public async Task Password_IsChangedByThePresentOne()
    {
        await ChangeAsync(await SecretAsync(), IdentityHost.NewPassword);

        using var wrong = await client.PostAsJsonAsync(
            "/api/v1/identity/password", new { email, currentPassword = "not the present password", newPassword = "seven walnut boats in the fog" });
        using var right = await client.PostAsJsonAsync(
            "/api/v1/identity/password", new { email, currentPassword = IdentityHost.NewPassword, newPassword = "seven walnut boats in the fog" });

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NoContent), (wrong.StatusCode, right.StatusCode));
    }

    [Fact]
    public async Task Refusal_IsTheSame_WhetherTheAccountExistsOrNot()
    {
        await SecretAsync();

        using var known = await ChangeAsync("wrong", IdentityHost.NewPassword);
        using var unknown = await ChangeAsync("wrong", IdentityHost.NewPassword, account: "nobody@jk.gov.in");

        Assert.Equal(HttpStatusCode.Forbidden, known.StatusCode);
        Assert.Equal(known.StatusCode, unknown.StatusCode);
        var (one, other) = (await known.Content.ReadFromJsonAsync<JsonElement>(), await unknown.Content.ReadFromJsonAsync<JsonElement>());
        Assert.Equal((one.Text("type"), one.Text("detail")), (other.Text("type"), other.Text("detail")));
    }

    [Fact]
    public async Task Guesses_AreSlowedDownMoreAndMore_AlsoForAnAccountThatDoesNotExist()
    {
        foreach (var account in new[] { email, SharedHost.NewEmail() })
        {
            var answers = new List<HttpStatusCode>();
            for (var guess = 0; guess < 6; guess++)
                answers.Add((await ChangeAsync($"guess {guess}", IdentityHost.NewPassword, "203.0.113.7", account)).StatusCode);

            Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Forbidden, 5), HttpStatusCode.TooManyRequests], answers);
        }

        var first = await WaitAsync();
        host.Clock.Advance(first);
        await ChangeAsync("guess", IdentityHost.NewPassword, "203.0.113.7");
        Assert.Equal(first * 2, await WaitAsync());

        async Task<TimeSpan> WaitAsync() => (await ChangeAsync("guess", IdentityHost.NewPassword, "203.0.113.7")).Headers.RetryAfter!.Delta!.Value;
    }

    [Fact]
    public async Task Guesses_FromManyAddresses_DoNotLockTheOwnerOutOfTheirDesk()
    {
        await host.StaffAsync(email);
        const string Desk = "198.51.100.5";
        Assert.Equal(HttpStatusCode.Redirect, await SignInFromAsync(Desk));

        var last = HttpStatusCode.OK;
        for (var guess = 0; guess < 25; guess++)
            last = (await ChangeAsync("guess", "whatever it would be now", $"203.0.113.{guess}")).StatusCode;

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        Assert.Equal(HttpStatusCode.TooManyRequests, await SignInFromAsync("203.0.113.200"));
        Assert.Equal(HttpStatusCode.Redirect, await SignInFromAsync(Desk));
    }

    [Fact]
    public async Task Guesses_ManyAtOnce_AreCountedAll()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(guess => ChangeAsync($"guess {guess}", IdentityHost.NewPassword, "203.0.113.9")));

        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.Forbidden), 1, 5);
    }

    [Theory]
    [InlineData("198.18.0.0/15", HttpStatusCode.Forbidden)]
    [InlineData("10.0.0.0/8", HttpStatusCode.TooManyRequests)]
    public async Task Address_ThatIsForwarded_IsBelievedOfTheGatewayOnly(string gateways, HttpStatusCode last)
    {
        await using var elsewhere = new IdentityHost { Settings = { ["Identity:GatewayNetworks:0"] = gateways } };
        elsewhere.Replace += services => services.AddSingleton<IStartupFilter>(new CameFrom(IPAddress.Parse("198.18.0.1")));
        using var caller = elsewhere.Anonymous();
        var status = HttpStatusCode.OK;

        for (var guess = 0; guess < 7; guess++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/identity/password")
            {
                Content = JsonContent.Create(new { email, secret = "guess", newPassword = IdentityHost.NewPassword }),
                Headers = { { "X-Forwarded-For", $"203.0.113.{guess}" } },
            };
            status = (await caller.SendAsync(request)).StatusCode;
        }

        Assert.Equal(last, status);
    }

    private sealed class CameFrom(IPAddress address) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) =>
            {
                http.Connection.RemoteIpAddress = address;
                return rest(http);
            });
            next(app);
        };
    }

    private async Task<HttpStatusCode> SignInFromAsync(string address)
    {
        using var frontEnd = new FrontEnd(host.Browser());
        frontEnd.Browser.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        var page = await frontEnd.SignInPageAsync(frontEnd.Authorize(("client_id", "cli"), ("redirect_uri", "http://127.0.0.1:4000/callback")));
        using var answer = await frontEnd.SubmitAsync(page, "/connect/sign-in/staff", ("email", email), ("password", IdentityHost.NewPassword));
        return answer.StatusCode;
    }

    private async Task<string> SecretAsync()
    {
        using var administrator = host.Administrator();
        using var made = await administrator.PostAsJsonAsync("/api/v1/identity/staff", new { email, name = "Someone", roles = new[] { Roles.Officer } });
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).Text("oneTimeSecret")!;
    }

    private async Task<HttpResponseMessage> ChangeAsync(string secret, string newPassword, string? from = null, string? account = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/identity/password") { Content = JsonContent.Create(new { email = account ?? email, secret, newPassword }) };
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        return await client.SendAsync(request);
    }

    private static async Task<string?> CodeOf(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0].Text("code");
}
