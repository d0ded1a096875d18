using EServices.Dispatch.Days;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Places;
using EServices.Dispatch.Routing.Travel;
using EServices.Dispatch.Slots;

namespace EServices.Dispatch.Tests.Support;

/// <summary>Days of operators drawn by hand, in the tiny state, on its usual roads: 1.4 times the straight line, 30 km/h.</summary>
internal static class Sketch
{
    public static readonly DispatchRules Rules = new();
    public static readonly WorkingTimes Times = new(TinyState.Pack(), Rules);
    public static readonly DateOnly Tuesday = new(2026, 3, 3);

    private static readonly Terrain Usual = new(1.4, 30);

    /// <summary>An instant of Tuesday, by the state's clock.</summary>
    public static DateTimeOffset Clock(int hour, int minute = 0) => new DateTimeOffset(2026, 3, 3, hour, minute, 0, TinyState.Zone.BaseUtcOffset).ToUniversalTime();

    public static Window At(int hour, int minute = 0) => new(Tuesday, Clock(hour, minute), Clock(hour, minute).AddMinutes(90));

    public static TravelPlace Place(Point point) => new(point.Latitude, point.Longitude, Usual);

    public static Stop Stop(string id, Window window, Point place, int minutes = 30) => new(id, window, TimeSpan.FromMinutes(minutes), Place(place));

    public static OperatorDay Day(Operator person, DateOnly day, params Stop[] stops) => Day(person, day, DateTimeOffset.MinValue, stops);

    public static OperatorDay Day(Operator person, DateOnly day, DateTimeOffset now, params Stop[] stops)
    {
        var (start, end) = Times.ShiftOn(day, person);
        return new OperatorDay(person, day, start, end, now, Place(person.Base), stops, Way, Rules);
    }

    private static (TimeSpan, int)? Way(TravelPlace from, TravelPlace to)
    {
        var table = new HaversineTravel().AmongAsync([from, to], CancellationToken.None).Result;
        return table.Reachable(0, 1) ? (TimeSpan.FromSeconds(table.SecondsBetween(0, 1)), table.MetresBetween(0, 1)) : null;
    }
}
