using CsCheck;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Planning;
using EServices.Routing.Tests.Support;

namespace EServices.Routing.Tests.Planning;

/// <summary>Tours change a few figures at a time; a solution filled afresh computes all of them.</summary>
public sealed class SolutionTests
{
    [Fact]
    public void RandomChanges_LeaveWhatFillingAfreshGives() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var problem = Of(seed, out var chance);
            var solution = new Solution(problem);
            for (var change = 0; change < 40; change++)
            {
                Change(solution, problem, chance, []);
                Same(problem, solution, Afresh(problem, solution));
            }
        }, iter: 300, threads: 1);

    [Fact]
    public void Restore_AfterRandomChanges_IsAsBefore() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var problem = Of(seed, out var chance);
            var solution = new Solution(problem);
            for (var round = 0; round < 8; round++)
            {
                var before = Afresh(problem, solution);
                foreach (var tour in solution.Tours)
                    tour.Keep();
                List<int> moved = [];
                for (var change = chance.Next(12); change >= 0; change--)
                    Change(solution, problem, chance, moved);
                solution.Restore([.. Enumerable.Range(0, solution.Tours.Length)], [.. moved.Distinct()]);
                Same(problem, before, solution);
                Change(solution, problem, chance, []);
            }
        }, iter: 300, threads: 1);

    private static Problem Of(int seed, out Random chance)
    {
        chance = new Random(seed);
        var pool = RandomPools.Make(seed, mostVisits: 20, leastVisits: 5);
        var problem = new Problem(pool, RandomPools.Settings(seed) with { ChangedOperatorCost = 100, MovedCost = 50 });
        problem.Know(Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 5, Seed = seed }).Plan);
        return problem;
    }

    private static void Change(Solution solution, Problem problem, Random chance, List<int> moved)
    {
        if (problem.Count == 0 || solution.Tours.Length == 0)
            return;
        var tour = solution.Tours[chance.Next(solution.Tours.Length)];
        if (tour.Length > 0 && chance.Next(3) == 0)
        {
            var position = chance.Next(tour.Length);
            var count = 1 + chance.Next(tour.Length - position);
            moved.AddRange(tour.Stops.AsSpan(position, count));
            solution.Remove(tour.Index, position, count);
            return;
        }
        var visit = chance.Next(problem.Count);
        var gap = chance.Next(tour.Length + 1);
        if (solution.TourOf[visit] >= 0 || !solution.MayTake(tour.Operator, visit) || !tour.Feasible || !tour.Fits(gap, visit))
            return;
        moved.Add(visit);
        solution.Insert(tour.Index, gap, visit);
    }

    private static Solution Afresh(Problem problem, Solution solution)
    {
        var afresh = new Solution(problem);
        foreach (var tour in solution.Tours)
            afresh.Replace(tour.Index, tour.Stops.AsSpan(0, tour.Length));
        return afresh;
    }

    private static void Same(Problem problem, Solution one, Solution other)
    {
        Assert.Equal((one.Left, one.Cost, one.ToursOut), (other.Left, other.Cost, other.ToursOut));
        Assert.Equal(one.Absent.Order(), other.Absent.Order());
        Assert.Equal(one.Ends, other.Ends);
        foreach (var (tour, its) in one.Tours.Zip(other.Tours))
        {
            Assert.Equal(tour.Stops.AsSpan(0, tour.Length).ToArray(), its.Stops.AsSpan(0, its.Length).ToArray());
            Assert.Equal((tour.Cost, tour.Feasible), (its.Cost, its.Feasible));
            Assert.Equal(tour.Gaps.AsSpan(0, tour.Length + 1).ToArray(), its.Gaps.AsSpan(0, its.Length + 1).ToArray());
        }
        for (var visit = 0; visit < problem.Count; visit++)
        {
            Assert.Equal(one.TourOf[visit], other.TourOf[visit]);
            Assert.Equal(one.Gaps.AsSpan(visit * Solution.GapFacts, one.TourOf[visit] < 0 ? 1 : Solution.GapFacts).ToArray(), other.Gaps.AsSpan(visit * Solution.GapFacts, one.TourOf[visit] < 0 ? 1 : Solution.GapFacts).ToArray());
            if (one.TourOf[visit] >= 0)
                Assert.Equal(one.PositionOf[visit], other.PositionOf[visit]);
        }
    }
}
