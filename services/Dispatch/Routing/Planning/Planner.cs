using System.Diagnostics;

namespace EServices.Dispatch.Routing.Planning;

/// <summary>Plans a day: a first plan within milliseconds, better ones as long as there is time. Safe to call from several threads at once.</summary>
public static class Planner
{
    /// <summary>A plan from nothing.</summary>
    /// <exception cref="ArgumentException">No limit is given, or the threads are fewer than one.</exception>
    public static PlanResult Plan(
        Pool pool, PlanSettings settings, PlanLimits limits, IProgress<PlanProgress>? progress = null, CancellationToken cancel = default) =>
        Run(pool, settings, limits, null, progress, cancel);

    /// <summary>A better plan from one that stands. Stops of it that no longer fit (or no longer are) are planned anew.</summary>
    /// <exception cref="ArgumentException">No limit is given, or the threads are fewer than one.</exception>
    public static PlanResult Improve(
        Pool pool, PlanSettings settings, Plan from, PlanLimits limits, IProgress<PlanProgress>? progress = null, CancellationToken cancel = default) =>
        Run(pool, settings, limits, from, progress, cancel);

    private static PlanResult Run(
        Pool pool, PlanSettings settings, PlanLimits limits, Plan? from, IProgress<PlanProgress>? progress, CancellationToken cancel)
    {
        if (limits.Time is null && limits.Iterations is null)
            throw new ArgumentException("A search needs a time or a number of iterations as its limit.", nameof(limits));
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.Threads, 1, nameof(limits));
        var begun = Stopwatch.GetTimestamp();
        var clock = limits.Clock ?? (() => Stopwatch.GetElapsedTime(begun));
        var problem = new Problem(pool, settings);
        problem.Know(settings.Known);
        var neighbours = new Neighbours(problem);
        var runs = new SearchRun[limits.Threads];
        for (var thread = 0; thread < runs.Length; thread++)
            runs[thread] = new SearchRun(problem, neighbours, limits, unchecked(limits.Seed + thread), from, clock, thread == 0 ? progress : null, cancel);
        if (runs.Length == 1)
        {
            runs[0].Go();
        }
        else
        {
            var threads = runs.Select(run => new Thread(run.Go) { IsBackground = true, Name = "plan" }).ToList();
            threads.ForEach(thread => thread.Start());
            // Each run ends by its limits or by cancellation; there is nothing else to wait for.
            threads.ForEach(thread => thread.Join());
        }
        var best = runs.MinBy(run => (run.Search.BestLeft, run.Search.BestCost))!;
        var solution = new Solution(problem);
        for (var tour = 0; tour < best.Search.Best.Length; tour++)
            solution.Replace(tour, best.Search.Best[tour]);
        var plan = PlanWriter.Write(problem, pool, solution);
        return new PlanResult(plan, PlanWriter.Refusals(problem, plan),
            new PlanStatistics(best.FirstPlan, clock(), runs.Sum(run => run.Search.Iterations), best.Search.Improvements));
    }
}
