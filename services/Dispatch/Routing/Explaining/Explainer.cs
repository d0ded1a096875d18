using System.Globalization;
using EServices.Dispatch.Routing.Planning;

namespace EServices.Dispatch.Routing.Explaining;

/// <summary>Answers for one visit of a plan: why this operator and this time, why not each of the others, and what the next best would cost.</summary>
public static class Explainer
{
    /// <summary>Null if the visit isn't in the pool.</summary>
    public static Explanation? Explain(Pool pool, Plan plan, PlanSettings settings, string visit)
    {
        var problem = new Problem(pool, settings);
        problem.Know(settings.Known);
        if (!problem.Review.VisitOf.TryGetValue(visit, out var inPool))
            return null;
        if (!problem.IndexOf.TryGetValue(visit, out var index))
            return Unplanned(problem, pool.Visits[inPool]);
        var solution = new Solution(problem);
        SearchRun.TakeOver(solution, problem, plan);
        var asked = problem.Visits[index];
        if (solution.TourOf[index] < 0)
        {
            var (_, why) = LeftOut.Why(problem, solution, index);
            var choices = Choices(problem, solution, index);
            return new Explanation(visit, null, null, $"Nobody comes: {why}", null, choices, choices.FirstOrDefault(choice => choice.Cost is not null));
        }

        var tour = solution.Tours[solution.TourOf[index]];
        var position = solution.PositionOf[index];
        var starts = new int[tour.Length];
        tour.Schedule(starts, out _, out _);
        var (startAt, person) = (starts[position], problem.Operators[tour.Operator]);
        var before = solution.Cost;
        solution.Remove(tour.Index, position, 1);
        var cost = (before - solution.Cost) / 100;
        var all = Choices(problem, solution, index);
        var next = all.FirstOrDefault(choice => choice.Cost is not null && choice.Operator != person.Id);
        return new Explanation(visit, person.Id, startAt, Why(problem, index, asked, person, startAt, cost, next, solution.Tours[tour.Index], position), cost, all, next);
    }

    private static string Why(Problem problem, int index, PoolVisit asked, PoolOperator person, int startAt, long cost, Choice? next, Tour tour, int position)
    {
        var invariant = CultureInfo.InvariantCulture;
        var unit = problem.Settings.Travel == TravelMeasure.Seconds ? "s" : "m";
        var arrive = position == 0 ? "the first on the tour" : $"after {problem.Visits[tour.Stops[position - 1]].Id}";
        var time = asked.Promised is { } promised ? $"within the promised {promised}"
            : asked.Windows.Count > 0 ? $"within {asked.Windows.First(window => window.Holds(startAt))}" : "at any time of the day";
        var waits = startAt == problem.First[index] ? ", as soon as its window opens" : ", as soon as the way there allows";
        var others = next is null
            ? "nobody else could come as the plan stands"
            : string.Create(invariant, $"the next best is {next.Operator}, who would cost {next.Cost} {unit} instead of {cost} {unit}");
        return string.Create(invariant, $"{person.Id} may serve it, comes {arrive} and begins at {Clock.Of(startAt)} {time}{waits}; it adds {cost} {unit}; {others}.");
    }

    private static Explanation Unplanned(Problem problem, PoolVisit visit)
    {
        foreach (var tour in problem.Tours)
        {
            if (tour.Locked.FirstOrDefault(stop => stop.Visit == visit.Id) is { } stop)
            {
                var person = problem.Operators[tour.Operator].Id;
                return new Explanation(visit.Id, person, stop.StartAt, $"{person} is there, was, or is on the way: it doesn't move any more.", null, [], null);
            }
        }
        var refusal = problem.Review.Refusals.First(refusal => refusal.Subject == RefusalSubject.Visit && refusal.Id == visit.Id);
        return new Explanation(visit.Id, null, null, $"It can't be planned: {refusal.Why}", null, [], null);
    }

    private static List<Choice> Choices(Problem problem, Solution solution, int visit)
    {
        List<Choice> choices = [];
        foreach (var tour in solution.Tours)
            choices.Add(ChoiceOf(problem, solution, tour, visit));
        return [.. choices.OrderBy(choice => choice.Cost ?? long.MaxValue).ThenBy(choice => choice.Obstacle).ThenBy(choice => choice.Operator, StringComparer.Ordinal).ThenBy(choice => choice.Shift)];
    }

    private static Choice ChoiceOf(Problem problem, Solution solution, Tour tour, int visit)
    {
        var facts = problem.Tours[tour.Index];
        var person = problem.Operators[tour.Operator];
        Choice No(RefusalCode code, string why) => new(person.Id, facts.Shift, null, null, code, $"{person.Id} {why}.");
        if (problem.Fitness.WhyNot(problem.Visits[visit], tour.Operator) is var (code, why))
            return No(code, why);
        if (!solution.WindowFree(tour.Operator, visit))
            return No(RefusalCode.WindowTaken, $"has another visit in {problem.Visits[visit].Promised}");
        if (!solution.HasRoom(tour.Operator, visit))
            return No(RefusalCode.CapacityTaken, $"has {solution.VisitsOf(tour.Operator)} visits of {person.MaxVisits} and {solution.LoadOf(tour.Operator)} load of {person.MaxLoad}");
        if (solution.BestIn(tour.Index, visit) is { Found: true } best)
        {
            var before = solution.Cost;
            solution.Insert(best.Tour, best.Gap, visit);
            var starts = new int[tour.Length];
            tour.Schedule(starts, out _, out _);
            var choice = new Choice(person.Id, facts.Shift, (solution.Cost - before) / 100, starts[best.Gap], null, $"{person.Id} could begin at {Clock.Of(starts[best.Gap])}.");
            solution.Remove(best.Tour, best.Gap, 1);
            return choice;
        }
        if (problem.SecondsBetween(facts.StartPlace, problem.Place[visit]) >= Problem.Far || problem.SecondsBetween(problem.Place[visit], facts.EndPlace) >= Problem.Far)
            return No(RefusalCode.Unreachable, "has no way there and back");
        if (problem.Visits[visit].Promised is not null && problem.First[visit] <= problem.Last[visit])
        {
            var (obstacle, told) = Obstacle.Of(
                problem, solution, tour.Index, problem.Visits[visit], new TimeWindow(problem.First[visit], problem.Last[visit]),
                from => problem.SecondsBetween(from, problem.Place[visit]), to => problem.SecondsBetween(problem.Place[visit], to));
            return No(obstacle, told);
        }
        return new Tour(problem, tour.Index).FitsAlone(visit)
            ? No(RefusalCode.TimeTaken, "is taken by other visits at the times allowed")
            : No(RefusalCode.NoWindowReachable, "can't be there in time and back by the end of the shift, not even with no other visit");
    }
}
