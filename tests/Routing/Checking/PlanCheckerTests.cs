using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Checking;
using EServices.Dispatch.Routing.Planning;

namespace EServices.Routing.Tests.Checking;

/// <summary>A plan that is sound, and each way to spoil it.</summary>
public sealed class PlanCheckerTests
{
    private static readonly PlanSettings Settings = new();

    private static readonly Pool Pool = new()
    {
        Travel = new TravelTimes(4, [0, 600, 900, -1, 600, 0, 300, -1, 900, 300, 0, -1, -1, -1, -1, 0], [0, 6, 9, 1, 6, 0, 3, 1, 9, 3, 0, 1, 1, 1, 1, 0]),
        Operators =
        [
            new PoolOperator
            {
                Id = "o",
                Shifts = [new Shift(30_000, 60_000, 0, 0) { Break = new Break(1800, 43_200, 46_800), Locked = [new LockedStop("done", 30_600, 31_000)] }],
                Skills = ["s"],
                Devices = ["d"],
                Languages = ["l"],
                Territories = ["t"],
                MaxVisits = 3,
                MaxLoad = 3,
            },
            new PoolOperator { Id = "p", Shifts = [new Shift(30_000, 60_000, 0, 0)] },
        ],
        Visits =
        [
            new PoolVisit { Id = "done", Place = 1, Duration = 300 },
            new PoolVisit { Id = "a", Place = 1, Duration = 600, Windows = [new TimeWindow(36_000, 39_600)], Skills = ["s"], Devices = ["d"], Languages = ["l"], Territory = "t", OnlyOperator = "o", Load = 1 },
            new PoolVisit { Id = "b", Place = 2, Duration = 600, Promised = new TimeWindow(50_000, 52_000), Deadline = 51_000, Load = 2 },
            new PoolVisit { Id = "far", Place = 3, Duration = 600 },
        ],
    };

    private static readonly Plan Sound = Planner.Plan(Pool, Settings, new PlanLimits { Iterations = 100 }).Plan;

    private static PlannedTour Tour => Sound.Tours.Single(tour => tour.Operator == "o");

    [Fact]
    public void Check_SoundPlan_FindsNothing()
    {
        Assert.Equal(["done", "a", "b"], Tour.Stops.Select(stop => stop.Visit));
        Assert.Equal(["far"], Sound.Unserved.Select(left => left.Visit));
        Assert.Empty(PlanChecker.Check(Pool, Sound, Settings).Violations);
    }

    public static TheoryData<string> Spoilt => [.. Ways.Keys];

