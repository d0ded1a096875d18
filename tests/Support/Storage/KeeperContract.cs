using EServices.Contracts;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EServices.Testing.Storage;

/// <summary>What every keeper must do, in the words of <see cref="IKeeper"/>. A keeper's test class inherits it and says how its store is opened.</summary>
public abstract partial class KeeperContract : IAsyncLifetime
{
    private IKeeper? keeper;

    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 4, 1, 6, 30, 0, TimeSpan.Zero));

    protected IKeeper Keeper => keeper ?? throw new InvalidOperationException("The store is not open.");

    protected Outbox Outbox { get; private set; } = null!;

    protected DocumentStore<Parcel> Parcels { get; private set; } = null!;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A keeper on the store of this test, empty when it is opened first; the same one when opened again.</summary>
    protected abstract Task<IKeeper> OpenAsync();

    /// <summary>Removes the store of this test.</summary>
    protected abstract Task RemoveAsync();

    public async ValueTask InitializeAsync()
    {
        await ReopenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (keeper is not null)
            await keeper.DisposeAsync();
        await RemoveAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the store and opens it again, as after a restart of the service.</summary>
    protected async Task ReopenAsync()
    {
        if (keeper is not null)
            await keeper.DisposeAsync();
        keeper = null;
        keeper = await OpenAsync();
        await keeper.PrepareAsync(Parcel.Map, Cancel);
        Outbox = new Outbox(new Ids(Clock, new SeededChance(7)));
        Parcels = new DocumentStore<Parcel>(Parcel.Map, keeper, Outbox, Clock);
    }

    protected async Task<Parcel> SavedAsync(string id, Action<Parcel>? change = null)
    {
        var parcel = new Parcel(id);
        change?.Invoke(parcel);
        await Parcels.SaveAsync(parcel, Cancel);
        return parcel;
    }

    protected async Task<IReadOnlyList<string>> IdsAsync(IndexQuery<Parcel> query, int limit = 1_000) =>
        [.. (await Parcels.ListAsync(query, null, limit, Cancel)).Items.Select(parcel => parcel.Id)];

    [Fact]
    public async Task Find_WhatWasSaved_IsRead()
    {
        var saved = await SavedAsync("p1", parcel => parcel.Note = "one");

        var found = await Parcels.GetAsync("p1", Cancel);

        Assert.Equal(("p1", 1L, "one"), (found.Id, found.Version, found.Note));
        Assert.Equal(1, saved.Version);
    }

    [Fact]
    public async Task Find_Unknown_IsNull()
    {
        Assert.Null(await Parcels.FindAsync("p0", Cancel));
        await Assert.ThrowsAsync<DocumentNotFoundException>(() => Parcels.GetAsync("p0", Cancel));
    }

    [Fact]
    public async Task Save_Again_RaisesVersionByOneAndReplacesTheState()
    {
        var parcel = await SavedAsync("p1", parcel => (parcel.Note, parcel.Number) = ("one", "n1"));
        (parcel.Note, parcel.Number) = ("two", null);
        await Parcels.SaveAsync(parcel, Cancel);

        var found = await Parcels.GetAsync("p1", Cancel);

        Assert.Equal((2L, "two", null), (found.Version, found.Note, found.Number));
    }

    [Fact]
    public async Task Save_NewUnderAKnownId_IsDuplicateOfId()
    {
        await SavedAsync("p1", parcel => parcel.Note = "first");

        var refused = await Assert.ThrowsAsync<DuplicateKeyException>(() => SavedAsync("p1", parcel => parcel.Note = "second"));

        Assert.Equal(("parcels", DuplicateKeyException.Id), (refused.Collection, refused.Index));
        Assert.Equal("first", (await Parcels.GetAsync("p1", Cancel)).Note);
    }

    [Fact]
    public async Task Save_AtAnOldVersion_IsConflictAndKeepsNothing()
    {
        await SavedAsync("p1", parcel => parcel.Number = "n1");
        var stale = await Parcels.GetAsync("p1", Cancel);
        await Parcels.UpdateAsync("p1", parcel => parcel.Note = "newer", Cancel);
        (stale.Note, stale.Number) = ("stale", "n2");
        stale.Tell("never");

        var refused = await Assert.ThrowsAsync<ConflictException>(() => Parcels.SaveAsync(stale, Cancel));

        Assert.Equal(("parcels", "p1", 1L), (refused.Collection, refused.Id, refused.Version));
        Assert.Equal("newer", (await Parcels.GetAsync("p1", Cancel)).Note);
        Assert.Empty(await Keeper.UnsentAsync("parcels", "p1", Cancel));
        Assert.Empty(await IdsAsync(Parcel.ByNumber.Where("n2")));
    }

    [Fact]
    public async Task Save_OfADocumentThatIsGone_IsNotFound()
    {
        var parcel = await SavedAsync("p1");
        await Parcels.DeleteAsync(await Parcels.GetAsync("p1", Cancel), Cancel);

        await Assert.ThrowsAsync<DocumentNotFoundException>(() => Parcels.SaveAsync(parcel, Cancel));
    }

    [Fact]
    public async Task Save_KeyOfAnother_IsDuplicateOfThatIndexAndKeepsNothing()
    {
        await SavedAsync("p1", parcel => parcel.Number = "n1");

        var byInsert = await Assert.ThrowsAsync<DuplicateKeyException>(() => SavedAsync("p2", parcel =>
        {
            (parcel.Number, parcel.Tags) = ("n1", ["a"]);
            parcel.Tell("never");
        }));
        var other = await SavedAsync("p3", parcel => parcel.Number = "n3");
        other.Number = "n1";
        var byUpdate = await Assert.ThrowsAsync<DuplicateKeyException>(() => Parcels.SaveAsync(other, Cancel));

        Assert.Equal(("by_number", "by_number"), (byInsert.Index, byUpdate.Index));
        Assert.Null(await Parcels.FindAsync("p2", Cancel));
        Assert.Empty(await IdsAsync(Parcel.ByTag.Where("a")));
        Assert.Empty(await Keeper.UnsentAsync("parcels", "p2", Cancel));
        Assert.Equal("n3", (await Parcels.GetAsync("p3", Cancel)).Number);
    }

    [Fact]
    public async Task Save_CompoundUniqueKey_CountsAsAWhole()
    {
        var day = new DateOnly(2026, 4, 2);
        await SavedAsync("p1", parcel => (parcel.Day, parcel.Slot) = (day, 1));
        await SavedAsync("p2", parcel => (parcel.Day, parcel.Slot) = (day, 2));
        await SavedAsync("p3", parcel => (parcel.Day, parcel.Slot) = (day, null));
        await SavedAsync("p4", parcel => (parcel.Day, parcel.Slot) = (day, null));

        var refused = await Assert.ThrowsAsync<DuplicateKeyException>(() => SavedAsync("p5", parcel => (parcel.Day, parcel.Slot) = (day, 2)));

        Assert.Equal("by_slot", refused.Index);
        Assert.Equal(["p1", "p2"], await IdsAsync(Parcel.BySlot.Where(day)));
    }

    [Fact]
    public async Task UniqueKey_ChangedOrDeleted_IsFree()
    {
        var first = await SavedAsync("p1", parcel => parcel.Number = "n1");
        first.Number = "n2";
        await Parcels.SaveAsync(first, Cancel);
        await SavedAsync("p2", parcel => parcel.Number = "n1");
        await Parcels.DeleteAsync(first, Cancel);
        await SavedAsync("p3", parcel => parcel.Number = "n2");

        Assert.Equal(["p2"], await IdsAsync(Parcel.ByNumber.Where("n1")));
        Assert.Equal(["p3"], await IdsAsync(Parcel.ByNumber.Where("n2")));
    }

    [Fact]
    public async Task UniqueKey_Missing_IsNotInTheIndex()
    {
        await SavedAsync("p1");
        await SavedAsync("p2");
        await SavedAsync("p3", parcel => parcel.Number = "n");

        Assert.Equal(["p3"], await IdsAsync(Parcel.ByNumber.All));
        Assert.Equal(1, await Parcels.CountAsync(Parcel.ByNumber.All, Cancel));
    }

    [Fact]
    public async Task Delete_AtAnOldVersion_IsConflict_OfNothing_IsNotFound()
    {
        await SavedAsync("p1");
        var stale = await Parcels.GetAsync("p1", Cancel);
        await Parcels.UpdateAsync("p1", parcel => parcel.Note = "newer", Cancel);

        await Assert.ThrowsAsync<ConflictException>(() => Parcels.DeleteAsync(stale, Cancel));
        await Assert.ThrowsAsync<DocumentNotFoundException>(() => Keeper.DeleteAsync("parcels", "p0", 1, Cancel));
        Assert.NotNull(await Parcels.FindAsync("p1", Cancel));
    }

    [Fact]
    public async Task Delete_TakesTheDocumentOutOfItsIndexes()
    {
        var parcel = await SavedAsync("p1", parcel => (parcel.Number, parcel.Tags, parcel.Owner) = ("n1", ["a", "b"], new Person("+919906000001", "", "hi")));
        await Parcels.DeleteAsync(parcel, Cancel);

        Assert.Null(await Parcels.FindAsync("p1", Cancel));
        Assert.Empty(await IdsAsync(Parcel.ByNumber.All));
        Assert.Empty(await IdsAsync(Parcel.ByTag.Where("a")));
        Assert.Equal(0, await Parcels.CountAsync(Parcel.ByOwner.All, Cancel));
        await SavedAsync("p1", again => again.Number = "n1");
    }

    [Fact]
    public async Task Update_RacingWriters_AllTakeEffect()
    {
        await SavedAsync("p1");

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Parcels.UpdateAsync("p1", parcel => parcel.Weight++, Cancel)));

        var found = await Parcels.GetAsync("p1", Cancel);
        Assert.Equal((6, 7L), (found.Weight, found.Version));
    }

    [Fact]
    public async Task UniqueKey_SixtyFourWritersRacing_ExactlyOneWins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(async writer =>
        {
            try
            {
                await SavedAsync($"p{writer:D2}", parcel => parcel.Number = "n1");
                return null;
            }
            catch (DuplicateKeyException refused)
            {
                return refused.Index;
            }
        }));

        Assert.Equal(1, outcomes.Count(index => index is null));
        Assert.Equal(63, outcomes.Count(index => index == "by_number"));
        Assert.Single(await IdsAsync(Parcel.ByNumber.Where("n1")));
    }

    [Fact]
    public async Task CompoundKey_SixtyFourUpdatesRacing_ExactlyOneWins()
    {
        var day = new DateOnly(2026, 4, 2);
        var parcels = await Task.WhenAll(Enumerable.Range(0, 64).Select(writer => SavedAsync($"p{writer:D2}")));

        var outcomes = await Task.WhenAll(parcels.Select(async parcel =>
        {
            (parcel.Day, parcel.Slot) = (day, 7);
            parcel.Tell("mine");
            try
            {
                await Parcels.SaveAsync(parcel, Cancel);
                return null;
            }
            catch (DuplicateKeyException refused)
            {
                return refused.Index;
            }
        }));

        Assert.Equal(1, outcomes.Count(index => index is null));
        Assert.Equal(63, outcomes.Count(index => index == "by_slot"));
        var winner = Assert.Single(await IdsAsync(Parcel.BySlot.Where(day)));
        Assert.Equal([winner], await Keeper.DueAsync("parcels", Clock.GetUtcNow().AddMinutes(1), 100, Cancel));
    }

    [Fact]
    public async Task Id_SixtyFourWritersRacing_ExactlyOneWins()
    {
        var won = await Task.WhenAll(Enumerable.Range(0, 64).Select(async writer =>
        {
            try
            {
                await SavedAsync("p1", parcel => parcel.Weight = writer);
                return writer;
            }
            catch (DuplicateKeyException refused) when (refused.Index == DuplicateKeyException.Id)
            {
                return -1;
            }
        }));

        var winner = Assert.Single(won, writer => writer >= 0);
        var found = await Parcels.GetAsync("p1", Cancel);
        Assert.Equal((winner, 1L), (found.Weight, found.Version));
    }

    [Fact]
    public async Task Reopened_EverythingSavedIsThere()
    {
        for (var number = 0; number < 20; number++)
        {
            await SavedAsync($"p{number:D2}", parcel =>
            {
                parcel.Number = $"n{number}";
                parcel.Tell("saved");
            });
        }

        await ReopenAsync();

        Assert.Equal(20, await Parcels.CountAsync(Parcel.ByNumber.All, Cancel));
        Assert.Equal(20, (await Keeper.DueAsync("parcels", Clock.GetUtcNow().AddMinutes(1), 100, Cancel)).Count);
        await Assert.ThrowsAsync<DuplicateKeyException>(() => SavedAsync("p99", parcel => parcel.Number = "n7"));
    }

    [Fact]
    public async Task Cancelled_BeforeItBegins_ThrowsAndKeepsNothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Parcels.SaveAsync(new Parcel("p1"), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Parcels.FindAsync("p1", cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Parcels.ListAsync(Parcel.ByNumber.All, null, 10, cancelled.Token));
        Assert.Null(await Parcels.FindAsync("p1", Cancel));
    }

    [Fact]
    public async Task Ping_AnOpenStore_Answers() => await Keeper.PingAsync(Cancel);
}
