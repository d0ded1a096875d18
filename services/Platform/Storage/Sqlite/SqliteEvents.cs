namespace EServices.Platform.Storage.Sqlite;

/// <summary>Statements over the unsent and the parked events of all collections. <c>seq</c> is the order in which they were saved, and stays through parking.</summary>
internal static class SqliteEvents
{
    private const string Columns = "event, type, body, raised, due, traceparent, tracestate, baggage, attempts";
    internal const string Row = "collection, id, seq, due, raised, attempts, event, type, body, traceparent, tracestate, baggage, error";

    /// <summary>Only a document's first event counts: the others wait for it, and must not push other documents out of the list meanwhile.</summary>
    public const string Due =
        """
        SELECT id FROM unsent AS first INDEXED BY unsent_by_due WHERE collection = ? AND due <= ?
        AND NOT EXISTS (SELECT 1 FROM unsent AS earlier WHERE earlier.collection = first.collection AND earlier.id = first.id AND earlier.seq < first.seq)
        ORDER BY due, seq LIMIT ?
        """;

    public const string OfDocument = $"SELECT {Columns} FROM unsent WHERE collection = ? AND id = ? ORDER BY seq";

    public const string AnyUnsent = "SELECT 1 FROM unsent WHERE collection = ? AND id = ? LIMIT 1";

    public const string AnyParked = "SELECT 1 FROM parked WHERE collection = ? AND id = ? LIMIT 1";

    public const string Oldest = "SELECT MIN(raised) FROM unsent WHERE collection = ?";

    public const string Parked = $"SELECT {Columns}, id, error FROM parked WHERE collection = ? ORDER BY raised, id, seq LIMIT ?";

    public const string Clear = "DELETE FROM unsent WHERE collection = ? AND id = ? AND event = ?";

    public const string Fail = "UPDATE unsent SET attempts = ?, error = ?, due = ? WHERE collection = ? AND id = ? AND event = ?";

    public const string Retry = "UPDATE parked SET due = ?, attempts = 0 WHERE collection = ? AND id = ? AND event = ?";

    public const string Discard = "DELETE FROM parked WHERE collection = ? AND id = ? AND event = ?";

    private const string Insert = $"INSERT INTO unsent ({Row}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)";

    public static void Add(Database database, long collection, string id, long seq, UnsentEvent unsent) => database.Prepare(Insert)
        .With(collection).With(id).With(seq).With(unsent.DueAt.ToUnixTimeMilliseconds()).With(unsent.RaisedAt.ToUnixTimeMilliseconds()).With(unsent.Attempts)
        .With(unsent.EventId).With(unsent.Type).With(unsent.Body).With(unsent.TraceParent).With(unsent.TraceState).With(unsent.Baggage).Run();

    public static int Move(Database database, string from, string to, long collection, string id, string eventId)
    {
        database.Prepare($"INSERT INTO {to} ({Row}) SELECT {Row} FROM {from} WHERE collection = ? AND id = ? AND event = ?").With(collection).With(id).With(eventId).Run();
        return database.Prepare($"DELETE FROM {from} WHERE collection = ? AND id = ? AND event = ?").With(collection).With(id).With(eventId).Run();
    }

    public static UnsentEvent Read(Statement row) => new(
        row.Text(0), row.Text(1), row.Text(2), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3)), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(4)),
        row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7), (int)row.Int64(8));
}

/// <summary>Statements over the answers kept under idempotency keys.</summary>
internal static class SqliteAnswers
{
    public static bool IsGiven(Database database, long collection, string key, DateTimeOffset now)
    {
        using var found = database.Prepare("SELECT 1 FROM answers WHERE collection = ? AND key = ? AND expires > ?")
            .With(collection).With(key).With(now.ToUnixTimeMilliseconds());
        return found.Step();
    }

    /// <summary>Takes the place of an expired one.</summary>
    public static void Add(Database database, long collection, string id, StoredAnswer answer) => database
        .Prepare("INSERT OR REPLACE INTO answers (collection, key, id, expires, body_hash, status, location, etag, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .With(collection).With(answer.Key).With(id).With(answer.ExpiresAt.ToUnixTimeMilliseconds())
        .With(answer.BodyHash).With(answer.Status).With(answer.Location).With(answer.ETag).With(answer.Body).Run();

    public static int Forget(Database database, long moment, int most) => database
        .Prepare("DELETE FROM answers WHERE (collection, key) IN (SELECT collection, key FROM answers INDEXED BY answers_by_expiry WHERE expires <= ? LIMIT ?)")
        .With(moment).With(most).Run();
}
