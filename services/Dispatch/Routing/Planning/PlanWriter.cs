namespace EServices.Dispatch.Routing.Planning;

/// <summary>Writes a solution down as a plan, with times and with the reason of each visit left out.</summary>
internal static class PlanWriter
{
    public static Plan Write(Problem problem, Pool pool, Solution solution)
    {
        var tours = Tours(problem, solution);
        List<UnservedVisit> unserved = [];
        foreach (var index in problem.Refused)
        {
            var visit = pool.Visits[index];
            if (!string.IsNullOrEmpty(visit.Id) && problem.Review.VisitOf[visit.Id] == index && PoolReview.Fault(visit, pool.Travel.Count) is var (code, why))
                unserved.Add(new UnservedVisit(visit.Id, code, why));
        }
        foreach (var visit in solution.Absent.Order())
        {
            var (code, why) = LeftOut.Why(problem, solution, visit);
            unserved.Add(new UnservedVisit(problem.Visits[visit].Id, code, why));
        }
        return new Plan(tours, unserved, Objective(problem, pool, solution, tours, unserved));
    }

    /// <summary>The tours that go out.</summary>
    public static List<PlannedTour> Tours(Problem problem, Solution solution) =>
        [.. solution.Tours.Where(tour => tour.Used).Select(tour => WriteTour(problem, tour))];

    /// <summary>What can't be used of a pool: its own faults, and the visits that nobody may or can ever serve.</summary>
    public static IReadOnlyList<Refusal> Refusals(Problem problem, Plan plan)
    {
        var refusals = problem.Review.Refusals.ToList();
        foreach (var left in plan.Unserved)
        {
            if (left.Code is >= RefusalCode.NoOperators and <= RefusalCode.TooLarge)
                refusals.Add(new Refusal(RefusalSubject.Visit, problem.Review.VisitOf[left.Visit], left.Visit, left.Code, left.Why));
        }
        return refusals;
    }

    private static PlannedTour WriteTour(Problem problem, Tour tour)
    {
        var facts = problem.Tours[tour.Index];
        var starts = new int[tour.Length];
        tour.Schedule(starts, out var breakGap, out _);
        List<PlannedStop> stops = [.. facts.Locked.Select(stop => new PlannedStop(stop.Visit, stop.StartAt, stop.StartAt, stop.EndAt, Locked: true))];
        var shift = problem.Operators[facts.Operator].Shifts[facts.Shift];
        var breakAt = shift.Break?.TakenAt;
        var departAt = facts.Out ? shift.From : facts.FreeAt;
        var (leave, here) = (facts.FreeAt, facts.StartPlace);
        long seconds = 0;
        long metres = 0;
        for (var gap = 0; gap <= tour.Length; gap++)
        {
            var home = gap == tour.Length;
            var there = tour.PlaceAfter(gap);
            var way = problem.SecondsBetween(here, there);
            var metre = problem.Metres[(here * problem.Stride) + there];
            if (way >= Problem.Far && tour.Length == 0)
                (way, metre) = (0, 0);
            seconds += way;
            metres += metre;
            if (gap == 0 && !home && !facts.Out)
            {
                // Nobody waits at the first door who could have left later.
                leave = gap == breakGap ? Math.Max(leave, Math.Min(facts.BreakUntil, starts[0] - facts.BreakLength - way)) : Math.Max(leave, starts[0] - way);
                departAt = leave;
            }
            var arrive = leave + way;
            if (gap == breakGap)
            {
                breakAt = Math.Max(leave, facts.BreakFrom);
                if (!home || breakAt < arrive)
                    arrive = Math.Max(arrive, facts.BreakFrom) + facts.BreakLength;
            }
            if (home)
                return new PlannedTour(problem.Operators[facts.Operator].Id, facts.Shift, departAt, stops, arrive, breakAt, seconds, metres);
            var visit = tour.Stops[gap];
            leave = starts[gap] + problem.Service[visit];
            stops.Add(new PlannedStop(problem.Visits[visit].Id, arrive, starts[gap], leave));
            here = there;
        }
        throw new InvalidOperationException("A tour ends at its end place.");
    }

    private static PlanObjective Objective(Problem problem, Pool pool, Solution solution, List<PlannedTour> tours, List<UnservedVisit> unserved)
    {
        long refused = 0;
        long owedRefused = 0;
        var absent = solution.Absent.Count;
        for (var index = 0; index < unserved.Count - absent; index++)
        {
            var visit = pool.Visits[problem.Review.VisitOf[unserved[index].Visit]];
            var priority = Math.Clamp(visit.Priority, 1, PoolVisit.HighestPriority);
            refused += priority;
            owedRefused += visit.Owed ? priority : 0;
        }
        long goal = 0;
        long disruption = 0;
        var goalCost = 0L;
        for (var person = 0; person < problem.Operators.Length; person++)
        {
            if (solution.VisitsOf(person) == 0)
                continue;
            var part = solution.GoalOf(person);
            goal += part;
            goalCost += part * Problem.GoalWeight;
        }
        foreach (var tour in solution.Tours)
        {
            var starts = new int[tour.Length];
            tour.Schedule(starts, out _, out _);
            for (var position = 0; position < tour.Length; position++)
                disruption += problem.ChangeCost(tour.Stops[position], tour.Operator) + problem.MoveCost(tour.Stops[position], starts[position]);
        }
        return new PlanObjective(
            (solution.Left >> 32) + owedRefused,
            (solution.Left & 0xFFFFFFFF) + refused,
            goal,
            (solution.Cost - goalCost) / 100,
            tours.Sum(tour => tour.TravelSeconds),
            tours.Sum(tour => tour.TravelMetres),
            tours.Where(tour => tour.Stops.Count > 0).Select(tour => tour.Operator).Distinct().Count(),
            disruption / 100,
            tours.Sum(tour => tour.Stops.Count));
    }
}
