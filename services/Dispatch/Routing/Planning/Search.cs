namespace EServices.Dispatch.Routing.Planning;

/// <summary>
/// Slack induction by string removals (J. Christiaens, G. Vanden Berghe, "Slack Induction by String Removals for Vehicle Routing Problems", Transportation Science
/// 54(2), 2020): strings of neighbouring visits are taken out of neighbouring tours and put back greedily with blinks, under simulated annealing. What is ours is
/// the rest of the problem: visits that may stay out (a sample of them tries again in every iteration), unlike operators, breaks, locked parts, costs of change,
/// and an insertion that looks only next to near visits and at near tours.
/// </summary>
internal sealed class Search
{
    private const double BlinkRate = 0.01;

    // More than the paper's ten: days are short tours with much that doesn't fit, and what is planned together fits together.
    private const double RemovedOnAverage = 16;
    private const int LongestString = 16;
    private const double SplitRate = 0.5;
    private const double KeepRate = 0.01;
    private const int AbsentTried = 4;

    // What is owed beside what isn't, while the search may leave either out for a while.
    private const long OwedWeight = 3;

    // More than any insertion between two visits costs, and less than what stands for an absent visit.
    private const int Unbounded = 900_000_000;

    /// <summary>The ways into and out of one place, by the other.</summary>
    private readonly ref struct Rows(ReadOnlySpan<int> into, ReadOnlySpan<int> outOf)
    {
        public readonly ReadOnlySpan<int> Into = into;
        public readonly ReadOnlySpan<int> OutOf = outOf;
    }

    private readonly Problem _problem;
    private readonly Neighbours _neighbours;
    private readonly List<int> _touched = [];
    private readonly List<int> _out = [];
    private readonly long[] _key;
    private readonly int[][] _best;
    private readonly bool[] _bestStale;
    private readonly int _lowestPercent;
    private long _iteration;
    private Chance _chance;

    public Search(Problem problem, Neighbours neighbours, Solution solution, int seed)
    {
        (_problem, _neighbours, Current) = (problem, neighbours, solution);
        _chance = new Chance(seed);
        _key = new long[problem.Count];
        _best = new int[solution.Tours.Length][];
        _bestStale = new bool[solution.Tours.Length];
        Array.Fill(_bestStale, true);
        _lowestPercent = problem.Operators.Length == 0 ? 0 : problem.Operators.Min(person => person.TravelCostPercent);
        foreach (var tour in solution.Tours)
            (tour.KeptIn, tour.RuinedIn) = (-1, -1);
    }

    public Solution Current { get; }

    public long BestLeft { get; private set; } = long.MaxValue;

    public long BestCost { get; private set; } = long.MaxValue;

    public long Iterations => _iteration;

    public long Improvements { get; private set; }

    public int[][] Best => _best;

    /// <summary>Visits around which alone the search works; null for everywhere.</summary>
    public IReadOnlyList<int>? Focus { get; set; }

    /// <summary>
    /// What one unit of priority that is left out stands for in the cost, so that the search may pass through plans that serve less; null where it may not. The best
    /// plan is chosen by what is served first in any case.
    /// </summary>
    public double? LeftCost { get; set; }

    /// <summary>Goes on from the best plan so far.</summary>
    public void Return()
    {
        for (var tour = 0; tour < _best.Length; tour++)
            Current.Replace(tour, []);
        for (var tour = 0; tour < _best.Length; tour++)
            Current.Replace(tour, _best[tour]);
        Array.Fill(_bestStale, true);
    }

    /// <summary>Puts every absent visit where it is cheapest; hopeless ones stay out.</summary>
    public void Construct(CancellationToken cancel)
    {
        _out.Clear();
        _out.AddRange(Current.Absent);
        foreach (var visit in _out)
        {
            // The weightiest first, then those with little time.
            _key[visit] = Math.Clamp(_problem.Last[visit] - _problem.First[visit], 0, PoolReview.LastSecond);
        }
        _out.Sort((left, right) => (-_problem.Left[left], _key[left], left).CompareTo((-_problem.Left[right], _key[right], right)));
        foreach (var visit in _out)
        {
            if (cancel.IsCancellationRequested)
                break;
            var place = Nearby(visit, blink: false);
            if (!place.Found)
                place = Current.Best(visit);
            if (place.Found)
                Insert(place, visit);
        }
        _touched.Clear();
        Remember();
    }

