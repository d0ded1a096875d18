namespace EServices.Dispatch.Routing.Planning;

/// <summary>One thread's search from a first plan to its limits.</summary>
internal sealed class SearchRun(
    Problem problem, Neighbours neighbours, PlanLimits limits, int seed, Plan? from, Func<TimeSpan> clock, IProgress<PlanProgress>? progress, CancellationToken cancel)
{
    // Between two looks at the schedule, which takes powers.
    private const int StepsBetween = 16;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);

    public Search Search { get; } = new(problem, neighbours, new Solution(problem), seed);

    public TimeSpan FirstPlan { get; private set; }

    public void Go()
    {
        if (from is not null)
            TakeOver(Search.Current, problem, from);
        Search.Construct(cancel);
        FirstPlan = clock();
        if (problem.Count == 0)
            return;
        var travel = Search.Current.Tours.Sum(tour => (double)tour.Cost) / Math.Max(1, problem.Count - Search.Current.Absent.Count);
        var annealing = new Annealing(Math.Max(100, travel), warm: from is not null);
        var told = TimeSpan.Zero;
        while (!cancel.IsCancellationRequested)
        {
            var elapsed = clock();
            // Only what was given as a limit may steer the temperature: a clock would spoil that a seed gives one plan.
            var done = Math.Max(
                limits.Time is { } time ? (elapsed - FirstPlan) / TimeSpan.FromTicks(Math.Max(1, (time - FirstPlan).Ticks)) : 0,
                limits.Iterations is { } most ? (double)Search.Iterations / Math.Max(1, most) : 0);
            if (done >= 1)
                break;
            if (Search.Iterations % StepsBetween == 0)
            {
                annealing.At(done, (limits.Iterations is { } all && limits.Time is null ? all : Search.Iterations / Math.Max(done, 1e-3)) / problem.Count);
                if (Search.LeftCost is not null && annealing.LeftCost is null && Search.Current.Left > Search.BestLeft)
                    Search.Return();
                Search.LeftCost = annealing.LeftCost;
            }
            Search.Step(annealing.Temperature);
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
