using EServices.Catalogue.Tests.Support;
using EServices.Contracts.Catalogue;

namespace EServices.Catalogue.Tests.Launches;

public sealed class ReplayTests
{
    [Fact]
    public async Task AskerWithNothing_GetsEverything_AndThenHowMuchThatWas()
    {
        await using var host = new CatalogueHost();
        var all = await host.LaunchesPublishedAsync();

        var answer = await AskAsync(host, []);

        Assert.Equal(all, answer.OfType<ServiceLaunched>().Select(fact => fact.ServiceId).Distinct().Count());
        Assert.Equal(new CatalogueReplayed("payment", all), answer[^1]);
        Assert.Equal(all + 1, answer.Count);
    }

    [Fact]
    public async Task AskerWithEverything_GetsNothing_AndIsToldSo()
    {
        await using var host = new CatalogueHost();
        await host.LaunchesPublishedAsync();

        Assert.Equal([new CatalogueReplayed("payment", 0)], await AskAsync(host, await KnownByAllAsync(host)));
    }

    [Fact]
    public async Task AskerWithAGap_GetsEveryVersionBehindIt()
    {
        await using var host = new CatalogueHost();
        await host.LaunchesPublishedAsync();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await host.SuspendAsync();
            await host.ResumeAsync();
        }
        await host.PublishedAsync<ServiceLaunched>(fact => fact.Version == 3);
        var known = await KnownByAllAsync(host);
        known[CatalogueHost.Domicile] = 1;

        var answer = await AskAsync(host, known);

        Assert.Equal([2, 3], answer.OfType<ServiceLaunched>().Select(fact => fact.Version).Order());
        Assert.Equal(new CatalogueReplayed("payment", 2), answer[^1]);
    }

    [Fact]
    public async Task Suspension_IsToldAgain_AfterItsLaunch_AndToOneThatHasTheVersion()
    {
        await using var host = new CatalogueHost();
        await host.LaunchesPublishedAsync();
        await host.SuspendAsync("Flood");
        await host.PublishedAsync<ServiceSuspended>();
        var suspended = new ServiceSuspended(CatalogueHost.Domicile, 1, "Flood");

        var whole = await AskAsync(host, []);
        var at = whole.IndexOf(suspended);
        Assert.True(whole.FindIndex(fact => fact is ServiceLaunched { ServiceId: CatalogueHost.Domicile }) < at);

        Assert.Equal([suspended, new CatalogueReplayed("payment", 0)], await AskAsync(host, await KnownByAllAsync(host)));
    }

    [Fact]
    public async Task RequestDeliveredTwice_IsAnsweredTwiceTheSame()
    {
        await using var host = new CatalogueHost();
        await host.LaunchesPublishedAsync();
        var known = await KnownByAllAsync(host);
        known.Remove(CatalogueHost.Domicile);

        var once = await AskAsync(host, known, "evt_1");
        var twice = await AskAsync(host, known, "evt_1");

        Assert.Equal(["ServiceLaunched", "CatalogueReplayed"], once.Select(fact => fact.GetType().Name));
        Assert.Equal(once.Select(fact => fact.GetType()), twice.Select(fact => fact.GetType()));
        Assert.Equal(once[^1], twice[^1]);
        Assert.Single(await host.AllVersionsAsync(), version => version.ServiceId == CatalogueHost.Domicile);
    }

    [Fact]
    public async Task VersionsThatCatalogueDoesNotHave_AreNoConcern()
    {
        await using var host = new CatalogueHost();
        await host.LaunchesPublishedAsync();
        var known = await KnownByAllAsync(host);
        (known["no-such-service"], known[CatalogueHost.Domicile]) = (7, int.MaxValue);

        Assert.Equal([new CatalogueReplayed("payment", 0)], await AskAsync(host, known));
    }

    private static async Task<Dictionary<string, int>> KnownByAllAsync(CatalogueHost host) =>
        (await host.AllVersionsAsync()).GroupBy(version => version.ServiceId).ToDictionary(versions => versions.Key, versions => versions.Max(version => version.Number));

    /// <summary>What was published for the request alone: the reaction ends when all of it is.</summary>
    private static async Task<List<object>> AskAsync(CatalogueHost host, Dictionary<string, int> known, string? eventId = null)
    {
        var before = host.Published.Count;
        await host.DeliverAsync(new CatalogueReplayRequested("payment", known), eventId);
        return [.. host.Published.Skip(before)];
    }
}