    /// <summary>One iteration at a temperature (in hundredths of the cost's unit).</summary>
    public void Step(double temperature)
    {
        _iteration++;
        var (left, cost) = (Current.Left, Current.Cost);
        _touched.Clear();
        _out.Clear();
        var sound = Ruin();
        if (sound)
            Recreate();
        if (!sound || !Accepts(left, cost, temperature))
        {
            Current.Restore(_touched, _out);
            return;
        }
        foreach (var tour in _touched)
            _bestStale[tour] = true;
        if ((Current.Left, Current.Cost).CompareTo((BestLeft, BestCost)) < 0)
        {
            Improvements++;
            Remember();
        }
    }

    private bool Accepts(long left, long cost, double temperature)
    {
        double more = 0;
        if (Current.Left != left)
        {
            if (LeftCost is not { } each)
                return Current.Left < left;
            more = each * (Weight(Current.Left) - Weight(left));
        }
        return Current.Cost + more < cost - (temperature * Math.Log(_chance.NextDouble() + 1e-300));
    }

    private static long Weight(long left) => (left & 0xFFFFFFFF) + (OwedWeight * (left >> 32));

    private void Remember()
    {
        (BestLeft, BestCost) = (Current.Left, Current.Cost);
        for (var index = 0; index < _best.Length; index++)
        {
            if (!_bestStale[index])
                continue;
            _best[index] = Current.Tours[index].Stops.AsSpan(0, Current.Tours[index].Length).ToArray();
            _bestStale[index] = false;
        }
    }

    private int Seed(int count)
    {
        if (Focus is not { Count: > 0 } focus)
            return _chance.Next(count);
        // Around the visits in focus: themselves half of the time, else a near one.
        var visit = focus[_chance.Next(focus.Count)];
        return _neighbours.VisitsEach == 0 || _chance.Next(2) == 0 ? visit : _neighbours.Of(visit)[_chance.Next(Math.Min(20, _neighbours.VisitsEach))];
    }

    private bool Ruin()
    {
        var count = _problem.Count;
        if (count == 0)
            return false;
        var seed = Seed(count);
        var tours = Current.ToursOut;
        if (tours > 0)
        {
            var average = (double)(count - Current.Absent.Count) / tours;
            var longest = Math.Min(LongestString, average);
            var most = (4 * RemovedOnAverage / (1 + longest)) - 1;
            var strings = (int)(1 + (_chance.NextDouble() * most));
            if (!RemoveString(seed, longest, ref strings))
                return false;
            foreach (var near in _neighbours.Of(seed))
            {
                if (strings == 0)
                    break;
                if (!RemoveString(near, longest, ref strings))
                    return false;
            }
        }
        SampleAbsent(seed);
        return true;
    }

    /// <summary>Takes a string around a visit out of its tour, unless that lost one already; false if what is left can't be driven (ways needn't obey the triangle).</summary>
    private bool RemoveString(int visit, double longest, ref int strings)
    {
        var index = Current.TourOf[visit];
        if (index < 0 || Current.Tours[index].RuinedIn == _iteration)
            return true;
        var tour = Current.Tours[index];
        Keep(index);
        tour.RuinedIn = _iteration;
        strings--;
        var most = Math.Min(tour.Length, longest);
        var length = Math.Clamp((int)(1 + (_chance.NextDouble() * most)), 1, tour.Length);
        var position = Current.PositionOf[visit];
        var kept = 0;
        if (length > 1 && length < tour.Length && _chance.NextDouble() < SplitRate)
        {
            kept = 1;
            while (length + kept < tour.Length && _chance.NextDouble() < KeepRate)
                kept++;
        }
        var span = length + kept;
        var first = Math.Max(0, position - span + 1);
        var last = Math.Min(position, tour.Length - span);
        var from = first + _chance.Next(last - first + 1);
        if (kept == 0)
        {
            TakeOut(index, from, length);
        }
        else
        {
            var before = 1 + _chance.Next(length - 1);
            TakeOut(index, from + before + kept, length - before);
            TakeOut(index, from, before);
        }
        return tour.Feasible;
    }

