using EServices.Platform.Storage;
using EServices.Platform.Storage.Sqlite;
using MongoDB.Bson;

namespace EServices.Simulation.Storage;

/// <summary>
/// What a service's disk would hold: documents as bytes, so that nobody shares an object with it; their keys, unsent and parked events and answers.
/// Outlives every <see cref="MemoryKeeper"/> that is opened on it. One gate makes each call atomic.
/// </summary>
internal sealed class MemoryStore
{
    private readonly SortedDictionary<string, MemoryCollection> collections = new(StringComparer.Ordinal);

    public Lock Gate { get; } = new();

    public long LastSeq { get; set; }

    public IReadOnlyDictionary<string, MemoryCollection> Collections => collections;

    public MemoryCollection Prepare(DocumentMap map)
    {
        if (!collections.TryGetValue(map.Collection, out var collection))
            collections.Add(map.Collection, collection = new MemoryCollection(map));
        return collection;
    }

    public MemoryCollection Of(string name) => collections.TryGetValue(name, out var collection)
        ? collection
        : throw new InvalidOperationException($"The collection '{name}' was not prepared.");

    /// <summary>A disk of the same content that changes by itself.</summary>
    public MemoryStore Copy()
    {
        var copy = new MemoryStore { LastSeq = LastSeq };
        foreach (var (name, collection) in collections)
            copy.collections.Add(name, collection.Copy());
        return copy;
    }
}

/// <param name="Body">BSON.</param>
internal sealed record MemoryDocument(string Id, long Version, byte[] Body, IReadOnlyList<IndexedKey> Keys);

/// <param name="Index">Its place among the declared ones.</param>
internal readonly record struct IndexedKey(int Index, byte[] Key);

internal sealed record MemoryEvent(string DocumentId, long Seq, UnsentEvent Event, string? Error = null);

internal sealed record MemoryAnswer(string DocumentId, StoredAnswer Answer);

/// <summary>One collection; its indexes are sorted by key and then by id, as both real keepers have them.</summary>
internal sealed class MemoryCollection
{
    private static readonly Comparer<(byte[] Key, string Id)> ByKey = Comparer<(byte[] Key, string Id)>.Create(static (one, other) =>
        one.Key.AsSpan().SequenceCompareTo(other.Key) is var order and not 0 ? order : string.CompareOrdinal(one.Id, other.Id));

    private readonly SortedSet<(byte[] Key, string Id)>[] indexes;

    public MemoryCollection(DocumentMap map)
    {
        Map = map;
        indexes = [.. map.Indexes.Select(_ => new SortedSet<(byte[], string)>(ByKey))];
    }

    private MemoryCollection(MemoryCollection from)
    {
        Map = from.Map;
        indexes = [.. from.indexes.Select(index => new SortedSet<(byte[], string)>(index, ByKey))];
        Documents = new Dictionary<string, MemoryDocument>(from.Documents, StringComparer.Ordinal);
        Unsent = [.. from.Unsent];
        Parked = [.. from.Parked];
        Answers = new Dictionary<string, MemoryAnswer>(from.Answers, StringComparer.Ordinal);
    }

    public DocumentMap Map { get; }

    public Dictionary<string, MemoryDocument> Documents { get; } = new(StringComparer.Ordinal);

    /// <summary>In the order they were saved.</summary>
    public List<MemoryEvent> Unsent { get; } = [];

    public List<MemoryEvent> Parked { get; } = [];

    public Dictionary<string, MemoryAnswer> Answers { get; } = new(StringComparer.Ordinal);

    public MemoryCollection Copy() => new(this);

    public IReadOnlyList<IndexedKey> KeysOf(BsonDocument body) =>
        [.. Map.Indexes.SelectMany((index, place) => SortableKey.Of(index, body).Select(key => new IndexedKey(place, key)))];

    /// <summary>The name of a unique index in which another document has one of the keys; null when all are free.</summary>
    public string? Taken(string id, IReadOnlyList<IndexedKey> keys)
    {
        foreach (var (place, key) in keys)
        {
            if (Map.Indexes[place].Unique && From(place, key, "").Any(entry => entry.Key.AsSpan().SequenceEqual(key) && entry.Id != id))
                return Map.Indexes[place].Name;
        }
        return null;
    }

    public void Put(MemoryDocument document)
    {
        Remove(document.Id);
        Documents.Add(document.Id, document);
        foreach (var (place, key) in document.Keys)
            indexes[place].Add((key, document.Id));
    }

    public void Remove(string id)
    {
        if (!Documents.Remove(id, out var before))
            return;
        foreach (var (place, key) in before.Keys)
            indexes[place].Remove((key, id));
    }

    /// <summary>Documents of a range, in its order.</summary>
    public IEnumerable<MemoryDocument> Range(KeyRange range)
    {
        var place = PlaceOf(range.Index);
        var (from, below) = SortableKey.Range(range);
        var entries = indexes[place].Count == 0 || from.AsSpan().SequenceCompareTo(below) >= 0 ? [] : indexes[place].GetViewBetween((from, ""), (below, "")) as IEnumerable<(byte[] Key, string Id)>;
        if (range.Backwards)
            entries = entries.Reverse();
        if (range.After is { } after)
        {
            (byte[], string) position = (SortableKey.At(range, after), after.Id);
            entries = entries.Where(entry => range.Backwards ? ByKey.Compare(entry, position) < 0 : ByKey.Compare(entry, position) > 0);
        }
        return entries.Where(entry => entry.Key.AsSpan().SequenceCompareTo(below) < 0).Select(entry => Documents[entry.Id]);
    }

    private int PlaceOf(DocumentIndex index)
    {
        for (var place = 0; place < Map.Indexes.Count; place++)
        {
            if (Map.Indexes[place].Name == index.Name)
                return place;
        }
        throw new InvalidOperationException($"{Map.Collection} has no index '{index.Name}'.");
    }

    private SortedSet<(byte[] Key, string Id)> From(int place, byte[] key, string id) => indexes[place].GetViewBetween((key, id), ([.. key, 0], ""));
}