    private static Dictionary<string, (ViolationKind Kind, Func<(Pool, Plan)> Spoil)> Ways { get; } = new()
    {
        ["unknown operator"] = (ViolationKind.UnknownTour, () => (Pool, With(Tour with { Operator = "nobody" }))),
        ["unknown shift"] = (ViolationKind.UnknownTour, () => (Pool, With(Tour with { Shift = 4 }))),
        ["tour twice"] = (ViolationKind.TourTwice, () => (Pool, Sound with { Tours = [.. Sound.Tours, Tour] })),
        ["unknown visit"] = (ViolationKind.UnknownVisit, () => (Pool, Stop("b", stop => stop with { Visit = "ghost" }))),
        ["left out twice"] = (ViolationKind.VisitTwice, () => (Pool, Sound with { Unserved = [.. Sound.Unserved, .. Sound.Unserved] })),
        ["served and left out"] = (ViolationKind.VisitTwice, () => (Pool, Sound with { Unserved = [.. Sound.Unserved, new UnservedVisit("a", RefusalCode.TimeTaken, "")] })),
        ["forgotten"] = (ViolationKind.VisitForgotten, () => (Pool, Sound with { Unserved = [] })),
        ["lock moved"] = (ViolationKind.LockBroken, () => (Pool, Stop("done", stop => stop with { StartAt = 30_700 }))),
        ["lock dropped"] = (ViolationKind.LockBroken, () => (Pool, With(Tour with { Stops = [.. Tour.Stops.Skip(1)] }))),
        ["lock reordered"] = (ViolationKind.LockBroken, () => (Pool, With(Tour with { Stops = [Tour.Stops[1], Tour.Stops[0], Tour.Stops[2]] }))),
        ["locked tour left out"] = (ViolationKind.LockBroken, () => (Pool, Sound with { Tours = [] })),
        ["false lock"] = (ViolationKind.LockBroken, () => (Pool, Stop("a", stop => stop with { Locked = true }))),
        ["skill"] = (ViolationKind.Skill, () => (Person(person => person with { Skills = [] }), Sound)),
        ["device"] = (ViolationKind.Device, () => (Person(person => person with { Devices = [] }), Sound)),
        ["language"] = (ViolationKind.Language, () => (Person(person => person with { Languages = ["other"] }), Sound)),
        ["territory"] = (ViolationKind.Territory, () => (Person(person => person with { Territories = ["elsewhere"] }), Sound)),
        ["only operator"] = (ViolationKind.OnlyOperator, () => (Visit("b", visit => visit with { OnlyOperator = "p" }), Sound)),
        ["excluded"] = (ViolationKind.Excluded, () => (Visit("b", visit => visit with { Except = ["p", "o"] }), Sound)),
        ["window shared"] = (ViolationKind.WindowShared, () => (Visit("a", visit => visit with { Promised = new TimeWindow(36_000, 50_001) }) with { WindowsApart = true }, Sound)),
        ["served for too long"] = (ViolationKind.Shift, () => (Person(person => person with { Shifts = [person.Shifts[0] with { ServeUntil = 50_599 }] }), Sound)),
        ["window"] = (ViolationKind.Window, () => (Visit("a", visit => visit with { Windows = [new TimeWindow(0, 35_000), new TimeWindow(40_000, 50_000)] }), Sound)),
        ["promise"] = (ViolationKind.Promise, () => (Visit("b", visit => visit with { Promised = new TimeWindow(52_000, 53_000) }), Sound)),
        ["deadline"] = (ViolationKind.Deadline, () => (Visit("b", visit => visit with { Deadline = 49_000 }), Sound)),
        ["duration"] = (ViolationKind.Duration, () => (Pool, Stop("b", stop => stop with { EndAt = stop.EndAt - 1 }))),
        ["too fast"] = (ViolationKind.Travel, () => (Slower(), Sound)),
        ["begun before arrival"] = (ViolationKind.Travel, () => (Pool, Stop("b", stop => stop with { ArriveAt = stop.StartAt + 1 }))),
        ["no way"] = (ViolationKind.NoWay, () => (Visit("b", visit => visit with { Place = 3 }), Sound)),
        ["home too late"] = (ViolationKind.Shift, () => (Person(person => person with { Shifts = [person.Shifts[0] with { Until = 51_000 }] }), Sound)),
        ["out too early"] = (ViolationKind.Shift, () => (Person(person => person with { Shifts = [person.Shifts[0] with { Locked = [] }] }), With(Tour with { DepartAt = 29_000 }))),
        ["break missing"] = (ViolationKind.Break, () => (Pool, With(Tour with { BreakAt = null }))),
        ["break outside its window"] = (ViolationKind.Break, () => (Pool, With(Tour with { BreakAt = 47_000 }))),
        ["break during a service"] = (ViolationKind.Break, () => (Person(person => person with { Shifts = [person.Shifts[0] with { Break = new Break(1800, 30_000, 60_000) }] }), With(Tour with { BreakAt = Tour.Stops[2].StartAt + 60 }))),
        ["break that isn't due"] = (ViolationKind.Break, () => (Person(person => person with { Shifts = [person.Shifts[0] with { Break = null }] }), Sound)),
        ["visits"] = (ViolationKind.Visits, () => (Person(person => person with { MaxVisits = 2 }), Sound)),
        ["load"] = (ViolationKind.Load, () => (Person(person => person with { MaxLoad = 2 }), Sound)),
        ["travel misstated"] = (ViolationKind.Figure, () => (Pool, With(Tour with { TravelMetres = Tour.TravelMetres - 1 }))),
        ["objective misstated"] = (ViolationKind.Figure, () => (Pool, Sound with { Objective = Sound.Objective with { Cost = Sound.Objective.Cost - 1 } })),
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void Check_SpoiltPlan_FindsHow(string way)
    {
        var (kind, spoil) = Ways[way];
        var (pool, plan) = spoil();
        var found = PlanChecker.Check(pool, plan, Settings).Violations;

        Assert.Contains(kind, found.Select(violation => violation.Kind));
        Assert.All(found, violation => Assert.False(string.IsNullOrWhiteSpace(violation.Why)));
    }

    [Fact]
    public void Spoilt_CoversEveryKind() => Assert.Equal(Enum.GetValues<ViolationKind>().Order(), Ways.Values.Select(way => way.Kind).Distinct().Order());

    private static Plan With(PlannedTour tour) => Sound with { Tours = [.. Sound.Tours.Where(one => one.Operator != "o"), tour] };

    private static Plan Stop(string visit, Func<PlannedStop, PlannedStop> changed) => With(Tour with { Stops = [.. Tour.Stops.Select(stop => stop.Visit == visit ? changed(stop) : stop)] });

    private static Pool Person(Func<PoolOperator, PoolOperator> changed) => Pool with { Operators = [.. Pool.Operators.Select(person => person.Id == "o" ? changed(person) : person)] };

    private static Pool Visit(string id, Func<PoolVisit, PoolVisit> changed) => Pool with { Visits = [.. Pool.Visits.Select(visit => visit.Id == id ? changed(visit) : visit)] };

    private static Pool Slower()
    {
        var travel = Pool.Travel.Copy();
        var seconds = Enumerable.Range(0, 16).Select(cell => travel.Seconds(cell / 4, cell % 4) is var way && way > 0 ? way + 20_000 : way).ToArray();
        return Pool with { Travel = new TravelTimes(4, seconds, [.. Enumerable.Range(0, 16).Select(cell => travel.Metres(cell / 4, cell % 4))]) };
    }
}