    private void TakeOut(int tour, int position, int count)
    {
        for (var at = position; at < position + count; at++)
            _out.Add(Current.Tours[tour].Stops[at]);
        Current.Remove(tour, position, count);
    }

    /// <summary>Some of those who were left out try again: the seed's neighbours, then any.</summary>
    private void SampleAbsent(int seed)
    {
        var absent = Current.Absent.Count - _out.Count;
        if (absent <= 0)
            return;
        var taken = _out.Count;
        var most = taken + AbsentTried;
        // Absent visits stand before those just taken out.
        if (absent <= AbsentTried)
        {
            for (var at = 0; at < Current.Absent.Count && _out.Count < most; at++)
            {
                if (!_out.Contains(Current.Absent[at]))
                    _out.Add(Current.Absent[at]);
            }
            return;
        }
        foreach (var near in _neighbours.Of(seed))
        {
            if (_out.Count >= most - 1)
                break;
            if (Current.TourOf[near] < 0 && !_out.Contains(near))
                _out.Add(near);
        }
        if (Current.TourOf[seed] < 0 && !_out.Contains(seed))
            _out.Add(seed);
        for (var tries = 0; tries < 2 && _out.Count < most; tries++)
        {
            var visit = Current.Absent[_chance.Next(Current.Absent.Count)];
            if (!_out.Contains(visit))
                _out.Add(visit);
        }
    }

    private void Recreate()
    {
        Order();
        foreach (var visit in _out)
        {
            var place = Nearby(visit, blink: true);
            if (place.Found)
                Insert(place, visit);
        }
    }

    /// <summary>The order of insertion: by chance, weight, length of the allowed time, its begin or end, or the way from the tour's nearest base, far or close.</summary>
    private void Order()
    {
        var way = _chance.Next(16);
        for (var at = 0; at < _out.Count; at++)
        {
            var visit = _out[at];
            long key = way switch
            {
                < 5 => _chance.Next(1 << 20),
                < 8 => -_problem.Service[visit],
                < 10 => _problem.Last[visit] - _problem.First[visit],
                < 11 => _problem.First[visit],
                < 12 => -_problem.Last[visit],
                < 15 => -BaseWay(visit),
                _ => BaseWay(visit),
            };
            _key[visit] = key;
        }
        _out.Sort((left, right) => (_key[left], left).CompareTo((_key[right], right)));
    }

    private long BaseWay(int visit)
    {
        var tours = _neighbours.Tours[visit];
        return tours.Length == 0 ? 0 : _problem.CostBetween(_problem.Tours[tours[0]].StartPlace, _problem.Place[visit]);
    }

