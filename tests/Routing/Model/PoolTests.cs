using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Planning;

namespace EServices.Routing.Tests.Model;

public sealed class PoolTests
{
    private static readonly PoolOperator Person = new() { Id = "o", Shifts = [new Shift(28_800, 61_200, 0, 0)], MaxLoad = 5 };
    private static readonly PoolVisit Good = new() { Id = "good", Place = 1, Duration = 600 };

    public static TheoryData<string, RefusalCode> BadVisits => new()
    {
        { "id", RefusalCode.MissingId },
        { "same id", RefusalCode.DuplicateId },
        { "place", RefusalCode.UnknownPlace },
        { "duration", RefusalCode.Negative },
        { "long", RefusalCode.OutOfRange },
        { "load", RefusalCode.Negative },
        { "priority", RefusalCode.OutOfRange },
        { "deadline", RefusalCode.Negative },
        { "window", RefusalCode.Negative },
        { "empty window", RefusalCode.EmptyWindow },
        { "skill", RefusalCode.NoSkill },
        { "device", RefusalCode.NoDevice },
        { "language", RefusalCode.NoLanguage },
        { "only", RefusalCode.OnlyOperatorUnfit },
        { "no time", RefusalCode.NoTimeLeft },
        { "too early", RefusalCode.NoWindowReachable },
        { "too large", RefusalCode.TooLarge },
    };

    [Theory]
    [MemberData(nameof(BadVisits))]
    public void Plan_VisitThatCannotBe_SaysWhichAndWhyAndPlansTheRest(string what, RefusalCode code)
    {
        var bad = Bad(what);
        var found = Plan([Person], [Good, bad]);

        var refusal = Assert.Single(found.Refusals);
        Assert.Equal((RefusalSubject.Visit, 1, bad.Id, code), (refusal.Subject, refusal.Index, refusal.Id, refusal.Code));
        Assert.Equal(["good"], found.Plan.Tours.SelectMany(tour => tour.Stops).Select(stop => stop.Visit));
    }

    [Fact]
    public void Plan_OperatorsThatCannotBe_SaysWhichAndWhyAndPlansWithTheRest()
    {
        Shift shift = Person.Shifts[0];
        PoolOperator[] people =
        [
            Person,
            Person,
            Person with { Id = "" },
            Person with { Id = "none", Shifts = [] },
            Person with { Id = "overlap", Shifts = [shift, shift with { From = 30_000 }] },
            Person with { Id = "back", Shifts = [shift with { Until = 100 }] },
            Person with { Id = "nowhere", Shifts = [shift with { EndPlace = 9 }] },
            Person with { Id = "negative", MaxVisits = -1 },
            Person with { Id = "break", Shifts = [shift with { Break = new Break(3600, 60_000, 61_000) }] },
            Person with { Id = "lock", Shifts = [shift with { Locked = [new LockedStop("ghost", 30_000, 31_000)] }] },
        ];
        var found = Plan(people, [Good]);

        Assert.Equal(
            [RefusalCode.DuplicateId, RefusalCode.MissingId, RefusalCode.NoShift, RefusalCode.NoShift, RefusalCode.EmptyWindow, RefusalCode.UnknownPlace, RefusalCode.Negative, RefusalCode.EmptyWindow, RefusalCode.BadLock],
            found.Refusals.Select(refusal => refusal.Code));
        Assert.Equal(Enumerable.Range(1, 9), found.Refusals.Select(refusal => refusal.Index));
        Assert.Equal(1, found.Plan.Objective.Served);
    }

    [Fact]
    public void Travel_OfWrongSize_IsRefused() => Assert.Throws<ArgumentException>(() => new TravelTimes(2, [0, 1, 2], [0, 1, 2, 3]));

    [Fact]
    public void Travel_AddedPlaces_KeepTheOldWays()
    {
        var travel = new TravelTimes(2, [0, 7, 8, 0], [0, 70, 80, 0]);
        var copy = travel.Copy();
        for (var place = 2; place < 60; place++)
            Assert.Equal(place, travel.Add(new PlaceTravel([.. Enumerable.Range(0, place)], [.. Enumerable.Range(100, place)], [.. Enumerable.Range(200, place)], [.. Enumerable.Range(300, place)])));

        Assert.Equal((7, 80, 2), (travel.Seconds(0, 1), travel.Metres(1, 0), copy.Count));
        Assert.Equal((1, 101, 201, 301), (travel.Seconds(59, 1), travel.Seconds(1, 59), travel.Metres(59, 1), travel.Metres(1, 59)));
        Assert.Throws<ArgumentException>(() => travel.Add(new PlaceTravel([1], [1], [1], [1])));
    }

    [Fact]
    public void Travel_EitherFigureNegative_IsNoWay()
    {
        var travel = new TravelTimes(2, [0, -1, 5, 0], [0, 5, -3, 0]);

        Assert.False(travel.Reaches(0, 1));
        Assert.False(travel.Reaches(1, 0));
        Assert.Equal((TravelTimes.Unreachable, 0), (travel.Metres(0, 1), travel.Seconds(1, 1)));
    }

    private static PoolVisit Bad(string what) => what switch
    {
        "id" => Good with { Id = "" },
        "same id" => Good,
        "place" => Good with { Id = "bad", Place = 2 },
        "duration" => Good with { Id = "bad", Duration = -1 },
        "long" => Good with { Id = "bad", Duration = 300_000 },
        "load" => Good with { Id = "bad", Load = -1 },
        "priority" => Good with { Id = "bad", Priority = 0 },
        "deadline" => Good with { Id = "bad", Deadline = -1 },
        "window" => Good with { Id = "bad", Windows = [new TimeWindow(-5, 100)] },
        "empty window" => Good with { Id = "bad", Promised = new TimeWindow(100, 99) },
        "skill" => Good with { Id = "bad", Skills = ["flying"] },
        "device" => Good with { Id = "bad", Devices = ["rocket"] },
        "language" => Good with { Id = "bad", Languages = ["martian"] },
        "only" => Good with { Id = "bad", OnlyOperator = "nobody" },
        "no time" => Good with { Id = "bad", Windows = [new TimeWindow(40_000, 50_000)], Deadline = 39_000 },
        "too early" => Good with { Id = "bad", Windows = [new TimeWindow(0, 28_800)] },
        "too large" => Good with { Id = "bad", Load = 6 },
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "No such fault."),
    };

    private static PlanResult Plan(IReadOnlyList<PoolOperator> operators, IReadOnlyList<PoolVisit> visits) => Planner.Plan(
        new Pool { Operators = operators, Visits = visits, Travel = new TravelTimes(2, [0, 600, 600, 0], [0, 9, 9, 0]) }, new PlanSettings(), new PlanLimits { Iterations = 20 });
}
