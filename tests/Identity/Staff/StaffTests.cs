using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EServices.Identity.Staff;
using EServices.Identity.Tests.Hosting;
using EServices.Local.Demo;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace EServices.Identity.Tests.Staff;

public sealed class StaffTests : IAsyncDisposable
{
    private const string Email = "tehsildar@jk.gov.in";

    private readonly IdentityHost host = new(sandbox: true);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task FirstStart_TellsTheFirstAdministratorsSecretOnce_AndKeepsItsHashOnly()
    {
        using var client = host.Anonymous();

        var line = Assert.Single(host.Announced.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));

        Assert.Matches("^First administrator administrator@jk\\.gov\\.in one-time secret: ([0-9A-Z]{5}-){4}[0-9A-Z]{5}\r?$", line);
        var first = await Store().FirstAsync(StaffMember.ByEmail.Where("administrator@jk.gov.in"), CancellationToken.None);
        Assert.StartsWith("$argon2id$", first!.SecretHash);
        Assert.DoesNotContain(host.Log.Lines, logged => logged.Contains(host.FirstSecret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task FirstAdministrator_SetsAPasswordBeforeAnythingElse()
    {
        using var client = host.Anonymous();
        var secret = host.FirstSecret;

        await Assert.ThrowsAsync<SignInException>(() => SignIn.StaffAsync(client, "administrator@jk.gov.in", secret));
        await ChangeAsync(client, "administrator@jk.gov.in", secret, IdentityHost.NewPassword);
        var token = await SignIn.StaffAsync(client, "administrator@jk.gov.in", IdentityHost.NewPassword);

        Assert.Equal([Roles.Administrator], new JsonWebToken(token).GetPayloadValue<string[]>("role"));
    }

    [Fact]
    public async Task FirstStart_MakesAccountsForThePacksPeople_WithNoSecretAtAll()
    {
        using var client = host.Anonymous();
        var pack = host.Services.GetRequiredService<StatePack>();
        Assert.NotEmpty(pack.Staff);
        Assert.NotEmpty(pack.Operators);

        foreach (var person in pack.Staff)
        {
            var account = await Store().FirstAsync(StaffMember.ByEmail.Where(person.Email), CancellationToken.None);
            Assert.Equal((person.Name, person.Territory.ToString(), SecretKind.None, null), (account!.Name, account.Office, account.SecretKind, account.SecretHash));
            Assert.Equal(person.Roles, account.Roles);
        }
        foreach (var person in pack.Operators)
            Assert.Equal([Roles.Operator], (await Store().FirstAsync(StaffMember.ByEmail.Where(person.StaffEmail), CancellationToken.None))!.Roles);
    }

    [Fact]
    public async Task SandboxSecret_LetsADemonstrationActAsThePacksStaff()
    {
        using var client = host.Anonymous();
        var person = host.Services.GetRequiredService<StatePack>().Operators[0];

        using var issued = await client.PostAsync(new Uri($"/sandbox/staff/{person.StaffEmail}/secret", UriKind.Relative), null);
        await ChangeAsync(client, person.StaffEmail, (await issued.Content.ReadFromJsonAsync<JsonElement>()).Text("oneTimeSecret")!, IdentityHost.NewPassword);
        var token = new JsonWebToken(await SignIn.StaffAsync(client, person.StaffEmail, IdentityHost.NewPassword));
        var cast = await client.GetFromJsonAsync<JsonElement>("/sandbox/staff?role=operator");

        Assert.Equal(person.StaffEmail, token.GetPayloadValue<string>("email"));
        Assert.Equal($"tehsil:{person.HomeTehsil}", token.GetPayloadValue<string>("lgd"));
        Assert.Contains(cast.GetProperty("items").EnumerateArray(), player => player.Text("email") == person.StaffEmail);
    }

    [Fact]
    public async Task SandboxSecret_OutsideASandbox_IsNotThere()
    {
        await using var real = new IdentityHost();
        using var client = real.Anonymous();
        var person = real.Services.GetRequiredService<StatePack>().Staff[0];

        using var answer = await client.PostAsync(new Uri($"/sandbox/staff/{person.Email}/secret", UriKind.Relative), null);
        using var list = await client.GetAsync(new Uri("/sandbox/staff", UriKind.Relative));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (answer.StatusCode, list.StatusCode));
    }

    [Fact]
    public async Task List_TellsAccountsByPages_AndNoSecret()
    {
        using var administrator = host.Administrator();
        await host.StaffAsync(Email);

        var accounts = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await administrator.GetFromJsonAsync<JsonElement>($"/api/v1/identity/staff?limit=100&cursor={cursor}");
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 100);
            accounts.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.Text("next");
        }
        while (!string.IsNullOrEmpty(cursor));

