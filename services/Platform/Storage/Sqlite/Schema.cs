using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace EServices.Platform.Storage.Sqlite;

/// <summary>
/// What lies in a file. Each collection has a table of documents, each of its indexes a table of sortable keys; unsent events, parked events and answers of
/// all collections share one table each.
/// </summary>
internal static class Schema
{
    /// <summary>Goes up when a file of before can't be read as it is; the step that brings it up goes into <see cref="Ready"/>.</summary>
    public const int Version = 2;

    private const int OurFile = 0x45537276;

    /// <summary>
    /// Unsent events in the order in which they were saved, so that each is put behind the last. In a tree over documents' ids, as version 1 had it, bodies of this size
    /// fit on a page by fours, and every third of them rebalanced it: an event's way in and out cost the writer half as much again.
    /// </summary>
    private const string Unsent =
        """
        CREATE TABLE unsent (
            seq INTEGER PRIMARY KEY, collection INTEGER NOT NULL, id TEXT NOT NULL, due INTEGER NOT NULL, raised INTEGER NOT NULL, attempts INTEGER NOT NULL,
            event TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, traceparent TEXT, tracestate TEXT, baggage TEXT, error TEXT);
        CREATE INDEX unsent_by_document ON unsent (collection, id);
        CREATE INDEX unsent_by_due ON unsent (collection, due);
        CREATE INDEX unsent_by_raised ON unsent (collection, raised);
        """;

    /// <summary>
    /// From this size of the file on, the writer may have the large page cache. While an index page is split, SQLite lends it the number of the page at this offset
    /// (PENDING_BYTE, https://www.sqlite.org/fileformat2.html#the_lock_byte_page), and at the commit lets go of all pages beyond the end of the file. In a smaller
    /// file that is found out by walking the whole cache, which with 64 MB was a quarter of the writer's time; in a larger one nothing lies beyond.
    /// </summary>
    public const long LargeFrom = 1L << 30;

