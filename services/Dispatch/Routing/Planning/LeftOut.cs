namespace EServices.Dispatch.Routing.Planning;

/// <summary>Why nobody comes to a visit, as the tours stand.</summary>
internal static class LeftOut
{
    public static (RefusalCode Code, string Why) Why(Problem problem, Solution solution, int visit)
    {
        var asked = problem.Visits[visit];
        if (problem.Last[visit] < 0)
            return (RefusalCode.NoTimeLeft, "Its windows, promise and deadline leave no time to begin.");
        if (problem.Fitness.Of(asked).Refusal is { } unfit)
            return unfit;
        var (able, roomy, reached, intime, large) = (0, 0, 0, 0, 0);
        for (var index = 0; index < solution.Tours.Length; index++)
        {
            var facts = problem.Tours[index];
            if (!problem.Fits[visit][facts.Operator])
                continue;
            able++;
            var person = problem.Operators[facts.Operator];
            if (problem.Load[visit] > person.MaxLoad || person.MaxVisits == 0)
            {
                large++;
                continue;
            }
            var there = problem.SecondsBetween(facts.StartPlace, problem.Place[visit]) < Problem.Far
                && problem.SecondsBetween(problem.Place[visit], facts.EndPlace) < Problem.Far;
            reached += there ? 1 : 0;
            if (!there || !new Tour(problem, index).FitsAlone(visit))
                continue;
            intime++;
            roomy += solution.HasRoom(facts.Operator, visit) ? 1 : 0;
        }
        if (able == large)
            return (RefusalCode.TooLarge, $"Its load of {asked.Load} is more than any operator who could serve it may carry.");
        if (reached == 0)
            return (RefusalCode.Unreachable, "No way leads there and back for any operator who could serve it.");
        if (intime == 0)
            return (RefusalCode.NoWindowReachable, "Nobody who could serve it can be there in its windows and back by the end of the shift, not even with no other visit.");
        return roomy == 0
            ? (RefusalCode.CapacityTaken, "Every operator who could serve it in time has as many visits or as much load as they may.")
            : (RefusalCode.TimeTaken, $"Each of the {intime} tours that could serve it is taken by other visits at the times that it allows.");
    }
}
