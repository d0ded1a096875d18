namespace EServices.Dispatch.Routing.Planning;

/// <summary>Why nobody comes to a visit, as the tours stand.</summary>
internal static class LeftOut
{
    public static (RefusalCode Code, string Why) Why(Problem problem, Solution solution, int visit)
    {
        var place = problem.Place[visit];
        return Why(problem, solution, problem.Visits[visit], from => problem.SecondsBetween(from, place), to => problem.SecondsBetween(place, to));
    }

    /// <param name="asked">A visit that needn't be in the problem.</param>
    /// <param name="there">Seconds to it from a place, <see cref="Problem.Far"/> where there is no way.</param>
    /// <param name="back">Seconds from it to a place, alike.</param>
    public static (RefusalCode Code, string Why) Why(Problem problem, Solution solution, PoolVisit asked, Func<int, int> there, Func<int, int> back)
    {
        var allowed = Problem.Allowed(asked, problem.Now);
        if (allowed.Length == 0)
            return (RefusalCode.NoTimeLeft, "Its windows, promise and deadline leave no time to begin.");
        var (fits, unfit) = problem.Fitness.Of(asked);
        if (unfit is { } nobody)
            return nobody;
        var (able, roomy, reached, inTime, small) = (0, 0, 0, 0, 0);
        Span<TimeWindow> spans = stackalloc TimeWindow[4];
        for (var index = 0; index < solution.Tours.Length; index++)
        {
            var facts = problem.Tours[index];
            if (!fits[facts.Operator])
                continue;
            able++;
            var person = problem.Operators[facts.Operator];
            if (asked.Load > person.MaxLoad || person.MaxVisits == 0)
            {
                small++;
                continue;
            }
            var (to, from) = (there(facts.StartPlace), back(facts.EndPlace));
            if (to >= Problem.Far || from >= Problem.Far)
                continue;
            reached++;
            var alone = new Tour(problem, index);
            alone.Update();
            var count = alone.Openings(0, to, from, asked.Duration, spans);
            if (!Meet(spans[..count], allowed))
                continue;
            inTime++;
            if (solution.VisitsOf(facts.Operator) < person.MaxVisits && solution.LoadOf(facts.Operator) + asked.Load <= person.MaxLoad)
                roomy++;
        }
        if (able == small)
            return (RefusalCode.TooLarge, $"Its load of {asked.Load} is more than any operator who could serve it may carry.");
        if (reached == 0)
            return (RefusalCode.Unreachable, "No way leads there and back for any operator who could serve it.");
        if (inTime == 0)
            return (RefusalCode.NoWindowReachable, "Nobody who could serve it can be there in its windows and back by the end of the shift, not even with no other visit.");
        return roomy == 0
            ? (RefusalCode.CapacityTaken, "Every operator who could serve it in time has as many visits or as much load as they may.")
            : (RefusalCode.TimeTaken, $"Each of the {roomy} tours that could serve it is taken by other visits at the times that it allows.");
    }

    private static bool Meet(ReadOnlySpan<TimeWindow> spans, TimeWindow[] allowed)
    {
        foreach (var span in spans)
        {
            foreach (var window in allowed)
            {
                if (Math.Max(span.From, window.From) <= Math.Min(span.Until, window.Until))
                    return true;
            }
        }
        return false;
    }
}
