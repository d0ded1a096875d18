using CsCheck;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Checking;
using EServices.Dispatch.Routing.Planning;
using EServices.Routing.Tests.Support;

namespace EServices.Routing.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly PlanLimits Short = new() { Iterations = 150 };

    [Fact]
    public void Plan_AnyPool_IsSound() =>
        Gen.Int[0, 1_000_000].Sample(seed => Sound(RandomPools.Make(seed), RandomPools.Settings(seed)), iter: 1500, threads: 1);

    [Fact]
    public void Plan_NastyPool_IsSoundAndSaysWhatCannotBe() =>
        Gen.Int[0, 1_000_000].Sample(seed => Sound(RandomPools.Make(seed, nasty: true), RandomPools.Settings(seed)), iter: 1500, threads: 1);

    [Fact]
    public void Improve_AfterRandomChanges_IsSoundAndCountsDisruption() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var pool = RandomPools.Make(seed);
            var settings = RandomPools.Settings(seed);
            var known = Planner.Plan(pool, settings, Short).Plan;
            var changed = pool with { Visits = [.. pool.Visits.Where((visit, index) => index % 5 != seed % 5 || pool.Operators.Any(person => person.Shifts.Any(shift => shift.Locked.Any(stop => stop.Visit == visit.Id))))] };
            var now = settings with { Known = known, ChangedOperatorCost = 700, MovedCost = 300, MovedTolerance = 600 };
            var found = Planner.Improve(changed, now, known, Short);
            return Sound(PlanChecker.Check(changed, found.Plan, now));
        }, iter: 500, threads: 1);

    [Fact]
    public void Plan_SameSeed_IsTheSamePlan()
    {
        var pool = RandomPools.Make(7, mostVisits: 200, mostOperators: 25, leastVisits: 200, leastOperators: 25);
        var one = Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 2000, Seed = 5 });
        var other = Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 2000, Seed = 5 });
        var different = Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 2000, Seed = 6 });

        Assert.Equal(Text(one.Plan), Text(other.Plan));
        Assert.Equal(2000, one.Statistics.Iterations);
        Assert.NotEqual(Text(one.Plan), Text(different.Plan));
    }

    [Fact]
    public void Plan_SeveralThreads_IsTheBestOfTheirSeeds()
    {
        var pool = RandomPools.Make(11, mostVisits: 150, mostOperators: 15, leastVisits: 150, leastOperators: 15);
        var together = Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 500, Seed = 1, Threads = 3 });
        var alone = Enumerable.Range(1, 3).Select(seed => Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 500, Seed = seed }).Plan.Objective).Min();

        Assert.Equal(alone, together.Plan.Objective);
        Assert.Equal(1500, together.Statistics.Iterations);
    }

    [Fact]
    public void Plan_MoreIterations_IsNotWorse()
    {
        var pool = RandomPools.Make(23, mostVisits: 150, mostOperators: 12, leastVisits: 150, leastOperators: 12);
        var first = Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 0 }).Plan.Objective;
        var later = Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 3000 }).Plan.Objective;

        Assert.True(later < first, $"{later} is not better than {first}.");
    }

    [Fact]
    public void Plan_SmallPools_ServesAsMuchAsCanBe() =>
        // Few visits and one tour, so that every order of every choice can be tried.
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var pool = RandomPools.Make(seed, mostVisits: 5, mostOperators: 1);
            if (pool.Operators[0].Shifts.Count != 1 || pool.Operators[0].Shifts[0].Locked.Count > 0 || pool.Operators[0].MaxVisits == 0)
                return;
            var found = Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 400 }).Plan.Objective;
            var best = Exhaustive(pool);
            Assert.Equal(best, (found.OwedLeftOut, found.LeftOut, found.Cost));
        }, iter: 150, threads: 1);

    [Fact]
    public void Plan_NoOperators_LeavesEveryVisitOutWithThatReason()
    {
        var pool = RandomPools.Make(3) with { Operators = [] };
        var found = Planner.Plan(pool, new PlanSettings(), Short);

        Assert.NotEmpty(pool.Visits);
        Assert.Equal(pool.Visits.Count, found.Plan.Unserved.Count);
        Assert.All(found.Plan.Unserved, left => Assert.True(left.Code is RefusalCode.NoOperators or RefusalCode.NoTimeLeft, left.ToString()));
        Assert.Equal(pool.Visits.Count, found.Refusals.Count);
    }

    [Fact]
    public void Plan_NoVisits_IsEmpty()
    {
        var found = Planner.Plan(RandomPools.Make(4) with { Visits = [] }, new PlanSettings(), Short);

        Assert.Empty(found.Plan.Unserved);
        Assert.All(found.Plan.Tours, tour => Assert.Empty(tour.Stops));
    }

    [Fact]
    public void Plan_ThousandsOfDuplicates_RefusesEachAndPlansTheRest()
    {
        var visit = new PoolVisit { Id = "one", Place = 0, Duration = 60 };
        var pool = new Pool
        {
            Travel = new TravelTimes(1, [0], [0]),
            Operators = [new PoolOperator { Id = "o", Shifts = [new Shift(0, 36_000, 0, 0)] }],
            Visits = [.. Enumerable.Repeat(visit, 3000), visit with { Id = "two" }],
        };
        var found = Planner.Plan(pool, new PlanSettings(), Short);

        Assert.Equal(2, found.Plan.Objective.Served);
        Assert.Equal(2999, found.Refusals.Count(refusal => refusal is { Code: RefusalCode.DuplicateId, Id: "one" }));
    }

    [Fact]
    public void Plan_ThousandsOfVisitsAtOneDoor_ServesWhatTimeAllows()
    {
        var pool = new Pool
        {
            Travel = new TravelTimes(2, [0, 600, 600, 0], [0, 5000, 5000, 0]),
            Operators = [.. Enumerable.Range(0, 4).Select(index => new PoolOperator { Id = $"o{index}", Shifts = [new Shift(0, 1200 + (600 * 10), 0, 0)] })],
            Visits = [.. Enumerable.Range(0, 3000).Select(index => new PoolVisit { Id = $"v{index}", Place = 1, Duration = 600 })],
        };
        var found = Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 50 });

        Assert.Equal(40, found.Plan.Objective.Served);
        Assert.True(PlanChecker.Check(pool, found.Plan, new PlanSettings()).Sound);
    }

    [Fact]
    public void Plan_Cancelled_StillGivesASoundPlan()
    {
        var pool = RandomPools.Make(31, mostVisits: 100, mostOperators: 10, leastVisits: 100, leastOperators: 10);
        var found = Planner.Plan(pool, new PlanSettings(), new PlanLimits { Time = TimeSpan.FromMinutes(10) }, null, new CancellationToken(canceled: true));

        Assert.True(PlanChecker.Check(pool, found.Plan, new PlanSettings()).Sound);
        Assert.Equal(0, found.Statistics.Iterations);
    }

    [Fact]
    public void Plan_WithoutLimit_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Planner.Plan(RandomPools.Make(1), new PlanSettings(), new PlanLimits()));

    [Fact]
    public void FewestOperators_WhereOneIsEnough_SendsOne()
    {
        var pool = Line(operators: 4, visits: 6, duration: 900);
        var fewest = Planner.Plan(pool, new PlanSettings { Goal = OperatorGoal.FewestOperators }, new PlanLimits { Iterations = 1000 }).Plan;

        Assert.Equal((6, 1), (fewest.Objective.Served, fewest.Objective.Operators));
    }

    [Fact]
    public void FairSpread_WhereManyCouldGo_GivesEachTheSame()
    {
        var pool = Line(operators: 3, visits: 6, duration: 3600);
        var fair = Planner.Plan(pool, new PlanSettings { Goal = OperatorGoal.FairSpread }, new PlanLimits { Iterations = 1000 }).Plan;

        Assert.Equal((6, 3), (fair.Objective.Served, fair.Objective.Operators));
        Assert.All(fair.Tours, tour => Assert.Equal(2, tour.Stops.Count));
    }

    [Fact]
    public void Unreachable_Visit_IsLeftOutWithThatReason()
    {
        var pool = Line(operators: 1, visits: 2, duration: 600);
        var cut = new TravelTimes(3, [0, -1, 60, -1, 0, -1, 60, -1, 0], [0, 1, 60, 1, 0, 1, 60, 1, 0]);
        var found = Planner.Plan(pool with { Travel = cut }, new PlanSettings(), Short);

        var left = Assert.Single(found.Plan.Unserved);
        Assert.Equal(("v0", RefusalCode.Unreachable), (left.Visit, left.Code));
        Assert.Contains(found.Refusals, refusal => refusal is { Id: "v0", Code: RefusalCode.Unreachable });
    }

    private static Pool Line(int operators, int visits, int duration)
    {
        var places = visits + 1;
        var (seconds, metres) = (new int[places * places], new int[places * places]);
        for (var from = 0; from < places; from++)
        {
            for (var to = 0; to < places; to++)
                (seconds[(from * places) + to], metres[(from * places) + to]) = (Math.Abs(from - to) * 60, Math.Abs(from - to) * 500);
        }
        return new Pool
        {
            Travel = new TravelTimes(places, seconds, metres),
            Operators = [.. Enumerable.Range(0, operators).Select(index => new PoolOperator { Id = $"o{index}", Shifts = [new Shift(28_800, 64_800, 0, 0)] })],
            Visits = [.. Enumerable.Range(0, visits).Select(index => new PoolVisit { Id = $"v{index}", Place = index + 1, Duration = duration })],
        };
    }

    private static bool Sound(Pool pool, PlanSettings settings)
    {
        var found = Planner.Plan(pool, settings, Short);
        foreach (var left in found.Plan.Unserved)
            Assert.False(string.IsNullOrWhiteSpace(left.Why));
        return Sound(PlanChecker.Check(pool, found.Plan, settings));
    }

    private static bool Sound(CheckedPlan judged)
    {
        Assert.True(judged.Sound, string.Join('\n', judged.Violations));
        return true;
    }

    private static (long Owed, long Left, long Cost) Exhaustive(Pool pool)
    {
        var person = pool.Operators[0];
        var shift = person.Shifts[0];
        var able = pool.Visits.Where(visit => visit.Skills.All(person.Skills.Contains) && visit.Devices.All(person.Devices.Contains)
            && (visit.Languages.Count == 0 || visit.Languages.Any(person.Languages.Contains))
            && (visit.Territory is null || person.Territories.Count == 0 || person.Territories.Contains(visit.Territory))
            && (visit.OnlyOperator is null || visit.OnlyOperator == person.Id) && !visit.Except.Contains(person.Id)).ToList();
        var best = (long.MaxValue, long.MaxValue, long.MaxValue);
        foreach (var order in Orders(able))
        {
            if ((pool.WindowsApart && !NaiveTour.Apart(order)) || order.Count > person.MaxVisits || order.Sum(visit => visit.Load) > person.MaxLoad || (order.Count > 0 && !NaiveTour.Drivable(pool, shift, order)))
                continue;
            var left = pool.Visits.Except(order).ToList();
            long way = 0;
            var here = shift.StartPlace;
            foreach (var place in order.Select(visit => visit.Place).Append(shift.EndPlace))
                (way, here) = (way + pool.Travel.Seconds(here, place), place);
            var cost = order.Count == 0 ? 0 : ((100L * person.FixedCost) + (way * person.TravelCostPercent)) / 100;
            var worth = (left.Where(visit => visit.Promised is not null || visit.Deadline < 86_400).Sum(visit => (long)visit.Priority), left.Sum(visit => (long)visit.Priority), cost);
            if (worth.CompareTo(best) < 0)
                best = worth;
        }
        return best;
    }

    private static IEnumerable<List<PoolVisit>> Orders(List<PoolVisit> visits)
    {
        yield return [];
        foreach (var first in visits)
        {
            foreach (var rest in Orders([.. visits.Where(visit => visit != first)]))
                yield return [first, .. rest];
        }
    }

    private static string Text(Plan plan) =>
        string.Join('\n', plan.Tours.Select(tour => $"{tour.Operator}/{tour.Shift} {tour.DepartAt} {tour.BreakAt} {tour.ReturnAt}: {string.Join(' ', tour.Stops)}").Concat(plan.Unserved.Select(left => left.Visit)));
}
