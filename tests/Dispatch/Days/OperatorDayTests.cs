using EServices.Dispatch.Days;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Places;
using EServices.Dispatch.Tests.Support;
using EServices.Dispatch.Visits;

namespace EServices.Dispatch.Tests.Days;

/// <summary>Ali lives at 34.00 north; 0.1 degree to the north is half an hour and a minute by road (31 min 8 s).</summary>
public class OperatorDayTests
{
    private static readonly Point Home = new(34.00, 74.80);
    private static readonly Point North = new(34.10, 74.80);
    private static readonly Point FarNorth = new(34.30, 74.80);
    private static readonly TimeSpan HalfHour = TimeSpan.FromSeconds(1868);
    private static readonly Operator Ali = new(TinyState.Ali());

    private static OperatorDay Day(params Stop[] stops) => Sketch.Day(Ali, Sketch.Tuesday, stops);

    private static OperatorDay DayAt(DateTimeOffset now, params Stop[] stops) => Sketch.Day(Ali, Sketch.Tuesday, now, stops);

    private static Stop Visit(int hour, Point place, int minutes = 30, int minute = 0) => Sketch.Stop($"vis_{hour}", Sketch.At(hour, minute), place, minutes);

    [Fact]
    public void Timetable_LeavesWithTheShift_ServesWithinTheWindows_AndGoesHome()
    {
        var timetable = Day(Visit(12, Home), Visit(9, North)).Timetable;

        Assert.Equal([Sketch.Clock(9) + HalfHour, Sketch.Clock(12)], timetable.Timings.Select(timing => timing.StartsAt));
        Assert.Equal([Sketch.Clock(9) + HalfHour, Sketch.Clock(9, 30) + (2 * HalfHour)], timetable.Timings.Select(timing => timing.ArrivesAt));
        Assert.Equal(Sketch.Clock(12, 30), timetable.HomeAt);
        Assert.Equal(2 * HalfHour, timetable.Travel);
        Assert.Equal(2 * 15567, timetable.Metres);
        Assert.Empty(timetable.Late);
    }

    [Fact]
    public void Try_TellsWhenAndWhatItAdds()
    {
        var insertion = Day(Visit(9, North)).Try(Visit(10, North, minute: 30));

        Assert.Null(insertion.Refused);
        Assert.Equal(Sketch.Clock(10, 30), insertion.StartsAt);
        Assert.Equal(TimeSpan.Zero, insertion.Added);
        Assert.Equal(2 * HalfHour, Day().Try(Visit(9, North)).Added);
    }

    [Fact]
    public void Try_ServiceMinutesCount()
    {
        // Served from 09:31 on; with three hours at the door nobody is at the next one by noon.
        Assert.Null(Day(Visit(9, North, minutes: 30)).Try(Visit(10, North, minute: 30)).Refused);
        Assert.Equal("the way there is too long to come within the window", Day(Visit(9, North, minutes: 180)).Try(Visit(10, North, minute: 30)).Refused);
    }

    [Fact]
    public void Try_WhatWouldMakeAPromiseLate_IsRefused()
    {
        // Served in the far north (93 minutes away) from 10:33 to 12:33, nobody is back before 14:06; 13:30 is promised.
        var day = Day(Visit(12, Home));

        Assert.Null(day.Try(Visit(9, North)).Refused);
        Assert.Equal("the visit after it would come late", day.Try(Visit(10, FarNorth, minutes: 120, minute: 30)).Refused);
    }

    [Fact]
    public void Try_APromiseThatIsLateAlready_ForbidsOnlyWhatMakesItLater()
    {
        // It is 13:50 and the noon visit is not done: it will be late in any case.
        var day = DayAt(Sketch.Clock(13, 50), Visit(12, Home));

        Assert.Equal(TimeSpan.FromMinutes(20), Assert.Single(day.Timetable.Late).Late);
        Assert.Null(day.Try(Visit(15, Home)).Refused);
    }

    [Theory]
    [InlineData(16, 30, 90, null)]
    [InlineData(16, 30, 91, "it would end after the shift")]
    public void Try_TheServiceEndsWithinTheShift(int hour, int minute, int minutes, string? refused) =>
        Assert.Equal(refused, Day().Try(Visit(hour, Home, minutes, minute)).Refused);

    [Fact]
    public void Try_TheWayHomeMayNotLeadTooFarIntoTheEvening()
    {
        // From 34.58 it is three hours home; the shift ends at 18:00, home is by 19:30.
        var far = new Point(34.58, 74.80);

        Assert.Null(Day().Try(Visit(13, far, minute: 30)).Refused);
        Assert.Equal("it would lead home too late", Day().Try(Visit(16, far, minute: 30)).Refused);
    }

    [Fact]
    public void Try_TakenWindowFullDayOrNoWay_SaysWhich()
    {
        Assert.Equal("the window is taken", Day(Visit(9, Home)).Try(Visit(9, North)).Refused);
        Assert.Equal("the day is full", (Day(Visit(9, Home)) with { Operator = new Operator(TinyState.Ali(most: 1)) }).Try(Visit(12, Home)).Refused);
        Assert.Equal("no way leads there and back", Day().Try(Visit(9, new Point(double.NaN, 74))).Refused);
    }

    [Fact]
    public void Timetable_OfToday_GoesOnFromWhereTheOperatorIs()
    {
        var met = Visit(9, North) with { State = VisitState.Arrived, ArrivedAt = Sketch.Clock(9, 50) };
        var next = Visit(10, North, minute: 30);

        // At the door until the service is over, and longer if it takes longer.
        Assert.Equal(Sketch.Clock(10, 30), DayAt(Sketch.Clock(10), met, next).Timetable.Timings.Single().StartsAt);
        Assert.Equal(Sketch.Clock(11, 10), DayAt(Sketch.Clock(11, 10), met, next).Timetable.Timings.Single().StartsAt);
        // Done: free now, at that place.
        Assert.Equal(Sketch.Clock(10, 30), DayAt(Sketch.Clock(9, 55), met with { State = VisitState.Completed }, next).Timetable.Timings.Single().StartsAt);
    }

    [Fact]
    public void Timetable_OfAVisitBeingDrivenTo_CountsFromTheDeparture()
    {
        var driving = Visit(12, North) with { State = VisitState.OnTheWay, DepartedAt = Sketch.Clock(11, 40) };

        Assert.Equal(Sketch.Clock(11, 40) + HalfHour, DayAt(Sketch.Clock(11, 50), driving).Timetable.Timings.Single().ArrivesAt);
        Assert.Equal(Sketch.Clock(12, 30), DayAt(Sketch.Clock(12, 30), driving).Timetable.Timings.Single().ArrivesAt);
        Assert.True(driving.Locked);
    }

    [Fact]
    public void NextTurn_FollowsTheLastOneOfThisDay()
    {
        Assert.Equal(1, Day().NextTurn);
        Assert.Equal(8, Day(
            Visit(9, Home) with { Turns = ["ali:2026-03-03#7", "ali:2026-03-04#19", "bina:2026-03-03#11"] }, Visit(12, Home) with { Turns = ["ali:2026-03-03#2"] }).NextTurn);
    }
}
