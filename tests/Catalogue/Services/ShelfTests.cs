using System.Net;
using EServices.Catalogue.Tests.Support;
using EServices.Contracts.Catalogue;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Services;

/// <summary>What is asked for comes from the shelf, what is changed from the store: a save of which nobody knows whether it was kept must not part them.</summary>
public sealed class ShelfTests : IAsyncDisposable
{
    private readonly CatalogueHost host = new();
    private ForgetfulKeeper keeper = null!;

    public ShelfTests() => host.Replace = services => ForgetfulKeeper.Before(services, made => keeper = made);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task ResumeWhoseAnswerWasLost_IsFoundDoneByItsRepeat_AndStandsInNobodysWay()
    {
        await host.SuspendAsync("Flood");
        await LoseResumeAsync();

        // The repeat learns that it was carried out; it used to make the same version again, and so did every later resume.
        using var repeated = await host.ActAsync("resume");

        await Assert.IsProblemAsync(repeated, HttpStatusCode.Conflict, "not-suspended");
        Assert.Equal("launched", await StateAsync());
        await host.SuspendAsync("Flood again");
        await host.ResumeAsync();
        Assert.Equal("launched", await StateAsync());
        Assert.Equal([1, 2, 3], (await host.AllVersionsAsync()).Where(version => version.ServiceId == CatalogueHost.Domicile).Select(version => version.Number).Order());
        // Each version is a document of its own, whose events wait for no other's.
        foreach (var number in new[] { 2, 3 })
            await host.PublishedAsync<ServiceLaunched>(fact => fact.ServiceId == CatalogueHost.Domicile && fact.Version == number);
        Assert.Equal(
            [2, 3], host.Published.OfType<ServiceLaunched>().Where(fact => fact.ServiceId == CatalogueHost.Domicile && fact.Version > 1).Select(fact => fact.Version).Order());
    }

    [Fact]
    public async Task SaveWhoseAnswerWasLost_IsOnTheShelfAtTheNextLook()
    {
        await host.SuspendAsync("Flood");
        await LoseResumeAsync();
        Assert.Equal("suspended", await StateAsync());

        await host.Seeding.LookAsync(CatalogueHost.Cancel);

        Assert.Equal("launched", await StateAsync());
        Assert.False(host.Shelf.InDoubt);
    }

    private async Task LoseResumeAsync()
    {
        keeper.LoseNextAnswer();
        using var lost = await host.ActAsync("resume");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.StatusCode);
        Assert.True(host.Shelf.InDoubt);
    }

    private async Task<string?> StateAsync() => (await host.JsonAsync($"/api/v1/services/{CatalogueHost.Domicile}")).GetProperty("state").GetString();
}
