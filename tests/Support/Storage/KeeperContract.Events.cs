using EServices.Platform.Storage;
using Xunit;

namespace EServices.Testing.Storage;

public abstract partial class KeeperContract
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(1);

    protected DocumentWrite Write(string id, long version, params UnsentEvent[] events) => new(id, version, [], events, null, Clock.GetUtcNow());

    protected UnsentEvent Event(string eventId, TimeSpan due = default, TimeSpan raised = default) => new(
        eventId, "EServices.Testing.Told", $$"""{"what":"{{eventId}}"}""", Clock.GetUtcNow() + raised, Clock.GetUtcNow() + due,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "vendor=1", "tracking.number=1447");

    [Fact]
    public async Task Events_AreSavedWithTheDocumentInOrder()
    {
        var outcome = await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1"), Event("e2"), Event("e3")), Cancel);

        var unsent = await Keeper.UnsentAsync("parcels", "p1", Cancel);

        Assert.Equal(new SaveOutcome(1, false), outcome);
        Assert.Equal([Event("e1"), Event("e2"), Event("e3")], unsent);
    }

    [Fact]
    public async Task Save_SaysWhetherEarlierEventsWait()
    {
        Assert.False((await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1")), Cancel)).EarlierUnsent);
        Assert.True((await Keeper.SaveAsync(Parcel.Map, Write("p1", 1, Event("e2")), Cancel)).EarlierUnsent);
        await Keeper.SentAsync("parcels", [new SentEvents("p1", ["e1"])], Cancel);
        Assert.True((await Keeper.SaveAsync(Parcel.Map, Write("p1", 2, Event("e3")), Cancel)).EarlierUnsent);
        await Keeper.SentAsync("parcels", [new SentEvents("p1", ["e2", "e3"])], Cancel);
        Assert.False((await Keeper.SaveAsync(Parcel.Map, Write("p1", 3, Event("e4")), Cancel)).EarlierUnsent);
        await Keeper.FailedAsync("parcels", "p1", "e4", 10, null, "parked", Cancel);
        Assert.False((await Keeper.SaveAsync(Parcel.Map, Write("p1", 4, Event("e5")), Cancel)).EarlierUnsent);
    }

    [Fact]
    public async Task Sent_ClearsThemAndLeavesTheVersion()
    {
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1"), Event("e2")), Cancel);
        await Keeper.SaveAsync(Parcel.Map, Write("p2", 0, Event("e3")), Cancel);

        await Keeper.SentAsync("parcels", [new SentEvents("p1", ["e1"]), new SentEvents("p2", ["e3"]), new SentEvents("p0", ["e0"])], Cancel);
        await Keeper.SentAsync("parcels", [new SentEvents("p1", ["e1"])], Cancel);

        Assert.Equal(["e2"], (await Keeper.UnsentAsync("parcels", "p1", Cancel)).Select(unsent => unsent.EventId));
        Assert.Empty(await Keeper.UnsentAsync("parcels", "p2", Cancel));
        Assert.Equal(["p1"], await Keeper.DueAsync("parcels", Clock.GetUtcNow() + Later, 10, Cancel));
        Assert.Equal(1, (await Keeper.FindAsync("parcels", "p1", Cancel))!.Version);
    }

    [Fact]
    public async Task Due_TheLongestDueFirst_EachDocumentOnce()
    {
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1", TimeSpan.FromSeconds(3)), Event("e2", TimeSpan.FromSeconds(3))), Cancel);
        await Keeper.SaveAsync(Parcel.Map, Write("p2", 0, Event("e3", TimeSpan.FromSeconds(1))), Cancel);
        await Keeper.SaveAsync(Parcel.Map, Write("p3", 0, Event("e4", TimeSpan.FromSeconds(2))), Cancel);
        await Keeper.SaveAsync(Parcel.Map, Write("p4", 0, Event("e5", TimeSpan.FromSeconds(9))), Cancel);
        await Keeper.SaveAsync(Parcel.Map, Write("p5", 0), Cancel);
        var now = Clock.GetUtcNow();

        Assert.Empty(await Keeper.DueAsync("parcels", now, 10, Cancel));
        Assert.Equal(["p2"], await Keeper.DueAsync("parcels", now.AddSeconds(1), 10, Cancel));
        Assert.Equal(["p2", "p3", "p1"], await Keeper.DueAsync("parcels", now.AddSeconds(3), 10, Cancel));
        Assert.Equal(["p2", "p3"], await Keeper.DueAsync("parcels", now.AddSeconds(3), 2, Cancel));
    }

    [Fact]
    public async Task Failed_IsDueLater_AndItsDocumentStandsBeforeNobody()
    {
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1"), Event("e2")), Cancel);
        await Keeper.SaveAsync(Parcel.Map, Write("p2", 0, Event("e3")), Cancel);
        var now = Clock.GetUtcNow();

        await Keeper.FailedAsync("parcels", "p1", "e1", 3, now.AddSeconds(30), "refused", Cancel);
        await Keeper.FailedAsync("parcels", "p1", "e0", 3, now.AddSeconds(30), "unknown", Cancel);

        Assert.Equal(["p2"], await Keeper.DueAsync("parcels", now, 1, Cancel));
        Assert.Equal(["p2", "p1"], await Keeper.DueAsync("parcels", now.AddSeconds(30), 10, Cancel));
        var unsent = await Keeper.UnsentAsync("parcels", "p1", Cancel);
        Assert.Equal(["e1", "e2"], unsent.Select(one => one.EventId));
        Assert.Equal((3, now.AddSeconds(30)), (unsent[0].Attempts, unsent[0].DueAt));

        // Sent out of turn by hand: the next becomes the first.
        await Keeper.SentAsync("parcels", [new SentEvents("p1", ["e1"])], Cancel);
        Assert.Equal(["p1", "p2"], (await Keeper.DueAsync("parcels", now, 10, Cancel)).Order());
    }

    [Fact]
    public async Task Parked_StandsAside_AndComesBackInItsPlace()
    {
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1"), Event("e2", raised: TimeSpan.FromSeconds(1))), Cancel);
        var now = Clock.GetUtcNow();

        await Keeper.FailedAsync("parcels", "p1", "e1", 10, null, "no such contract", Cancel);

        Assert.Equal(["e2"], (await Keeper.UnsentAsync("parcels", "p1", Cancel)).Select(one => one.EventId));
        var parked = Assert.Single(await Keeper.ParkedAsync("parcels", 10, Cancel));
        Assert.Equal(("p1", "e1", "no such contract", 10), (parked.DocumentId, parked.Event.EventId, parked.Error, parked.Event.Attempts));
        Assert.Equal((Event("e1").Body, Event("e1").TraceParent), (parked.Event.Body, parked.Event.TraceParent));

        Assert.True(await Keeper.UnparkAsync("parcels", "p1", "e1", now.AddSeconds(-5), Cancel));

        Assert.False(await Keeper.UnparkAsync("parcels", "p1", "e1", now, Cancel));
        Assert.False(await Keeper.UnparkAsync("parcels", "p0", "e1", now, Cancel));
        Assert.Empty(await Keeper.ParkedAsync("parcels", 10, Cancel));
        var unsent = await Keeper.UnsentAsync("parcels", "p1", Cancel);
        Assert.Equal(["e1", "e2"], unsent.Select(one => one.EventId));
        Assert.Equal((0, now.AddSeconds(-5)), (unsent[0].Attempts, unsent[0].DueAt));
        Assert.Equal(["p1"], await Keeper.DueAsync("parcels", now.AddSeconds(-4), 10, Cancel));
    }

    [Fact]
    public async Task Parked_Discarded_IsGone()
    {
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1")), Cancel);
        await Keeper.FailedAsync("parcels", "p1", "e1", 10, null, "poison", Cancel);

        Assert.True(await Keeper.UnparkAsync("parcels", "p1", "e1", null, Cancel));

        Assert.Empty(await Keeper.ParkedAsync("parcels", 10, Cancel));
        Assert.Empty(await Keeper.UnsentAsync("parcels", "p1", Cancel));
    }

    [Fact]
    public async Task Oldest_IsOfThoseThatWait()
    {
        Assert.Null(await Keeper.OldestUnsentAsync("parcels", Cancel));
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1", raised: TimeSpan.FromSeconds(5))), Cancel);
        await Keeper.SaveAsync(Parcel.Map, Write("p2", 0, Event("e2", raised: TimeSpan.FromSeconds(2))), Cancel);
        await Keeper.SaveAsync(Parcel.Map, Write("p3", 0, Event("e3", raised: TimeSpan.FromSeconds(1))), Cancel);
        var now = Clock.GetUtcNow();

        Assert.Equal(now.AddSeconds(1), await Keeper.OldestUnsentAsync("parcels", Cancel));
        await Keeper.FailedAsync("parcels", "p3", "e3", 10, null, "parked", Cancel);
        Assert.Equal(now.AddSeconds(2), await Keeper.OldestUnsentAsync("parcels", Cancel));
        await Keeper.SentAsync("parcels", [new SentEvents("p1", ["e1"]), new SentEvents("p2", ["e2"])], Cancel);
        Assert.Null(await Keeper.OldestUnsentAsync("parcels", Cancel));
    }

    [Fact]
    public async Task Delete_WithEventsThatWaitOrAreParked_IsConflict()
    {
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1")), Cancel);
        await Assert.ThrowsAsync<ConflictException>(() => Keeper.DeleteAsync("parcels", "p1", 1, Cancel));
        await Keeper.FailedAsync("parcels", "p1", "e1", 10, null, "parked", Cancel);
        await Assert.ThrowsAsync<ConflictException>(() => Keeper.DeleteAsync("parcels", "p1", 1, Cancel));
        await Keeper.UnparkAsync("parcels", "p1", "e1", null, Cancel);

        await Keeper.DeleteAsync("parcels", "p1", 1, Cancel);

        Assert.Null(await Keeper.FindAsync("parcels", "p1", Cancel));
    }

    [Fact]
    public async Task Answer_IsKeptWithItsEffectUntilItExpires()
    {
        var now = Clock.GetUtcNow();
        var answer = new StoredAnswer("key1", "hash1", 201, "/api/v1/parcels/p1", "\"1\"", """{"id":"p1","note":"é"}""", now.AddHours(24));
        var parcel = new Parcel("p1");
        await Parcels.SaveAsync(parcel, Cancel, answer);
        var bare = new StoredAnswer("key2", "hash2", 204, null, null, "", now.AddHours(24));
        await Parcels.SaveAsync(parcel, Cancel, bare);

        Assert.Equal(answer, await Parcels.AnswerAsync("key1", Cancel));
        Assert.Equal(bare, await Parcels.AnswerAsync("key2", Cancel));
        Assert.Null(await Parcels.AnswerAsync("key3", Cancel));
        Clock.Advance(TimeSpan.FromHours(24));
        Assert.Null(await Parcels.AnswerAsync("key1", Cancel));
    }

    [Fact]
    public async Task Answer_ToAKeyAlreadyAnswered_RefusesTheEffect()
    {
        StoredAnswer Answer() => new("key1", "hash", 201, null, null, "{}", Clock.GetUtcNow().AddHours(24));
        var first = new Parcel("p1");
        await Parcels.SaveAsync(first, Cancel, Answer());

        var other = await Assert.ThrowsAsync<DuplicateKeyException>(() => Parcels.SaveAsync(new Parcel("p2"), Cancel, Answer()));
        first.Note = "again";
        var same = await Assert.ThrowsAsync<DuplicateKeyException>(() => Parcels.SaveAsync(first, Cancel, Answer()));

        Assert.Equal((DuplicateKeyException.Answer, DuplicateKeyException.Answer), (other.Index, same.Index));
        Assert.Null(await Parcels.FindAsync("p2", Cancel));
        Assert.Equal("", (await Parcels.GetAsync("p1", Cancel)).Note);

        // An expired one stands in nobody's way, in the same document or another.
        Clock.Advance(TimeSpan.FromHours(24));
        await Parcels.SaveAsync(new Parcel("p2"), Cancel, Answer());
        Assert.NotNull(await Parcels.AnswerAsync("key1", Cancel));
        Clock.Advance(TimeSpan.FromHours(24));
        var second = await Parcels.GetAsync("p2", Cancel);
        await Parcels.SaveAsync(second, Cancel, Answer());
        Assert.NotNull(await Parcels.AnswerAsync("key1", Cancel));
    }

    [Fact]
    public async Task Answer_SixtyFourRequestsRacingUnderOneKey_OneTakesEffect()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(async number =>
        {
            try
            {
                await Parcels.SaveAsync(new Parcel($"p{number}"), Cancel, new StoredAnswer("key1", "hash", 201, null, null, $"p{number}", Clock.GetUtcNow().AddHours(24)));
                return $"p{number}";
            }
            catch (DuplicateKeyException refused) when (refused.Index == DuplicateKeyException.Answer)
            {
                return null;
            }
        }));

        var winner = Assert.Single(outcomes, id => id is not null);
        Assert.Equal(winner, (await Parcels.AnswerAsync("key1", Cancel))!.Body);
    }

    [Fact]
    public async Task Answer_GoesWithItsDocument()
    {
        var parcel = new Parcel("p1");
        await Parcels.SaveAsync(parcel, Cancel, new StoredAnswer("key1", "hash", 201, null, null, "{}", Clock.GetUtcNow().AddHours(24)));

        await Parcels.DeleteAsync(parcel, Cancel);

        Assert.Null(await Parcels.AnswerAsync("key1", Cancel));
    }

    [Fact]
    public async Task Store_RaisedFacts_BecomeUnsentEvents()
    {
        var parcel = await SavedAsync("p1", parcel =>
        {
            parcel.Tell("one");
            parcel.Tell("two");
        });

        var unsent = await Keeper.UnsentAsync("parcels", "p1", Cancel);

        Assert.Empty(parcel.Raised);
        Assert.Equal([typeof(ParcelTold).FullName, typeof(ParcelTold).FullName], unsent.Select(one => one.Type));
        Assert.Equal(["""{"parcelId":"p1","what":"one"}""", """{"parcelId":"p1","what":"two"}"""], unsent.Select(one => one.Body));
    }
}