    private Insertion Nearby(int visit, bool blink)
    {
        var best = Insertion.None;
        var place = _problem.Place[visit];
        var into = _neighbours.CostsInto.AsSpan(place * _problem.Stride, _problem.Stride);
        var outOf = _problem.Costs.AsSpan(place * _problem.Stride, _problem.Stride);
        var seconds = new Rows(
            _neighbours.SecondsInto.AsSpan(place * _problem.Stride, _problem.Stride), _problem.Seconds.AsSpan(place * _problem.Stride, _problem.Stride));
        var row = visit * _neighbours.VisitsEach;
        var nearest = _neighbours.Of(visit);
        var costsTo = _neighbours.CostsTo.AsSpan(row, nearest.Length);
        var costsFrom = _neighbours.CostsFrom.AsSpan(row, nearest.Length);
        var (earliest, latest, service) = (_problem.First[visit], _problem.Last[visit], _problem.Service[visit]);
        var timed = ReferenceEquals(_problem.Costs, _problem.Seconds);
        // Of the two ways that an insertion makes, one is the shorter: from its end the insertion costs at least twice as much as that way, less the one it replaces.
        var most = Unbounded;
        // Where every visit is near, each gap would be met from both of its ends.
        var whole = nearest.Length == _problem.Count - 1;
        for (var rank = 0; rank < nearest.Length; rank++)
        {
            var facts = Current.Gaps.AsSpan(Solution.GapFacts * nearest[rank], Solution.GapFacts);
            var (to, from) = (costsTo[rank], costsFrom[rank]);
            var (try0, try1) = ((2 * from) - facts[0] < most, (2 * to) - facts[4] < most);
            try0 &= !whole || facts[0] == Solution.Beyond;
            if (!try0 && !try1)
                continue;
            // Whoever leaves the stop before after the last begin, or would have to be at the stop after before the first end, comes too late by any way.
            try0 &= facts[1] <= latest && earliest + service + (timed ? from : 0) <= facts[2];
            try1 &= facts[5] + (timed ? to : 0) <= latest && earliest + service <= facts[6];
            if (!try0 && !try1)
                continue;
            var index = Current.TourOf[nearest[rank]];
            var tour = Current.Tours[index];
            var gap = Current.PositionOf[nearest[rank]];
            var taking = Current.CostOfTaking(tour.Operator, visit);
            // The way to or from the neighbour alone tells most places off; the other way lies elsewhere in a large matrix.
            var (before, after) = (((long)from * tour.Percent) - tour.Direct(gap) + taking, ((long)to * tour.Percent) - tour.Direct(gap + 1) + taking);
            (try0, try1) = (try0 && before < best.Cost, try1 && after < best.Cost);
            if ((!try0 && !try1) || !Current.MayTake(tour.Operator, visit))
                continue;
            if (try0)
                Try(tour, gap, visit, before + ((long)into[tour.Gaps[gap].Place] * tour.Percent), seconds, blink, ref best);
            if (try1)
                Try(tour, gap + 1, visit, after + ((long)outOf[tour.Gaps[gap + 2].Place] * tour.Percent), seconds, blink, ref best);
            most = Most(best);
        }
        var tours = _neighbours.Tours[visit];
        var tourCosts = _neighbours.TourCosts[visit];
        for (var rank = 0; rank < tours.Length; rank++)
        {
            ref readonly var ends = ref Current.Ends[tours[rank]];
            var taking = Current.CostOfTaking(ends.Operator, visit);
            var first = ((long)(tourCosts[2 * rank] - ends.First) * ends.Percent) + taking;
            var last = ((long)(tourCosts[(2 * rank) + 1] - ends.Last) * ends.Percent) + taking;
            if ((first >= best.Cost && last >= best.Cost) || !Current.HasRoom(ends.Operator, visit))
                continue;
            var tour = Current.Tours[tours[rank]];
            if (first < best.Cost)
                Try(tour, 0, visit, first + ((long)outOf[tour.Gaps[1].Place] * tour.Percent), seconds, blink, ref best);
            if (tour.Length > 0 && last < best.Cost)
                Try(tour, tour.Length, visit, last + ((long)into[tour.Gaps[tour.Length].Place] * tour.Percent), seconds, blink, ref best);
        }
        return best;
    }

    /// <summary>From what on, in the cost's unit, an insertion is no better, whoever makes it.</summary>
    private int Most(Insertion best)
    {
        if (!best.Found || _lowestPercent <= 0)
            return Unbounded;
        return best.Cost <= 0 ? 0 : (int)Math.Min(Unbounded, ((best.Cost - 1) / _lowestPercent) + 1);
    }

    private void Try(Tour tour, int gap, int visit, long cost, in Rows seconds, bool blink, ref Insertion best)
    {
        if (cost >= best.Cost || (blink && _chance.NextDouble() < BlinkRate) || !tour.Fits(gap, visit, seconds.Into[tour.Gaps[gap].Place], seconds.OutOf[tour.Gaps[gap + 1].Place]))
            return;
        best = new Insertion(tour.Index, gap, cost);
    }

    private void Insert(Insertion place, int visit)
    {
        Keep(place.Tour);
        Current.Insert(place.Tour, place.Gap, visit);
    }

    private void Keep(int index)
    {
        var tour = Current.Tours[index];
        if (tour.KeptIn == _iteration)
            return;
        tour.KeptIn = _iteration;
        tour.Keep();
        _touched.Add(index);
    }
}
