using EServices.Catalogue.Tests.Support;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Statistics;

public sealed class CatalogueStatisticsTests(ReadOnlyCatalogue catalogue)
{
    private const string Path = "/api/v1/statistics/catalogue";

    [Fact]
    public async Task Figures_AddUpToWhatIsOnline()
    {
        var figures = await catalogue.Host.JsonAsync(Path);

        var online = catalogue.Host.Shelf.Now.Launched.ToList();
        Assert.Equal(online.Count, figures.GetProperty("online").GetInt32());
        Assert.Equal(online.Count, figures.GetProperty("byDepartment").EnumerateArray().Sum(department => department.GetProperty("online").GetInt32()));
        Assert.All(figures.GetProperty("byChannel").EnumerateObject(), channel => Assert.Equal(
            channel.Value.GetInt32(), figures.GetProperty("byDepartment").EnumerateArray().Sum(department => department.GetProperty("byChannel").GetProperty(channel.Name).GetInt32())));
        var launches = figures.GetProperty("byLaunch").EnumerateArray().ToList();
        Assert.Equal(online.Count, launches[^1].GetProperty("total").GetInt32());
        Assert.Equal(launches.Count, launches.Select(launch => launch.GetProperty("batch").GetString()).Distinct().Count());
        var total = 0;
        Assert.All(launches, launch => Assert.Equal(total += launch.GetProperty("services").GetInt32(), launch.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task ANewBatch_RaisesTheRunningTotal()
    {
        await using var host = new CatalogueHost();
        await host.SuspendAsync();
        var before = await host.JsonAsync(Path);
        host.Clock.Advance(TimeSpan.FromDays(1));
        await host.ResumeAsync();

        var after = await host.JsonAsync(Path);

        Assert.Equal(before.GetProperty("online").GetInt32() + 1, after.GetProperty("online").GetInt32());
        Assert.Equal(after.GetProperty("online").GetInt32(), after.GetProperty("byLaunch").EnumerateArray().Last().GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Decisions_AreOfTheirDistrict_AndCountOnce()
    {
        await using var host = new CatalogueHost();
        foreach (var (id, district, decision, inTime) in new[] { ("app_1", "5", Decision.Approved, true), ("app_1", "5", Decision.Approved, true), ("app_2", "5", Decision.Rejected, false), ("app_3", "8", Decision.Approved, true), ("app_4", null, Decision.Approved, true) })
            await host.DeliverAsync(new ApplicationDecided(id, "JK-1", CatalogueHost.Domicile, "revenue", Localised.English("Domicile"), Samples.Citizen, district, decision, "", inTime, host.Clock.GetUtcNow()), $"evt_{id}");

        var districts = (await host.JsonAsync(Path)).GetProperty("districts").EnumerateArray().ToDictionary(
            district => district.GetProperty("code").GetString()!,
            district => (district.GetProperty("approved").GetInt32(), district.GetProperty("rejected").GetInt32(), district.GetProperty("withinTime").GetInt32()));

        Assert.Equal(20, districts.Count);
        Assert.Equal((1, 1, 1), districts["5"]);
        Assert.Equal((1, 0, 1), districts["8"]);
        Assert.Equal((0, 0, 0), districts["1"]);
    }
}
