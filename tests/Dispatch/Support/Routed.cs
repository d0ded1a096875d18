using EServices.Dispatch.Days;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Checking;
using EServices.Dispatch.Routing.Travel;

namespace EServices.Dispatch.Tests.Support;

/// <summary>An operator's day as the routing core sees one, so that its checker, which shares no code with the day, can judge it.</summary>
internal static class Routed
{
    /// <summary>Fails with every promise, skill, time or way that the day's plan does not keep.</summary>
    public static void AssertSound(OperatorDay day)
    {
        List<TravelPlace> places = [day.Base, .. day.Stops.Select(stop => stop.Place)];
        var table = new HaversineTravel().AmongAsync(places, CancellationToken.None).Result;
        int Second(DateTimeOffset at) => (int)(at - day.ShiftStart.AddHours(-9)).TotalSeconds;
        var pool = new Pool
        {
            Travel = new TravelTimes(places.Count, table.Seconds, table.Metres),
            Operators =
            [
                new PoolOperator
                {
                    Id = day.Operator.Id,
                    Shifts = [new Routing.Shift(Second(day.ShiftStart), Second(day.ShiftEnd.AddMinutes(day.Rules.HomeLateMinutes)), 0, 0)],
                    Skills = day.Operator.Skills,
                    MaxVisits = day.Operator.MaxVisitsPerDay,
                },
            ],
            Visits =
            [
                .. day.Stops.Select((stop, number) => new PoolVisit
                {
                    Id = stop.VisitId,
                    Place = number + 1,
                    Duration = (int)stop.Service.TotalSeconds,
                    Promised = new TimeWindow(Second(stop.Window.StartsAt), Second(stop.Window.EndsAt)),
                }),
            ],
        };
        var timetable = day.Timetable;
        Assert.NotNull(timetable.HomeAt);
        var tour = new PlannedTour(
            day.Operator.Id, 0, Second(day.ShiftStart),
            [.. timetable.Timings.Select(timing => new PlannedStop(timing.Stop.VisitId, Second(timing.ArrivesAt), Second(timing.StartsAt), Second(timing.EndsAt)))],
            Second(timetable.HomeAt.Value), null, (long)timetable.Travel.TotalSeconds, timetable.Metres);
        var told = new Plan([tour], [], new PlanObjective(0, 0, 0, (long)timetable.Travel.TotalSeconds, (long)timetable.Travel.TotalSeconds, timetable.Metres, 1, 0, day.Load));
        var verdict = PlanChecker.Check(pool, told, new PlanSettings());
        Assert.True(verdict.Sound, string.Join(Environment.NewLine, verdict.Violations));
    }
}
