using EServices.Platform.Storage;
using EServices.Platform.Storage.Mongo;
using EServices.Testing.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace EServices.Containers.Tests.Storage;

/// <summary>The contract on MongoDB, and what only a server far away can do.</summary>
public sealed class MongoKeeperTests(MongoServer server) : KeeperContract
{
    private readonly string name = $"keeper_{Guid.NewGuid():N}";

    protected override int Histories => 60;

    private IMongoCollection<BsonDocument> Raw => ((MongoKeeper)Keeper).Database.GetCollection<BsonDocument>("parcels");

    protected override Task<IKeeper> OpenAsync() => Task.FromResult(Keepers.Open(server.Address(name)));

    protected override async Task RemoveAsync()
    {
        using var client = new MongoClient(server.Address(name));
        await client.DropDatabaseAsync(name);
    }

    [Fact]
    public async Task Document_OfAnotherMaker_WithNullsInKeys_IsNotIndexed()
    {
        var body = new BsonDocument { { "number", BsonNull.Value }, { "owner", new BsonDocument("mobile", BsonNull.Value) } };

        await Keeper.SaveAsync(Parcel.Map, new DocumentWrite("p1", 0, body, [], null, Clock.GetUtcNow()), Cancel);
        await Keeper.SaveAsync(Parcel.Map, new DocumentWrite("p2", 0, body, [], null, Clock.GetUtcNow()), Cancel);

        Assert.Equal(0, await Parcels.CountAsync(Parcel.ByNumber.All, Cancel));
        Assert.Equal(0, await Parcels.CountAsync(Parcel.ByOwner.All, Cancel));
        Assert.True(body["number"].IsBsonNull);
    }

    [Fact]
    public async Task Index_Missing_IsMade()
    {
        await SavedAsync("p1", parcel => parcel.Number = "n1");
        await Raw.Indexes.DropOneAsync("by_number", Cancel);

        await ReopenAsync();

        Assert.Equal(["p1"], await IdsAsync(Parcel.ByNumber.All));
        await Assert.ThrowsAsync<DuplicateKeyException>(() => SavedAsync("p2", parcel => parcel.Number = "n1"));
    }

