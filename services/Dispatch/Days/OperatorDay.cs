using EServices.Dispatch.Operators;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Online;
using EServices.Dispatch.Routing.Travel;
using EServices.Dispatch.Slots;
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
    private (DayPool, LivePlan)? plan;

    /// <summary>The day without anything changed.</summary>
    public Timetable Timetable => asItStands ??= Of(Stops);

    public int Load => Stops.Count;

    /// <summary>The first seat that nobody has.</summary>
    public string? FreeSeat => Enumerable.Range(1, Operator.MaxVisitsPerDay).Select(number => Visit.SeatOf(Operator.Id, Day, number)).FirstOrDefault(seat => Stops.All(stop => stop.Seat != seat));

    /// <summary>One after the last turn that is seen; see <see cref="Visit.Turns"/>.</summary>
    public int NextTurn => 1 + Stops.SelectMany(stop => stop.Turns).Select(turn => Visit.TurnIn(turn, Operator.Id, Day)).DefaultIfEmpty(0).Max();

    /// <summary>Whether a way leads to every visit and home. Where none does, nothing can be said of the day, nor added to it.</summary>
    public bool Drivable => Timetable.HomeAt is not null;

    public OperatorDay With(Stop stop) => this with { Stops = [.. Stops, stop], asItStands = null, plan = null };

    public OperatorDay Without(string visitId) => this with { Stops = [.. Stops.Where(stop => stop.VisitId != visitId)], asItStands = null, plan = null };

    /// <summary>Whether one more visit can be kept, with every window that is promised already, and what it costs.</summary>
    public Insertion Try(Stop more) => Price(more, [more.Window])[0] ?? new Insertion(WhyNot(more), null, TimeSpan.Zero);

    /// <summary>What one more visit would cost in each of some windows of the day; null where it can't be kept there.</summary>
    /// <param name="more">Its own window does not matter.</param>
    public IReadOnlyList<Insertion?> Price(Stop more, IReadOnlyList<Window> windows)
    {
        if (!Drivable || windows.Count == 0)
            return new Insertion?[windows.Count];
        var (pool, live) = Plan;
        var offers = live.Price(Asked(more) with { Windows = [.. windows.Select(pool.WindowOf)] }, pool.WaysOf(more.Place, Way), windows.Count).Offers;
        return
        [
            .. windows.Select(pool.WindowOf).Select(window => offers.FirstOrDefault(offer => offer.Window.Until == window.Until) is { } offer
                ? new Insertion(null, pool.At(offer.StartAt), TimeSpan.FromSeconds(offer.ExtraSeconds))
                : null),
        ];
    }

    /// <summary>Why one more visit can't be kept in its window, as the end of a sentence.</summary>
    public string WhyNot(Stop more)
    {
        if (!Drivable)
            return Obstacles.Say(RefusalCode.Unreachable);
        var (pool, live) = Plan;
        return live.WhyNot(Asked(more), pool.WindowOf(more.Window), Operator.Id, 0, pool.WaysOf(more.Place, Way)) is var (code, _) ? Obstacles.Say(code) : "";
    }

    /// <summary>The day for the routing core, which alone says what can be added to it.</summary>
    private (DayPool Pool, LivePlan Live) Plan
    {
        get
        {
            if (plan is { } known)
                return known;
            var pool = DayPool.Of([this], []);
            plan = (pool, new LivePlan(pool.Pool, pool.Known, new PlanSettings()));
            return plan.Value;
        }
    }

    private static PoolVisit Asked(Stop more) => new() { Id = "?", Place = 0, Duration = (int)more.Service.TotalSeconds };

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
