using EServices.Dispatch.Operators;
using EServices.Dispatch.Routing.Travel;
using EServices.Dispatch.Visits;

namespace EServices.Dispatch.Days;

/// <summary>
/// One operator's day as it stands. Windows of an operator lie apart and hold one visit each, so their order is that of the windows, and what is left to
/// find out is when: from the centre at the shift's begin, or from where the operator is now, by way of every visit, home.
/// </summary>
/// <param name="Now">What has passed can't be planned any more.</param>
internal sealed record OperatorDay(
    Operator Operator, DateOnly Day, DateTimeOffset ShiftStart, DateTimeOffset ShiftEnd, DateTimeOffset Now, TravelPlace Base, IReadOnlyList<Stop> Stops, Way Way, DispatchRules Rules)
{
    private Timetable? asItStands;

    /// <summary>The day without anything changed.</summary>
    public Timetable Timetable => asItStands ??= Of(Stops);

    public int Load => Stops.Count;

    /// <summary>The first seat that nobody has.</summary>
    public string? FreeSeat => Enumerable.Range(1, Operator.MaxVisitsPerDay).Select(number => Visit.SeatOf(Operator.Id, Day, number)).FirstOrDefault(seat => Stops.All(stop => stop.Seat != seat));

    /// <summary>One after the last turn that is seen; see <see cref="Visit.Turns"/>.</summary>
    public int NextTurn => 1 + Stops.SelectMany(stop => stop.Turns).Select(turn => Visit.TurnIn(turn, Operator.Id, Day)).DefaultIfEmpty(0).Max();

    public OperatorDay Without(string visitId) => this with { Stops = [.. Stops.Where(stop => stop.VisitId != visitId)], asItStands = null };

    /// <summary>Whether one more visit can be kept, with every window that is promised already, and what it costs.</summary>
    public Insertion Try(Stop more)
    {
        if (Load >= Operator.MaxVisitsPerDay)
            return No("the day is full");
        if (Stops.Any(stop => stop.Window.Overlaps(more.Window.StartsAt, more.Window.EndsAt)))
            return No("the window is taken");
        var with = Of([.. Stops, more]);
        var own = with.Timings.FirstOrDefault(timing => timing.Stop == more);
        if (own is null || with.HomeAt is null)
            return No("no way leads there and back");
        var (added, metres) = (with.Travel - Timetable.Travel, with.Metres - Timetable.Metres);
        return new Insertion(WhyNot(with, own), own, added, metres);

        static Insertion No(string why) => new(why, null, TimeSpan.Zero, 0);
    }

    private string? WhyNot(Timetable with, Timing own)
    {
        if (own.Late > TimeSpan.Zero)
            return "the way there is too long to come within the window";
        if (own.EndsAt > ShiftEnd)
            return "it would end after the shift";
        // A promise that is late already must not get later, but it does not forbid what it does not suffer from.
        var before = Timetable.Timings.ToDictionary(timing => timing.Stop.VisitId, timing => timing.StartsAt);
        if (with.Late.Any(late => late.Stop.VisitId != own.Stop.VisitId && late.StartsAt > before[late.Stop.VisitId]))
            return "the visit after it would come late";
        var home = ShiftEnd.AddMinutes(Rules.HomeLateMinutes);
        return with.HomeAt > home && with.HomeAt > Timetable.HomeAt ? "it would lead home too late" : null;
    }

    private Timetable Of(IReadOnlyList<Stop> stops)
    {
        var last = stops.Where(stop => stop.Met).MaxBy(stop => stop.ArrivedAt);
        var here = last?.Place ?? Base;
        // Who is at a door stays for the service; who was at one is free.
        var free = last is null || last.State == VisitState.Completed ? ShiftStart : last.ArrivedAt!.Value + last.Service;
        var at = free > Now ? free : Now;
        var timings = new List<Timing>();
        var (travel, metres) = (TimeSpan.Zero, 0L);
        foreach (var stop in stops.Where(stop => !stop.Met).OrderByDescending(stop => stop.State == VisitState.OnTheWay).ThenBy(stop => stop.Window.StartsAt))
        {
            if (Way(here, stop.Place) is not { } way)
                return new Timetable(timings, null, travel, metres);
            var arrives = stop.DepartedAt is { } departed && stop.State == VisitState.OnTheWay ? Later(departed + way.Time, Now) : at + way.Time;
            var starts = Later(arrives, stop.Window.StartsAt);
            timings.Add(new Timing(stop, arrives, starts, starts + stop.Service, way.Time));
            (here, at, travel, metres) = (stop.Place, starts + stop.Service, travel + way.Time, metres + way.Metres);
        }
        return Way(here, Base) is { } home
            ? new Timetable(timings, at + home.Time, travel + home.Time, metres + home.Metres)
            : new Timetable(timings, null, travel, metres);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