    [Fact]
    public async Task Index_OfAnotherShape_IsRefusedByName()
    {
        await Raw.Indexes.DropOneAsync("by_day", Cancel);
        await Raw.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument("d.day", -1), new CreateIndexOptions { Name = "by_day" }), cancellationToken: Cancel);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Keeper.PrepareAsync(Parcel.Map, Cancel));

        Assert.Contains("'by_day'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UniqueIndex_OverRepeatedKeys_IsRefusedByName()
    {
        await SavedAsync("p1", parcel => parcel.Weight = 5);
        await SavedAsync("p2", parcel => parcel.Weight = 5);
        var later = new DocumentMap<Parcel>("parcels");
        later.Unique("one_weight", parcel => parcel.Weight);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Keeper.PrepareAsync(later, Cancel));

        Assert.Contains("'one_weight'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queries_AllUseTheirIndex()
    {
        var at = Clock.GetUtcNow();
        await SavedAsync("p1", parcel => (parcel.Number, parcel.Tags, parcel.State) = ("n1", ["a"], ParcelState.Moving));
        foreach (var query in (IndexQuery<Parcel>[])
        [
            Parcel.ByNumber.All, Parcel.ByNumber.Where("n1"), Parcel.ByTag.Where("a"), Parcel.ByTag.Where("a").AtLeast(1).Descending(), Parcel.ByState.All,
            Parcel.ByState.Where(ParcelState.Moving).AtLeast(at).LessThan(at.AddDays(1)), Parcel.ByOwner.All, Parcel.BySlot.Where(new DateOnly(2026, 4, 1)),
        ])
        {
            var after = new IndexPosition([.. query.Index.Keys.Skip(query.Equal.Count).Select(key => key.Path == "at" ? (BsonValue)new BsonDateTime(0) : key.Path is "weight" or "slot" ? 0 : "")], "p0");
            foreach (var position in (IndexPosition?[])[null, after])
            {
                var range = new KeyRange(query.Index, query.Equal, query.From, query.Below, query.Backwards, 10, position);
                foreach (var filter in MongoRanges.Filters(range))
                {
                    var find = new BsonDocument { { "find", "parcels" }, { "filter", filter }, { "hint", query.Index.Name }, { "limit", 10 } };
                    if (MongoRanges.Sort(range) is { } sort)
                        find.Add("sort", sort);
                    var plan = (await Raw.Database.RunCommandAsync<BsonDocument>(new BsonDocument { { "explain", find }, { "verbosity", "queryPlanner" } }, cancellationToken: Cancel)).ToString();
                    Assert.DoesNotContain("COLLSCAN", plan, StringComparison.Ordinal);
                    Assert.Contains("IXSCAN", plan, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public async Task Answers_OfDocumentsNobodySaves_AreRemovedWhenExpired()
    {
        await Parcels.SaveAsync(new Parcel("p1"), Cancel, new StoredAnswer("key", "h", 200, null, null, "{}", Clock.GetUtcNow().AddHours(24)));
        Clock.Advance(TimeSpan.FromHours(25));
        await SavedAsync("p2");
        await Keeper.DisposeAsync();

        using var client = new MongoClient(server.Address(name));
        Assert.Equal(0, await client.GetDatabase(name).GetCollection<BsonDocument>("parcels").CountDocumentsAsync(new BsonDocument("a.k", "key"), cancellationToken: Cancel));
    }

    [Fact]
    public async Task Insert_WhoseAnswersAreLost_IsDoneOnceAndKnowsItsOwnWork()
    {
        await using var proxy = Proxy();
        await using var keeper = Keepers.Open(Through(proxy));
        await keeper.PrepareAsync(Parcel.Map, Cancel);
        proxy.LoseAnswersTo("insert", 3);

        var outcome = await keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1")), Cancel);

        Assert.Equal((1L, 3), (outcome.Version, proxy.Cuts));
        Assert.Equal(1, (await Keeper.FindAsync("parcels", "p1", Cancel))!.Version);
        Assert.Single(await Keeper.UnsentAsync("parcels", "p1", Cancel));
    }

    [Fact]
    public async Task Update_WhoseAnswersAreLost_IsDoneOnceAndKnowsItsOwnWork()
    {
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0), Cancel);
        await using var proxy = Proxy();
        await using var keeper = Keepers.Open(Through(proxy));
        await keeper.PrepareAsync(Parcel.Map, Cancel);
        proxy.LoseAnswersTo("findAndModify", 3);

        var outcome = await keeper.SaveAsync(Parcel.Map, Write("p1", 1, Event("e1"), Event("e2")), Cancel);

        Assert.Equal((2L, 3), (outcome.Version, proxy.Cuts));
        Assert.Equal(2, (await Keeper.FindAsync("parcels", "p1", Cancel))!.Version);
        Assert.Equal(["e1", "e2"], (await Keeper.UnsentAsync("parcels", "p1", Cancel)).Select(unsent => unsent.EventId));
    }

    [Fact]
    public async Task Insert_OfAnotherUnderTheSameId_IsNotTakenForItsOwn()
    {
        await using var proxy = Proxy();
        await using var keeper = Keepers.Open(Through(proxy));
        await keeper.PrepareAsync(Parcel.Map, Cancel);
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0), Cancel);
        proxy.LoseAnswersTo("insert", 1);

        await Assert.ThrowsAsync<DuplicateKeyException>(() => keeper.SaveAsync(Parcel.Map, Write("p1", 0), Cancel));
        Assert.Equal(1, proxy.Cuts);
    }

    [Fact]
    public async Task Delete_WhoseAnswerIsLost_IsDone()
    {
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0), Cancel);
        await using var proxy = Proxy();
        await using var keeper = Keepers.Open(Through(proxy));
        await keeper.PrepareAsync(Parcel.Map, Cancel);
        proxy.LoseAnswersTo("delete", 3);

        await keeper.DeleteAsync("parcels", "p1", 1, Cancel);

        Assert.Null(await Keeper.FindAsync("parcels", "p1", Cancel));
    }

    [Fact]
    public async Task Events_ClearedFailedParkedAndRetried_WhileAnswersAreLost_AreEachInOnePlace()
    {
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1"), Event("e2"), Event("e3")), Cancel);
        await using var proxy = Proxy();
        await using var keeper = Keepers.Open(Through(proxy));
        await keeper.PrepareAsync(Parcel.Map, Cancel);
        async Task LosingAsync(Func<Task> call)
        {
            var before = proxy.Cuts;
            proxy.LoseAnswersTo("update", 2);
            await call();
            Assert.Equal(before + 2, proxy.Cuts);
        }

        await LosingAsync(() => keeper.SentAsync("parcels", [new SentEvents("p1", ["e1"])], Cancel));
        Assert.Equal(["e2", "e3"], (await Keeper.UnsentAsync("parcels", "p1", Cancel)).Select(unsent => unsent.EventId));

        await LosingAsync(() => keeper.FailedAsync("parcels", "p1", "e2", 4, Clock.GetUtcNow().AddSeconds(9), "refused", Cancel));
        Assert.Equal([4, 0], (await Keeper.UnsentAsync("parcels", "p1", Cancel)).Select(unsent => unsent.Attempts));

        await LosingAsync(() => keeper.FailedAsync("parcels", "p1", "e2", 10, null, "refused", Cancel));
        Assert.Equal("e2", Assert.Single(await Keeper.ParkedAsync("parcels", 10, Cancel)).Event.EventId);
        Assert.Equal(["e3"], (await Keeper.UnsentAsync("parcels", "p1", Cancel)).Select(unsent => unsent.EventId));

        await LosingAsync(async () => Assert.True(await keeper.UnparkAsync("parcels", "p1", "e2", Clock.GetUtcNow(), Cancel)));
        Assert.Empty(await Keeper.ParkedAsync("parcels", 10, Cancel));
        Assert.Equal(["e2", "e3"], (await Keeper.UnsentAsync("parcels", "p1", Cancel)).Select(unsent => unsent.EventId));
    }

    [Fact]
    public async Task Answer_GivenWhileTheServersAnswersAreLost_IsTheCallersOwn()
    {
        await using var proxy = Proxy();
        await using var keeper = Keepers.Open(Through(proxy));
        await keeper.PrepareAsync(Parcel.Map, Cancel);
        StoredAnswer Answer(string key) => new(key, "h", 201, null, null, "{}", Clock.GetUtcNow().AddHours(24));

        proxy.LoseAnswersTo("insert", 2);
        await keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1")) with { Answer = Answer("key1") }, Cancel);
        proxy.LoseAnswersTo("findAndModify", 2);
        await keeper.SaveAsync(Parcel.Map, Write("p1", 1, Event("e2")) with { Answer = Answer("key2") }, Cancel);

        Assert.Equal(4, proxy.Cuts);
        Assert.Equal(["e1", "e2"], (await Keeper.UnsentAsync("parcels", "p1", Cancel)).Select(unsent => unsent.EventId));
        var refused = await Assert.ThrowsAsync<DuplicateKeyException>(() => Keeper.SaveAsync(Parcel.Map, Write("p2", 0) with { Answer = Answer("key1") }, Cancel));
        Assert.Equal(DuplicateKeyException.Answer, refused.Index);
    }

    /// <summary>
    /// Sixteen writers, each alone with documents of its own, so that any duplicate or conflict it is told of would be its own earlier try. What was answered is
    /// there, with every event once; what ended with "may be kept" is there once or not at all.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Connections_CutAtAnyByteUnderLoad_EveryWriteTakesEffectOnce(int seed)
    {
        await using var proxy = Proxy();
        await using var keeper = Keepers.Open(Through(proxy) + "&serverSelectionTimeoutMS=2000&heartbeatFrequencyMS=500");
        await keeper.PrepareAsync(Parcel.Map, Cancel);
        proxy.CutAnywhere(seed, mean: 8_000);
        var open = 0;

        var written = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(
            async () =>
            {
                var documents = new List<(string Id, long Version)>();
                for (var number = 0; number < 6; number++)
                {
                    var (id, version) = ($"p{writer}-{number}", 0L);
                    while (version < 5)
                    {
                        try
                        {
                            version = (await keeper.SaveAsync(Parcel.Map, Write(id, version, Event($"{id}-e{version + 1}")), Cancel)).Version;
                        }
                        catch (StoreBusyException busy)
                        {
                            var kept = (await Keeper.FindAsync("parcels", id, Cancel))?.Version ?? 0;
                            Assert.True(kept == version || (busy.MayBeKept && kept == version + 1), $"{id} was at {version}, is at {kept}: {busy.Message}");
                            version = kept;
                            Interlocked.Increment(ref open);
                        }
                    }
                    documents.Add((id, version));
                }
                return documents;
            },
            Cancel)));

        proxy.CutAnywhere(0, 0);
        Assert.True(proxy.Cuts >= 30, $"only {proxy.Cuts} connections were cut");
        foreach (var (id, version) in written.SelectMany(documents => documents))
        {
            Assert.Equal(version, (await Keeper.FindAsync("parcels", id, Cancel))!.Version);
            Assert.Equal(Enumerable.Range(1, (int)version).Select(save => $"{id}-e{save}"), (await Keeper.UnsentAsync("parcels", id, Cancel)).Select(unsent => unsent.EventId));
        }
        TestContext.Current.SendDiagnosticMessage($"seed {seed}: {proxy.Cuts} cuts, {open} writes left open");
    }

    [Fact]
    public async Task Index_OfTheEnvelope_Missing_IsMade()
    {
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1")), Cancel);
        await Raw.Indexes.DropOneAsync(Envelope.DueIndex, Cancel);
        await Raw.Indexes.DropOneAsync(Envelope.AnswerIndex, Cancel);

        await ReopenAsync();

        Assert.Equal(["p1"], await Keeper.DueAsync("parcels", Clock.GetUtcNow(), 10, Cancel));
        var answer = new StoredAnswer("key1", "h", 200, null, null, "{}", Clock.GetUtcNow().AddHours(1));
        await Keeper.SaveAsync(Parcel.Map, Write("p2", 0) with { Answer = answer }, Cancel);
        await Assert.ThrowsAsync<DuplicateKeyException>(() => Keeper.SaveAsync(Parcel.Map, Write("p3", 0) with { Answer = answer }, Cancel));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Index_UniqueOnOneSideOnly_OrOverEverything_IsRefusedByName(bool unique, bool partial)
    {
        await Raw.Indexes.DropOneAsync("by_number", Cancel);
        var filter = partial ? new BsonDocument("d.number", new BsonDocument("$exists", true)) : null;
        await Raw.Indexes.CreateOneAsync(
            new CreateIndexModel<BsonDocument>(new BsonDocument("d.number", 1), new CreateIndexOptions<BsonDocument> { Name = "by_number", Unique = unique ? true : null, PartialFilterExpression = filter }),
            cancellationToken: Cancel);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Keeper.PrepareAsync(Parcel.Map, Cancel));

        Assert.Contains("'by_number'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_Away_IsBusyWithinTheDeadline()
    {
        await using var keeper = Keepers.Open("mongodb://127.0.0.1:1/nothing?serverSelectionTimeoutMS=200&directConnection=true");
        var waited = System.Diagnostics.Stopwatch.StartNew();

        var busy = await Assert.ThrowsAsync<StoreBusyException>(() => keeper.SaveAsync(Parcel.Map, Write("p1", 0), Cancel));

        Assert.False(busy.MayBeKept);
        Assert.InRange(waited.Elapsed.TotalSeconds, 0, 15);
    }

    private CutProxy Proxy()
    {
        var address = new MongoUrl(server.Address(name)).Server;
        return new CutProxy(address.Host, address.Port);
    }

    private string Through(CutProxy proxy) => $"mongodb://127.0.0.1:{proxy.Port}/{name}?directConnection=true";
}
