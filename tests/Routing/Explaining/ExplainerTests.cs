using CsCheck;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Explaining;
using EServices.Dispatch.Routing.Planning;
using EServices.Routing.Tests.Support;

namespace EServices.Routing.Tests.Explaining;

public sealed class ExplainerTests
{
    private static readonly PlanSettings Settings = new();
    private static readonly PlanLimits Short = new() { Iterations = 150 };

    [Fact]
    public void Explain_AnyVisit_NamesWhoComesWhenAndEveryOtherChoice() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var pool = RandomPools.Make(seed);
            var plan = Planner.Plan(pool, Settings, Short).Plan;
            foreach (var visit in pool.Visits)
            {
                var told = Explainer.Explain(pool, plan, Settings, visit.Id)!;
                var tour = plan.Tours.FirstOrDefault(tour => tour.Stops.Any(stop => stop.Visit == visit.Id));
                Assert.Equal(tour?.Operator, told.Operator);
                Assert.Equal(tour?.Stops.First(stop => stop.Visit == visit.Id).StartAt, told.StartAt);
                Assert.False(string.IsNullOrWhiteSpace(told.Why));
                if (tour is null || !tour.Stops.First(stop => stop.Visit == visit.Id).Locked)
                    Assert.Equal(pool.Operators.Sum(person => person.Shifts.Count), told.Choices.Count);
                Assert.All(told.Choices, choice => Assert.True(choice.Cost is null == choice.Obstacle is not null));
                // Whoever nobody comes to has no cheap choice that was overlooked.
                if (tour is null)
                    Assert.Null(told.NextBest);
            }
        }, iter: 200, threads: 1);

    [Fact]
    public void Explain_TwoOperators_TellsWhatTheNextBestWouldCost()
    {
        var pool = new Pool
        {
            Travel = new TravelTimes(3, [0, 600, 900, 600, 0, 300, 900, 300, 0], [0, 6, 9, 6, 0, 3, 9, 3, 0]),
            Operators =
            [
                new PoolOperator { Id = "near", Shifts = [new Shift(28_800, 64_800, 0, 0)] },
                new PoolOperator { Id = "far", Shifts = [new Shift(28_800, 64_800, 1, 1)], TravelCostPercent = 400 },
                new PoolOperator { Id = "unskilled", Shifts = [new Shift(28_800, 64_800, 2, 2)], Skills = [] , Territories = ["elsewhere"] },
            ],
            Visits = [new PoolVisit { Id = "v", Place = 2, Duration = 600, Territory = "here" }],
        };
        var told = Explainer.Explain(pool, Planner.Plan(pool, Settings, Short).Plan, Settings, "v")!;

        Assert.Equal(("near", 1800L), (told.Operator, told.Cost));
        Assert.Equal(("far", 2400L), (told.NextBest?.Operator, told.NextBest?.Cost));
        Assert.Equal(RefusalCode.NoTerritory, told.Choices.Single(choice => choice.Operator == "unskilled").Obstacle);
        Assert.Contains("next best is far, who would cost 2400 s instead of 1800 s", told.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_UnknownVisit_IsNull() => Assert.Null(Explainer.Explain(RandomPools.Make(1), Plan.Empty, Settings, "nobody"));
}
