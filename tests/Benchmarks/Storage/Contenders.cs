using System.Collections.Concurrent;
using System.Diagnostics;
using EServices.Platform.Storage;
using EServices.Platform.Storage.Mongo;
using EServices.Platform.Time;
using MongoDB.Bson.Serialization;

namespace EServices.Benchmarks.Storage;

/// <summary>Saves new sheets with a number of writers until the time is over; a save counts once it is durable.</summary>
internal interface ISaver : IAsyncDisposable
{
    /// <returns>Durable saves per second, and each one's milliseconds where they are told.</returns>
    Task<(double PerSecond, List<double> Milliseconds)> RunAsync(int writers, TimeSpan time, CancellationToken cancellationToken);
}

/// <summary>Makes sheets, all different, also across contenders.</summary>
internal static class Sheets
{
    private static readonly Ids Ids = new(TimeProvider.System, new SystemChance());
    private static long made;

    public static Sheet Next() => new(Ids.New("app"), Interlocked.Increment(ref made), DateTimeOffset.UtcNow);

    public static string EventId() => Ids.New("evt");
}

/// <summary>Ours: a document store over a keeper, as every service uses it.</summary>
internal sealed class KeeperSaver : ISaver
{
    private readonly IKeeper keeper;

    private KeeperSaver(IKeeper keeper) => this.keeper = keeper;

    public DocumentStore<Sheet> Store { get; private set; } = null!;

    public static async Task<KeeperSaver> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var keeper = Keepers.Open(connectionString);
        var saver = new KeeperSaver(keeper);
        // Nobody reads the outbox here: its channel fills up once, and from then on an offer costs what it costs a service whose broker is away.
        saver.Store = new DocumentStore<Sheet>(Sheet.Map, keeper, new Platform.Messaging.Outbox(new Ids(TimeProvider.System, new SystemChance())), TimeProvider.System);
        await keeper.PrepareAsync(Sheet.Map, cancellationToken);
        return saver;
    }

    public async Task<(double PerSecond, List<double> Milliseconds)> RunAsync(int writers, TimeSpan time, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var saves = await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(
            async () =>
            {
                var each = new List<double>();
                while (Stopwatch.GetElapsedTime(began) < time)
                {
                    var from = Stopwatch.GetTimestamp();
                    await Store.SaveAsync(Sheets.Next(), cancellationToken);
                    each.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                }
                return each;
            },
            cancellationToken)));
        var took = Stopwatch.GetElapsedTime(began);
        var milliseconds = saves.SelectMany(each => each).Order().ToList();
        return (milliseconds.Count / took.TotalSeconds, milliseconds);
    }

    /// <summary>Saves so many sheets.</summary>
    /// <returns>The ids of some thousand of them, spread over all.</returns>
    public async Task<List<string>> FillAsync(int documents, int writers, CancellationToken cancellationToken)
    {
        var ids = new ConcurrentBag<string>();
        var every = Math.Max(1, documents / 2_000);
        var left = documents;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(
            async () =>
            {
                int place;
                while ((place = Interlocked.Decrement(ref left)) >= 0)
                {
                    var sheet = Sheets.Next();
                    await Store.SaveAsync(sheet, cancellationToken);
                    if (place % every == 0)
                        ids.Add(sheet.Id);
                }
            },
            cancellationToken)));
        return [.. ids];
    }

    /// <summary>Milliseconds of reading one document by its id.</summary>
    public Task<List<double>> FindAsync(List<string> ids, int times, CancellationToken cancellationToken) =>
        TimedAsync(times, () => Store.GetAsync(ids[Random.Shared.Next(ids.Count)], cancellationToken));

    /// <summary>Milliseconds of reading a page of twenty from anywhere in an index in whose order the documents were not saved.</summary>
    public Task<List<double>> QueryAsync(int times, CancellationToken cancellationToken) =>
        TimedAsync(times, () => Store.ListAsync(Sheet.ByCitizen.All.AtLeast($"+9199{Random.Shared.Next(95_000_000):D8}"), null, 20, cancellationToken));

    /// <summary>Drops the database that this run made on a MongoDB server.</summary>
    public Task DropAsync(CancellationToken cancellationToken)
    {
        var database = ((MongoKeeper)keeper).Database;
        return database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName, cancellationToken);
    }

    public ValueTask DisposeAsync() => keeper.DisposeAsync();

    private static async Task<List<double>> TimedAsync(int times, Func<Task> call)
    {
        var each = new List<double>(times);
        for (var time = 0; time < times; time++)
        {
            var from = Stopwatch.GetTimestamp();
            await call();
            each.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        return each;
    }
}

