using EServices.Platform.Storage;
using EServices.Simulation.Storage;
using EServices.Testing.Storage;

namespace EServices.Simulation.Tests;

/// <summary>The contract of both real keepers on their twin: what the simulator proves over it holds over them.</summary>
public sealed class MemoryKeeperTests : KeeperContract
{
    private readonly MemoryStore store = new();

    protected override Task<IKeeper> OpenAsync() => Task.FromResult<IKeeper>(new MemoryKeeper(store));

    protected override Task RemoveAsync() => Task.CompletedTask;

    [Fact]
    public async Task Copy_ChangesByItself()
    {
        await SavedAsync("p1", parcel => parcel.Note = "before");
        var copy = store.Copy();
        await Parcels.UpdateAsync("p1", parcel => parcel.Note = "after", Cancel);

        var other = new DocumentStore<Parcel>(Parcel.Map, new MemoryKeeper(copy), Outbox, Clock);

        Assert.Equal("before", (await other.GetAsync("p1", Cancel)).Note);
        Assert.Equal("after", (await Parcels.GetAsync("p1", Cancel)).Note);
    }
}
