using System.Net;
using System.Text;
using EServices.Catalogue.Services;
using EServices.Catalogue.Tests.Support;
using EServices.Contracts.Catalogue;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Services;

public sealed class AdministrationTests
{
    private const string Path = "/api/v1/catalogue/services/domicile-certificate/actions/suspend";

    [Fact]
    public async Task Suspended_LeavesListsAndCounts_IsTold_AndComesBackAsANewVersion()
    {
        await using var host = new CatalogueHost();
        var all = await host.LaunchesPublishedAsync();

        using var suspended = await host.ActAsync("suspend", new { reason = "  Office flooded  " });

        Assert.Equal(HttpStatusCode.OK, suspended.StatusCode);
        Assert.Equal(new ServiceSuspended("domicile-certificate", 1, "Office flooded"), await host.PublishedAsync<ServiceSuspended>());
        Assert.DoesNotContain("domicile-certificate", await host.AllIdsAsync());
        Assert.Equal(all - 1, (await host.JsonAsync("/api/v1/statistics/services")).GetProperty("online").GetInt32());
        var seen = await host.JsonAsync("/api/v1/services/domicile-certificate");
        Assert.Equal(("suspended", "Office flooded"), (seen.GetProperty("state").GetString(), seen.GetProperty("suspendedBecause").GetString()));

        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.ResumeAsync();

        var again = await host.PublishedAsync<ServiceLaunched>(fact => fact.Version == 2);
        Assert.Equal(("domicile-certificate", host.Clock.GetUtcNow()), (again.ServiceId, again.EffectiveFrom));
        Assert.Contains("domicile-certificate", await host.AllIdsAsync());
        Assert.Equal(all, (await host.JsonAsync("/api/v1/statistics/services")).GetProperty("online").GetInt32());
    }

    [Fact]
    public async Task Suspension_OutlivesARestart()
    {
        using var pack = new PackCopy();
        await using (var host = pack.Host())
            await host.SuspendAsync();

        await using var again = pack.Host();

        Assert.Equal("suspended", (await again.JsonAsync("/api/v1/services/domicile-certificate")).GetProperty("state").GetString());
        Assert.DoesNotContain("domicile-certificate", await again.AllIdsAsync());
    }

    [Fact]
    public async Task Refusals_ChangeNothing()
    {
        await using var host = new CatalogueHost();
        foreach (var body in new object?[] { null, new { }, new { reason = " " }, new { reason = new string('r', 501) } })
        {
            using var answer = await host.ActAsync("suspend", body);
            var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
            Assert.Equal("/reason", (string?)problem["errors"]![0]!["pointer"]);
        }
        foreach (var body in new[] { "{", "{\"reason\": 7}", "[]" })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await host.Manager().PostAsync(Path, content, CatalogueHost.Cancel);
            await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "malformed-json");
        }
        using (var answer = await host.ActAsync("resume"))
            await Assert.IsProblemAsync(answer, HttpStatusCode.Conflict, "not-suspended");
        using (var answer = await host.ActAsync("abolish"))
            await Assert.IsProblemAsync(answer, HttpStatusCode.NotFound, "unknown-action");
        using (var answer = await host.ActAsync("suspend", new { reason = "x" }, "no-such"))
            await Assert.IsProblemAsync(answer, HttpStatusCode.NotFound, "not-found");

        Assert.All(await host.AllVersionsAsync(), version => Assert.Equal((1, 1L, ServiceState.Launched), (version.Number, version.Version, version.State)));
    }

    [Fact]
    public async Task SuspendedTwice_IsRefusedTheSecondTime()
    {
        await using var host = new CatalogueHost();
        await host.SuspendAsync("First");

        using var answer = await host.ActAsync("suspend", new { reason = "Second" });

        await Assert.IsProblemAsync(answer, HttpStatusCode.Conflict, "not-launched");
        Assert.Equal("First", host.Shelf.Now.Services["domicile-certificate"].SuspendedBecause);
    }

    [Fact]
    public async Task ManyAtOnce_OneSuspendsAndOneResumes()
    {
        await using var host = new CatalogueHost();

        Assert.Equal(1, await SucceedAsync(() => host.ActAsync("suspend", new { reason = "Flood" })));
        Assert.Equal(1, await SucceedAsync(() => host.ActAsync("resume")));

        Assert.Equal([1, 2], (await host.AllVersionsAsync()).Where(version => version.ServiceId == CatalogueHost.Domicile).Select(version => version.Number));
    }

    [Fact]
    public async Task SuspensionBesideTheDaysSeeding_IsNotUndone()
    {
        await using var host = new CatalogueHost();
        await host.LaunchesPublishedAsync();
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 4, 1, 6, 0, 0, TimeSpan.Zero));
        var manager = host.Manager();

        await Task.WhenAll(
            host.Seeding.LookAsync(CatalogueHost.Cancel),
            host.ActAsync("suspend", new { reason = "Flood" }, by: manager));

        var current = host.Shelf.Now.Services[CatalogueHost.Domicile];
        Assert.Equal((2, ServiceState.Suspended), (current.Number, current.State));
    }

    [Theory]
    [InlineData("citizen")]
    [InlineData("helpline")]
    [InlineData("officer")]
    [InlineData("administrator")]
    public async Task OtherRole_IsForbidden(string role)
    {
        await using var host = new CatalogueHost();
        using var answer = await host.ActAsync("suspend", new { reason = "x" }, by: host.As(role, "stf_1"));

        await Assert.IsProblemAsync(answer, HttpStatusCode.Forbidden, "role-required");
    }

    [Fact]
    public async Task WithoutAToken_OrWithAForgedOrExpiredOne_IsUnauthorised()
    {
        await using var host = new CatalogueHost();
        using (var answer = await host.ActAsync("suspend", new { reason = "x" }, by: host.Anonymous()))
            await Assert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "token-required");
        var valid = TestTokens.For(["catalogue-manager"], "stf_1", host.Clock.GetUtcNow());
        foreach (var token in new[] { valid[..^6] + "AAAAAA", "nonsense", TestTokens.For(["catalogue-manager"], "stf_1", host.Clock.GetUtcNow().AddHours(-2)) })
        {
            var client = host.Anonymous();
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            using var answer = await host.ActAsync("suspend", new { reason = "x" }, by: client);
            await Assert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "token-required");
        }
        Assert.Equal(ServiceState.Launched, host.Shelf.Now.Services["domicile-certificate"].State);
    }

    private static async Task<int> SucceedAsync(Func<Task<HttpResponseMessage>> act)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => act()));
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Conflict }));
        return answers.Count(answer => answer.IsSuccessStatusCode);
    }
}
