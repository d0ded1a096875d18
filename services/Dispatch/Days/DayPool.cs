using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Travel;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Visits;

namespace EServices.Dispatch.Days;

/// <summary>
/// Days of operators as the routing core plans them. Windows that are promised are kept apart, as the store holds them; what is met or being driven to is locked.
/// What is late already as a day stands may be so, but no later, unless it is asked for otherwise.
/// </summary>
internal sealed class DayPool
{
    private readonly DateTimeOffset origin;
    private readonly List<TravelPlace> places;
    private readonly Way way;

    private DayPool(DateTimeOffset origin, List<TravelPlace> places, Way way, Pool pool, Plan known) =>
        (this.origin, this.places, this.way, Pool, Known) = (origin, places, way, pool, known);

    public Pool Pool { get; }

    /// <summary>Who comes where as it stands.</summary>
    public Plan Known { get; }

    /// <summary>What is asked for a visit, from what every visit asks: its place, its time at the door, and its promised window.</summary>
    /// <param name="holder">The day that it is in; null for one that nobody comes to.</param>
    public delegate PoolVisit Asking(PoolVisit visit, Stop stop, OperatorDay? holder);

    /// <param name="days">Of one date and with ways among all of their places; without those of which a way is missing (<see cref="OperatorDay.Drivable"/>).</param>
    /// <param name="waiting">Visits that nobody comes to.</param>
    /// <param name="asking">What else is asked; nothing where whoever has a visit keeps it.</param>
    /// <param name="taking">What an operator can and may take; anything where nothing is asked.</param>
    public static DayPool Of(IReadOnlyList<OperatorDay> days, IReadOnlyList<Stop> waiting, Asking? asking = null, Func<PoolOperator, OperatorDay, PoolOperator>? taking = null)
    {
        var (first, ways) = (days[0], days[0].Way);
        // Midnight of the state, so that times of the core read as those of its clocks.
        var origin = first.ShiftStart - first.Operator.ShiftStart.ToTimeSpan();
        List<TravelPlace> places = [.. days.Select(day => day.Base).Concat(days.SelectMany(day => day.Stops).Concat(waiting).Select(stop => stop.Place)).Distinct()];
        var index = places.Index().ToDictionary(place => place.Item, place => place.Index);
        var now = SecondOf(first.Now, origin);
        var pool = new Pool
        {
            Travel = Travel(places, ways),
            Now = now,
            WindowsApart = true,
            Operators = [.. days.Select(day => taking is null ? OperatorOf(day) : taking(OperatorOf(day), day))],
            Visits =
            [
                .. days.SelectMany(day => day.Stops.Select(stop => asking is null ? Bearing(VisitOf(stop), stop, day) : asking(VisitOf(stop), stop, day))),
                .. waiting.Select(stop => asking is null ? VisitOf(stop) : asking(VisitOf(stop), stop, null)),
            ],
        };
        return new DayPool(origin, places, ways, pool, new Plan([.. days.Select(TourOf)], [], Plan.Empty.Objective));

        int Second(DateTimeOffset at) => SecondOf(at, origin);

        PoolVisit VisitOf(Stop stop) => new()
        {
            Id = stop.VisitId,
            Place = index[stop.Place],
            Duration = (int)stop.Service.TotalSeconds,
            Promised = new TimeWindow(Second(stop.Window.StartsAt), Second(stop.Window.EndsAt)),
        };

        PoolOperator OperatorOf(OperatorDay day)
        {
            var (home, stands) = (index[day.Base], day.Timetable);
            var free = stands.Timings.Where(timing => !timing.Stop.Locked).Select(timing => timing.EndsAt).DefaultIfEmpty(day.ShiftEnd).Max();
            return new PoolOperator
            {
                Id = day.Operator.Id,
                MaxVisits = Math.Max(day.Operator.MaxVisitsPerDay, day.Load),
                Shifts =
                [
                    new Shift(Second(day.ShiftStart), Math.Max(Second(day.ShiftEnd.AddMinutes(day.Rules.HomeLateMinutes)), Second(stands.HomeAt!.Value)), home, home)
                    {
                        ServeUntil = Second(free > day.ShiftEnd ? free : day.ShiftEnd),
                        Locked = [.. LockedIn(day, now, Second)],
                    },
                ],
            };
        }

        PlannedTour TourOf(OperatorDay day)
        {
            var stands = day.Timetable;
            return new PlannedTour(
                day.Operator.Id, 0, Second(day.ShiftStart),
                [.. stands.Timings.Where(timing => !timing.Stop.Locked).Select(timing => new PlannedStop(timing.Stop.VisitId, Second(timing.ArrivesAt), Second(timing.StartsAt), Second(timing.EndsAt)))],
                Second(stands.HomeAt!.Value), null, (long)stands.Travel.TotalSeconds, stands.Metres);
        }
    }

