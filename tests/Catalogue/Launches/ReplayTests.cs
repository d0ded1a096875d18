using System.Collections.Concurrent;
using System.Text.Json;
using EServices.Catalogue.Launches;
using EServices.Catalogue.Services;
using EServices.Catalogue.Tests.Support;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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

    [Fact]
    public async Task AskersAtOnce_ShareWhatIsTold_AndEachHearsHowMuchItLacked()
    {
        await using var host = new CatalogueHost();
        var all = await host.LaunchesPublishedAsync();
        await ClearedAsync(host);
        var before = host.Published.Count;

        // Both have asked before the first definition is told.
        var retelling = host.Services.GetRequiredService<Retelling>();
        var (one, other) = (retelling.Asked(), retelling.Asked());
        var ids = (await host.AllVersionsAsync()).Select(version => version.Id).ToList();
        await Task.WhenAll(ids.SelectMany(id => new[] { retelling.TellAsync(id, one, CatalogueHost.Cancel), retelling.TellAsync(id, other, CatalogueHost.Cancel) }));
        Assert.Equal(all, host.Published.Skip(before).OfType<ServiceLaunched>().Count());

        // Whoever asks now may have missed it.
        await retelling.TellAsync(ids[0], retelling.Asked(), CatalogueHost.Cancel);
        Assert.Equal(all + 1, host.Published.Skip(before).OfType<ServiceLaunched>().Count());
    }

    [Fact]
    public async Task LaunchNotYetSent_IsLeftToTheOutbox_AndStillLacked()
    {
        var sender = new WaitingSender();
        await using var host = new CatalogueHost { Replace = services => services.Replace(ServiceDescriptor.Singleton<IEventSender>(sender)) };
        var all = (await host.AllVersionsAsync()).Count;

        await host.DeliverAsync(new CatalogueReplayRequested("payment", new Dictionary<string, int>()));

        var answer = JsonSerializer.Deserialize<CatalogueReplayed>(Assert.Single(sender.Sent).Body, ContractJson.Options);
        Assert.Equal(new CatalogueReplayed("payment", all), answer);
    }

    [Fact]
    public async Task TellingThatFails_FailsForAllWhoWait_AndIsDoneAnewForTheNext()
    {
        var sender = new WaitingSender { Connected = true };
        await using var host = new CatalogueHost { Replace = services => services.Replace(ServiceDescriptor.Singleton<IEventSender>(sender)) };
        var id = ServiceVersion.KeyOf(CatalogueHost.Domicile, 1);
        await ClearedAsync(host);
        var sent = sender.Sent.Count;
        var retelling = host.Services.GetRequiredService<Retelling>();
        var (one, other) = (retelling.Asked(), retelling.Asked());
        sender.Fails = true;

        await Assert.ThrowsAsync<TimeoutException>(() => retelling.TellAsync(id, one, CatalogueHost.Cancel));
        await Assert.ThrowsAsync<TimeoutException>(() => retelling.TellAsync(id, other, CatalogueHost.Cancel));
        sender.Fails = false;
        await retelling.TellAsync(id, retelling.Asked(), CatalogueHost.Cancel);

        Assert.Equal(sent + 1, sender.Sent.Count);
    }

    private static async Task<Dictionary<string, int>> KnownByAllAsync(CatalogueHost host) =>
        (await host.AllVersionsAsync()).GroupBy(version => version.ServiceId).ToDictionary(versions => versions.Key, versions => versions.Max(version => version.Number));

    /// <summary>What was published for the request alone: the reaction ends when all of it is.</summary>
    private static async Task<List<object>> AskAsync(CatalogueHost host, Dictionary<string, int> known, string? eventId = null)
    {
        await ClearedAsync(host);
        var before = host.Published.Count;
        await host.DeliverAsync(new CatalogueReplayRequested("payment", known), eventId);
        return [.. host.Published.Skip(before)];
    }

    /// <summary>Until nothing waits in the outbox: what does is left to it.</summary>
    private static Task ClearedAsync(CatalogueHost host)
    {
        var keeper = host.Services.GetRequiredService<IKeeper>();
        return Eventually.HoldsAsync(
            async () => (await keeper.DueAsync(ServiceVersion.Map.Collection, DateTimeOffset.MaxValue, 1, CatalogueHost.Cancel)).Count == 0, () => "events wait in the outbox", TimeSpan.FromSeconds(60));
    }

    /// <summary>While it says that it is not connected, the outbox leaves it alone; what is handed to it is kept.</summary>
    private sealed class WaitingSender : IEventSender
    {
        public ConcurrentQueue<UnsentEvent> Sent { get; } = new();

        public bool Connected { get; init; }

        public bool Fails { get; set; }

        public Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken)
        {
            if (Fails)
                throw new TimeoutException("not confirmed");
            Sent.Enqueue(unsent);
            return Task.CompletedTask;
        }
    }
}
