using System.Diagnostics;
using EServices.Benchmarks.Floor;

namespace EServices.Benchmarks.Storage;

/// <summary>Durable saves per second on each keeper, beside plain SQLite; and whether a store with a million documents is slower than a small one.</summary>
internal static class StorageBenchmark
{
    public const string Measures = "durable saves per second with 1, 16 and 64 writers on each keeper, beside plain SQLite one by one and in hand-made batches";

    private const string Usage =
        """
        storage [--json] [--seconds S] [--rounds N] [--mongo URL] [--million | --documents N] [--folder DIR]
          --seconds S    how long each contender is measured in each round (2)
          --rounds N     how often each has its turn; medians are told (3)
          --mongo URL    also the MongoDB keeper, in a database of its own that is dropped again
          --million      also at a million documents (about 3 GB of disk, a few minutes); --documents N at another number
          --folder DIR   where the files are written (the temporary folder)
        """;

    private static readonly int[] Writers = [1, 16, 64];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (FloorOptions.Read(args, Usage) is not { } options)
            return 2;
        var table = new Table(options.Json);
        var folder = Directory.CreateDirectory(Path.Combine(options.Folder, $"eservices-storage-{Environment.ProcessId}")).FullName;
        try
        {
            // Names the document map's conventions once, for the peers too.
            _ = Sheet.Map;
            foreach (var writers in Writers)
                await SqliteAsync(table, options, Path.Combine(folder, $"{writers}"), writers, cancellationToken);
            await MongoAsync(table, options, cancellationToken);
            if (options.Million)
                await MillionAsync(table, options, folder, cancellationToken);
            else
                Table.Progress("not measured: a store with a million documents; --million asks for it");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task SqliteAsync(Table table, FloorOptions options, string folder, int writers, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var savers = new (string Name, ISaver Saver)[]
        {
            ("ours", await KeeperSaver.OpenAsync($"sqlite:{Path.Combine(folder, "ours.db")}", cancellationToken)),
            ("plain", new PlainSaver(Path.Combine(folder, "plain.db"))),
            ("plain, queued", new PlainLockedSaver(Path.Combine(folder, "queued.db"))),
            ("plain, untuned", new PlainLockedSaver(Path.Combine(folder, "untuned.db"), untuned: true)),
            ("batch", new BatchSaver(Path.Combine(folder, "batch.db"))),
        };
        try
        {
            var runs = await TurnsAsync(savers, $"SQLite, {writers} writers", writers, options, cancellationToken);
            var rates = runs.ToDictionary(run => run.Key, run => Table.Median(run.Value.Select(round => round.PerSecond)));
            var times = runs["ours"].SelectMany(round => round.Milliseconds).Order().ToList();
            // Who queues writers before one connection has thought about it; the better of the two is the peer.
            var plain = Math.Max(rates["plain"], rates["plain, queued"]);
            table.Row(
                ("benchmark", "storage"), ("row", "saves"), ("keeper", "sqlite"), ("writers", writers), ("saves_per_s", rates["ours"]),
                ("p50_ms", Table.Percentile(times, 0.5)), ("p99_ms", Table.Percentile(times, 0.99)),
                ("plain_per_s", rates["plain"]), ("plain_queued_per_s", rates["plain, queued"]), ("plain_untuned_per_s", rates["plain, untuned"]), ("batch_per_s", rates["batch"]),
                ("ratio_plain", rates["ours"] / rates["plain"]), ("ratio_plain_queued", rates["ours"] / rates["plain, queued"]),
                ("ratio_plain_untuned", rates["ours"] / rates["plain, untuned"]), ("ratio_best_plain", rates["ours"] / plain), ("ratio_batch", rates["ours"] / rates["batch"]),
                ("cpu_us", Table.Median(runs["ours"].Select(round => round.Microseconds))), ("batch_cpu_us", Table.Median(runs["batch"].Select(round => round.Microseconds))), ("rounds", options.Rounds));
        }
        finally
        {
            foreach (var (_, saver) in savers)
                await saver.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MongoAsync(Table table, FloorOptions options, CancellationToken cancellationToken)
    {
        if (options.Mongo is not { } server)
        {
            Table.Progress("not measured: the MongoDB keeper; --mongo URL names a server");
            foreach (var writers in Writers)
                table.Row(("benchmark", "storage"), ("row", "saves"), ("keeper", "mongodb"), ("writers", writers), ("saves_per_s", null), ("skipped", "no --mongo URL given"));
            return;
        }
        var url = new UriBuilder(server) { Path = $"/eservices_storage_{Environment.ProcessId}" }.ToString();
        await using var saver = await KeeperSaver.OpenAsync(url, cancellationToken);
        try
        {
            foreach (var writers in Writers)
            {
                var runs = (await TurnsAsync([("ours", saver)], $"MongoDB, {writers} writers", writers, options, cancellationToken))["ours"];
                var times = runs.SelectMany(round => round.Milliseconds).Order().ToList();
                table.Row(
                    ("benchmark", "storage"), ("row", "saves"), ("keeper", "mongodb"), ("writers", writers), ("saves_per_s", Table.Median(runs.Select(run => run.PerSecond))),
                    ("p50_ms", Table.Percentile(times, 0.5)), ("p99_ms", Table.Percentile(times, 0.99)), ("rounds", options.Rounds));
            }
        }
        finally
        {
            await saver.DropAsync(CancellationToken.None);
        }
    }

    private static async Task<Dictionary<string, List<Turn>>> TurnsAsync(
        (string Name, ISaver Saver)[] savers, string what, int writers, FloorOptions options, CancellationToken cancellationToken)
    {
        foreach (var (_, saver) in savers)
            await saver.RunAsync(writers, WarmUp, cancellationToken);
        var runs = savers.ToDictionary(saver => saver.Name, _ => new List<Turn>());
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var (name, saver) in savers)
            {
                GC.Collect();
                var turn = await TurnAsync(saver, writers, options.Each, cancellationToken);
                runs[name].Add(turn);
                Table.Progress($"{what}, round {round}: {name} {turn.PerSecond:F0}/s, {turn.Microseconds:F1} us of processor time each");
            }
        }
        return runs;
    }

    private static async Task<Turn> TurnAsync(ISaver saver, int writers, TimeSpan time, CancellationToken cancellationToken)
    {
        using var process = Process.GetCurrentProcess();
        var (cpu, began) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        var (perSecond, milliseconds) = await saver.RunAsync(writers, time, cancellationToken);
        process.Refresh();
        return new Turn(perSecond, (process.TotalProcessorTime - cpu).TotalMicroseconds / (perSecond * Stopwatch.GetElapsedTime(began).TotalSeconds), milliseconds);
    }

    /// <summary>The same reads, queries and saves at a thousand documents and at a million. Saves add to a store, so the small one is made anew for every round.</summary>
    private static async Task MillionAsync(Table table, FloorOptions options, string folder, CancellationToken cancellationToken)
    {
        const int Small = 1_000;
        const int AtATime = 64;
        var began = Stopwatch.StartNew();
        await using var large = await KeeperSaver.OpenAsync($"sqlite:{Path.Combine(folder, "large.db")}", cancellationToken);
        var largeIds = await large.FillAsync(options.Documents, AtATime, cancellationToken);
        Table.Progress($"{options.Documents} documents saved in {began.Elapsed.TotalSeconds:F0} s");

        var measured = new Dictionary<int, SizeTimes> { [Small] = new(), [options.Documents] = new() };
        // Round 0 warms up.
        for (var round = 0; round <= options.Rounds; round++)
        {
            await using var small = await KeeperSaver.OpenAsync($"sqlite:{Path.Combine(folder, $"small{round}.db")}", cancellationToken);
            var smallIds = await small.FillAsync(Small, AtATime, cancellationToken);
            foreach (var (documents, saver, ids) in new[] { (Small, small, smallIds), (options.Documents, large, largeIds) })
            {
                var (find, query) = (await saver.FindAsync(ids, 2_000, cancellationToken), await saver.QueryAsync(500, cancellationToken));
                GC.Collect();
                var turn = await TurnAsync(saver, AtATime, options.Each, cancellationToken);
                Table.Progress($"{documents} documents, round {round}: {turn.PerSecond:F0} saves/s, {turn.Microseconds:F1} us of processor time each");
                if (round > 0)
                    measured[documents].Add(turn, find, query);
            }
        }
        foreach (var (documents, times) in measured)
        {
            table.Row(
                ("benchmark", "storage"), ("row", "size"), ("keeper", "sqlite"), ("documents", documents), ("writers", AtATime), ("saves_per_s", times.SavesPerSecond),
                ("find_p50_ms", times.Find(0.5)), ("find_p99_ms", times.Find(0.99)), ("query_p50_ms", times.Query(0.5)), ("query_p99_ms", times.Query(0.99)),
                ("cpu_us", times.Microseconds), ("ratio_saves", times.SavesPerSecond / measured[Small].SavesPerSecond),
                ("ratio_cpu", times.Microseconds / measured[Small].Microseconds), ("ratio_find_p50", times.Find(0.5) / measured[Small].Find(0.5)),
                ("ratio_query_p50", times.Query(0.5) / measured[Small].Query(0.5)), ("rounds", options.Rounds));
        }
    }

    /// <param name="Microseconds">Processor time of a save, all threads.</param>
    private sealed record Turn(double PerSecond, double Microseconds, List<double> Milliseconds);

    private sealed class SizeTimes
    {
        private readonly List<Turn> saves = [];
        private readonly List<double> finds = [];
        private readonly List<double> queries = [];

        public double SavesPerSecond => Table.Median(saves.Select(turn => turn.PerSecond));

        public double Microseconds => Table.Median(saves.Select(turn => turn.Microseconds));

        public double Find(double part) => Table.Percentile([.. finds.Order()], part);

        public double Query(double part) => Table.Percentile([.. queries.Order()], part);

        public void Add(Turn turn, List<double> find, List<double> query)
        {
            saves.Add(turn);
            finds.AddRange(find);
            queries.AddRange(query);
        }
    }
}
