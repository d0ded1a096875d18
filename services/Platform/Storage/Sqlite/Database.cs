using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EServices.Platform.Storage.Sqlite;

/// <summary>
/// One connection with its prepared statements. A thin layer over SQLite's own calls: the one writer thread prepares, binds and steps some ten statements
/// for every save, and ADO.NET's objects for each of them would cost more than the saves. Not for use by two threads at once.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 handle;
    private readonly ConcurrentDictionary<string, bool>? used;
    private readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle, ConcurrentDictionary<string, bool>? used) => (this.handle, this.used) = (handle, used);

    /// <param name="used">Collects the statements that are prepared, so that it can be shown of all of them that they don't scan.</param>
    public static Database Open(string path, bool readOnly, ConcurrentDictionary<string, bool>? used = null)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        var code = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var database = new Database(handle, used);
        try
        {
            database.Check(code);
            raw.sqlite3_extended_result_codes(handle, 1);
            raw.sqlite3_busy_timeout(handle, 5_000);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>False inside a transaction.</summary>
    public bool Autocommit => raw.sqlite3_get_autocommit(handle) != 0;

    public long LastRow => raw.sqlite3_last_insert_rowid(handle);

    public int Changes => raw.sqlite3_changes(handle);

    /// <summary>The statement, prepared at its first use. Bind with <see cref="Statement.With(long)"/>; dispose to reset it, not to lose it.</summary>
    public Statement Prepare(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v2(handle, sql, out var prepared));
            statements.Add(sql, statement = new Statement(this, prepared));
            used?.TryAdd(sql, true);
        }
        statement.Rewind();
        return statement;
    }

    /// <summary>For what runs once: several statements, not kept.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(handle, sql));

    public long Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>Prepared statements keep tables alive that are to be dropped, and plans that a new index would better.</summary>
    public void Forget()
    {
        foreach (var statement in statements.Values)
            statement.Close();
        statements.Clear();
    }

    public void Dispose()
    {
        Forget();
        raw.sqlite3_close_v2(handle);
        handle.Dispose();
    }

    internal void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw new SqliteException(raw.sqlite3_errmsg(handle).utf8_to_string(), code & 0xFF, code);
    }
}

internal sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    private int bound;

    public Statement With(long value)
    {
        database.Check(raw.sqlite3_bind_int64(handle, ++bound, value));
        return this;
    }

    public Statement With(string? value)
    {
        database.Check(value is null ? raw.sqlite3_bind_null(handle, ++bound) : raw.sqlite3_bind_text(handle, ++bound, value));
        return this;
    }

    public Statement With(ReadOnlySpan<byte> value)
    {
        // An empty span would be bound as NULL.
        database.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, ++bound, 0) : raw.sqlite3_bind_blob(handle, ++bound, value));
        return this;
    }

    /// <summary>True when there is a row to read; false at the end.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code != raw.SQLITE_DONE)
            database.Check(code);
        return false;
    }

    /// <summary>Runs a statement that answers nothing, and says how many rows it changed.</summary>
    public int Run()
    {
        using (this)
        {
            Step();
            return database.Changes;
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Blob(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    /// <summary>Resets, and lets go of what was bound: a body may be megabytes.</summary>
    public void Dispose() => Rewind();

    internal void Rewind()
    {
        raw.sqlite3_reset(handle);
        if (bound > 0)
            raw.sqlite3_clear_bindings(handle);
        bound = 0;
    }

    internal void Close() => handle.Dispose();
}