/// <summary>One transaction for every save; each writer has a connection of its own and waits for its turn at the file, as SQLite arranges it.</summary>
internal sealed class PlainSaver(string path) : ISaver
{
    public Task<(double PerSecond, List<double> Milliseconds)> RunAsync(int writers, TimeSpan time, CancellationToken cancellationToken)
    {
        var connections = Enumerable.Range(0, writers).Select(_ => new PlainSqlite(path)).ToList();
        try
        {
            return Task.FromResult(Threads.Run(writers, time, (writer, saved) =>
            {
                var row = PlainSqlite.Write(Sheets.Next(), Sheets.EventId());
                connections[writer].Begin();
                connections[writer].Insert(row);
                connections[writer].Commit();
                saved(1);
            }));
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>One transaction for every save; the writers queue at a lock before one connection, which wastes nothing on waiting for the file.</summary>
internal sealed class PlainLockedSaver(string path, bool untuned = false) : ISaver
{
    private readonly PlainSqlite connection = new(path, untuned);
    private readonly Lock turn = new();

    public Task<(double PerSecond, List<double> Milliseconds)> RunAsync(int writers, TimeSpan time, CancellationToken cancellationToken) =>
        Task.FromResult(Threads.Run(writers, time, (_, saved) =>
        {
            var row = PlainSqlite.Write(Sheets.Next(), Sheets.EventId());
            lock (turn)
            {
                connection.Begin();
                connection.Insert(row);
                connection.Commit();
            }
            saved(1);
        }));

    public ValueTask DisposeAsync()
    {
        connection.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Sixty-four saves to a transaction, one after another by one thread: how fast it could be if saves came in heaps and nobody waited for an answer.</summary>
internal sealed class BatchSaver(string path) : ISaver
{
    private const int Saves = 64;
    private readonly PlainSqlite connection = new(path);

    public Task<(double PerSecond, List<double> Milliseconds)> RunAsync(int writers, TimeSpan time, CancellationToken cancellationToken) =>
        Task.FromResult(Threads.Run(1, time, (_, saved) =>
        {
            connection.Begin();
            for (var save = 0; save < Saves; save++)
                connection.Insert(PlainSqlite.Write(Sheets.Next(), Sheets.EventId()));
            connection.Commit();
            saved(Saves);
        }));

    public ValueTask DisposeAsync()
    {
        connection.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Writers as threads, for calls that block.</summary>
internal static class Threads
{
    public static (double PerSecond, List<double> Milliseconds) Run(int writers, TimeSpan time, Action<int, Action<int>> save)
    {
        // The mapping that a keeper registers when it opens, here without one.
        _ = BsonClassMap.LookupClassMap(typeof(Sheet));
        long saves = 0;
        Exception? failure = null;
        var began = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, writers).Select(writer => new Thread(() =>
        {
            try
            {
                while (Stopwatch.GetElapsedTime(began) < time && failure is null)
                    save(writer, many => Interlocked.Add(ref saves, many));
            }
            catch (Exception fault)
            {
                failure = fault;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var took = Stopwatch.GetElapsedTime(began);
        return failure is null ? (saves / took.TotalSeconds, []) : throw new InvalidOperationException("A peer failed.", failure);
    }
}
