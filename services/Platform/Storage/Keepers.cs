using EServices.Platform.Storage.Mongo;
using EServices.Platform.Storage.Sqlite;
using EServices.Platform.Time;

namespace EServices.Platform.Storage;

/// <summary>Chooses the keeper by the connection string.</summary>
public static class Keepers
{
    private const string Sqlite = "sqlite:";

    /// <summary>
    /// Opens <c>sqlite:PATH</c> (a file, made where it lacks) or <c>mongodb://…/DATABASE</c>, also <c>mongodb+srv://…</c>. A file is opened at once;
    /// a server is met at the first call.
    /// </summary>
    /// <param name="chance">Marks each write, so that its own repeat is recognised; the system's where it is not given.</param>
    /// <exception cref="ArgumentException">The connection string has neither form.</exception>
    /// <exception cref="InvalidOperationException">The file is in use, of a later release, or another program's.</exception>
    public static IKeeper Open(string connectionString, IChance? chance = null)
    {
        if (connectionString.StartsWith(Sqlite, StringComparison.OrdinalIgnoreCase) && connectionString.Length > Sqlite.Length)
            return new SqliteKeeper(connectionString[Sqlite.Length..]);
        if (connectionString.StartsWith("mongodb://", StringComparison.Ordinal) || connectionString.StartsWith("mongodb+srv://", StringComparison.Ordinal))
            return new MongoKeeper(connectionString, chance ?? new SystemChance());
        throw new ArgumentException("A store is given as sqlite:PATH or as mongodb://HOST/DATABASE.", nameof(connectionString));
    }
}