    /// <summary>
    /// A hundredth of what this process may use, at most 256 MB. Indexes over values without order are written everywhere: at a million documents two of them are
    /// some 190 MB, and where they don't fit every save reads between two and three pages anew, which is an eighth of the writer's time. Only what is used is taken.
    /// </summary>
    private static readonly long LargeCacheKilobytes = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 100, 16L << 20, 256L << 20) / 1024;

    /// <summary>Address space rather than memory, up to what SQLite maps at most: what is read lies in the operating system's cache in any case.</summary>
    private static readonly long MappedBytes = Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, 0x7FFF0000);

    public static Database Open(string path, ConcurrentDictionary<string, bool>? used = null)
    {
        var database = Database.Open(path, readOnly: false, used);
        try
        {
            // What is deleted is overwritten: an event that was sent may have carried a one-time code.
            // A page cache of 16 MB until the file is large (LargeFrom); what is not cached here is in the operating system's cache.
            database.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=FAST; PRAGMA wal_autocheckpoint=12000; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public static Database OpenToRead(string path, ConcurrentDictionary<string, bool> used)
    {
        var database = Database.Open(path, readOnly: true, used);
        // Mapped, since a reader's cache is thrown away with every commit, and with many documents nearly each page would be read by a call and copied.
        database.Execute($"PRAGMA query_only=ON; PRAGMA cache_size=-8192; PRAGMA mmap_size={MappedBytes};");
        return database;
    }

    /// <summary>Gives a writer the page cache for a file beyond <see cref="LargeFrom"/>.</summary>
    public static void EnlargeCache(Database database) => database.Execute($"PRAGMA cache_size=-{LargeCacheKilobytes};");

    /// <summary>Makes a new file ours and brings one of an earlier release up; refuses one that is not ours, or that a later release wrote.</summary>
    public static void Ready(Database database, string path)
    {
        var version = database.Number("PRAGMA user_version");
        var owner = database.Number("PRAGMA application_id");
        if (version > Version)
            throw new InvalidOperationException($"{path} was written by a later release (schema {version}); this one reads up to schema {Version}. Start the later release, or restore an earlier file.");
        if (version == Version && owner == OurFile)
            return;
        if (version == 1 && owner == OurFile)
        {
            OrderEvents(database);
            return;
        }
        if (version != 0 || owner != 0 || database.Number("SELECT COUNT(*) FROM sqlite_schema") > 0)
            throw new InvalidOperationException($"{path} is an SQLite file of another program.");
        database.Execute(
            $"""
            BEGIN IMMEDIATE;
            CREATE TABLE collections (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
            CREATE TABLE indexes (no INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, name TEXT NOT NULL, shape TEXT NOT NULL, UNIQUE (collection, name));
            {Unsent}
            CREATE TABLE parked (
                collection INTEGER NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, due INTEGER NOT NULL, raised INTEGER NOT NULL, attempts INTEGER NOT NULL,
                event TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, traceparent TEXT, tracestate TEXT, baggage TEXT, error TEXT,
                PRIMARY KEY (collection, id, seq)) WITHOUT ROWID;
            CREATE INDEX parked_by_raised ON parked (collection, raised);
            CREATE TABLE answers (
                collection INTEGER NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, expires INTEGER NOT NULL,
                body_hash TEXT NOT NULL, status INTEGER NOT NULL, location TEXT, etag TEXT, body TEXT NOT NULL,
                PRIMARY KEY (collection, key)) WITHOUT ROWID;
            CREATE INDEX answers_by_document ON answers (collection, id);
            CREATE INDEX answers_by_expiry ON answers (expires);
            CREATE TABLE pulse (no INTEGER PRIMARY KEY, beat INTEGER NOT NULL);
            INSERT INTO pulse VALUES (1, 0);
            PRAGMA application_id={OurFile};
            PRAGMA user_version={Version};
            COMMIT;
            """);
    }

    /// <summary>From version 1 to 2, in one transaction: a crash on the way leaves the file as it was.</summary>
    private static void OrderEvents(Database database) => database.Execute(
        $"""
        BEGIN IMMEDIATE;
        ALTER TABLE unsent RENAME TO unsent_before;
        DROP INDEX unsent_by_due;
        DROP INDEX unsent_by_raised;
        {Unsent}
        INSERT INTO unsent ({SqliteEvents.Row}) SELECT {SqliteEvents.Row} FROM unsent_before ORDER BY seq;
        DROP TABLE unsent_before;
        PRAGMA user_version=2;
        COMMIT;
        """);

    /// <summary>Brings a collection's tables to what its map declares: makes what lacks, fills new indexes, rebuilds changed ones and drops those no longer declared.</summary>
    public static SqliteCollection Prepare(Database database, DocumentMap map)
    {
        database.Forget();
        using (var insert = database.Prepare("INSERT OR IGNORE INTO collections (name) VALUES (?)").With(map.Collection))
            insert.Run();
        long no;
        using (var find = database.Prepare("SELECT no FROM collections WHERE name = ?").With(map.Collection))
        {
            find.Step();
            no = find.Int64(0);
        }
        var table = SqliteCollection.TableOf(map.Collection);
        database.Execute($"CREATE TABLE IF NOT EXISTS {table} (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, keys BLOB NOT NULL, body BLOB NOT NULL)");

        var known = Known(database, no);
        foreach (var (name, index) in known)
        {
            if (map.Indexes.Any(declared => declared.Name == name && ShapeOf(declared) == index.Shape))
                continue;
            database.Execute($"DROP TABLE {SqliteIndex.TableOf(map.Collection, name)}");
            database.Prepare("DELETE FROM indexes WHERE no = ?").With(index.No).Run();
        }

        var indexes = new List<SqliteIndex>();
        var added = new List<SqliteIndex>();
        foreach (var declared in map.Indexes)
        {
            if (known.TryGetValue(declared.Name, out var kept) && kept.Shape == ShapeOf(declared))
            {
                indexes.Add(new SqliteIndex(kept.No, map.Collection, declared));
                continue;
            }
            database.Prepare("INSERT INTO indexes (collection, name, shape) VALUES (?, ?, ?)").With(no).With(declared.Name).With(ShapeOf(declared)).Run();
            var index = new SqliteIndex(database.LastRow, map.Collection, declared);
            database.Execute($"CREATE TABLE {index.Table} (key BLOB NOT NULL, id TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (key{(declared.Unique ? "" : ", id")})) WITHOUT ROWID");
            indexes.Add(index);
            added.Add(index);
        }
        var collection = new SqliteCollection(no, map, indexes);
        if (added.Count > 0)
            Fill(database, collection, added);
        return collection;
    }

    private static Dictionary<string, (long No, string Shape)> Known(Database database, long collection)
    {
        var known = new Dictionary<string, (long, string)>(StringComparer.Ordinal);
        using var rows = database.Prepare("SELECT name, no, shape FROM indexes WHERE collection = ?").With(collection);
        while (rows.Step())
            known.Add(rows.Text(0), (rows.Int64(1), rows.Text(2)));
        return known;
    }

    /// <summary>The first figure is the version of the key encoding.</summary>
    private static string ShapeOf(DocumentIndex index) => $"1 {(index.Unique ? "unique" : "plain")} {string.Join(',', index.Keys.Select(key => key.Path))}";

    private static void Fill(Database database, SqliteCollection collection, List<SqliteIndex> added)
    {
        const int Portion = 256;
        var behind = 0L;
        var portion = new List<(long No, string Id, byte[] Body)>(Portion);
        do
        {
            portion.Clear();
            using (var rows = database.Prepare($"SELECT no, id, body FROM {collection.Table} WHERE no > ? ORDER BY no LIMIT {Portion}").With(behind))
            {
                while (rows.Step())
                    portion.Add((rows.Int64(0), rows.Text(1), rows.Blob(2)));
            }
            foreach (var (no, id, bytes) in portion)
            {
                var entries = collection.EntriesOf(BsonSerializer.Deserialize<BsonDocument>(bytes));
                foreach (var entry in entries.Where(entry => added.Contains(entry.Index)))
                {
                    if (entry.Index.Declared.Unique && entry.Index.IsTaken(database, entry.Key, no))
                        throw new InvalidOperationException($"Index '{entry.Index.Declared.Name}' of {collection.Map.Collection} can't be made unique: more than one document has the key of {id}.");
                    entry.Index.Add(database, entry.Key, id, no);
                }
                database.Prepare($"UPDATE {collection.Table} SET keys = ? WHERE no = ?").With(IndexEntries.Write(entries)).With(no).Run();
                behind = no;
            }
        }
        while (portion.Count == Portion);
    }
}