        var pack = host.Services.GetRequiredService<StatePack>();
        Assert.Equal(pack.Staff.Count + pack.Operators.Count + 2, accounts.Select(account => account.Text("id")).Distinct().Count());
        Assert.All(accounts, account => Assert.DoesNotContain("argon2", account.GetRawText(), StringComparison.Ordinal));
        var mine = Assert.Single(accounts, account => account.Text("email") == Email);
        Assert.Equal("password", mine.Text("secret"));
    }

    [Fact]
    public async Task Disable_EndsSignInSessionsAndRefreshTokens_AndEnableBringsTheAccountBack()
    {
        var id = await host.StaffAsync(Email);
        using var administrator = host.Administrator();
        using var frontEnd = new FrontEnd(host.Browser());
        var answer = await frontEnd.SignInStaffAsync(Email, IdentityHost.NewPassword);
        var tokens = await frontEnd.ExchangeAsync(answer["code"]);

        Assert.Equal(HttpStatusCode.OK, (await ActAsync(administrator, id, "disable")).StatusCode);

        Assert.Equal("invalid_grant", (await frontEnd.RefreshAsync(tokens.Text("refresh_token")!)).Text("error"));
        Assert.Equal("login_required", (await frontEnd.AnswerAsync(frontEnd.Authorize(("prompt", "none"))))["error"]);
        await Assert.ThrowsAsync<SignInException>(() => SignIn.StaffAsync(frontEnd.Browser, Email, IdentityHost.NewPassword));
        Assert.Equal(HttpStatusCode.OK, (await ActAsync(administrator, id, "enable")).StatusCode);
        Assert.NotEmpty(await SignIn.StaffAsync(frontEnd.Browser, Email, IdentityHost.NewPassword));
    }

    [Fact]
    public async Task ResetSecret_EndsThePasswordAndGivesANewSecret()
    {
        var id = await host.StaffAsync(Email);
        using var administrator = host.Administrator();
        using var person = host.Anonymous();

        using var answer = await ActAsync(administrator, id, "reset-secret");
        var secret = (await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("oneTimeSecret")!;

        await Assert.ThrowsAsync<SignInException>(() => SignIn.StaffAsync(person, Email, IdentityHost.NewPassword));
        await ChangeAsync(person, Email, secret, "seven walnut boats in the fog");
        Assert.NotEmpty(await SignIn.StaffAsync(person, Email, "seven walnut boats in the fog"));
    }

    [Fact]
    public async Task Disable_OfOnesOwnAccount_AndUnknownIdsAndActions_AreRefused()
    {
        var id = await host.StaffAsync(Email, roles: Roles.Administrator);
        using var self = host.As(Roles.Administrator, id);

        Assert.Equal(HttpStatusCode.Conflict, (await ActAsync(self, id, "disable")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ActAsync(self, "stf_unknown", "disable")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ActAsync(self, id, "promote")).StatusCode);
    }

    private DocumentStore<StaffMember> Store() => host.Services.GetRequiredService<DocumentStore<StaffMember>>();

    private static async Task ChangeAsync(HttpClient client, string email, string secret, string newPassword)
    {
        using var changed = await client.PostAsJsonAsync("/api/v1/identity/password", new { email, secret, newPassword });
        Assert.True(changed.StatusCode == HttpStatusCode.NoContent, await changed.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> ActAsync(HttpClient client, string id, string action) =>
        client.PostAsync(new Uri($"/api/v1/identity/staff/{id}/actions/{action}", UriKind.Relative), null);
}
