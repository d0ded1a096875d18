using EServices.Platform.Messaging;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace EServices.Platform.Storage;

/// <summary>Documents of one type: what services read and save. See <see cref="IKeeper"/> for what is refused and how.</summary>
public sealed class DocumentStore<T>(DocumentMap<T> map, IKeeper keeper, Outbox outbox, TimeProvider time)
    where T : Document
{
    private const int ConflictAttempts = 8;

    private const int UsualBytes = 4_096;
    private const int MostBytesKept = 1 << 17;

    /// <summary>Where this thread writes bodies.</summary>
    [ThreadStatic]
    private static MemoryStream? scratch;

    public DocumentMap<T> Map { get; } = map;

    public async Task<T?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var stored = await keeper.FindAsync(Map.Collection, id, cancellationToken);
        return stored is null ? null : Read(stored);
    }

    /// <exception cref="DocumentNotFoundException"/>
    public async Task<T> GetAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) ?? throw new DocumentNotFoundException(Map.Collection, id);

    /// <summary>
    /// Saves a document, new (version 0) or as read, with the events it raised and the answer the caller will get: one atomic, durable write.
    /// The events are published right after.
    /// </summary>
    public async Task SaveAsync(T document, CancellationToken cancellationToken, StoredAnswer? answer = null)
    {
        var now = time.GetUtcNow();
        var events = outbox.Prepare(document.Raised, now);
        var write = new DocumentWrite(document.Id, document.Version, Write(document), events, answer, now);
        var outcome = await keeper.SaveAsync(Map, write, cancellationToken);
        document.Saved(outcome.Version);
        if (events.Count > 0)
            outbox.Offer(new SavedEvents(Map.Collection, document.Id, events, outcome.EarlierUnsent));
    }

    /// <summary>Reads, changes and saves; when someone else saved in between, reads again and repeats the change. Returns what the change returned.</summary>
    /// <exception cref="DocumentNotFoundException"/>
    /// <exception cref="ConflictException">Others kept winning.</exception>
    public async Task<TResult> UpdateAsync<TResult>(string id, Func<T, TResult> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var document = await GetAsync(id, cancellationToken);
            var result = change(document);
            try
            {
                await SaveAsync(document, cancellationToken);
                return result;
            }
            catch (ConflictException) when (attempt < ConflictAttempts)
            {
            }
        }
    }

    /// <summary>
    /// Lets a document react to an event exactly once: the change and the mark that the event was handled are one write, so a repeat, however late, does nothing.
    /// <paramref name="create"/> makes the document where it does not exist yet; without it a missing document is a <see cref="DocumentNotFoundException"/>.
    /// </summary>
    /// <returns>The document after the reaction.</returns>
    public async Task<T> ReactAsync(string id, Delivery delivery, Action<T> change, CancellationToken cancellationToken, Func<T>? create = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var document = await FindAsync(id, cancellationToken)
                ?? (create is null ? throw new DocumentNotFoundException(Map.Collection, id) : create());
            if (!document.FirstTime(delivery.EventId))
                return document;
            change(document);
            try
            {
                await SaveAsync(document, cancellationToken);
                return document;
            }
            catch (Exception race) when (race is ConflictException or DuplicateKeyException { Index: "id" } && attempt < ConflictAttempts)
            {
            }
        }
    }

    public Task DeleteAsync(T document, CancellationToken cancellationToken) =>
        keeper.DeleteAsync(Map.Collection, document.Id, document.Version, cancellationToken);

    /// <summary>The first document of a query, or null.</summary>
    public async Task<T?> FirstAsync(IndexQuery<T> query, CancellationToken cancellationToken)
    {
        var found = await keeper.QueryAsync(Map, Range(query, 1, null), cancellationToken);
        return found.Count == 0 ? null : Read(found[0]);
    }

    /// <summary>One page of a query. <see cref="Page{T}.Next"/> is an opaque cursor, null on the last page.</summary>
    /// <param name="cursor">From the page before, or null.</param>
    /// <exception cref="FormatException">The cursor was not made by this query.</exception>
    public async Task<Page<T>> ListAsync(IndexQuery<T> query, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = cursor is null ? null : Cursor.Read(cursor, query.Index.Keys.Count - query.Equal.Count);
        var found = await keeper.QueryAsync(Map, Range(query, limit + 1, after), cancellationToken);
        var items = found.Take(limit).ToList();
        var next = found.Count > limit ? Cursor.Write(PositionOf(items[^1], query)) : null;
        return new Page<T>([.. items.Select(Read)], next);
    }

    /// <summary>The cursor behind one document of a query, as <see cref="ListAsync"/> gives it behind the last of a page.</summary>
    public string CursorBehind(T document, IndexQuery<T> query) => Cursor.Write(PositionOf(new StoredDocument(document.Id, document.Version, Write(document)), query));

    /// <summary>Every document of a query, page by page; for start-up and exports.</summary>
    public async IAsyncEnumerable<T> AllAsync(
        IndexQuery<T> query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await ListAsync(query, cursor, 500, cancellationToken);
            foreach (var document in page.Items)
                yield return document;
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>The ids of a query's documents, page by page. None of them is made into an object, which costs far more than to find it.</summary>
    public async IAsyncEnumerable<string> IdsAsync(
        IndexQuery<T> query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int PageSize = 500;
        IndexPosition? after = null;
        do
        {
            var page = await keeper.QueryAsync(Map, Range(query, PageSize, after), cancellationToken);
            foreach (var document in page)
                yield return document.Id;
            after = page.Count < PageSize ? null : PositionOf(page[^1], query);
        }
        while (after is not null);
    }

    public Task<long> CountAsync(IndexQuery<T> query, CancellationToken cancellationToken) =>
        keeper.CountAsync(Map, Range(query, int.MaxValue, null), cancellationToken);

    /// <summary>The answer already given under an idempotency key whose effect was saved in this collection.</summary>
    public Task<StoredAnswer?> AnswerAsync(string key, CancellationToken cancellationToken) =>
        keeper.AnswerAsync(Map.Collection, key, time.GetUtcNow(), cancellationToken);

    private static KeyRange Range(IndexQuery<T> query, int limit, IndexPosition? after) =>
        new(query.Index, query.Equal, query.From, query.Below, query.Backwards, limit, after);

    private static IndexPosition PositionOf(StoredDocument document, IndexQuery<T> query) =>
        new([.. query.Index.Keys.Skip(query.Equal.Count).Select(key => At(document.Body, key.Path))], document.Id);

    private static BsonValue At(BsonDocument body, string path) =>
        path.Split('.').Aggregate((BsonValue)body, (value, element) => value[element]);

    private static BsonDocument Write(T document)
    {
        BsonMapping.Register();
        var page = scratch ??= new MemoryStream(UsualBytes);
        page.SetLength(0);
        using (var writer = new BsonBinaryWriter(page))
            BsonSerializer.Serialize(writer, document, args: new BsonSerializationArgs(typeof(T), true, false));
        var body = page.ToArray();
        // A thread keeps what it needs again, not the megabytes of one that came by.
        if (page.Capacity > MostBytesKept)
            scratch = null;
        return BsonMapping.Wrap(body);
    }

    private static T Read(StoredDocument stored)
    {
        BsonMapping.Register();
        T document;
        if (stored.Body is RawBsonDocument raw)
        {
            using var reader = new BsonBinaryReader(new MemoryStream(BsonMapping.WithId(BsonMapping.Bytes(raw).Span, stored.Id)));
            document = BsonSerializer.Deserialize<T>(reader);
        }
        else
        {
            stored.Body["_id"] = stored.Id;
            document = BsonSerializer.Deserialize<T>(stored.Body);
        }
        document.Saved(stored.Version);
        return document;
    }
}

/// <summary>A page of a list.</summary>
/// <param name="Next">Cursor of the next page, null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    public Page<TView> Select<TView>(Func<T, TView> view) => new([.. Items.Select(view)], Next);
}

internal static class Cursor
{
    public static string Write(IndexPosition position)
    {
        var bytes = new BsonDocument { { "k", new BsonArray(position.Keys) }, { "i", position.Id } }.ToBson();
        return System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }

    public static IndexPosition Read(string cursor, int parts)
    {
        try
        {
            var document = BsonSerializer.Deserialize<BsonDocument>(System.Buffers.Text.Base64Url.DecodeFromChars(cursor));
            var keys = document["k"].AsBsonArray;
            return keys.Count == parts && keys.All(key => key.BsonType is BsonType.String or BsonType.Int32 or BsonType.Int64 or BsonType.Boolean or BsonType.DateTime)
                ? new IndexPosition([.. keys], document["i"].AsString)
                : throw new FormatException("The cursor belongs to another query.");
        }
        catch (Exception malformed) when (malformed is not FormatException)
        {
            throw new FormatException("The cursor can't be read.", malformed);
        }
    }
}
