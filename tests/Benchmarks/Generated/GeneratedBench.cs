using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Checking;
using EServices.Dispatch.Routing.Drawing;
using EServices.Dispatch.Routing.Planning;
using Google.OrTools.ConstraintSolver;

namespace EServices.Benchmarks.Generated;

/// <summary>The real problem over a real geography: ours and OR-Tools on the same days for the same time, both plans judged by the same checker.</summary>
internal static class GeneratedBench
{
    private const string OrTools = "or-tools";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        var options = GeneratedOptions.Read(args, out var fault);
        if (options is null)
        {
            await Console.Error.WriteLineAsync($"{fault}\n{GeneratedOptions.Usage}");
            return 2;
        }
        var geography = Geography.Load(options.Pack);
        if (options.Online)
            return await OnlineBench.RunAsync(options, geography, cancel);
        var sound = true;
        if (!options.Json)
            Console.WriteLine($"{"visits",6} {"operators",9} {"seed",4} {"by",-11} {"owed out",8} {"left out",8} {"served",6} {"used",4} {"travel s",9} {"a visit",7} {"first ms",8} {"iterations",10} {"cpu s",6} {"violations",10}");
        foreach (var visits in options.Visits)
        {
            foreach (var seed in options.Seeds)
            {
                cancel.ThrowIfCancellationRequested();
                var day = new DayGenerator(geography, seed).Make(visits);
                var rows = new List<Row> { Ours("ours", day.Pool, options, seed, out var plan, cancel) };
                if (options.Svg is { } path)
                    Draw(path, day, plan, seed);
                if (options.Peer)
                {
                    rows.Add(Peer(day, options, out var peers));
                    // Who serves more drives more: the ways alone are compared on the same visits.
                    if (peers is not null)
                        rows.Add(Ours("ours on its", Served(day.Pool, peers), options, seed, out _, cancel));
                }
                sound &= rows.All(row => row.By == OrTools || row.Violations == 0);
                Print(day, seed, rows, options);
            }
        }
        return sound ? 0 : 1;
    }

    private static Row Ours(string by, Pool pool, GeneratedOptions options, int seed, out Plan plan, CancellationToken cancel)
    {
        var settings = new PlanSettings();
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var limits = new PlanLimits { Time = options.Iterations is null ? options.Time : null, Iterations = options.Iterations, Seed = seed, Threads = options.Threads, Clock = options.Clock() };
        var result = Planner.Plan(pool, settings, limits, null, cancel);
        processor = Process.GetCurrentProcess().TotalProcessorTime - processor;
        plan = result.Plan;
        var judged = Judge(pool, settings, plan);
        return new Row(by, judged.Objective, result.Statistics.FirstPlan.TotalMilliseconds, result.Statistics.Iterations, judged.Violations.Count, result.Statistics.Elapsed.TotalSeconds, processor.TotalSeconds);
    }

    private static Pool Served(Pool pool, Plan plan)
    {
        var served = plan.Tours.SelectMany(tour => tour.Stops).Select(stop => stop.Visit).ToHashSet(StringComparer.Ordinal);
        return pool with { Visits = [.. pool.Visits.Where(visit => served.Contains(visit.Id))] };
    }

    private static void Draw(string path, GeneratedDay day, Plan plan, int seed)
    {
        var districts = day.Pool.Visits.Select(visit => visit.Territory).Distinct().Count();
        var title = $"A day over {districts} {(districts == 1 ? "district" : "districts")}: {day.Pool.Visits.Count} visits, seed {seed}";
        File.WriteAllText(path, PlanDrawing.Svg(day.Pool, plan, new DrawingOptions(title, day.Places, day.Labels)));
    }

    /// <summary>The better of the two ways to begin that OR-Tools recommends for such problems; each has the whole time.</summary>
    private static Row Peer(GeneratedDay day, GeneratedOptions options, out Plan? found)
    {
        found = null;
        var settings = new PlanSettings();
        var begun = Stopwatch.GetTimestamp();
        CheckedPlan? best = null;
        foreach (var first in (FirstSolutionStrategy.Types.Value[])[FirstSolutionStrategy.Types.Value.ParallelCheapestInsertion, FirstSolutionStrategy.Types.Value.Savings])
        {
            if (new OrToolsDay(day.Pool).Solve(options.Time, first, options.Clock()) is not { } plan)
                continue;
            var judged = Judge(day.Pool, settings, plan);
            if (best is null || judged.Objective < best.Objective)
                (best, found) = (judged, plan);
        }
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds / 2;
        return best is null ? new Row(OrTools, null, null, null, 0, seconds) : new Row(OrTools, best.Objective, null, null, best.Violations.Count, seconds);
    }

    private static CheckedPlan Judge(Pool pool, PlanSettings settings, Plan plan)
    {
        var judged = PlanChecker.Check(pool, plan, settings);
        foreach (var violation in judged.Violations.Take(5))
            Console.Error.WriteLine(violation);
        return judged;
    }

    private static void Print(GeneratedDay day, int seed, List<Row> rows, GeneratedOptions options)
    {
        foreach (var row in rows)
        {
            if (options.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    Visits = day.Pool.Visits.Count,
                    Operators = day.Pool.Operators.Count,
                    Seed = seed,
                    row.By,
                    row.Objective?.OwedLeftOut,
                    row.Objective?.LeftOut,
                    row.Objective?.Served,
                    OperatorsUsed = row.Objective?.Operators,
                    row.Objective?.TravelSeconds,
                    row.Objective?.TravelMetres,
                    TravelPerVisit = row.Objective is { Served: > 0 } served ? served.TravelSeconds / (double)served.Served : (double?)null,
                    row.FirstMs,
                    row.Iterations,
                    row.Violations,
                    row.Seconds,
                    row.ProcessorSeconds,
                    options.Threads,
                }, Json));
            }
            else if (row.Objective is { } worth)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{day.Pool.Visits.Count,6} {day.Pool.Operators.Count,9} {seed,4} {row.By,-11} {worth.OwedLeftOut,8} {worth.LeftOut,8} {worth.Served,6} {worth.Operators,4} {worth.TravelSeconds,9} {worth.TravelSeconds / (double)Math.Max(1, worth.Served),7:0} {row.FirstMs,8:0} {row.Iterations,10} {row.ProcessorSeconds,6:0.0} {row.Violations,10}"));
            }
            else
            {
                Console.WriteLine($"{day.Pool.Visits.Count,6} {day.Pool.Operators.Count,9} {seed,4} {row.By,-11} no plan in the time");
            }
        }
    }

    private sealed record Row(string By, PlanObjective? Objective, double? FirstMs, long? Iterations, int Violations, double Seconds, double? ProcessorSeconds = null);
}
