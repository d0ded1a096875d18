namespace EServices.Dispatch.Routing.Planning;

/// <summary>
/// The free part of one tour with what makes an insertion's test constant in time: for each gap, the earliest one can leave the stop before it and the latest one
/// may reach the stop after it, with the break still to come (0) and already taken (1). Times only ever make later times later, so earliest is best and both
/// numbers decide exactly; a break in a gap is max(leave + way, break's begin) + break, if one leaves before the break's window ends.
/// </summary>
internal sealed class Tour(Problem problem, int index)
{
    private const int Never = Problem.Far;

    private readonly TourFacts _facts = problem.Tours[index];
    private int[] _kept = [];
    private int _keptLength;
    private long _keptCost;

    public int Index { get; } = index;

    public int Operator { get; } = problem.Tours[index].Operator;

    public int[] Stops { get; private set; } = new int[8];

    /// <summary>Where the tour is: its start, its stops, its end. Gap g lies between g and g + 1.</summary>
    public int[] Places { get; private set; } = new int[10];

    /// <summary>By gap: what the way past it costs, in hundredths; that is what an insertion saves.</summary>
    public long[] Direct { get; private set; } = new long[9];

    /// <summary>By gap between two stops: the same without the operator's rate.</summary>
    public int[] Ways { get; private set; } = new int[9];

    /// <summary>What this operator's travel costs beside others', in percent.</summary>
    public int Percent { get; } = problem.Operators[problem.Tours[index].Operator].TravelCostPercent;

    public int Length { get; private set; }

    /// <summary>By gap g = 0..Length, the gap before stop g: earliest departure from what stands before, <see cref="Never"/> or more if it can't be.</summary>
    public int[] Leave0 { get; private set; } = new int[9];

    public int[] Leave1 { get; private set; } = new int[9];

    /// <summary>By gap: latest arrival at what stands after; negative if it can't be.</summary>
    public int[] Reach0 { get; private set; } = new int[9];

    public int[] Reach1 { get; private set; } = new int[9];

    /// <summary>Travel and disruption, in hundredths.</summary>
    public long Cost { get; private set; }

    public bool Feasible { get; private set; } = true;

    public bool Used => Length > 0 || _facts.Out;

    /// <summary>Marks of the search: the tour was kept for undoing in this iteration.</summary>
    public long KeptIn { get; set; } = -1;

    /// <summary>Marks of the search: the tour lost a string in this iteration.</summary>
    public long RuinedIn { get; set; } = -1;

    public int PlaceBefore(int gap) => Places[gap];

    public int PlaceAfter(int gap) => Places[gap + 1];

    /// <summary>Travel added by a visit in a gap, in hundredths.</summary>
    public long Detour(int gap, int visit)
    {
        var place = problem.Place[visit];
        return (((long)problem.CostBetween(Places[gap], place) + problem.CostBetween(place, Places[gap + 1])) * Percent) - Direct[gap];
    }

    /// <summary>The way past a gap. Where facts left an operator without a way home, there is none to save.</summary>
    public int DirectCost(int before, int after) => problem.CostBetween(before, after) is var cost && cost >= Never && Length == 0 ? 0 : cost;

    /// <summary>Whether a visit fits into a gap, all later stops and the break included.</summary>
    public bool Fits(int gap, int visit)
    {
        var place = problem.Place[visit];
        var to = problem.SecondsBetween(PlaceBefore(gap), place);
        var from = problem.SecondsBetween(place, PlaceAfter(gap));
        if (to >= Never || from >= Never)
            return false;
        var service = problem.Service[visit];
        if (Leave1[gap] < Never && problem.NextStart(visit, Leave1[gap] + to) + service is var end && end + from <= Reach1[gap] && end <= _facts.ServeUntil)
            return true;
        var leave = Leave0[gap];
        if (_facts.BreakLength == 0 || leave >= Never)
            return false;
        var done = problem.NextStart(visit, leave + to) + service;
        if (done > _facts.ServeUntil)
            return false;
        if (done + from <= Reach0[gap])
            return true;
        if (done <= _facts.BreakUntil && Math.Max(done + from, _facts.BreakFrom) + _facts.BreakLength <= Reach1[gap])
            return true;
        return leave <= _facts.BreakUntil
            && problem.NextStart(visit, Math.Max(leave + to, _facts.BreakFrom) + _facts.BreakLength) + service is var rested
            && rested + from <= Reach1[gap] && rested <= _facts.ServeUntil;
    }

