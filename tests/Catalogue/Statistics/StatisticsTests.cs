using EServices.Catalogue.Tests.Support;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Statistics;

public sealed class StatisticsTests
{
    // 00:00 on 3 March in the state.
    private static readonly DateTimeOffset Midnight = new(2026, 3, 2, 18, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task DecisionDeliveredTwice_CountsOnce()
    {
        await using var host = new CatalogueHost();
        var fact = Decided("app_1", Decision.Approved, host.Clock.GetUtcNow());

        await host.DeliverAsync(fact, "evt_1");
        await host.DeliverAsync(fact, "evt_1");
        await host.DeliverAsync(fact, "evt_2");

        Assert.Equal((1, 0), await DecisionsAsync(host));
    }

    [Fact]
    public async Task Decisions_CountOnTheDayTheyWereMadeInTheState_InWhateverOrderTheyArrive()
    {
        await using var host = new CatalogueHost();
        await host.DeliverAsync(Decided("app_3", Decision.Rejected, Midnight.AddMinutes(1)));
        await host.DeliverAsync(Decided("app_2", Decision.Approved, Midnight));
        await host.DeliverAsync(Decided("app_1", Decision.Approved, Midnight.AddMilliseconds(-1)));

        host.Clock.SetUtcNow(Midnight.AddMilliseconds(-1));
        Assert.Equal((1, 0), await DecisionsAsync(host));
        host.Clock.SetUtcNow(Midnight);
        Assert.Equal((1, 1), await DecisionsAsync(host));
        host.Clock.SetUtcNow(Midnight.AddDays(1));
        Assert.Equal((0, 0), await DecisionsAsync(host));
    }

    [Fact]
    public async Task Figures_AgreeWithTheLists()
    {
        await using var host = new CatalogueHost();

        var figures = await host.JsonAsync("/api/v1/statistics/services");

        var online = figures.GetProperty("online").GetInt32();
        Assert.True(online >= 30);
        Assert.Equal(online, figures.GetProperty("launchedToday").GetInt32());
        Assert.Equal("2026-03-02", figures.GetProperty("today").GetString());
        Assert.Equal(host.Clock.GetUtcNow(), figures.GetProperty("asOf").GetDateTimeOffset());
        var departments = (await host.JsonAsync("/api/v1/departments")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("online").GetInt32()).ToList();
        Assert.Equal(online, departments.Sum());
        Assert.Equal(departments.Count(services => services > 0), figures.GetProperty("departments").GetInt32());
        foreach (var channel in figures.GetProperty("byChannel").EnumerateObject())
            Assert.Equal((await host.AllIdsAsync($"channel={channel.Name}")).Count, channel.Value.GetInt32());
    }

    [Fact]
    public async Task ServicesLaunchedYesterday_AreOnline_ButNotOfToday()
    {
        await using var host = new CatalogueHost();
        await host.SuspendAsync();
        host.Clock.SetUtcNow(Midnight);
        await host.ResumeAsync();

        var figures = await host.JsonAsync("/api/v1/statistics/services");

        Assert.Equal((host.Shelf.Now.Services.Count, 0), (figures.GetProperty("online").GetInt32(), figures.GetProperty("launchedToday").GetInt32()));
    }

    private static ApplicationDecided Decided(string id, Decision decision, DateTimeOffset at) => new(
        id, "JK-1", CatalogueHost.Domicile, "revenue", Localised.English("Domicile"), Samples.Citizen, "5", decision, "", true, at);

    private static async Task<(int Approved, int Rejected)> DecisionsAsync(CatalogueHost host)
    {
        var figures = await host.JsonAsync("/api/v1/statistics/services");
        var decisions = figures.GetProperty("decisions");
        var (approved, rejected) = (decisions.GetProperty("approved").GetInt32(), decisions.GetProperty("rejected").GetInt32());
        Assert.Equal(approved + rejected, figures.GetProperty("decisionsToday").GetInt32());
        return (approved, rejected);
    }
}
