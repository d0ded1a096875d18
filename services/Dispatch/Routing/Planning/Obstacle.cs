namespace EServices.Dispatch.Routing.Planning;

/// <summary>Why a tour, as it stands, can't take a visit within one window. To be asked where no gap was found: it names what stands in the way, and does not look for a gap.</summary>
internal static class Obstacle
{
    /// <param name="there">Seconds to the visit from a place, <see cref="Problem.Far"/> where there is no way.</param>
    /// <param name="back">Seconds from the visit to a place, alike.</param>
    public static (RefusalCode Code, string Why) Of(Problem problem, Solution solution, int index, PoolVisit asked, TimeWindow window, Func<int, int> there, Func<int, int> back)
    {
        var (tour, facts) = (solution.Tours[index], problem.Tours[index]);
        var person = problem.Operators[facts.Operator];
        if (problem.Fitness.WhyNot(asked, facts.Operator) is { } unfit)
            return unfit;
        if (solution.VisitsOf(facts.Operator) >= person.MaxVisits || solution.LoadOf(facts.Operator) + asked.Load > person.MaxLoad)
            return (RefusalCode.CapacityTaken, $"has {solution.VisitsOf(facts.Operator)} visits of {person.MaxVisits} and {solution.LoadOf(facts.Operator)} load of {person.MaxLoad}");
        if (!solution.WindowFree(facts.Operator, asked.Promised ?? window))
            return (RefusalCode.WindowTaken, $"has another visit in {window}");
        // Where it would stand by time; elsewhere it would be no better.
        var gap = 0;
        while (gap < tour.Length && problem.First[tour.Stops[gap]] <= window.From)
            gap++;
        var (to, from) = (there(tour.PlaceBefore(gap)), back(tour.PlaceAfter(gap)));
        if (to >= Problem.Far || from >= Problem.Far)
            return (RefusalCode.Unreachable, "has no way there and back");
        var start = Math.Max(Math.Min(tour.Gaps[gap].Leave0, tour.Gaps[gap].Leave1) + to, window.From);
        if (start > window.Until)
            return (RefusalCode.ComesTooLate, $"could be there only at {Clock.Of(start)}");
        var end = start + asked.Duration;
        if (end > facts.ServeUntil)
            return (RefusalCode.EndsTooLate, $"would be done only at {Clock.Of(end)}");
        return gap < tour.Length
            ? (RefusalCode.NextTooLate, $"would come too late to {problem.Visits[tour.Stops[gap]].Id} after it")
            : (RefusalCode.HomeTooLate, $"would be home only at {Clock.Of(end + from)}");
    }
}