    /// <summary>
    /// When service could begin in a gap, windows aside: up to four spans, by where the break falls. The earliest begin of each is reached by driving at once, the
    /// latest leaves all later stops and the break in time.
    /// </summary>
    /// <param name="to">Seconds from the stop before.</param>
    /// <param name="from">Seconds to the stop after.</param>
    /// <returns>How many spans were written.</returns>
    public int Openings(int gap, int to, int from, int service, Span<TimeWindow> spans)
    {
        var count = 0;
        var (last0, last1) = (Math.Min(Reach0[gap] - from, _facts.ServeUntil) - service, Math.Min(Reach1[gap] - from, _facts.ServeUntil) - service);
        if (Leave1[gap] < Never && Leave1[gap] + to <= last1)
            spans[count++] = new TimeWindow(Leave1[gap] + to, last1);
        var leave = Leave0[gap];
        if (_facts.BreakLength == 0 || leave >= Never)
            return count;
        if (leave + to <= last0)
            spans[count++] = new TimeWindow(leave + to, last0);
        var lastBefore = Math.Min(Math.Min(_facts.BreakUntil, _facts.ServeUntil), Reach1[gap] - from - _facts.BreakLength) - service;
        if (_facts.BreakFrom + _facts.BreakLength <= Reach1[gap] && leave + to <= lastBefore)
            spans[count++] = new TimeWindow(leave + to, lastBefore);
        var after = Math.Max(leave + to, _facts.BreakFrom) + _facts.BreakLength;
        if (leave <= _facts.BreakUntil && after <= last1)
            spans[count++] = new TimeWindow(after, last1);
        return count;
    }

    /// <summary>Whether a visit fits into the free part with no other in it.</summary>
    public bool FitsAlone(int visit)
    {
        Clear();
        Update();
        return Fits(0, visit);
    }

    public void Insert(int gap, int visit)
    {
        if (Length == Stops.Length)
            Grow();
        Array.Copy(Stops, gap, Stops, gap + 1, Length - gap);
        Stops[gap] = visit;
        Length++;
        Update();
    }

    /// <summary>Without updating: several removals are followed by one <see cref="Update"/>.</summary>
    public void RemoveAt(int position, int count)
    {
        Array.Copy(Stops, position + count, Stops, position, Length - position - count);
        Length -= count;
    }

    public void Clear() => Length = 0;

    public void Keep()
    {
        if (_kept.Length < Length)
            _kept = new int[Stops.Length];
        Array.Copy(Stops, _kept, Length);
        (_keptLength, _keptCost) = (Length, Cost);
    }

    public void Restore()
    {
        Array.Copy(_kept, Stops, _keptLength);
        Length = _keptLength;
        Update();
        if (Cost != _keptCost)
            throw new InvalidOperationException("A tour that was put back costs otherwise than before.");
    }

    public void Set(ReadOnlySpan<int> stops)
    {
        while (Stops.Length < stops.Length)
            Grow();
        stops.CopyTo(Stops);
        Length = stops.Length;
        Update();
    }

    /// <summary>Recomputes everything from the stops. Linear in their number.</summary>
    public void Update()
    {
        var pause = _facts.BreakLength;
        (Leave0[0], Leave1[0]) = pause > 0 ? (_facts.FreeAt, Never) : (Never, _facts.FreeAt);
        var here = _facts.StartPlace;
        Places[0] = here;
        long cost = 0;
        for (var gap = 0; gap < Length; gap++)
        {
            var visit = Stops[gap];
            var there = problem.Place[visit];
            var way = problem.SecondsBetween(here, there);
            Places[gap + 1] = there;
            Ways[gap] = problem.CostBetween(here, there);
            Direct[gap] = (long)Ways[gap] * Percent;
            cost += Direct[gap];
            var service = problem.Service[visit];
            var taken = Leave1[gap] < Never ? problem.NextStart(visit, Leave1[gap] + way) + service : Never;
            if (Leave0[gap] < Never)
            {
                if (Leave0[gap] <= _facts.BreakUntil)
                    taken = Math.Min(taken, problem.NextStart(visit, Math.Max(Leave0[gap] + way, _facts.BreakFrom) + pause) + service);
                Leave0[gap + 1] = problem.NextStart(visit, Leave0[gap] + way) + service;
            }
            else
            {
                Leave0[gap + 1] = Never;
            }
            Leave1[gap + 1] = taken;
            here = there;
        }
        Places[Length + 1] = _facts.EndPlace;
        Direct[Length] = Used ? (long)DirectCost(here, _facts.EndPlace) * Percent : 0;
        Cost = cost + Direct[Length];

        (Reach0[Length], Reach1[Length]) = (-Never, _facts.Until);
        var next = _facts.EndPlace;
        for (var gap = Length - 1; gap >= 0; gap--)
        {
            var visit = Stops[gap];
            var place = problem.Place[visit];
            var way = problem.SecondsBetween(place, next);
            var service = problem.Service[visit];
            var last = Reach1[gap + 1] - way;
            Reach1[gap] = Reach1[gap + 1] >= 0 ? problem.LatestStart(visit, Math.Min(last, _facts.ServeUntil) - service) : -Never;
            if (pause > 0)
            {
                var leave = Reach0[gap + 1] >= 0 ? Reach0[gap + 1] - way : -Never;
                if (_facts.BreakFrom + pause <= Reach1[gap + 1])
                    leave = Math.Max(leave, Math.Min(_facts.BreakUntil, last - pause));
                Reach0[gap] = leave >= 0 ? problem.LatestStart(visit, Math.Min(leave, _facts.ServeUntil) - service) : -Never;
            }
            else
            {
                Reach0[gap] = -Never;
            }
            next = place;
        }
        Feasible = Length == 0 || FeasibleFromStart();
        if (!problem.CountsChanges)
            return;
        for (var gap = 0; gap < Length; gap++)
            Cost += problem.ChangeCost(Stops[gap], Operator);
        if (problem.CountsMoves && Feasible && Length > 0)
        {
            Span<int> starts = Length <= 128 ? stackalloc int[Length] : new int[Length];
            Schedule(starts, out _, out _);
            for (var gap = 0; gap < Length; gap++)
                Cost += problem.MoveCost(Stops[gap], starts[gap]);
        }
    }

