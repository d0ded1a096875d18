using EServices.Dispatch.Routing.Planning;

namespace EServices.Dispatch.Routing.Online;

/// <summary>
/// Prices one request against every gap of every tour that may take it: constant time for each, from the tours' precomputed times. Exact: what is offered can be
/// inserted, and nothing cheaper can be.
/// </summary>
internal sealed class Pricing(Problem problem, Solution solution, DateOnly day)
{
    private const int OffersPerWindow = 3;

    private readonly record struct Candidate(long Rank, long Price, int Tour, int Gap, int Start, int Latest);

    public IReadOnlyList<SlotOffer> Price(PoolVisit request, PlaceTravel ways, IReadOnlyList<TimeWindow> windows, int limit)
    {
        var (fits, _) = problem.Fitness.Of(request);
        Span<TimeWindow> spans = stackalloc TimeWindow[4];
        var best = new Candidate[windows.Count * OffersPerWindow];
        Array.Fill(best, new Candidate(long.MaxValue, 0, -1, 0, 0, 0));
        var free = new bool[windows.Count];
        Array.Fill(free, true);
        var costs = problem.Settings.Travel == TravelMeasure.Seconds ? (To: ways.SecondsTo, From: ways.SecondsFrom) : (To: ways.MetresTo, From: ways.MetresFrom);
        foreach (var tour in solution.Tours)
        {
            var person = problem.Operators[tour.Operator];
            if (!fits[tour.Operator] || solution.VisitsOf(tour.Operator) >= person.MaxVisits || solution.LoadOf(tour.Operator) + request.Load > person.MaxLoad)
                continue;
            if (problem.WindowsApart)
            {
                for (var window = 0; window < windows.Count; window++)
                    free[window] = solution.WindowFree(tour.Operator, windows[window]);
            }
            var (goal, going) = solution.TakingCost(tour.Operator, request.Duration);
            for (var gap = 0; gap <= tour.Length; gap++)
            {
                var (before, after) = (tour.PlaceBefore(gap), tour.PlaceAfter(gap));
                var (to, from) = (ways.SecondsFrom[before], ways.SecondsTo[after]);
                if (to is < 0 or > TravelTimes.Longest || from is < 0 or > TravelTimes.Longest || ways.MetresFrom[before] < 0 || ways.MetresTo[after] < 0)
                    continue;
                long added = (long)costs.From[before] + costs.To[after] - (tour.Used ? tour.DirectCost(before, after) : 0);
                var price = going + (added * person.TravelCostPercent);
                var count = tour.Openings(gap, to, from, request.Duration, spans);
                for (var span = 0; span < count; span++)
                    Offer(best, windows, free, spans[span], new Candidate(goal + price, price, tour.Index, gap, 0, 0));
            }
        }
        return Write(best, windows, ways, limit);
    }

    private static void Offer(Candidate[] best, IReadOnlyList<TimeWindow> windows, bool[] free, TimeWindow span, Candidate candidate)
    {
        for (var window = 0; window < windows.Count; window++)
        {
            var start = Math.Max(span.From, windows[window].From);
            var latest = Math.Min(span.Until, windows[window].Until);
            if (start <= latest && free[window])
                Keep(best.AsSpan(window * OffersPerWindow, OffersPerWindow), candidate with { Start = start, Latest = latest });
        }
    }

    /// <summary>Keeps the few cheapest of different tours, cheapest first; of equal ones the earlier begin.</summary>
    private static void Keep(Span<Candidate> best, Candidate candidate)
    {
        static bool Better(in Candidate one, in Candidate other) => one.Rank < other.Rank || (one.Rank == other.Rank && one.Start < other.Start);
        if (!Better(candidate, best[^1]))
            return;
        var at = best.Length - 1;
        for (var index = 0; index < best.Length; index++)
        {
            if (best[index].Tour == candidate.Tour)
            {
                if (!Better(candidate, best[index]))
                    return;
                at = index;
                break;
            }
        }
        for (; at > 0 && Better(candidate, best[at - 1]); at--)
            best[at] = best[at - 1];
        best[at] = candidate;
    }

    private List<SlotOffer> Write(Candidate[] best, IReadOnlyList<TimeWindow> windows, PlaceTravel ways, int limit)
    {
        List<(Candidate Candidate, TimeWindow Window)> found = [];
        for (var index = 0; index < best.Length; index++)
        {
            if (best[index].Tour >= 0)
                found.Add((best[index], windows[index / OffersPerWindow]));
        }
        found.Sort((left, right) => (left.Candidate.Rank, left.Candidate.Start, left.Candidate.Tour).CompareTo((right.Candidate.Rank, right.Candidate.Start, right.Candidate.Tour)));
        List<SlotOffer> offers = [];
        foreach (var (candidate, window) in found.Take(limit))
        {
            var tour = solution.Tours[candidate.Tour];
            var (before, after) = (tour.PlaceBefore(candidate.Gap), tour.PlaceAfter(candidate.Gap));
            var saved = tour.Used && problem.SecondsBetween(before, after) < Problem.Far;
            var direct = saved ? problem.SecondsBetween(before, after) : 0;
            var directMetres = saved ? problem.Metres[(before * problem.Stride) + after] : 0;
            var facts = problem.Tours[candidate.Tour];
            var previous = candidate.Gap > 0 ? problem.Visits[tour.Stops[candidate.Gap - 1]].Id : facts.Locked.Count > 0 ? facts.Locked[^1].Visit : null;
            offers.Add(new SlotOffer(
                day, window, problem.Operators[tour.Operator].Id, facts.Shift, candidate.Start, candidate.Latest,
                ways.SecondsFrom[before] + ways.SecondsTo[after] - direct,
                ways.MetresFrom[before] + ways.MetresTo[after] - directMetres,
                candidate.Price / 100,
                previous,
                candidate.Gap < tour.Length ? problem.Visits[tour.Stops[candidate.Gap]].Id : null));
        }
        return offers;
    }
}
