using System.Net.Http.Json;
using EServices.Catalogue.Tests.Support;
using EServices.Contracts.Catalogue;
using EServices.Platform.Packs;
using EServices.Platform.Time;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EServices.Catalogue.Tests.Launches;

public sealed class SeedFromPackTests
{
    [Fact]
    public async Task FirstStart_LaunchesEveryLaunchedServiceOfThePackOnce()
    {
        await using var host = new CatalogueHost();
        var wanted = host.Services.GetRequiredService<StatePack>().Services.Where(service => service.Status == ServiceStatus.Launched).Select(service => service.Id).Order().ToList();

        await host.LaunchesPublishedAsync();

        Assert.True(wanted.Count >= 30);
        var launched = host.Published.OfType<ServiceLaunched>().ToList();
        Assert.Equal(wanted, launched.Select(fact => fact.ServiceId).Order());
        Assert.All(launched, fact => Assert.Equal((1, host.Clock.GetUtcNow()), (fact.Version, fact.EffectiveFrom)));
        Assert.Equal(wanted.Count, (await host.JsonAsync("/api/v1/statistics/services")).GetProperty("online").GetInt32());
    }

    [Fact]
    public async Task Launched_CarriesWhatThePackSaysOfIt()
    {
        await using var host = new CatalogueHost();
        _ = host.Server;
        var fact = await host.PublishedAsync<ServiceLaunched>(fact => fact.ServiceId == CatalogueHost.Domicile);

        var definition = host.Services.GetRequiredService<StatePack>().Services[CatalogueHost.Domicile];
        Assert.Equal(definition.Name, fact.Name);
        Assert.Equal(definition.Documents.Select(asked => asked.Document), fact.Documents.Select(asked => asked.DocumentId));
        Assert.Equal(definition.Channels, fact.Channels);
        Assert.Equal(definition.TimeLimitDays, fact.TimeLimit.WorkingDays);
        Assert.Equal(("certificate", 1), (fact.Fee.RuleId, fact.Fee.Version));
        Assert.Equal(System.Text.Json.JsonValueKind.Object, fact.FormSchema.GetProperty("properties").ValueKind);
    }

