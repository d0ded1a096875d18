using System.Collections.Concurrent;
using System.Diagnostics;

namespace EServices.Platform.Storage.Sqlite;

/// <summary>
/// Keeps a service's documents in one file. Everything that was acknowledged is on the disk (write-ahead log, full synchronous), saves that meet share an fsync
/// (<see cref="GroupCommit"/>), reads run beside the writer (<see cref="Readers"/>), and every query walks a range of one index table (<see cref="SortableKey"/>).
/// One process has the file; a lock beside it, which the operating system lets go with the process, keeps a second one out.
/// </summary>
internal sealed class SqliteKeeper : IKeeper
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly ActivitySource Spans = new("EServices.Storage");

    private readonly ConcurrentDictionary<string, SqliteCollection> collections = new(StringComparer.Ordinal);
    private readonly FileStream claim;
    private readonly GroupCommit writer;
    private readonly Readers readers;
    private long lastSeq;
    private long nextSweepOfAnswers;
    private int disposed;

    /// <summary>Opens the file, or makes it with the folders above it.</summary>
    /// <exception cref="InvalidOperationException">Another process has it, a later release wrote it, or it is another program's.</exception>
    /// <param name="deadline">How long a call waits at most; ten seconds.</param>
    public SqliteKeeper(string path, TimeSpan? deadline = null)
    {
        Path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        claim = Claim(Path);
        try
        {
            using (var database = Schema.Open(Path))
            {
                Schema.Ready(database, Path);
                lastSeq = Math.Max(database.Number("SELECT MAX(seq) FROM unsent"), database.Number("SELECT MAX(seq) FROM parked"));
            }
            readers = new Readers(() => Schema.OpenToRead(Path, Statements), deadline ?? Deadline);
            writer = new GroupCommit(Path, () => Schema.Open(Path, Statements), deadline ?? Deadline);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    public string Path { get; }

    internal GroupCommit Writer => writer;

    /// <summary>Every statement prepared so far.</summary>
    internal ConcurrentDictionary<string, bool> Statements { get; } = new(StringComparer.Ordinal);

    public async Task PrepareAsync(DocumentMap map, CancellationToken cancellationToken) =>
        collections[map.Collection] = await writer.RunAsync(database => Schema.Prepare(database, map), 0, cancellationToken, alone: true);

    public async Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken)
    {
        var prepared = Prepared(collection);
        using var span = Span("find", collection);
        return await readers.ReadAsync(
            database =>
            {
                using var found = database.Prepare(prepared.Find).With(id);
                return found.Step() ? new StoredDocument(id, found.Int64(0), BsonMapping.Wrap(found.Blob(1))) : null;
            },
            cancellationToken);
    }

    public async Task<SaveOutcome> SaveAsync(DocumentMap map, DocumentWrite write, CancellationToken cancellationToken)
    {
        var collection = Prepared(map.Collection);
        using var span = Span("save", map.Collection);
        // What can be done beside the writer is done here.
        var body = BsonMapping.Bytes(write.Body);
        var entries = collection.EntriesOf(write.Body);
        var keys = IndexEntries.Write(entries);
        var bytes = 256 + body.Length + keys.Length + write.Events.Sum(unsent => 2 * unsent.Body.Length) + (2 * (write.Answer?.Body.Length ?? 0));
        return await writer.RunAsync(database => Save(database, collection, write, body, entries, keys), bytes, cancellationToken);
    }

    public Task DeleteAsync(string collection, string id, long version, CancellationToken cancellationToken)
    {
        var prepared = Prepared(collection);
        return writer.RunAsync(
            database =>
            {
                var (no, entries) = Look(database, prepared, id, version);
                if (HasEvents(database, "unsent", prepared.No, id) || HasEvents(database, "parked", prepared.No, id))
                    throw new ConflictException(collection, id, version, "has events that were neither sent nor discarded");
                foreach (var (index, key) in entries)
                    index.Remove(database, key, id);
                database.Prepare("DELETE FROM answers WHERE collection = ? AND id = ?").With(prepared.No).With(id).Run();
                return database.Prepare(prepared.Delete).With(no).Run();
            },
            256,
            cancellationToken);
    }

    public async Task<IReadOnlyList<StoredDocument>> QueryAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken)
    {
        var index = Prepared(map.Collection).Index(range.Index);
        var (from, below) = SortableKey.Range(range);
        using var span = Span("query", map.Collection);
        return await readers.ReadAsync(
            database =>
            {
                using var rows = database.Prepare(index.Query(range.Backwards, range.After is not null)).With(from).With(below);
                if (range.After is { } after)
                    rows.With(SortableKey.At(range, after)).With(after.Id);
                rows.With(range.Limit);
                var documents = new List<StoredDocument>();
                while (rows.Step())
                {
                    documents.Add(new StoredDocument(rows.Text(0), rows.Int64(1), BsonMapping.Wrap(rows.Blob(2))));
                    cancellationToken.ThrowIfCancellationRequested();
                }
                return documents;
            },
            cancellationToken);
    }

    public async Task<long> CountAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken)
    {
        var index = Prepared(map.Collection).Index(range.Index);
        var (from, below) = SortableKey.Range(range);
        return await readers.ReadAsync(
            database =>
            {
                using var count = database.Prepare(index.Count).With(from).With(below);
                return count.Step() ? count.Int64(0) : 0;
            },
            cancellationToken);
    }

    public async Task<StoredAnswer?> AnswerAsync(string collection, string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var prepared = Prepared(collection);
        return await readers.ReadAsync(
            database =>
            {
                using var found = database
                    .Prepare("SELECT body_hash, status, location, etag, body, expires FROM answers WHERE collection = ? AND key = ? AND expires > ?")
                    .With(prepared.No).With(key).With(now.ToUnixTimeMilliseconds());
                return found.Step()
                    ? new StoredAnswer(key, found.Text(0), (int)found.Int64(1), found.TextOrNull(2), found.TextOrNull(3), found.Text(4), Moment(found.Int64(5)))
                    : null;
            },
            cancellationToken);
    }

    public async Task<IReadOnlyList<string>> DueAsync(string collection, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var prepared = Prepared(collection);
        return await readers.ReadAsync(
            database =>
            {
                using var rows = database
                    .Prepare(SqliteEvents.Due).With(prepared.No).With(now.ToUnixTimeMilliseconds()).With(limit);
                var ids = new List<string>();
                while (rows.Step())
                    ids.Add(rows.Text(0));
                return ids;
            },
            cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<UnsentEvent>>> UnsentAsync(
        string collection, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var prepared = Prepared(collection);
        return await readers.ReadAsync(
            database =>
            {
                var unsent = new Dictionary<string, IReadOnlyList<UnsentEvent>>(ids.Count, StringComparer.Ordinal);
                foreach (var id in ids)
                {
                    using var rows = database.Prepare(SqliteEvents.OfDocument).With(prepared.No).With(id);
                    var events = new List<UnsentEvent>();
                    while (rows.Step())
                        events.Add(SqliteEvents.Read(rows));
                    if (events.Count > 0)
                        unsent[id] = events;
                }
                return unsent;
            },
            cancellationToken);
    }

    public Task SentAsync(string collection, IReadOnlyList<SentEvents> sent, CancellationToken cancellationToken)
    {
        var prepared = Prepared(collection);
        return writer.RunAsync(
            database =>
            {
                var cleared = 0;
                foreach (var (id, events) in sent)
                {
                    foreach (var one in events)
                        cleared += database.Prepare(SqliteEvents.Clear).With(prepared.No).With(id).With(one).Run();
                }
                return cleared;
            },
            128 * sent.Count,
            cancellationToken);
    }

    public Task FailedAsync(string collection, string id, string eventId, int attempts, DateTimeOffset? dueAt, string error, CancellationToken cancellationToken)
    {
        var prepared = Prepared(collection);
        return writer.RunAsync(
            database =>
            {
                var failed = database.Prepare(SqliteEvents.Fail)
                    .With(attempts).With(error).With(dueAt?.ToUnixTimeMilliseconds() ?? 0).With(prepared.No).With(id).With(eventId).Run();
                return dueAt is null && failed > 0 ? SqliteEvents.Move(database, "unsent", "parked", prepared.No, id, eventId) : failed;
            },
            512,
            cancellationToken);
    }

    public async Task<IReadOnlyList<ParkedEvent>> ParkedAsync(string collection, int limit, CancellationToken cancellationToken)
    {
        var prepared = Prepared(collection);
        return await readers.ReadAsync(
            database =>
            {
                using var rows = database.Prepare(SqliteEvents.Parked).With(prepared.No).With(limit);
                var parked = new List<ParkedEvent>();
                while (rows.Step())
                    parked.Add(new ParkedEvent(rows.Text(9), SqliteEvents.Read(rows), rows.Text(10)));
                return parked;
            },
            cancellationToken);
    }

    public Task<bool> UnparkAsync(string collection, string id, string eventId, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        var prepared = Prepared(collection);
        return writer.RunAsync(
            database =>
            {
                if (dueAt is not { } due)
                    return database.Prepare(SqliteEvents.Discard).With(prepared.No).With(id).With(eventId).Run() > 0;
                return database.Prepare(SqliteEvents.Retry).With(due.ToUnixTimeMilliseconds()).With(prepared.No).With(id).With(eventId).Run() > 0
                    && SqliteEvents.Move(database, "parked", "unsent", prepared.No, id, eventId) > 0;
            },
            512,
            cancellationToken);
    }

    public async Task<DateTimeOffset?> OldestUnsentAsync(string collection, CancellationToken cancellationToken)
    {
        var prepared = Prepared(collection);
        return await readers.ReadAsync(
            database =>
            {
                using var oldest = database.Prepare(SqliteEvents.Oldest).With(prepared.No);
                return oldest.Step() && !oldest.IsNull(0) ? Moment(oldest.Int64(0)) : (DateTimeOffset?)null;
            },
            cancellationToken);
    }

    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await writer.RunAsync(database => database.Prepare("UPDATE pulse SET beat = beat + 1 WHERE no = 1").Run(), 64, cancellationToken);
        await readers.ReadAsync(database => database.Number("SELECT beat FROM pulse WHERE no = 1"), cancellationToken);
    }

    /// <summary>Carries out what was accepted, copies the log into the file and lets others have it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        readers.Dispose();
        await writer.DisposeAsync();
        await claim.DisposeAsync();
    }

    /// <summary>The MongoDB driver makes spans of its own; here the keeper does.</summary>
    private static Activity? Span(string operation, string collection) => Spans.StartActivity($"{operation} {collection}", ActivityKind.Client)
        ?.SetTag("db.system.name", "sqlite").SetTag("db.operation.name", operation).SetTag("db.collection.name", collection);

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static FileStream Claim(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (File.Exists(path + ".lock"))
        {
            throw new InvalidOperationException($"{path} is in use: one process keeps a file at a time. Stop the other one, or give this one a file of its own.", taken);
        }
    }

    private SqliteCollection Prepared(string collection) =>
        collections.TryGetValue(collection, out var prepared)
            ? prepared
            : throw new InvalidOperationException($"The collection '{collection}' was not prepared.");

    /// <summary>
    /// Looks at everything that may refuse the write, then writes. A new document's id is looked for by its insert, the first write of all: looking before would be
    /// the same way down the same tree twice.
    /// </summary>
    private SaveOutcome Save(Database database, SqliteCollection collection, DocumentWrite write, ReadOnlyMemory<byte> body, List<IndexEntry> entries, byte[] keys)
    {
        var isNew = write.ExpectedVersion == 0;
        var (no, before) = isNew ? (0, []) : Look(database, collection, write.Id, write.ExpectedVersion);
        var added = before.Count == 0 ? entries : [.. IndexEntries.Except(entries, before)];
        foreach (var (index, key) in added)
        {
            if (index.Declared.Unique && index.IsTaken(database, key, no))
                throw Duplicate(database, collection, write, index.Declared.Name);
        }
        if (write.Answer is { } given && SqliteAnswers.IsGiven(database, collection.No, given.Key, write.Now))
            throw Duplicate(database, collection, write, DuplicateKeyException.Answer);

        var version = write.ExpectedVersion + 1;
        if (isNew)
        {
            if (database.Prepare(collection.Insert).With(write.Id).With(version).With(keys).With(body.Span).Run() == 0)
                throw new DuplicateKeyException(collection.Map.Collection, DuplicateKeyException.Id);
            no = database.LastRow;
        }
        else
        {
            foreach (var (index, key) in IndexEntries.Except(before, entries))
                index.Remove(database, key, write.Id);
            database.Prepare(collection.Update).With(version).With(keys).With(body.Span).With(no).Run();
        }
        foreach (var (index, key) in added)
            index.Add(database, key, write.Id, no);

        var earlier = write.Events.Count > 0 && !isNew && HasEvents(database, "unsent", collection.No, write.Id);
        foreach (var unsent in write.Events)
            SqliteEvents.Add(database, collection.No, write.Id, ++lastSeq, unsent);
        if (write.Answer is { } answer)
            SqliteAnswers.Add(database, collection.No, write.Id, answer);
        ForgetAnswers(database, write.Now);
        return new SaveOutcome(version, earlier);
    }

    /// <summary>What is taken, and of a new document before all else its id: whoever repeats a save is told that, not that its own keys are taken.</summary>
    private static DuplicateKeyException Duplicate(Database database, SqliteCollection collection, DocumentWrite write, string index)
    {
        using var found = database.Prepare(collection.Look).With(write.Id);
        return new DuplicateKeyException(collection.Map.Collection, write.ExpectedVersion == 0 && found.Step() ? DuplicateKeyException.Id : index);
    }

    private static (long No, List<IndexEntry> Entries) Look(Database database, SqliteCollection collection, string id, long version)
    {
        using var found = database.Prepare(collection.Look).With(id);
        if (!found.Step())
            throw new DocumentNotFoundException(collection.Map.Collection, id);
        return found.Int64(1) == version
            ? (found.Int64(0), IndexEntries.Read(found.Blob(2), collection))
            : throw new ConflictException(collection.Map.Collection, id, version);
    }

    private static bool HasEvents(Database database, string table, long collection, string id)
    {
        using var found = database.Prepare(table == "unsent" ? SqliteEvents.AnyUnsent : SqliteEvents.AnyParked).With(collection).With(id);
        return found.Step();
    }

    /// <summary>Expired answers go a few at a time, with the saves.</summary>
    private void ForgetAnswers(Database database, DateTimeOffset now)
    {
        var moment = now.ToUnixTimeMilliseconds();
        if (moment < nextSweepOfAnswers)
            return;
        nextSweepOfAnswers = SqliteAnswers.Forget(database, moment, 200) < 200 ? moment + 60_000 : moment;
    }
}
