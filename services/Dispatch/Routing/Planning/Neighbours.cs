using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Planning;

/// <summary>
/// For each visit the visits that come next to it most easily, nearest first, by way and by how far their times lie apart (the proximity of Vidal's granular
/// neighbourhoods); and the tours that begin or end nearest.
/// </summary>
internal sealed class Neighbours
{
    private const int MostVisits = 40;
    private const int MostTours = 16;

    public Neighbours(Problem problem)
    {
        var count = problem.Count;
        CostsInto = problem.Grid.Turned(problem.Costs);
        VisitsEach = Math.Min(MostVisits, Math.Max(0, count - 1));
        Visits = new int[count * VisitsEach];
        CostsTo = new int[Visits.Length];
        CostsFrom = new int[Visits.Length];
        Tours = new int[count][];
        TourCosts = new int[count][];
        SecondsInto = ReferenceEquals(problem.Costs, problem.Seconds) ? CostsInto : problem.Grid.Turned(problem.Seconds);
        FindVisits(problem);
        FindTours(problem);
    }

    public int VisitsEach { get; }

    /// <summary>The costs of the ways into each place, row by row.</summary>
    public int[] CostsInto { get; }

    public int[] SecondsInto { get; }

    /// <summary>Row by row, <see cref="VisitsEach"/> to a visit.</summary>
    public int[] Visits { get; }

    /// <summary>What the way from each of <see cref="Visits"/> to the visit costs, and the way back: beside each other in memory, unlike in the matrix.</summary>
    public int[] CostsTo { get; }

    /// <summary>What the way from the visit to each of <see cref="Visits"/> costs.</summary>
    public int[] CostsFrom { get; }

    /// <summary>By visit.</summary>
    public int[][] Tours { get; }

    /// <summary>By visit, for each of <see cref="Tours"/>: what the way from its start costs, and the way to its end.</summary>
    public int[][] TourCosts { get; }

    public ReadOnlySpan<int> Of(int visit) => Visits.AsSpan(visit * VisitsEach, VisitsEach);

    // Optimized at once: the first plan of a cold process waits for it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindVisits(Problem problem)
    {
        var (count, stride, each) = (problem.Count, problem.Stride, VisitsEach);
        if (each == 0)
            return;
        var (places, services, firsts, lasts) = (problem.Place, problem.Service, problem.First, problem.Last);
        Span<long> keys = new long[(3 * each) + 1];
        for (var visit = 0; visit < count; visit++)
        {
            var (from, service, first, last) = (places[visit] * stride, services[visit], firsts[visit], lasts[visit]);
            ReadOnlySpan<int> outOf = problem.Seconds.AsSpan(from, stride), into = SecondsInto.AsSpan(from, stride);
            var (filled, most) = (0, long.MaxValue);
            for (var other = 0; other < count; other++)
            {
                if (other == visit)
                    continue;
                var place = places[other];
                var key = (Math.Min(
                    Proximity(outOf[place], service, first, last, firsts[other], lasts[other]),
                    Proximity(into[place], services[other], firsts[other], lasts[other], first, last)) << 24) | (uint)other;
                if (key >= most)
                    continue;
                keys[filled++] = key;
                if (filled < keys.Length)
                    continue;
                SelectSmallest(keys, each);
                filled = each;
                most = keys[0];
                for (var rank = 1; rank < each; rank++)
                    most = Math.Max(most, keys[rank]);
            }
            if (filled > each)
                SelectSmallest(keys[..filled], each);
            keys[..each].Sort();
            ReadOnlySpan<int> costsOut = problem.Costs.AsSpan(from, stride), costsInto = CostsInto.AsSpan(from, stride);
            for (var rank = 0; rank < each; rank++)
            {
                var near = (int)(keys[rank] & 0xFFFFFF);
                var at = (visit * each) + rank;
                (Visits[at], CostsTo[at], CostsFrom[at]) = (near, costsInto[places[near]], costsOut[places[near]]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Proximity(int way, int service, int firstBefore, int lastBefore, int firstAfter, int lastAfter)
    {
        var wait = Math.Max(0, firstAfter - way - service - lastBefore);
        var late = Math.Max(0, firstBefore + service + way - lastAfter);
        return way + (wait / 5) + Math.Min(late, Problem.Far);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindTours(Problem problem)
    {
        // Visits at one place with the same fitness share a list.
        Dictionary<(int, bool[]), (int[] Tours, int[] Costs)> known = [];
        var keys = new long[problem.Tours.Length];
        for (var visit = 0; visit < problem.Count; visit++)
        {
            var place = problem.Place[visit];
            if (!known.TryGetValue((place, problem.Fits[visit]), out var found))
            {
                var filled = 0;
                for (var tour = 0; tour < problem.Tours.Length; tour++)
                {
                    var facts = problem.Tours[tour];
                    if (problem.Fits[visit][facts.Operator])
                        keys[filled++] = ((long)(problem.SecondsBetween(facts.StartPlace, place) + problem.SecondsBetween(place, facts.EndPlace)) << 24) | (uint)tour;
                }
                Array.Sort(keys, 0, filled);
                var few = Math.Min(filled, MostTours);
                known[(place, problem.Fits[visit])] = found = (new int[few], new int[2 * few]);
                for (var rank = 0; rank < few; rank++)
                {
                    var facts = problem.Tours[found.Tours[rank] = (int)(keys[rank] & 0xFFFFFF)];
                    (found.Costs[2 * rank], found.Costs[(2 * rank) + 1]) = (problem.CostBetween(facts.StartPlace, place), problem.CostBetween(place, facts.EndPlace));
                }
            }
            (Tours[visit], TourCosts[visit]) = found;
        }
    }

    /// <summary>Brings the smallest few to the front, in no order (Hoare's quickselect).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SelectSmallest(Span<long> keys, int few)
    {
        var (low, high) = (0, keys.Length - 1);
        while (low < high)
        {
            var pivot = keys[low + ((high - low) / 2)];
            var (left, right) = (low, high);
            while (left <= right)
            {
                while (keys[left] < pivot)
                    left++;
                while (keys[right] > pivot)
                    right--;
                if (left <= right)
                {
                    (keys[left], keys[right]) = (keys[right], keys[left]);
                    left++;
                    right--;
                }
            }
            if (few - 1 <= right)
                high = right;
            else if (few - 1 >= left)
                low = left;
            else
                return;
        }
    }
}
