using Microsoft.Data.Sqlite;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace EServices.Faults.Tests.Stores;

/// <summary>A service's SQLite file. Every read opens it anew: the file may be another one meanwhile, and a connection held open would keep its log from being emptied.</summary>
internal sealed class SqliteStore(string path) : IStore
{
    public IReadOnlyList<BsonDocument> All(string collection) => Read(
        database => Exists(database, $"documents.{collection}") ? Rows(database, $"SELECT id, version, body FROM \"documents.{collection}\"", row =>
        {
            var body = BsonSerializer.Deserialize<BsonDocument>((byte[])row.GetValue(2));
            body["_id"] = row.GetString(0);
            body["_v"] = row.GetInt64(1);
            return body;
        }) : [],
        []);

    public long Unsent() => Read(database => Rows(database, "SELECT COUNT(*) FROM unsent", row => row.GetInt64(0))[0], 0L);

    public DateTimeOffset? OldestUnsent() => Read(
        database => Rows(database, "SELECT MIN(raised) FROM unsent", row => row.IsDBNull(0) ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)))[0],
        null);

    public IReadOnlyList<string> Waiting() => Read(
        database => Rows(database, "SELECT type, event, raised, attempts, due, error FROM unsent ORDER BY raised LIMIT 12", row =>
            $"{row.GetString(0)} {row.GetString(1)}: raised {Moment(row.GetInt64(2))}, {row.GetInt64(3)} attempts, due {Moment(row.GetInt64(4))}{(row.IsDBNull(5) ? "" : $", {row.GetString(5)}")}"),
        []);

    private static string Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture);

    public IReadOnlyList<string> Parked() => Read(
        database => Rows(database, "SELECT type, event, error FROM parked", row => $"{row.GetString(0)} {row.GetString(1)}: {(row.IsDBNull(2) ? "" : row.GetString(2))}"),
        []);

    /// <summary>Copies what stands in the log into the file and cuts the log to nothing, as any connection may; false when the service was in the way.</summary>
    public bool EmptyLog()
    {
        using var database = Open(SqliteOpenMode.ReadWrite);
        return Rows(database, "PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt64(0) == 0)[0];
    }

    private T Read<T>(Func<SqliteConnection, T> read, T none)
    {
        if (!File.Exists(path))
            return none;
        using var database = Open(SqliteOpenMode.ReadOnly);
        return read(database);
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 10 }.ToString());
        database.Open();
        return database;
    }

    private static bool Exists(SqliteConnection database, string table)
    {
        using var command = database.CreateCommand();
        command.CommandText = "SELECT 1 FROM sqlite_schema WHERE name = $name";
        command.Parameters.AddWithValue("$name", table);
        return command.ExecuteScalar() is not null;
    }

    private static List<T> Rows<T>(SqliteConnection database, string sql, Func<SqliteDataReader, T> take)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var taken = new List<T>();
        while (rows.Read())
            taken.Add(take(rows));
        return taken;
    }
}
