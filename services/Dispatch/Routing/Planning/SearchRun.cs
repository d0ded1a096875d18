using System.Diagnostics;

namespace EServices.Dispatch.Routing.Planning;

/// <summary>One thread's search from a first plan to its limits.</summary>
internal sealed class SearchRun(
    Problem problem, Neighbours neighbours, PlanLimits limits, int seed, Plan? from, long begun, IProgress<PlanProgress>? progress, CancellationToken cancel)
{
    // Temperatures as parts of what a visit's way costs on average, so that the unit doesn't matter.
    private const double HottestPart = 0.25;

    // A plan that stands has been searched for before: more heat would only lose what it has.
    private const double WarmPart = 0.1;
    private const double ColdestPart = 0.003;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);

    public Search Search { get; } = new(problem, neighbours, new Solution(problem), seed);

    public TimeSpan FirstPlan { get; private set; }

    public void Go()
    {
        if (from is not null)
            TakeOver(Search.Current, problem, from);
        Search.Construct(cancel);
        FirstPlan = Stopwatch.GetElapsedTime(begun);
        if (problem.Count == 0)
            return;
        var travel = Search.Current.Tours.Sum(tour => (double)tour.Cost) / Math.Max(1, problem.Count - Search.Current.Absent.Count);
        var hottest = Math.Max(100, travel * (from is null ? HottestPart : WarmPart));
        var coldest = Math.Max(1, travel * ColdestPart);
        var cooling = Math.Log(coldest / hottest);
        var told = TimeSpan.Zero;
        while (!cancel.IsCancellationRequested)
        {
            var elapsed = Stopwatch.GetElapsedTime(begun);
            // Only what was given as a limit may steer the temperature: a clock would spoil that a seed gives one plan.
            var done = Math.Max(
                limits.Time is { } time ? (elapsed - FirstPlan) / TimeSpan.FromTicks(Math.Max(1, (time - FirstPlan).Ticks)) : 0,
                limits.Iterations is { } most ? (double)Search.Iterations / Math.Max(1, most) : 0);
            if (done >= 1)
                break;
            Search.Step(hottest * Math.Exp(cooling * done));
            if (progress is not null && elapsed - told >= ProgressEvery)
            {
                told = elapsed;
                progress.Report(new PlanProgress(elapsed, Search.Iterations, problem.Count - Search.Current.Absent.Count, Search.Current.Absent.Count, Search.BestCost / 100));
            }
        }
    }

    /// <summary>Puts a plan's stops where they stood, as far as they still fit.</summary>
    public static void TakeOver(Solution solution, Problem problem, Plan plan)
    {
        Dictionary<(string, int), int> tours = [];
        for (var index = 0; index < problem.Tours.Length; index++)
            tours[(problem.Operators[problem.Tours[index].Operator].Id, problem.Tours[index].Shift)] = index;
        foreach (var planned in plan.Tours)
        {
            if (tours.Remove((planned.Operator, planned.Shift), out var index))
                Schedules.Put(problem, solution, index, planned.Stops.Select(stop => stop.Visit));
        }
    }
}