    /// <summary>A visit that may be as late as it will be if nothing changes.</summary>
    public static PoolVisit Bearing(PoolVisit visit, Stop stop, OperatorDay day) =>
        day.Timetable.Late.FirstOrDefault(timing => timing.Stop == stop) is { } timing ? visit with { LateBy = (int)Math.Ceiling(timing.Late.TotalSeconds) } : visit;

    public int Second(DateTimeOffset at) => SecondOf(at, origin);

    public DateTimeOffset At(int second) => origin.AddSeconds(second);

    public TimeWindow WindowOf(Window window) => new(Second(window.StartsAt), Second(window.EndsAt));

    /// <summary>The ways between a place and all that the pool knows; none where there is no way.</summary>
    /// <param name="between">Knows the place, too.</param>
    public PlaceTravel WaysOf(TravelPlace place, Way? between = null)
    {
        var (to, from) = (places.Select(known => (between ?? way)(place, known)).ToList(), places.Select(known => (between ?? way)(known, place)).ToList());
        return new PlaceTravel(
            [.. to.Select(Seconds)], [.. from.Select(Seconds)], [.. to.Select(Metres)], [.. from.Select(Metres)]);
    }

    private static int SecondOf(DateTimeOffset at, DateTimeOffset origin) => (int)Math.Clamp(Math.Ceiling((at - origin).TotalSeconds), 0, 3 * 86_400);

    private static int Seconds((TimeSpan Time, int Metres)? way) => way is { } known ? (int)known.Time.TotalSeconds : TravelTimes.Unreachable;

    private static int Metres((TimeSpan Time, int Metres)? way) => way?.Metres ?? TravelTimes.Unreachable;

    private static TravelTimes Travel(List<TravelPlace> places, Way way)
    {
        var (seconds, metres) = (new int[places.Count * places.Count], new int[places.Count * places.Count]);
        for (var from = 0; from < places.Count; from++)
        {
            for (var to = 0; to < places.Count; to++)
                (seconds[(from * places.Count) + to], metres[(from * places.Count) + to]) = way(places[from], places[to]) is var known ? (Seconds(known), Metres(known)) : default;
        }
        return new TravelTimes(places.Count, seconds, metres);
    }

    /// <summary>What doesn't move any more, in order: who is at a door stays for the service, who was at one is free, who drives arrives as estimated.</summary>
    private static IEnumerable<LockedStop> LockedIn(OperatorDay day, int now, Func<DateTimeOffset, int> second)
    {
        List<Stop> met = [.. day.Stops.Where(stop => stop.Met).OrderBy(stop => stop.ArrivedAt)];
        foreach (var stop in met)
        {
            var (arrived, done) = (second(stop.ArrivedAt!.Value), second(stop.ArrivedAt.Value + stop.Service));
            var there = stop == met[^1] && stop.State != VisitState.Completed;
            yield return new LockedStop(stop.VisitId, arrived, there ? done : Math.Max(arrived, Math.Min(done, now)));
        }
        foreach (var timing in day.Timetable.Timings.Where(timing => timing.Stop.Locked))
            yield return new LockedStop(timing.Stop.VisitId, second(timing.StartsAt), second(timing.EndsAt));
    }
}
