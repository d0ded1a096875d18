using System.Buffers.Binary;
using MongoDB.Bson;

namespace EServices.Platform.Storage.Sqlite;

/// <summary>A prepared collection: its number, tables, and the statements that name them.</summary>
internal sealed class SqliteCollection(long no, DocumentMap map, IReadOnlyList<SqliteIndex> indexes)
{
    private readonly Dictionary<DocumentIndex, SqliteIndex> byDeclaration = indexes.ToDictionary(index => index.Declared);

    public long No => no;

    public DocumentMap Map => map;

    public string Table { get; } = TableOf(map.Collection);

    public string Find { get; } = $"SELECT version, body FROM {TableOf(map.Collection)} WHERE id = ?";

    public string Look { get; } = $"SELECT no, version, keys FROM {TableOf(map.Collection)} WHERE id = ?";

    /// <summary>Changes nothing where there is a document of that id.</summary>
    public string Insert { get; } = $"INSERT INTO {TableOf(map.Collection)} (id, version, keys, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";

    public string Update { get; } = $"UPDATE {TableOf(map.Collection)} SET version = ?, keys = ?, body = ? WHERE no = ?";

    public string Delete { get; } = $"DELETE FROM {TableOf(map.Collection)} WHERE no = ?";

    public static string TableOf(string collection) => $"\"documents.{collection}\"";

    public SqliteIndex Index(DocumentIndex declared) =>
        byDeclaration.TryGetValue(declared, out var index) || (index = indexes.FirstOrDefault(index => index.Declared.Name == declared.Name)) is not null
            ? index
            : throw new InvalidOperationException($"{map.Collection} was prepared without an index '{declared.Name}'.");

    public SqliteIndex? Numbered(long number) => indexes.FirstOrDefault(index => index.No == number);

    /// <summary>Ordered by index number and key.</summary>
    public List<IndexEntry> EntriesOf(BsonDocument body) =>
        [.. from index in indexes orderby index.No from key in SortableKey.Of(index.Declared, body) select new IndexEntry(index, key)];
}

/// <summary>The table of one declared index: sortable key, id, and the document's row.</summary>
internal sealed class SqliteIndex(long no, string collection, DocumentIndex declared)
{
    private readonly string taken = $"SELECT doc FROM {TableOf(collection, declared.Name)} WHERE key = ?";
    private readonly string add = $"INSERT INTO {TableOf(collection, declared.Name)} (key, id, doc) VALUES (?, ?, ?)";
    private readonly string remove = $"DELETE FROM {TableOf(collection, declared.Name)} WHERE key = ? AND id = ?";

    public long No => no;

    public DocumentIndex Declared => declared;

    public string Table { get; } = TableOf(collection, declared.Name);

    public string Count { get; } = $"SELECT COUNT(*) FROM {TableOf(collection, declared.Name)} WHERE key >= ? AND key < ?";

    public static string TableOf(string collection, string index) => $"\"index.{collection}.{index}\"";

    /// <summary>CROSS JOIN keeps SQLite from beginning with the documents.</summary>
    public string Query(bool backwards, bool after)
    {
        var order = backwards ? "DESC" : "ASC";
        var behind = after ? $" AND (entry.key, entry.id) {(backwards ? '<' : '>')} (?, ?)" : "";
        return $"SELECT entry.id, document.version, document.body FROM {Table} AS entry CROSS JOIN {SqliteCollection.TableOf(collection)} AS document ON document.no = entry.doc "
            + $"WHERE entry.key >= ? AND entry.key < ?{behind} ORDER BY entry.key {order}, entry.id {order} LIMIT ?";
    }

    public bool IsTaken(Database database, byte[] key, long byOtherThan)
    {
        using var found = database.Prepare(taken).With(key);
        return found.Step() && found.Int64(0) != byOtherThan;
    }

    public void Add(Database database, byte[] key, string id, long document) => database.Prepare(add).With(key).With(id).With(document).Run();

    public void Remove(Database database, byte[] key, string id) => database.Prepare(remove).With(key).With(id).Run();
}

internal readonly record struct IndexEntry(SqliteIndex Index, byte[] Key);

/// <summary>
/// A document's row keeps its index entries, so that the writer finds the ones to take away without reading BSON: index number, length, key; in order.
/// </summary>
internal static class IndexEntries
{
    public static byte[] Write(List<IndexEntry> entries)
    {
        var bytes = new byte[entries.Sum(entry => 8 + entry.Key.Length)];
        var rest = bytes.AsSpan();
        foreach (var (index, key) in entries)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, (int)index.No);
            BinaryPrimitives.WriteInt32BigEndian(rest[4..], key.Length);
            key.CopyTo(rest[8..]);
            rest = rest[(8 + key.Length)..];
        }
        return bytes;
    }

    /// <summary>Entries of indexes that are gone are left out: their tables went with them.</summary>
    public static List<IndexEntry> Read(byte[] bytes, SqliteCollection collection)
    {
        var entries = new List<IndexEntry>();
        var rest = bytes.AsSpan();
        while (rest.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest[4..]);
            if (collection.Numbered(BinaryPrimitives.ReadInt32BigEndian(rest)) is { } index)
                entries.Add(new IndexEntry(index, rest.Slice(8, length).ToArray()));
            rest = rest[(8 + length)..];
        }
        return entries;
    }

    /// <summary>What is in one ordered list and not in the other.</summary>
    public static IEnumerable<IndexEntry> Except(List<IndexEntry> entries, List<IndexEntry> others)
    {
        var other = 0;
        foreach (var entry in entries)
        {
            while (other < others.Count && Compare(others[other], entry) < 0)
                other++;
            if (other == others.Count || Compare(others[other], entry) != 0)
                yield return entry;
        }
    }

    private static int Compare(IndexEntry one, IndexEntry other)
    {
        var byIndex = one.Index.No.CompareTo(other.Index.No);
        return byIndex != 0 ? byIndex : one.Key.AsSpan().SequenceCompareTo(other.Key);
    }
}
