using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EServices.Benchmarks.Floor;
using EServices.Catalogue.Search.Engine;
using EServices.Catalogue.Tests.Search.Labelled;
using EServices.Platform.Packs;

namespace EServices.Benchmarks.Search;

/// <summary>How well, how fast and from how much memory services are found, at the pack's own and at a hundred thousand.</summary>
internal static class SearchBenchmark
{
    public const string Measures = "finding services by labelled queries, at the pack's and at 100,000 services; beside Lucene.NET (--peer lucene)";

    public static async Task<int> RunAsync(string[] args, CancellationToken stop)
    {
        if (args is ["--help"] or ["-h"])
        {
            Console.WriteLine(SearchArguments.Help);
            return 0;
        }
        try
        {
            var arguments = SearchArguments.Read(args);
            var bench = new Run(arguments, stop);
            bench.All();
            return 0;
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException or PackException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            await Console.Error.WriteLineAsync("search --help tells the options");
            return 2;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    private sealed class Run(SearchArguments arguments, CancellationToken stop)
    {
        private const int WarmAfter = 3_000;

        private static readonly TimeSpan LongestWarming = TimeSpan.FromSeconds(10);

        private readonly List<Engine> engines = [];
        private readonly List<LabelledQuery> queries = [];
        private readonly List<LabelledQuery> open = [];
        private readonly List<LabelledQuery> slipped = [];

        public void All()
        {
            ReadQueries();
            var pack = StatePack.Load(Above("deploy/packs/jk")).OrThrow();
            engines.Add(Engine.Ours(SearchablePack.ConceptsOf(pack)));
            if (arguments.Peer)
                engines.Add(Engine.Lucene);
            var own = SearchablePack.Of(pack, DateOnly.FromDateTime(DateTime.UtcNow));
            Warn(own);
            At(own, packOnly: true);
            if (arguments.Many > own.Count)
                At(ManyServices.Make(own, pack.Geography, arguments.Many, arguments.Seed), packOnly: false);
        }

        private void ReadQueries()
        {
            if (arguments.Queries is { } file)
            {
                queries.AddRange(LabelledQuery.Read(file));
                open.AddRange(queries);
            }
            else
            {
                open.AddRange(LabelledQuery.Read(Path.Combine(AppContext.BaseDirectory, "queries-dev.tsv")));
                queries.AddRange([.. open, .. LabelledQuery.Read(Path.Combine(AppContext.BaseDirectory, "queries-held-out.tsv"))]);
            }
            if (queries.Count == 0)
                throw new FormatException("There is no query.");
            var random = new Random(arguments.Seed);
            slipped.AddRange(queries.Select(query => query with { Text = Slips.Into(query.Text, random) }));
        }

        private void Warn(List<SearchableService> own)
        {
            var ids = own.Select(service => service.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var id in queries.SelectMany(query => query.Services).Where(id => !ids.Contains(id)).Distinct())
                Console.Error.WriteLine($"The queries ask for {id}, which is no launched service: it counts as not found.");
        }

        private void At(List<SearchableService> services, bool packOnly)
        {
            var built = engines.Select(engine => Build(engine, services)).ToList();
            var found = built.Select(one => (AsTyped: Found(one, queries), Slipped: Found(one, slipped))).ToList();
            built.ForEach(Warm);
            var times = Times(built, queries);
            var slips = Times(built, slipped);
            var rows = built.Select((one, at) => RowOf(one, services.Count, found[at].AsTyped, Finding.Mean(found[at].Slipped), times[at], slips[at])).ToList();
            foreach (var row in rows)
                Tell(row);
            if (rows.Count > 1)
                Tell(RatioRow.Of(rows[1], rows[0]));
            if (arguments.Misses && packOnly)
                Misses(built[0]);
            foreach (var one in built)
                one.Contender.Dispose();
        }

        private Built Build(Engine engine, List<SearchableService> services)
        {
            var before = Kept();
            // A build may use several threads, so the processor time is the whole process's.
            Func<TimeSpan> clock = arguments.ProcessorTime ? () => Environment.CpuUsage.TotalTime : () => Stopwatch.GetElapsedTime(0);
            var from = clock();
            var contender = engine.Build(services);
            var seconds = (clock() - from).TotalSeconds;
            return new Built(engine.Name, contender, seconds, (Kept() - before) / 1048576.0);
        }

        private static long Kept()
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            return GC.GetTotalMemory(forceFullCollection: true);
        }

        private List<Finding> Found(Built one, List<LabelledQuery> asked)
        {
            var found = new List<Finding>(asked.Count);
            foreach (var query in asked)
            {
                stop.ThrowIfCancellationRequested();
                found.Add(Finding.Of(query, Originals(one.Contender.Find(query.Text))));
            }
            return found;
        }

        /// <summary>Lets the runtime compile what is asked often. Asking everything once to see what is found does that too, but a file may hold a handful of queries.</summary>
        private void Warm(Built one)
        {
            var since = Stopwatch.StartNew();
            for (var asked = queries.Count + slipped.Count; asked < WarmAfter && since.Elapsed < LongestWarming; asked++)
            {
                stop.ThrowIfCancellationRequested();
                one.Contender.Find(queries[asked % queries.Count].Text);
            }
        }

        private static List<string> Originals(IReadOnlyList<string> hits) => [.. hits.Select(ManyServices.Original)];

        /// <summary>Milliseconds of single queries, in order, by contender. They take turns, round by round, so that what else the machine does meets them alike; each turn begins with the garbage of the other's cleared.</summary>
        private List<List<double>> Times(List<Built> built, List<LabelledQuery> asked)
        {
            var texts = asked.Select(query => query.Text).ToArray();
            var order = new Random(arguments.Seed);
            var times = built.Select(_ => new List<double>(texts.Length * arguments.Rounds)).ToList();
            Func<TimeSpan> clock = arguments.ProcessorTime ? Dispatch.Measures.ThreadClock() : () => Stopwatch.GetElapsedTime(0);
            for (var round = 0; round < arguments.Rounds; round++)
            {
                order.Shuffle(texts);
                for (var turn = 0; turn < built.Count; turn++)
                {
                    var at = (round + turn) % built.Count;
                    _ = Kept();
                    foreach (var text in texts)
                    {
                        stop.ThrowIfCancellationRequested();
                        var from = clock();
                        built[at].Contender.Find(text);
                        times[at].Add((clock() - from).TotalMilliseconds);
                    }
                }
            }
            foreach (var one in times)
                one.Sort();
            return times;
        }

        private SearchRow RowOf(Built one, int services, List<Finding> found, Finding slips, List<double> times, List<double> slipTimes)
        {
            var all = Finding.Mean(found);
            var byKind = queries.Zip(found).GroupBy(pair => pair.First.Kind, pair => pair.Second).ToDictionary(kind => kind.Key, kind => KindFigures.Of(Finding.Mean([.. kind])));
            return new SearchRow(
                one.Name, services, all.Queries, Math.Round(all.RecallAt10, 4), Math.Round(all.First, 4), Math.Round(all.AnyAt10, 4),
                Milliseconds(times, 0.5), Milliseconds(times, 0.99),
                new SlipFigures(Math.Round(slips.RecallAt10, 4), Math.Round(slips.First, 4), Milliseconds(slipTimes, 0.5), Milliseconds(slipTimes, 0.99)),
                Math.Round(one.BuildS, 3), Math.Round(one.MemoryMb, 2), byKind);
        }

        private static double Milliseconds(List<double> ordered, double part) => Math.Round(Table.Percentile(ordered, part), 4);

        private void Tell(SearchRow row)
        {
            if (arguments.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(row, SearchRow.Json));
                return;
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Engine,-10} {row.Services,7} services  {row.Queries} queries  recall@10 {row.RecallAt10:0.0000}  first {row.First:0.0000}  any@10 {row.AnyAt10:0.0000}  p50 {row.P50Ms:0.000} ms  p99 {row.P99Ms:0.000} ms  build {row.BuildS:0.00} s  memory {row.MemoryMb:0.0} MB"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-10} with a slip        recall@10 {row.Slips.RecallAt10:0.0000}  first {row.Slips.First:0.0000}  p50 {row.Slips.P50Ms:0.000} ms  p99 {row.Slips.P99Ms:0.000} ms"));
            foreach (var (kind, of) in row.ByKind)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-10} {kind,-18} {of.Queries} queries  recall@10 {of.RecallAt10:0.0000}  first {of.First:0.0000}"));
        }

        /// <summary>Wanted with their ranks, then what stands before; most misses tell themselves apart by whether the right one is near.</summary>
        private void Misses(Built ours)
        {
            // JSON has standard output to itself.
            var to = arguments.Json ? Console.Error : Console.Out;
            foreach (var query in open)
            {
                var hits = ours.Contender.Find(query.Text);
                var found = Finding.Of(query, hits);
                if (found is { First: 1, RecallAt10: 1 })
                    continue;
                var wanted = query.Services.Select(id => $"{id}@{(hits.ToList().IndexOf(id) is >= 0 and var rank ? (rank + 1).ToString(CultureInfo.InvariantCulture) : "-")}");
                to.WriteLine($"{(found.First == 1 ? "recall" : found.AnyAt10 == 1 ? "order" : "none")}\t{query.Kind}\t{query.Text}\t{string.Join(' ', wanted)}\t{string.Join(' ', hits.Take(5))}");
            }
        }

        private void Tell(RatioRow row)
        {
            Console.WriteLine(arguments.Json
                ? JsonSerializer.Serialize(row, SearchRow.Json)
                : string.Create(CultureInfo.InvariantCulture, $"{row.Engine}, {row.Services} services: p50 {row.P50:0.0}  p99 {row.P99:0.0}  with a slip: p50 {row.SlipsP50:0.0}  p99 {row.SlipsP99:0.0}  build {row.Build:0.0}  memory {row.Memory:0.0}"));
        }

        private static string Above(string path)
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (Directory.Exists(Path.Combine(folder.FullName, path)))
                    return Path.Combine(folder.FullName, path);
            }
            throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has {path}.");
        }

        private sealed record Built(string Name, IContender Contender, double BuildS, double MemoryMb);
    }
}
