using System.Text.Json;
using EServices.Platform.Messaging;
using Microsoft.Data.Sqlite;
using MongoDB.Bson;

namespace EServices.Benchmarks.Storage;

/// <summary>
/// What a good programmer writes by hand: ADO.NET with prepared commands, a table of documents with native indexes over columns, a table of unsent events with
/// the index that clears them and the two that a sweep needs; write-ahead log, full synchronous, the same page cache and checkpoints as ours. One connection.
/// </summary>
internal sealed class PlainSqlite : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand document;
    private readonly SqliteCommand unsent;
    private readonly SqliteCommand begin;
    private readonly SqliteCommand commit;
    private static long seq;

    /// <param name="untuned">Without a write-ahead log and larger caches: SQLite as it comes, a rollback journal and full synchronous.</param>
    public PlainSqlite(string path, bool untuned = false)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        if (!untuned)
            Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=30000;");
        Execute(
            """
            CREATE TABLE IF NOT EXISTS sheets (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
                number TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, mobile TEXT NOT NULL, body BLOB NOT NULL);
            CREATE UNIQUE INDEX IF NOT EXISTS by_number ON sheets (number);
            CREATE INDEX IF NOT EXISTS by_state ON sheets (state, at, id);
            CREATE INDEX IF NOT EXISTS by_citizen ON sheets (mobile, id);
            CREATE TABLE IF NOT EXISTS unsent (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, due INTEGER NOT NULL, raised INTEGER NOT NULL, attempts INTEGER NOT NULL,
                event TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL);
            CREATE INDEX IF NOT EXISTS unsent_by_document ON unsent (id);
            CREATE INDEX IF NOT EXISTS unsent_by_due ON unsent (due);
            CREATE INDEX IF NOT EXISTS unsent_by_raised ON unsent (raised);
            """);
        document = Command("INSERT INTO sheets (id, version, number, state, at, mobile, body) VALUES (@1, 1, @2, @3, @4, @5, @6)", 6);
        unsent = Command("INSERT INTO unsent (id, seq, due, raised, attempts, event, type, body) VALUES (@1, @2, @3, @4, 0, @5, @6, @7)", 7);
        begin = Command("BEGIN IMMEDIATE", 0);
        commit = Command("COMMIT", 0);
    }

    /// <summary>What is saved, as bytes and text; made by whoever saves, outside the transaction.</summary>
    public static Row Write(Sheet sheet, string eventId)
    {
        var fact = sheet.Raised[0];
        return new Row(sheet, BsonExtensionMethods.ToBson(sheet), eventId, fact.GetType().FullName!, JsonSerializer.Serialize(fact, fact.GetType(), ContractJson.Options));
    }

    public void Begin() => begin.ExecuteNonQuery();

    public void Insert(Row row)
    {
        var (sheet, at) = (row.Sheet, row.Sheet.SubmittedAt.ToUnixTimeMilliseconds());
        Run(document, sheet.Id, sheet.TrackingNumber, sheet.State.ToString(), at, sheet.Citizen.Mobile, row.Body);
        Run(unsent, sheet.Id, Interlocked.Increment(ref seq), at + 5_000, at, row.EventId, row.Type, row.Event);
    }

    public void Commit() => commit.ExecuteNonQuery();

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[document, unsent, begin, commit])
            command.Dispose();
        connection.Dispose();
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var place = 0; place < values.Length; place++)
            command.Parameters[place].Value = values[place];
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var number = 1; number <= parameters; number++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"@{number}" });
        return command;
    }

    private void Execute(string sql)
    {
        using var command = Command(sql, 0);
        command.ExecuteNonQuery();
    }

    internal sealed record Row(Sheet Sheet, byte[] Body, string EventId, string Type, string Event);
}