    [Fact]
    public async Task ReadyService_IsNotLaunched()
    {
        using var pack = new PackCopy();
        pack.ChangeDomicile(service => service["status"] = "ready");
        await using var host = pack.Host();

        Assert.DoesNotContain(await host.AllVersionsAsync(), version => version.ServiceId == CatalogueHost.Domicile);
        using var answer = await host.Anonymous().GetAsync("/api/v1/services/domicile-certificate", CatalogueHost.Cancel);
        await Assert.IsProblemAsync(answer, System.Net.HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task ReadyBatch_IsLaunchedByAManager_Once_AndKeptUpFromThenOn()
    {
        using var pack = new PackCopy();
        pack.ChangeDomicile(service => (service["status"], service["batch"]) = ("ready", "spring"));
        int before;
        await using (var host = pack.Host())
        {
            before = await host.LaunchesPublishedAsync();
            using var answer = await LaunchAsync(host, "spring");
            var launched = (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(CatalogueHost.Cancel))!;
            Assert.Equal([CatalogueHost.Domicile], launched.GetProperty("launched").EnumerateArray().Select(id => id.GetString()));
            Assert.Equal(before + 1, launched.GetProperty("online").GetInt32());
            Assert.Equal(1, (await host.PublishedAsync<ServiceLaunched>(fact => fact.ServiceId == CatalogueHost.Domicile)).Version);

            using var again = await LaunchAsync(host, "spring");
            Assert.Equal(0, (await again.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(CatalogueHost.Cancel)).GetProperty("launched").GetArrayLength());
            Assert.Equal(before + 1, (await host.AllVersionsAsync()).Count);
        }

        pack.ChangeDomicile(service => service["timeLimitDays"] = 3);
        await using var later = pack.Host();
        _ = later.Server;
        Assert.Equal([1, 2], (await later.AllVersionsAsync()).Where(version => version.ServiceId == CatalogueHost.Domicile).Select(version => version.Number));
    }

    [Fact]
    public async Task TheTenOfTheNextBatch_BringTheTotalTo1075()
    {
        await using var host = new CatalogueHost(CatalogueHost.WholePack);
        Assert.Equal(1065, (await host.JsonAsync("/api/v1/statistics/services")).GetProperty("online").GetInt32());

        using var answer = await LaunchAsync(host, "2026-12");

        Assert.Equal(10, (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(CatalogueHost.Cancel)).GetProperty("launched").GetArrayLength());
        Assert.Equal(1075, (await host.JsonAsync("/api/v1/statistics/services")).GetProperty("online").GetInt32());
    }

    [Theory]
    [InlineData("no-such-batch")]
    [InlineData("2023-10")]
    public async Task BatchWithNothingReady_IsNotFound(string batch)
    {
        await using var host = new CatalogueHost();
        using var answer = await LaunchAsync(host, batch);
        await Assert.IsProblemAsync(answer, System.Net.HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Batch_IsLaunchedByCatalogueManagersAlone()
    {
        await using var host = new CatalogueHost(CatalogueHost.WholePack);
        using var answer = await LaunchAsync(host, "2026-12", host.As("officer", "stf_officer"));
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(1065, host.Shelf.Now.Launched.Count());
    }

    [Fact]
    public async Task SecondStart_OnTheSameStore_LaunchesNothing()
    {
        using var pack = new PackCopy();
        int first;
        await using (var host = pack.Host())
            first = await host.LaunchesPublishedAsync();

        await using var again = pack.Host();
        _ = again.Server;

        var versions = await again.AllVersionsAsync();
        Assert.Equal(first, versions.Count);
        Assert.All(versions, version => Assert.Equal(1, version.Number));
        Assert.Equal(first, again.Shelf.Now.Launched.Count());
    }

    [Fact]
    public async Task StartThatEndedHalfway_GoesOnWithWhatIsMissing()
    {
        using var pack = new PackCopy();
        pack.RemoveDomicile();
        int first;
        await using (var host = pack.Host())
            first = await host.LaunchesPublishedAsync();
        using var complete = new PackCopy();

        await using var again = new CatalogueHost(complete.Folder, pack.Store);

        var versions = await again.AllVersionsAsync();
        Assert.Equal(first + 1, versions.Count);
        Assert.Equal(1, Assert.Single(versions, version => version.ServiceId == CatalogueHost.Domicile).Number);
    }

    [Fact]
    public async Task ChangedContent_IsVersionTwo_AndTheOnlyOneOffered()
    {
        using var pack = new PackCopy();
        int first;
        await using (var host = pack.Host())
            first = await host.LaunchesPublishedAsync();
        pack.ChangeDomicile(service => service["timeLimitDays"] = 3);

        await using var again = pack.Host();
        _ = again.Server;

        var fact = await again.PublishedAsync<ServiceLaunched>(fact => fact.Version == 2);
        Assert.Equal((CatalogueHost.Domicile, 3), (fact.ServiceId, fact.TimeLimit.WorkingDays));
        Assert.Equal([1, 2], (await again.AllVersionsAsync()).Where(version => version.ServiceId == CatalogueHost.Domicile).Select(version => version.Number));
        var line = Assert.Single((await again.JsonAsync("/api/v1/services?department=revenue&limit=100")).GetProperty("items").EnumerateArray(), item => item.GetProperty("id").GetString() == CatalogueHost.Domicile);
        Assert.Equal((2, 3), (line.GetProperty("version").GetInt32(), line.GetProperty("timeLimitDays").GetInt32()));
        Assert.Equal(first, (await again.JsonAsync("/api/v1/statistics/services")).GetProperty("online").GetInt32());
    }

    [Fact]
    public async Task ChangedContent_OfASuspendedService_StaysSuspended()
    {
        using var pack = new PackCopy();
        await using (var host = pack.Host())
            await host.SuspendAsync("Flood");
        pack.ChangeDomicile(service => service["timeLimitDays"] = 3);

        await using var again = pack.Host();
        _ = again.Server;

        var suspended = await again.PublishedAsync<ServiceSuspended>(fact => fact.Version == 2);
        Assert.Equal("Flood", suspended.Reason);
        Assert.DoesNotContain(again.Shelf.Now.Launched, service => service.ServiceId == CatalogueHost.Domicile);
        await again.ResumeAsync();
        Assert.Equal(3, (await again.PublishedAsync<ServiceLaunched>(fact => fact.Version == 3)).TimeLimit.WorkingDays);
    }

    [Fact]
    public async Task FeeThatBeginsLater_IsLaunchedWhenTheStatesDatePasses()
    {
        await using var host = new CatalogueHost();
        var first = await host.LaunchesPublishedAsync();

        // 31 March, a second before midnight in the state.
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 31, 18, 29, 59, TimeSpan.Zero));
        await host.Seeding.LookAsync(CatalogueHost.Cancel);
        Assert.Equal(first, (await host.AllVersionsAsync()).Count);

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.Seeding.LookAsync(CatalogueHost.Cancel);

        var fact = await host.PublishedAsync<ServiceLaunched>(fact => fact.ServiceId == CatalogueHost.Domicile && fact.Version == 2);
        Assert.Equal((2, new DateOnly(2026, 4, 1), host.Clock.GetUtcNow()), (fact.Fee.Version, fact.Fee.EffectiveFrom, fact.EffectiveFrom));
        // A new fee is no new service.
        Assert.Equal(0, (await host.JsonAsync("/api/v1/statistics/services")).GetProperty("launchedToday").GetInt32());

        await host.Seeding.LookAsync(CatalogueHost.Cancel);
        Assert.DoesNotContain(await host.AllVersionsAsync(), version => version.Number > 2);
    }

    [Fact]
    public async Task SandboxClockPutForward_IsLookedAtWithoutWaitingForTheNextRound()
    {
        using var pack = new PackCopy();
        pack.CertificateFeeChangesOn(new DateOnly(2090, 1, 1));
        await using var host = pack.Host();
        var clock = new SandboxClock();
        host.Replace = services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        await host.LaunchesPublishedAsync();

        clock.SetOffset(TimeSpan.FromDays(36525));

        var fact = await host.PublishedAsync<ServiceLaunched>(fact => fact.ServiceId == CatalogueHost.Domicile && fact.Version == 2);
        Assert.Equal(new DateOnly(2090, 1, 1), fact.Fee.EffectiveFrom);
    }

    [Fact]
    public async Task FeeThatLapsed_StaysWithTheLastOneInForce()
    {
        using var pack = new PackCopy();
        pack.Change("fees.json", file => file["rules"]!.AsArray().Single(rule => (string?)rule!["id"] == "certificate")!["versions"]!.AsArray()[^1]!["to"] = "2026-06-30");
        await using var host = pack.Host();
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 8, 1, 6, 0, 0, TimeSpan.Zero));
        _ = host.Server;

        var fact = await host.PublishedAsync<ServiceLaunched>(fact => fact.ServiceId == CatalogueHost.Domicile);
        Assert.Equal(2, fact.Fee.Version);
    }

    private static Task<HttpResponseMessage> LaunchAsync(CatalogueHost host, string batch, HttpClient? by = null) =>
        (by ?? host.Manager()).PostAsync($"/api/v1/catalogue/batches/{batch}/actions/launch", null, CatalogueHost.Cancel);

    [Fact]
    public void PackWithErrors_StopsTheStart_NamingThem()
    {
        using var pack = new PackCopy();
        pack.ChangeDomicile(service => service["feeRule"] = "no-such-rule");
        using var host = pack.Host();

        var failure = Assert.ThrowsAny<Exception>(() => host.Server);

        Assert.Contains("no-such-rule", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(PackException), failure.ToString(), StringComparison.Ordinal);
    }
}
