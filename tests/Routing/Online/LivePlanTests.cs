using CsCheck;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Checking;
using EServices.Dispatch.Routing.Online;
using EServices.Dispatch.Routing.Planning;
using EServices.Routing.Tests.Support;

namespace EServices.Routing.Tests.Online;

public sealed class LivePlanTests
{
    private static readonly PlanLimits Short = new() { Iterations = 150 };
    private static readonly PlanSettings Settings = new();

    [Fact]
    public void Price_AnyRequest_IsWhatTryingEveryGapFinds() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var pool = RandomPools.Make(seed);
            var plan = Planner.Plan(pool, Settings, Short).Plan;
            var request = RandomPools.Visit(new Random(seed + 1), 99, pool.Travel.Count, nasty: false) with { LateBy = 0 };
            var windows = request.Promised is { } promised ? [promised] : request.Windows.Count > 0 ? request.Windows : [new TimeWindow(0, 259_200)];
            var offers = new LivePlan(pool, plan, Settings).Price(request, limit: 100).Offers;
            foreach (var window in windows)
            {
                var clipped = new TimeWindow(Math.Max(window.From, pool.Now), Math.Min(window.Until, request.Deadline ?? window.Until));
                var cheapest = offers.Where(offer => offer.Window == clipped).Select(offer => (long?)offer.Price).Min();
                // What can be promised of a window is what is left of it.
                Assert.Equal(TryEveryGap(pool, plan, request with { Promised = clipped.From <= clipped.Until ? clipped : window }), cheapest);
            }
        }, iter: 1500, threads: 1);

    [Fact]
    public void Price_PlaceThatIsNew_IsAsIfItHadBeenKnown() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var pool = RandomPools.Make(seed);
            var plan = Planner.Plan(pool, Settings, Short).Plan;
            var live = new LivePlan(pool, plan, Settings);
            var request = RandomPools.Visit(new Random(seed + 1), 99, pool.Travel.Count, nasty: false) with { LateBy = 0 };
            var known = live.Price(request);
            var unknown = live.Price(request with { Place = -1 }, pool.Travel.Of(request.Place));
            Assert.Equal(known.Offers, unknown.Offers);
            Assert.Equal(known.Refusal?.Code, unknown.Refusal?.Code);
        }, iter: 500, threads: 1);

    [Fact]
    public void Accept_Offer_PutsItThereAndMovesNobodyElse() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var pool = RandomPools.Make(seed);
            var live = new LivePlan(pool, Planner.Plan(pool, Settings, Short).Plan, Settings);
            var before = live.Plan;
            var request = RandomPools.Visit(new Random(seed + 1), 99, pool.Travel.Count, nasty: false) with { LateBy = 0 };
            if (live.Price(request).Offers is not [var offer, ..])
                return;
            var change = live.Accept(request, offer);
            var after = live.Plan;
            Assert.Null(change.Refusal);
            Assert.Empty(change.Reassigned);
            Assert.Empty(change.LeftOut);
            var tour = Assert.Single(after.Tours, tour => tour.Stops.Any(stop => stop.Visit == request.Id));
            Assert.Equal((offer.Operator, offer.Shift), (tour.Operator, tour.Shift));
            Assert.True(offer.Window.Holds(tour.Stops.First(stop => stop.Visit == request.Id).StartAt));
            if (change.NewlyServed.Count == 0)
                Assert.Equal(before.Objective.Cost + offer.Price, after.Objective.Cost, tolerance: 1L);
            AssertSound(live);
        }, iter: 500, threads: 1);

    [Fact]
    public void AnyEvents_InAnyOrder_KeepThePlanSoundAndPromisesKept() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var pool = RandomPools.Make(seed);
            var live = new LivePlan(pool, Planner.Plan(pool, Settings, Short).Plan, Settings);
            var chance = new Random(seed + 2);
            for (var step = 0; step < 6; step++)
            {
                var before = live.Plan;
                var change = Happens(live, chance, step);
                AssertSound(live);
                var after = live.Plan;
                var served = Served(after);
                var said = change.LeftOut.Select(left => left.Visit).ToHashSet();
                var still = live.Pool.Visits.Select(visit => visit.Id).ToHashSet();
                // Whoever isn't served any more, is told so.
                foreach (var lost in Served(before).Keys.Where(visit => still.Contains(visit) && !after.Tours.Any(tour => tour.Stops.Any(stop => stop.Visit == visit))))
                    Assert.Contains(lost, said);
                foreach (var moved in served.Where(pair => Served(before).TryGetValue(pair.Key, out var person) && person != pair.Value))
                    Assert.Contains(moved.Key, change.Reassigned);
            }
        }, iter: 500, threads: 1);

    [Fact]
    public void Late_OperatorWithAPromise_GivesThePromiseToWhoeverCanKeepIt()
    {
        var live = TwoOperators(promised: new TimeWindow(36_000, 37_800));
        var change = live.Late(live.Plan.Tours.Single().Operator, 0, 39_600);

        Assert.Equal(["v"], change.Reassigned);
        Assert.Empty(change.LeftOut);
        Assert.True(new TimeWindow(36_000, 37_800).Holds(live.Plan.Tours.SelectMany(tour => tour.Stops).Single().StartAt));
        AssertSound(live);
    }

    [Fact]
    public void Late_OperatorWithTimeLeft_MovesWithinTheWindowAndChangesNobody()
    {
        var live = TwoOperators(promised: new TimeWindow(36_000, 43_200));
        var change = live.Late(live.Plan.Tours.Single().Operator, 0, 39_600);

        Assert.Empty(change.Reassigned);
        Assert.True(live.Plan.Tours.Single().Stops.Single().StartAt >= 39_600);
        AssertSound(live);
    }

    [Fact]
    public void AddUrgent_FullDay_TakesTheTimeOfTheLeastImportant()
    {
        var travel = new TravelTimes(1, [0], [0]);
        var pool = new Pool
        {
            Travel = travel,
            Operators = [new PoolOperator { Id = "o", Shifts = [new Shift(0, 7200, 0, 0)] }],
            Visits = [new PoolVisit { Id = "low", Place = 0, Duration = 3600 }, new PoolVisit { Id = "high", Place = 0, Duration = 3600, Priority = 5 }],
        };
        var live = new LivePlan(pool, Planner.Plan(pool, Settings, Short).Plan, Settings);
        var change = live.AddUrgent(new PoolVisit { Id = "urgent", Place = 0, Duration = 3600, Priority = 9 });

        Assert.Equal("low", Assert.Single(change.LeftOut).Visit);
        Assert.Equal(RefusalCode.TimeTaken, change.LeftOut[0].Code);
        AssertSound(live);
    }

    [Fact]
    public void Cancel_FullDay_ServesWhoWasLeftOut()
    {
        var pool = new Pool
        {
            Travel = new TravelTimes(1, [0], [0]),
            Operators = [new PoolOperator { Id = "o", Shifts = [new Shift(0, 3600, 0, 0)] }],
            Visits = [new PoolVisit { Id = "low", Place = 0, Duration = 3600 }, new PoolVisit { Id = "high", Place = 0, Duration = 3600, Priority = 5 }],
        };
        var live = new LivePlan(pool, Planner.Plan(pool, Settings, Short).Plan, Settings);
        var change = live.Cancel("high");

        Assert.Equal(["low"], change.NewlyServed);
        Assert.Equal(["low"], live.Plan.Tours.Single().Stops.Select(stop => stop.Visit));
        AssertSound(live);
    }

    [Fact]
    public void NoShow_NextVisit_StaysAsAFactAndTheRestGoesOn()
    {
        var live = TwoOperators(promised: new TimeWindow(36_000, 43_200));
        var stop = live.Plan.Tours.Single().Stops.Single();
        var change = live.NoShow("v", stop.StartAt, stop.StartAt + 600);

        Assert.Null(change.Refusal);
        Assert.Equal((true, stop.StartAt + 600), (live.Plan.Tours.Single().Stops.Single().Locked, live.Plan.Tours.Single().Stops.Single().EndAt));
        Assert.NotNull(live.Cancel("v").Refusal);
        AssertSound(live);
    }

    [Fact]
    public void WhyNot_AnyOperatorAndWindow_IsNullExactlyWhereAnOfferIs() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var pool = RandomPools.Make(seed);
            var live = new LivePlan(pool, Planner.Plan(pool, Settings, Short).Plan, Settings);
            var request = RandomPools.Visit(new Random(seed + 1), 99, pool.Travel.Count, nasty: false) with { LateBy = 0 };
            foreach (var window in request.Windows.Distinct())
            {
                var offers = live.Price(request with { Promised = window }, limit: 100).Offers;
                foreach (var person in pool.Operators.Where(_ => offers.Count < 3))
                {
                    for (var shift = 0; shift < person.Shifts.Count; shift++)
                    {
                        var obstacle = live.WhyNot(request, window, person.Id, shift);
                        Assert.Equal(offers.Any(offer => offer.Operator == person.Id && offer.Shift == shift), obstacle is null);
                        Assert.False(obstacle is var (_, why) && string.IsNullOrWhiteSpace(why));
                    }
                }
            }
        }, iter: 500, threads: 1);

    [Fact]
    public void Repair_AnyPlan_ServesNoLessAndStaysSound() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var pool = RandomPools.Make(seed);
            var live = new LivePlan(pool, Plan.Empty, Settings);
            var before = live.Plan;
            var change = live.Repair();
            var after = live.Plan;
            Assert.True(after.Objective.OwedLeftOut <= before.Objective.OwedLeftOut);
            Assert.Equal(after.Unserved.Select(left => left.Visit).Order(), change.LeftOut.Select(left => left.Visit).Order());
            foreach (var served in change.NewlyServed)
                Assert.Contains(served, before.Unserved.Select(left => left.Visit));
            AssertSound(live);
        }, iter: 300, threads: 1);

    [Fact]
    public void Repair_WhereOnlyAnotherMoveMakesRoom_MovesTheOtherWithinItsPromise()
    {
        // "v" can go to either, "narrow" only to o1, who has "v" in that very window.
        var window = new TimeWindow(36_000, 41_400);
        var pool = TwoOperators(promised: window).Pool;
        pool = pool with
        {
            WindowsApart = true,
            Visits = [.. pool.Visits, new PoolVisit { Id = "narrow", Place = 0, Duration = 600, Promised = window, Except = ["o2"] }],
        };
        var live = new LivePlan(pool, new Plan([new PlannedTour("o1", 0, 28_800, [new PlannedStop("v", 36_000, 36_000, 37_800)], 38_400, null, 1200, 10_000)], [], Plan.Empty.Objective), Settings);
        Assert.Equal(["narrow"], live.Plan.Unserved.Select(left => left.Visit));

        var change = live.Repair();

        Assert.Equal("narrow", Assert.Single(change.NewlyServed));
        Assert.Equal("v", Assert.Single(change.Reassigned));
        Assert.Equal(["o1: narrow", "o2: v"], live.Plan.Tours.Select(tour => $"{tour.Operator}: {tour.Stops.Single().Visit}").Order());
        AssertSound(live);
    }

    [Fact]
    public void Price_RequestNobodyCanServe_SaysWhy()
    {
        var live = TwoOperators(promised: null);
        PoolVisit Request(Func<PoolVisit, PoolVisit> with) => with(new PoolVisit { Id = "r", Place = 0, Duration = 600 });

        Assert.Equal(RefusalCode.NoSkill, live.Price(Request(visit => visit with { Skills = ["flying"] })).Refusal?.Code);
        Assert.Equal(RefusalCode.NoWindowReachable, live.Price(Request(visit => visit with { Windows = [new TimeWindow(0, 600)] })).Refusal?.Code);
        Assert.Equal(RefusalCode.Negative, live.Price(Request(visit => visit with { Duration = -1 })).Refusal?.Code);
        Assert.Equal(RefusalCode.DuplicateId, live.Price(Request(visit => visit with { Id = "v" })).Refusal?.Code);
        Assert.Equal(RefusalCode.UnknownPlace, live.Price(Request(visit => visit with { Place = 77 })).Refusal?.Code);
        Assert.Equal(RefusalCode.NoTimeLeft, live.Price(Request(visit => visit with { Windows = [new TimeWindow(50_000, 60_000)], Deadline = 40_000 })).Refusal?.Code);
    }

    [Fact]
    public void LiveDays_TwoDays_OfferTheCheaperFirst()
    {
        var (busy, free) = (TwoOperators(promised: new TimeWindow(36_000, 43_200)), TwoOperators(promised: null, day: new DateOnly(2026, 12, 1), awayFromHome: true));
        var request = new PoolVisit { Id = "r", Place = 1, Duration = 600, Windows = [new TimeWindow(32_400, 61_200)] };
        var offers = LiveDays.Price([(busy, request, null), (free, request, null)]).Offers;

        Assert.Equal(offers.OrderBy(offer => offer.Price).Select(offer => offer.Price), offers.Select(offer => offer.Price));
        Assert.Equal(2, offers.Select(offer => offer.Day).Distinct().Count());
        Assert.All(offers, offer => Assert.Contains(offer.Operator, offer.Why, StringComparison.Ordinal));
    }

    private static LivePlan TwoOperators(TimeWindow? promised, DateOnly day = default, bool awayFromHome = false)
    {
        var pool = new Pool
        {
            Travel = new TravelTimes(2, [0, 600, 600, 0], [0, 5000, 5000, 0]),
            Operators =
            [
                new PoolOperator { Id = "o1", Shifts = [new Shift(28_800, 64_800, 0, 0)] },
                new PoolOperator { Id = "o2", Shifts = [new Shift(28_800, 64_800, 0, 0)], TravelCostPercent = 150 },
            ],
            Visits = [new PoolVisit { Id = "v", Place = awayFromHome ? 0 : 1, Duration = 1800, Promised = promised }],
        };
        return new LivePlan(pool, Planner.Plan(pool, Settings, Short).Plan, Settings, day);
    }

    private static LiveChange Happens(LivePlan live, Random chance, int step)
    {
        var pool = live.Pool;
        var stops = live.Plan.Tours.SelectMany(tour => tour.Stops.Where(stop => !stop.Locked).Take(1)).ToList();
        return chance.Next(6) switch
        {
            0 when pool.Visits.Count > 0 => live.Cancel(pool.Visits[chance.Next(pool.Visits.Count)].Id),
            1 when stops.Count > 0 && stops[chance.Next(stops.Count)] is var next => live.Lock(next.Visit, next.StartAt, next.EndAt + chance.Next(1800)),
            2 when stops.Count > 0 && stops[chance.Next(stops.Count)] is var next => live.NoShow(next.Visit, next.StartAt, next.StartAt + 300),
            3 => live.Late(pool.Operators[chance.Next(pool.Operators.Count)].Id, 0, chance.Next(30_000, 60_000)),
            4 => live.At(pool.Now + chance.Next(5000)),
            _ => live.AddUrgent(RandomPools.Visit(chance, 100 + step, pool.Travel.Count, nasty: false) with { Priority = 20 }),
        };
    }

    private static Dictionary<string, string> Served(Plan plan) =>
        plan.Tours.SelectMany(tour => tour.Stops.Where(stop => !stop.Locked).Select(stop => (stop.Visit, tour.Operator))).ToDictionary(pair => pair.Visit, pair => pair.Operator);

    private static void AssertSound(LivePlan live)
    {
        var judged = PlanChecker.Check(live.Pool, live.Plan, Settings);
        Assert.True(judged.Sound, string.Join('\n', judged.Violations));
    }

    /// <summary>The cheapest way to take a request in, by driving every tour with it at every place.</summary>
    private static long? TryEveryGap(Pool pool, Plan plan, PoolVisit request)
    {
        long? best = null;
        foreach (var person in pool.Operators)
        {
            if (!request.Skills.All(person.Skills.Contains) || !request.Devices.All(person.Devices.Contains) || (request.Languages.Count > 0 && !request.Languages.Any(person.Languages.Contains))
                || (request.Territory is not null && person.Territories.Count > 0 && !person.Territories.Contains(request.Territory))
                || (request.OnlyOperator is not null && request.OnlyOperator != person.Id) || request.Except.Contains(person.Id))
            {
                continue;
            }
            var own = plan.Tours.Where(tour => tour.Operator == person.Id).SelectMany(tour => tour.Stops).ToList();
            if (pool.WindowsApart && own.Any(stop => !NaiveTour.Apart([pool.Visits.First(visit => visit.Id == stop.Visit), request])))
                continue;
            var load = own.Sum(stop => pool.Visits.First(visit => visit.Id == stop.Visit).Load);
            if (own.Count >= person.MaxVisits || load + request.Load > person.MaxLoad)
                continue;
            for (var shift = 0; shift < person.Shifts.Count; shift++)
            {
                var tour = plan.Tours.FirstOrDefault(tour => tour.Operator == person.Id && tour.Shift == shift);
                List<PoolVisit> stops = [.. tour?.Stops.Where(stop => !stop.Locked).Select(stop => pool.Visits.First(visit => visit.Id == stop.Visit)) ?? []];
                var isOut = stops.Count > 0 || person.Shifts[shift].Locked.Count > 0;
                for (var gap = 0; gap <= stops.Count; gap++)
                {
                    List<PoolVisit> with = [.. stops.Take(gap), request, .. stops.Skip(gap)];
                    if (!NaiveTour.Drivable(pool, person.Shifts[shift], with))
                        continue;
                    var added = Way(pool, person.Shifts[shift], with) - (isOut ? Way(pool, person.Shifts[shift], stops) : 0);
                    var price = ((own.Count == 0 ? 100L * person.FixedCost : 0) + (added * person.TravelCostPercent)) / 100;
                    best = best is null ? price : Math.Min(best.Value, price);
                }
            }
        }
        return best;
    }

    private static long Way(Pool pool, Shift shift, List<PoolVisit> stops)
    {
        var here = NaiveTour.Begin(pool, shift).Place;
        long way = 0;
        foreach (var place in stops.Select(stop => stop.Place).Append(shift.EndPlace))
            (way, here) = (way + pool.Travel.Seconds(here, place), place);
        return way;
    }
}
