using System.Collections.Concurrent;
using System.Diagnostics;
using EServices.Platform.Time;
using MongoDB.Bson;
using MongoDB.Driver;

namespace EServices.Platform.Storage.Mongo;

/// <summary>
/// Keeps documents in MongoDB: a replica set, a sharded cluster or, for trials, one server. Every save is one atomic update of one document
/// (<see cref="Envelope"/>), acknowledged by a majority; every query names its index, so that none can scan. No transactions, no change streams.
/// </summary>
/// <remarks>
/// A write whose connection broke may have been carried out. Each save puts a stamp of its own into the document, and its repeat recognises by it what it
/// did itself, where it would otherwise take its own work for another's and report a duplicate or a conflict.
/// </remarks>
internal sealed class MongoKeeper : IKeeper
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
    /// <summary>Calls under way or waiting for a connection; the driver itself would let any number wait.</summary>
    private const int MostAtOnce = 4_096;
    private static readonly TimeSpan BetweenSweepsOfAnswers = TimeSpan.FromMinutes(10);
    private static readonly ProjectionDefinition<BsonDocument> State = Builders<BsonDocument>.Projection.Include("v").Include("d");

    private readonly IChance chance;
    private readonly int most;
    private readonly MongoClient client;
    private readonly IMongoDatabase database;
    private readonly ConcurrentDictionary<string, DateTimeOffset> answersSwept = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource closing = new();
    private Task sweepOfAnswers = Task.CompletedTask;
    private int disposed;
    private int underWay;

    /// <param name="connectionString">With the database's name as its path.</param>
    /// <param name="most">Calls under way or waiting at once.</param>
    public MongoKeeper(string connectionString, IChance chance, int most = MostAtOnce)
    {
        (this.chance, this.most) = (chance, most);
        var url = MongoUrl.Create(connectionString);
        if (string.IsNullOrEmpty(url.DatabaseName))
            throw new ArgumentException("A MongoDB connection string names its database: mongodb://HOST/DATABASE.", nameof(connectionString));
        var settings = MongoClientSettings.FromUrl(url);
        settings.ApplicationName ??= "eservices";
        settings.RetryWrites = true;
        settings.RetryReads = true;
        settings.ReadPreference = ReadPreference.Primary;
        settings.ReadConcern = ReadConcern.Majority;
        settings.WriteConcern = WriteConcern.WMajority.With(journal: true, wTimeout: TimeSpan.FromSeconds(8));
        // The driver's own are half a minute and more. What the connection string says otherwise goes. Sockets need none: each call has its deadline.
        settings.ServerSelectionTimeout = Unless(settings.ServerSelectionTimeout, MongoDefaults.ServerSelectionTimeout, TimeSpan.FromSeconds(5));
        settings.ConnectTimeout = Unless(settings.ConnectTimeout, MongoDefaults.ConnectTimeout, TimeSpan.FromSeconds(5));
        settings.WaitQueueTimeout = Unless(settings.WaitQueueTimeout, MongoDefaults.WaitQueueTimeout, TimeSpan.FromSeconds(5));
        client = new MongoClient(settings);
        database = client.GetDatabase(url.DatabaseName);
    }

    internal IMongoDatabase Database => database;

    public Task PrepareAsync(DocumentMap map, CancellationToken cancellationToken) =>
        // Building an index over what is there takes as long as it takes.
        CarryOutAsync((_, cancel) => MongoIndexes.EnsureAsync(Collection(map.Collection), map, cancel), cancellationToken, patient: true);

    public Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken) =>
        CarryOutAsync(
            async (_, cancel) =>
            {
                var found = await Collection(collection).Find(ById(id)).Project(State).FirstOrDefaultAsync(cancel);
                return found is null ? null : Read(found);
            },
            cancellationToken);

    /// <summary>Marks one write among all of every process.</summary>
    private long Stamp()
    {
        Span<byte> bits = stackalloc byte[sizeof(long)];
        chance.Fill(bits);
        return BitConverter.ToInt64(bits);
    }

    public async Task<SaveOutcome> SaveAsync(DocumentMap map, DocumentWrite write, CancellationToken cancellationToken)
    {
        var body = WithoutNullKeys(map, write.Body);
        var stamp = Stamp();
        var outcome = await CarryOutAsync(
            (_, cancel) => write.ExpectedVersion == 0 ? InsertAsync(map, write, body, stamp, cancel) : UpdateAsync(map, write, body, stamp, cancel),
            cancellationToken);
        SweepAnswers(map.Collection, write.Now);
        return outcome;
    }

    public Task DeleteAsync(string collection, string id, long version, CancellationToken cancellationToken) =>
        CarryOutAsync(
            async (attempt, cancel) =>
            {
                var filter = new BsonDocument
                {
                    { "_id", id }, { "v", version }, { "o.0", new BsonDocument("$exists", false) }, { "p.0", new BsonDocument("$exists", false) },
                };
                while ((await Collection(collection).DeleteOneAsync(filter, cancel)).DeletedCount == 0)
                {
                    if (await LookAsync(collection, id, cancel) is not { } found)
                        // Gone after a try whose answer was lost: that try's doing, or as good as.
                        return attempt > 1 ? false : throw new DocumentNotFoundException(collection, id);
                    if (found["v"].ToInt64() != version)
                        throw new ConflictException(collection, id, version);
                    if (found.Contains("since") || found["p"].AsBsonArray.Count > 0)
                        throw new ConflictException(collection, id, version, "has events that were neither sent nor discarded");
                    // It came to be as asked for between the two looks.
                }
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<StoredDocument>> QueryAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken) =>
        CarryOutAsync<IReadOnlyList<StoredDocument>>(
            async (_, cancel) =>
            {
                var sort = MongoRanges.Sort(range);
                var documents = new List<StoredDocument>();
                foreach (var filter in MongoRanges.Filters(range))
                {
                    var found = await Collection(map.Collection)
                        .Find(filter, new FindOptions { Hint = range.Index.Name }).Sort(sort).Project(State).Limit(range.Limit - documents.Count).ToListAsync(cancel);
                    documents.AddRange(found.Select(Read));
                    if (documents.Count >= range.Limit)
                        break;
                }
                return documents;
            },
            cancellationToken);

    public Task<long> CountAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken) =>
        CarryOutAsync(
            (_, cancel) => Collection(map.Collection).CountDocumentsAsync(MongoRanges.Whole(range), new CountOptions { Hint = range.Index.Name }, cancel),
            cancellationToken);

    public Task<StoredAnswer?> AnswerAsync(string collection, string key, DateTimeOffset now, CancellationToken cancellationToken) =>
        CarryOutAsync(
            async (_, cancel) =>
            {
                var holder = await Collection(collection)
                    .Find(new BsonDocument("a.k", key), new FindOptions { Hint = Envelope.AnswerIndex })
                    .Project(new BsonDocument("a", new BsonDocument("$elemMatch", new BsonDocument("k", key)))).FirstOrDefaultAsync(cancel);
                var answer = holder is null ? null : Envelope.ReadAnswer(holder["a"][0].AsBsonDocument);
                return answer?.ExpiresAt > now ? answer : null;
            },
            cancellationToken);

    public Task<IReadOnlyList<string>> DueAsync(string collection, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        CarryOutAsync<IReadOnlyList<string>>(
            async (_, cancel) =>
            {
                var found = await Collection(collection)
                    .Find(new BsonDocument("due", new BsonDocument("$lte", Envelope.Moment(now))), new FindOptions { Hint = Envelope.DueIndex })
                    .Sort(new BsonDocument { { "due", 1 }, { "_id", 1 } }).Project(new BsonDocument("_id", 1)).Limit(limit).ToListAsync(cancel);
                return [.. found.Select(document => document["_id"].AsString)];
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<UnsentEvent>>> UnsentAsync(
        string collection, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        CarryOutAsync<IReadOnlyDictionary<string, IReadOnlyList<UnsentEvent>>>(
            async (_, cancel) =>
            {
                var found = await Collection(collection).Find(new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids)))).Project(new BsonDocument("o", 1)).ToListAsync(cancel);
                return found.Where(document => document["o"].AsBsonArray.Count > 0).ToDictionary(
                    document => document["_id"].AsString,
                    IReadOnlyList<UnsentEvent> (document) => [.. document["o"].AsBsonArray.Select(unsent => Envelope.ReadEvent(unsent.AsBsonDocument))],
                    StringComparer.Ordinal);
            },
            cancellationToken);

    public Task SentAsync(string collection, IReadOnlyList<SentEvents> sent, CancellationToken cancellationToken) =>
        sent.Count == 0 ? Task.CompletedTask : CarryOutAsync(
            (_, cancel) => Collection(collection).BulkWriteAsync(
                sent.Select(document => new UpdateOneModel<BsonDocument>(ById(document.DocumentId), Pipeline(Envelope.WithoutEvents("o", document.EventIds)))),
                new BulkWriteOptions { IsOrdered = false },
                cancel),
            cancellationToken);

    public Task FailedAsync(string collection, string id, string eventId, int attempts, DateTimeOffset? dueAt, string error, CancellationToken cancellationToken) =>
        CarryOutAsync(
            (_, cancel) => Collection(collection).UpdateOneAsync(
                new BsonDocument { { "_id", id }, { "o.e", eventId } },
                Pipeline(dueAt is { } due ? Envelope.Failed(eventId, attempts, due, error) : Envelope.Parked(eventId, attempts, error)),
                cancellationToken: cancel),
            cancellationToken);

    public Task<IReadOnlyList<ParkedEvent>> ParkedAsync(string collection, int limit, CancellationToken cancellationToken) =>
        CarryOutAsync<IReadOnlyList<ParkedEvent>>(
            async (_, cancel) =>
            {
                var found = await Collection(collection)
                    .Find(new BsonDocument("p.r", new BsonDocument("$exists", true)), new FindOptions { Hint = Envelope.ParkedIndex })
                    .Sort(new BsonDocument("p.r", 1)).Project(new BsonDocument("p", 1)).Limit(limit).ToListAsync(cancel);
                return
                [
                    .. (from document in found
                        let id = document["_id"].AsString
                        from parked in document["p"].AsBsonArray.Cast<BsonDocument>()
                        orderby parked["r"], id, parked["q"]
                        select new ParkedEvent(id, Envelope.ReadEvent(parked), parked["x"].AsString)).Take(limit),
                ];
            },
            cancellationToken);

    public Task<bool> UnparkAsync(string collection, string id, string eventId, DateTimeOffset? dueAt, CancellationToken cancellationToken) =>
        CarryOutAsync(
            async (attempt, cancel) =>
            {
                var filter = new BsonDocument { { "_id", id }, { "p.e", eventId } };
                var holder = await Collection(collection).Find(filter).Project(new BsonDocument("p", new BsonDocument("$elemMatch", new BsonDocument("e", eventId)))).FirstOrDefaultAsync(cancel);
                if (holder is null)
                    // Not parked any more after a try whose answer was lost: that try's doing.
                    return attempt > 1;
                var pipeline = dueAt is { } due ? Envelope.Unparked(eventId, holder["p"][0]["q"].ToInt64(), due) : Envelope.WithoutEvents("p", [eventId]);
                return (await Collection(collection).UpdateOneAsync(filter, Pipeline(pipeline), cancellationToken: cancel)).MatchedCount > 0;
            },
            cancellationToken);

    public Task<DateTimeOffset?> OldestUnsentAsync(string collection, CancellationToken cancellationToken) =>
        CarryOutAsync(
            async (_, cancel) =>
            {
                var oldest = await Collection(collection)
                    .Find(new BsonDocument("since", new BsonDocument("$exists", true)), new FindOptions { Hint = Envelope.SinceIndex })
                    .Sort(new BsonDocument("since", 1)).Project(new BsonDocument("since", 1)).FirstOrDefaultAsync(cancel);
                return oldest is null ? (DateTimeOffset?)null : Envelope.ReadMoment(oldest["since"]);
            },
            cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) =>
        CarryOutAsync(
            (_, cancel) => Collection("pulse").UpdateOneAsync(
                ById("1"), new BsonDocument("$inc", new BsonDocument("beat", 1L)), new UpdateOptions { IsUpsert = true }, cancel),
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        closing.CancelAfter(TimeSpan.FromSeconds(2));
        await sweepOfAnswers;
        client.Dispose();
        closing.Dispose();
    }

    private static TimeSpan Unless(TimeSpan given, TimeSpan byDefault, TimeSpan ours) => given == byDefault ? ours : given;

    private static BsonDocument ById(string id) => new("_id", id);

    private static StoredDocument Read(BsonDocument envelope) => new(envelope["_id"].AsString, envelope["v"].ToInt64(), envelope["d"].AsBsonDocument);

    private static PipelineUpdateDefinition<BsonDocument> Pipeline(BsonArray stages) =>
        new(PipelineDefinition<BsonDocument, BsonDocument>.Create(stages.Cast<BsonDocument>()));

    /// <summary>To MongoDB a null exists and would be indexed. A document map writes none; a keeper is given what it is given.</summary>
    private static BsonDocument WithoutNullKeys(DocumentMap map, BsonDocument given)
    {
        // The driver writes a document by its elements, of which a wrapped one makes each anew.
        var body = given is RawBsonDocument ? BsonMapping.Unwrap(given) : given;
        BsonDocument? copy = null;
        foreach (var path in map.Indexes.SelectMany(index => index.Keys).Select(key => key.Path.Split('.')))
        {
            var holder = copy ?? body;
            foreach (var element in path.SkipLast(1))
                holder = holder is not null && holder.TryGetValue(element, out var inner) ? inner as BsonDocument : null;
            if (holder is null || !holder.TryGetValue(path[^1], out var value) || !value.IsBsonNull)
                continue;
            holder = copy ??= BsonMapping.Unwrap(body);
            foreach (var element in path.SkipLast(1))
                holder = holder[element].AsBsonDocument;
            holder.Remove(path[^1]);
        }
        return copy ?? body;
    }

    private IMongoCollection<BsonDocument> Collection(string name) => database.GetCollection<BsonDocument>(name);

    private async Task<SaveOutcome> InsertAsync(DocumentMap map, DocumentWrite write, BsonDocument body, long stamp, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await Collection(map.Collection).InsertOneAsync(Envelope.New(write, body, stamp), cancellationToken: cancel);
                return new SaveOutcome(1, false);
            }
            catch (MongoWriteException refused) when (MongoFaults.IndexOfDuplicate(refused) is not null)
            {
                if (await LookAsync(map.Collection, write.Id, cancel) is { } found && IsOurs(found, stamp))
                    return await ConfirmedAsync(map.Collection, write.Id, stamp, new SaveOutcome(1, false), cancel);
                await RefuseAsync(map, write, refused, cancel);
            }
        }
    }

    private async Task<SaveOutcome> UpdateAsync(DocumentMap map, DocumentWrite write, BsonDocument body, long stamp, CancellationToken cancel)
    {
        var filter = new BsonDocument { { "_id", write.Id }, { "v", write.ExpectedVersion } };
        if (write.Answer is { } answer)
            // The unique index does not look for a second one within the same document.
            filter.Add("a", new BsonDocument("$not", new BsonDocument("$elemMatch", new BsonDocument { { "k", answer.Key }, { "x", new BsonDocument("$gt", Envelope.Moment(write.Now)) } })));
        var options = new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.Before, Projection = new BsonDocument("since", 1) };
        while (true)
        {
            BsonDocument? found;
            try
            {
                var before = await Collection(map.Collection).FindOneAndUpdateAsync<BsonDocument>(filter, Pipeline(Envelope.Next(write, body, stamp)), options, cancel);
                if (before is not null)
                    return new SaveOutcome(write.ExpectedVersion + 1, before.Contains("since") && write.Events.Count > 0);
                found = await LookAsync(map.Collection, write.Id, cancel) ?? throw new DocumentNotFoundException(map.Collection, write.Id);
            }
            catch (MongoCommandException refused) when (MongoFaults.IndexOfDuplicate(refused) is not null)
            {
                found = await LookAsync(map.Collection, write.Id, cancel);
                if (found is null || !IsOurs(found, stamp))
                {
                    await RefuseAsync(map, write, refused, cancel);
                    continue;
                }
            }
            if (IsOurs(found, stamp))
                // Whether others waited before it is not known any more; the store will tell whoever sends.
                return await ConfirmedAsync(map.Collection, write.Id, stamp, new SaveOutcome(write.ExpectedVersion + 1, write.Events.Count > 0), cancel);
            if (found["v"].ToInt64() != write.ExpectedVersion)
                throw new ConflictException(map.Collection, write.Id, write.ExpectedVersion);
            if (write.Answer is { } given && await AnswerAsync(map.Collection, given.Key, write.Now, cancel) is not null)
                throw new DuplicateKeyException(map.Collection, DuplicateKeyException.Answer);
        }
    }

    /// <summary>Throws what a refused unique key means; returns where only an expired answer stood in the way, and is gone now.</summary>
    private async Task RefuseAsync(DocumentMap map, DocumentWrite write, Exception refused, CancellationToken cancel)
    {
        var index = MongoFaults.IndexOfDuplicate(refused);
        if (index == Envelope.AnswerIndex && write.Answer is { } answer)
        {
            var expired = new BsonDocument { { "k", answer.Key }, { "x", new BsonDocument("$lte", Envelope.Moment(write.Now)) } };
            var cleared = await Collection(map.Collection).UpdateManyAsync(
                new BsonDocument { { "a.k", answer.Key }, { "a", new BsonDocument("$elemMatch", expired) } }, new BsonDocument("$pull", new BsonDocument("a", expired)), cancellationToken: cancel);
            if (cleared.ModifiedCount > 0)
                return;
        }
        throw new DuplicateKeyException(map.Collection, index switch
        {
            "_id_" => DuplicateKeyException.Id,
            Envelope.AnswerIndex => DuplicateKeyException.Answer,
            _ => index!,
        });
    }

    /// <summary>As the primary has it now, majority or not.</summary>
    private async Task<BsonDocument?> LookAsync(string collection, string id, CancellationToken cancel) =>
        await Collection(collection).WithReadConcern(ReadConcern.Local).Find(ById(id)).Project(new BsonDocument { { "v", 1 }, { "w", 1 }, { "since", 1 }, { "p.e", 1 } }).FirstOrDefaultAsync(cancel);

    private static bool IsOurs(BsonDocument found, long stamp) => found["w"].AsBsonArray.Contains(stamp);

    /// <summary>Waits until a majority has a write that this call found carried out; by then it can't be rolled back.</summary>
    private async Task<SaveOutcome> ConfirmedAsync(string collection, string id, long stamp, SaveOutcome outcome, CancellationToken cancel)
    {
        while (!await Collection(collection).Find(new BsonDocument { { "_id", id }, { "w", stamp } }).Project(new BsonDocument("_id", 1)).AnyAsync(cancel))
            await Task.Delay(50, cancel);
        return outcome;
    }

    /// <summary>Removes expired answers of documents that nobody saves any more; now and then, beside the saves.</summary>
    private void SweepAnswers(string collection, DateTimeOffset now)
    {
        var last = answersSwept.GetOrAdd(collection, now);
        if (now - last < BetweenSweepsOfAnswers || !answersSwept.TryUpdate(collection, now, last))
            return;
        var before = sweepOfAnswers;
        sweepOfAnswers = Task.Run(async () =>
        {
            await before;
            var expired = new BsonDocument("$lte", Envelope.Moment(now));
            try
            {
                await Collection(collection).UpdateManyAsync(
                    new BsonDocument("a.x", expired), new BsonDocument("$pull", new BsonDocument("a", new BsonDocument("x", expired))), cancellationToken: closing.Token);
            }
            catch (Exception fault) when (fault is MongoException or TimeoutException or OperationCanceledException)
            {
                // Expired answers answer nobody; the next sweep removes them.
            }
        });
    }

    /// <summary>Carries a call out beside a bounded number of others.</summary>
    /// <param name="patient">Gives a single try all the time it takes.</param>
    private async Task<T> CarryOutAsync<T>(Func<int, CancellationToken, Task<T>> attempt, CancellationToken cancellationToken, bool patient = false)
    {
        try
        {
            return Interlocked.Increment(ref underWay) <= most
                ? await PersistAsync(attempt, patient, cancellationToken)
                : throw new StoreBusyException("Too many calls wait for MongoDB.", RetryAfter);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    /// <summary>Tries until it succeeds, is refused, or the deadline passes. Every attempt must know what an earlier one may have done.</summary>
    private async Task<T> PersistAsync<T>(Func<int, CancellationToken, Task<T>> attempt, bool patient, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (!patient)
            limited.CancelAfter(Deadline);
        var began = Stopwatch.StartNew();
        var sent = false;
        Exception? lately = null;
        for (var number = 1; ; number++)
        {
            bool unsent;
            try
            {
                return await attempt(number, limited.Token);
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested && (fault is OperationCanceledException || MongoFaults.IsPassing(fault)))
            {
                unsent = MongoFaults.IsBeforeSending(fault);
                sent |= !unsent;
                lately = fault is OperationCanceledException ? lately : fault;
            }
            var pause = TimeSpan.FromMilliseconds(Math.Min(1_000, 25 << Math.Min(number, 6)));
            // A search for a server that the deadline would break off could no longer say that nothing was sent.
            var needed = unsent ? pause + client.Settings.ServerSelectionTimeout : pause;
            if (limited.IsCancellationRequested || began.Elapsed + needed >= Deadline)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new StoreBusyException(
                    $"MongoDB did not answer within {began.Elapsed.TotalSeconds:F0} s{(lately is null ? "." : $": {lately.Message}")}", RetryAfter, mayBeKept: sent);
            }
            await Task.Delay(pause, cancellationToken);
        }
    }
}