    /// <summary>The times of the tour: each service as early as can be, the break where it ends the tour earliest.</summary>
    /// <param name="starts">Begin of each service.</param>
    /// <param name="breakGap">The gap that holds the break; -1 without one.</param>
    /// <param name="over">When the tour is home and its break over.</param>
    public void Schedule(Span<int> starts, out int breakGap, out int over)
    {
        breakGap = -1;
        var home = problem.SecondsBetween(PlaceBefore(Length), _facts.EndPlace);
        home = home >= Never && Length == 0 ? 0 : home;
        // A break after the last visit also where one before it would lead home earlier, but let the visit end too late.
        var early = _facts.BreakLength == 0 || Length == 0 || Leave1[Length] <= _facts.ServeUntil;
        over = Leave1[Length] < Never && early ? Leave1[Length] + home : Never;
        if (_facts.BreakLength > 0)
        {
            if (Leave0[Length] <= _facts.BreakUntil && Math.Max(Leave0[Length] + home, _facts.BreakFrom) + _facts.BreakLength is var last && last < over)
                (breakGap, over) = (Length, last);
            // Back from the end: the gap in which the earliest departure with the break taken took it.
            for (var gap = Length - 1; gap >= 0 && breakGap < 0; gap--)
            {
                var visit = Stops[gap];
                var way = problem.SecondsBetween(PlaceBefore(gap), problem.Place[visit]);
                if (Leave0[gap] <= _facts.BreakUntil
                    && problem.NextStart(visit, Math.Max(Leave0[gap] + way, _facts.BreakFrom) + _facts.BreakLength) + problem.Service[visit] == Leave1[gap + 1])
                {
                    breakGap = gap;
                }
            }
        }
        var leave = _facts.FreeAt;
        for (var gap = 0; gap < Length; gap++)
        {
            var visit = Stops[gap];
            var arrive = leave + problem.SecondsBetween(PlaceBefore(gap), problem.Place[visit]);
            if (gap == breakGap)
                arrive = Math.Max(arrive, _facts.BreakFrom) + _facts.BreakLength;
            starts[gap] = problem.NextStart(visit, arrive);
            leave = starts[gap] + problem.Service[visit];
        }
    }

    private bool FeasibleFromStart()
    {
        var way = problem.SecondsBetween(_facts.StartPlace, PlaceAfter(0));
        if (Leave1[0] < Never)
            return Leave1[0] + way <= Reach1[0];
        return Leave0[0] + way <= Reach0[0]
            || (Leave0[0] <= _facts.BreakUntil && Math.Max(Leave0[0] + way, _facts.BreakFrom) + _facts.BreakLength <= Reach1[0]);
    }

    private void Grow()
    {
        var size = Stops.Length * 2;
        (Places, Direct, Ways) = (Grown(Places, size + 2), Grown(Direct, size + 1), Grown(Ways, size + 1));
        (Stops, Leave0, Leave1, Reach0, Reach1) = (Grown(Stops, size), Grown(Leave0, size + 1), Grown(Leave1, size + 1), Grown(Reach0, size + 1), Grown(Reach1, size + 1));
    }

    private static T[] Grown<T>(T[] array, int size)
    {
        Array.Resize(ref array, size);
        return array;
    }
}
