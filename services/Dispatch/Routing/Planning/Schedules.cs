namespace EServices.Dispatch.Routing.Planning;

/// <summary>Gives times to an order of visits that somebody else decided.</summary>
internal static class Schedules
{
    /// <summary>The plan of given visits by operator and shift; what doesn't fit where it is put is left out.</summary>
    public static Plan Of(Pool pool, PlanSettings settings, IReadOnlyDictionary<(string Operator, int Shift), IReadOnlyList<string>> order)
    {
        var problem = new Problem(pool, settings);
        problem.Know(settings.Known);
        var solution = new Solution(problem);
        for (var index = 0; index < problem.Tours.Length; index++)
        {
            var facts = problem.Tours[index];
            if (order.TryGetValue((problem.Operators[facts.Operator].Id, facts.Shift), out var visits))
                Put(problem, solution, index, visits);
        }
        return PlanWriter.Write(problem, pool, solution);
    }

    /// <summary>Puts visits into an empty tour in their order; the whole if it can be driven, else one after the other as far as they fit.</summary>
    public static void Put(Problem problem, Solution solution, int index, IEnumerable<string> visits)
    {
        var tour = solution.Tours[index];
        var wanted = new List<int>();
        foreach (var id in visits)
        {
            if (problem.IndexOf.TryGetValue(id, out var visit) && solution.TourOf[visit] < 0 && problem.Fits[visit][tour.Operator] && !wanted.Contains(visit))
                wanted.Add(visit);
        }
        var person = problem.Operators[tour.Operator];
        if (solution.VisitsOf(tour.Operator) + wanted.Count <= person.MaxVisits
            && solution.LoadOf(tour.Operator) + wanted.Sum(visit => (long)problem.Load[visit]) <= person.MaxLoad)
        {
            solution.Replace(index, [.. wanted]);
            if (tour.Feasible && solution.WindowsApart(index))
                return;
            solution.Replace(index, []);
        }
        // What is owed first: it must not give way to what happens to come before it.
        foreach (var visit in wanted.OrderByDescending(visit => problem.Left[visit]))
        {
            if (!solution.HasRoom(tour.Operator, visit))
                continue;
            var after = wanted.IndexOf(visit);
            var gap = 0;
            while (gap < tour.Length && wanted.IndexOf(tour.Stops[gap]) < after)
                gap++;
            if (tour.Fits(gap, visit))
                solution.Insert(index, gap, visit);
        }
    }
}
