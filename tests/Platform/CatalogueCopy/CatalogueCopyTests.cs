using EServices.Contracts.Catalogue;
using EServices.Platform.Storage;
using EServices.Testing;

namespace EServices.Platform.Tests.CatalogueCopy;

public sealed class CatalogueCopyTests
{
    private const string Domicile = "domicile-certificate";

    [Fact]
    public async Task Launched_DeliveredTwiceAndOutOfOrder_TheNewestIsCurrent()
    {
        await using var service = await CopyService.StartAsync();
        foreach (var version in new[] { 2, 1, 2, 1 })
            await service.DeliverAsync(Samples.Domicile(version: version));

        Assert.Equal(2, (await service.Known.CurrentAsync(Domicile, CopyService.Cancel))?.ServiceVersion);
        Assert.Equal(1, (await service.Known.VersionAsync(Domicile, 1, CopyService.Cancel))?.ServiceVersion);
        Assert.Null(await service.Known.CurrentAsync("no-such", CopyService.Cancel));
        Assert.Null(await service.Known.VersionAsync(Domicile, 3, CopyService.Cancel));
    }

    [Fact]
    public async Task VersionThatBeginsLater_IsNotCurrentYet()
    {
        await using var service = await CopyService.StartAsync();
        await service.DeliverAsync(Samples.Domicile());
        await service.DeliverAsync(Samples.Domicile(version: 2) with { EffectiveFrom = DateTimeOffset.UtcNow.AddDays(1) });

        Assert.Equal(1, (await service.Known.CurrentAsync(Domicile, CopyService.Cancel))?.ServiceVersion);
    }

    [Fact]
    public async Task SuspendedBeforeLaunched_IsRefusedForARetry_AndEndsSuspended()
    {
        await using var service = await CopyService.StartAsync();
        var suspended = new ServiceSuspended(Domicile, 1, "Flood");

        await Assert.ThrowsAsync<DocumentNotFoundException>(() => service.DeliverAsync(suspended, "evt_s"));
        await service.DeliverAsync(Samples.Domicile());
        await service.DeliverAsync(suspended, "evt_s");

        Assert.Equal("Flood", (await service.Known.CurrentAsync(Domicile, CopyService.Cancel))?.Suspended);
    }

    [Fact]
    public async Task Suspended_ToldAgain_SavesNothing_AndALaunchToldAgainDoesNotUndoIt()
    {
        await using var service = await CopyService.StartAsync();
        await service.DeliverAsync(Samples.Domicile());
        await service.DeliverAsync(new ServiceSuspended(Domicile, 1, "Flood"), "evt_s");
        var saved = await service.Store.GetAsync($"{Domicile}@1", CopyService.Cancel);

        await service.DeliverAsync(new ServiceSuspended(Domicile, 1, "Flood"), "evt_s");
        await service.DeliverAsync(new ServiceSuspended(Domicile, 1, "Flood"), "evt_t");
        await service.DeliverAsync(Samples.Domicile());

        var known = await service.Store.GetAsync($"{Domicile}@1", CopyService.Cancel);
        Assert.Equal(("Flood", saved.Version), (known.Suspended, known.Version));
    }

    [Fact]
    public async Task SuspensionOfAnEarlierVersion_LeavesTheResumedOneOpen()
    {
        await using var service = await CopyService.StartAsync();
        await service.DeliverAsync(Samples.Domicile());
        await service.DeliverAsync(Samples.Domicile(version: 2));
        await service.DeliverAsync(new ServiceSuspended(Domicile, 1, "Flood"));

        Assert.Null((await service.Known.CurrentAsync(Domicile, CopyService.Cancel))?.Suspended);
    }

    [Fact]
    public async Task Copy_AsksUntilNothingIsMissing_AndIsReadyOnlyThen()
    {
        await using var service = await CopyService.StartAsync();
        var first = await service.NextRequestAsync();
        Assert.Equal("copy", first.RequestedBy);
        Assert.Empty(first.Known);
        Assert.Equal("unhealthy", await service.ReadinessAsync());

        await service.DeliverAsync(Samples.Domicile());
        await service.DeliverAsync(Samples.Domicile(version: 3));
        await service.DeliverAsync(new CatalogueReplayed("copy", 3));

        // Version 2 is lacking, so 3 does not count as known.
        var second = await service.NextRequestAsync();
        Assert.Equal([new(Domicile, 1)], second.Known);
        Assert.Equal("unhealthy", await service.ReadinessAsync());

        await service.DeliverAsync(Samples.Domicile(version: 2));
        await service.DeliverAsync(new CatalogueReplayed("copy", 2));
        var third = await service.NextRequestAsync();
        Assert.Equal([new(Domicile, 3)], third.Known);

        await service.DeliverAsync(new CatalogueReplayed("copy", 0));
        Assert.Equal("healthy", await service.ReadinessAsync());
    }

    [Fact]
    public async Task AnswerToAnotherService_IsNotTakenForOnesOwn()
    {
        await using var service = await CopyService.StartAsync();
        await service.NextRequestAsync();

        await service.DeliverAsync(new CatalogueReplayed("payment", 0));

        Assert.Equal("unhealthy", await service.ReadinessAsync());
    }

    [Fact]
    public async Task AskingThatFails_IsRepeated()
    {
        await using var service = await CopyService.StartAsync(service => service.Failures = 1);

        await service.NextRequestAsync();

        Assert.True(service.Failures <= 0);
    }

    [Fact]
    public async Task WithoutABroker_NothingIsAsked_UntilThereIsOne()
    {
        await using var service = await CopyService.StartAsync(service => service.Connected = false);
        Assert.Equal("unhealthy", await service.ReadinessAsync());
        Assert.Empty(service.Asked);

        service.Connected = true;

        await service.NextRequestAsync();
    }
}
