namespace EServices.Dispatch.Routing.Planning;

/// <summary>
/// For each visit the visits that come next to it most easily, nearest first, by way and by how far their times lie apart (the proximity of Vidal's granular
/// neighbourhoods); and the tours that begin or end nearest.
/// </summary>
internal sealed class Neighbours
{
    private const int MostVisits = 60;
    private const int MostTours = 16;

    public Neighbours(Problem problem)
    {
        var count = problem.Count;
        VisitsEach = Math.Min(MostVisits, Math.Max(0, count - 1));
        Visits = new int[count * VisitsEach];
        Tours = new int[count][];
        var keys = new long[Math.Max(0, count - 1)];
        for (var visit = 0; visit < count; visit++)
        {
            var filled = 0;
            for (var other = 0; other < count; other++)
            {
                if (other != visit)
                    keys[filled++] = (Math.Min(Proximity(problem, visit, other), Proximity(problem, other, visit)) << 24) | (uint)other;
            }
            SelectSmallest(keys, VisitsEach);
            Array.Sort(keys, 0, VisitsEach);
            for (var rank = 0; rank < VisitsEach; rank++)
                Visits[(visit * VisitsEach) + rank] = (int)(keys[rank] & 0xFFFFFF);
        }
        FindTours(problem);
    }

    public int VisitsEach { get; }

    /// <summary>Row by row, <see cref="VisitsEach"/> to a visit.</summary>
    public int[] Visits { get; }

    /// <summary>By visit.</summary>
    public int[][] Tours { get; }

    public ReadOnlySpan<int> Of(int visit) => Visits.AsSpan(visit * VisitsEach, VisitsEach);

    private static long Proximity(Problem problem, int before, int after)
    {
        var way = problem.SecondsBetween(problem.Place[before], problem.Place[after]);
        var service = problem.Service[before];
        var wait = Math.Max(0, problem.First[after] - way - service - problem.Last[before]);
        var late = Math.Max(0, problem.First[before] + service + way - problem.Last[after]);
        return way + (wait / 5) + Math.Min(late, Problem.Far);
    }

    private void FindTours(Problem problem)
    {
        // Visits at one place with the same fitness share a list.
        Dictionary<(int, bool[]), int[]> known = [];
        var keys = new long[problem.Tours.Length];
        for (var visit = 0; visit < problem.Count; visit++)
        {
            var place = problem.Place[visit];
            if (!known.TryGetValue((place, problem.Fits[visit]), out var tours))
            {
                var filled = 0;
                for (var tour = 0; tour < problem.Tours.Length; tour++)
                {
                    var facts = problem.Tours[tour];
                    if (problem.Fits[visit][facts.Operator])
                        keys[filled++] = ((long)(problem.SecondsBetween(facts.StartPlace, place) + problem.SecondsBetween(place, facts.EndPlace)) << 24) | (uint)tour;
                }
                Array.Sort(keys, 0, filled);
                known[(place, problem.Fits[visit])] = tours = new int[Math.Min(filled, MostTours)];
                for (var rank = 0; rank < tours.Length; rank++)
                    tours[rank] = (int)(keys[rank] & 0xFFFFFF);
            }
            Tours[visit] = tours;
        }
    }

    /// <summary>Brings the smallest few to the front, in no order (Hoare's quickselect).</summary>
    private static void SelectSmallest(long[] keys, int few)
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
