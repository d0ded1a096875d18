using EServices.Dispatch.Routing;

namespace EServices.Routing.Tests.Support;

/// <summary>Drives stops in an order, trying the break in each gap; nothing clever, so that it can be believed.</summary>
internal static class NaiveTour
{
    /// <summary>Whether some choice of the break makes the order drivable.</summary>
    public static bool Drivable(Pool pool, Shift shift, IReadOnlyList<PoolVisit> stops)
    {
        var (free, here) = Begin(pool, shift);
        var pause = shift.Break is { TakenAt: null } due ? due : null;
        if (pause is null)
            return Drive(pool, shift, stops, free, here, null, -1);
        return Enumerable.Range(0, stops.Count + 1).Any(gap => Drive(pool, shift, stops, free, here, pause, gap));
    }

    /// <summary>Whether no promised window shares time with another, as a pool may ask of an operator's visits.</summary>
    public static bool Apart(IReadOnlyList<PoolVisit> visits) =>
        !visits.SelectMany((one, index) => visits.Skip(index + 1).Select(other => (one.Promised, other.Promised)))
            .Any(pair => pair is ({ } one, { } other) && (one == other || (one.From < other.Until && other.From < one.Until)));

    public static (int Free, int Place) Begin(Pool pool, Shift shift)
    {
        var (free, here) = (Math.Max(shift.From, pool.Now), shift.StartPlace);
        foreach (var stop in shift.Locked)
            (free, here) = (Math.Max(free, stop.EndAt), pool.Visits.First(visit => visit.Id == stop.Visit).Place);
        return (free, here);
    }

    private static bool Drive(Pool pool, Shift shift, IReadOnlyList<PoolVisit> stops, int free, int here, Break? pause, int pauseGap)
    {
        var (time, start) = (free, here);
        for (var gap = 0; gap <= stops.Count; gap++)
        {
            var next = gap < stops.Count ? stops[gap].Place : shift.EndPlace;
            var way = pool.Travel.Seconds(here, next);
            if (way < 0)
                return false;
            if (gap == pauseGap)
            {
                if (time > Math.Max(pause!.Until, free))
                    return false;
                time = Math.Max(time + way, pause.From) + pause.Duration;
            }
            else
            {
                time += way;
            }
            if (gap == stops.Count)
                break;
            if (First(stops[gap], time) is not { } begin)
                return false;
            time = begin + stops[gap].Duration;
            if (time > shift.ServeUntil)
                return false;
            here = next;
        }
        var home = Math.Max(0, pool.Travel.Seconds(start, shift.EndPlace));
        var anyway = shift.Locked.Count == 0 ? 0 : pause is null ? free + home : Math.Max(free + home, pause.From) + pause.Duration;
        return time <= Math.Max(shift.Until, anyway);
    }

    private static int? First(PoolVisit visit, int time)
    {
        List<TimeWindow> windows = visit.Promised is { } promised ? [promised with { Until = promised.Until + visit.LateBy }] : visit.Windows.Count > 0 ? [.. visit.Windows] : [new TimeWindow(0, 3 * 86_400)];
        var begins = windows.Where(window => window.Until >= time).Select(window => Math.Max(window.From, time)).Where(begin => begin <= (visit.Deadline ?? int.MaxValue)).ToList();
        return begins.Count > 0 ? begins.Min() : null;
    }
}
