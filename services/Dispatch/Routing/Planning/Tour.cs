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
    private TourFrame _now = new();
    private TourFrame _kept = new();

    public int Index { get; } = index;

    public int Operator { get; } = problem.Tours[index].Operator;

    /// <summary>What this operator's travel costs beside others', in percent.</summary>
    public int Percent { get; } = problem.Operators[problem.Tours[index].Operator].TravelCostPercent;

    public int Length => _now.Length;

    public int[] Stops => _now.Stops;

    /// <summary>By gap g = 0..<see cref="Length"/>, the gap before stop g; one more holds the end place.</summary>
    public TourGap[] Gaps => _now.Gaps;

    /// <summary>Travel and disruption, in hundredths.</summary>
    public long Cost => _now.Cost;

    public bool Feasible => _now.Feasible;

    public bool Used => Length > 0 || _facts.Out;

    /// <summary>Marks of the search: the tour was kept for undoing in this iteration.</summary>
    public long KeptIn { get; set; } = -1;

    /// <summary>Marks of the search: the tour lost a string in this iteration.</summary>
    public long RuinedIn { get; set; } = -1;

    public int PlaceBefore(int gap) => Gaps[gap].Place;

    public int PlaceAfter(int gap) => Gaps[gap + 1].Place;

    /// <summary>What the way past a gap costs, in hundredths.</summary>
    public long Direct(int gap) => (long)Gaps[gap].Way * Percent;

    /// <summary>Travel added by a visit in a gap, in hundredths.</summary>
    public long Detour(int gap, int visit)
    {
        var place = problem.Place[visit];
        return (((long)problem.CostBetween(Gaps[gap].Place, place) + problem.CostBetween(place, Gaps[gap + 1].Place)) * Percent) - Direct(gap);
    }

    /// <summary>The way past a gap. Where facts left an operator without a way home, there is none to save.</summary>
    public int DirectCost(int before, int after) => problem.CostBetween(before, after) is var cost && cost >= Never && Length == 0 ? 0 : cost;

    /// <summary>Whether a visit fits into a gap, all later stops and the break included.</summary>
    public bool Fits(int gap, int visit)
    {
        var place = problem.Place[visit];
        return Fits(gap, visit, problem.SecondsBetween(PlaceBefore(gap), place), problem.SecondsBetween(place, PlaceAfter(gap)));
    }

    /// <param name="to">Seconds from the stop before.</param>
    /// <param name="from">Seconds to the stop after.</param>
    public bool Fits(int gap, int visit, int to, int from)
    {
        if (to >= Never || from >= Never)
            return false;
        ref readonly var here = ref Gaps[gap];
        var service = problem.Service[visit];
        if (here.Leave1 < Never && problem.NextStart(visit, here.Leave1 + to) + service is var end && end + from <= here.Reach1 && end <= _facts.ServeUntil)
            return true;
        var leave = here.Leave0;
        if (_facts.BreakLength == 0 || leave >= Never)
            return false;
        var done = problem.NextStart(visit, leave + to) + service;
        if (done > _facts.ServeUntil)
            return false;
        if (done + from <= here.Reach0)
            return true;
        if (done <= _facts.BreakUntil && Math.Max(done + from, _facts.BreakFrom) + _facts.BreakLength <= here.Reach1)
            return true;
        return leave <= _facts.BreakUntil
            && problem.NextStart(visit, Math.Max(leave + to, _facts.BreakFrom) + _facts.BreakLength) + service is var rested
            && rested + from <= here.Reach1 && rested <= _facts.ServeUntil;
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
        var (last0, last1) = (Math.Min(Gaps[gap].Reach0 - from, _facts.ServeUntil) - service, Math.Min(Gaps[gap].Reach1 - from, _facts.ServeUntil) - service);
        if (Gaps[gap].Leave1 < Never && Gaps[gap].Leave1 + to <= last1)
            spans[count++] = new TimeWindow(Gaps[gap].Leave1 + to, last1);
        var leave = Gaps[gap].Leave0;
        if (_facts.BreakLength == 0 || leave >= Never)
            return count;
        if (leave + to <= last0)
            spans[count++] = new TimeWindow(leave + to, last0);
        var lastBefore = Math.Min(Math.Min(_facts.BreakUntil, _facts.ServeUntil), Gaps[gap].Reach1 - from - _facts.BreakLength) - service;
        if (_facts.BreakFrom + _facts.BreakLength <= Gaps[gap].Reach1 && leave + to <= lastBefore)
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

    /// <returns>The first gap whose latest arrival is another than before.</returns>
    public int Insert(int gap, int visit)
    {
        _now.Open(gap);
        Stops[gap] = visit;
        if (Length == 1)
        {
            Update();
            return 0;
        }
        var place = problem.Place[visit];
        _now.Travel -= Direct(gap);
        Gaps[gap + 1].Place = place;
        Drive(gap);
        Drive(gap + 1);
        GoOn(gap, gap + 1);
        var changed = GoBack(gap, gap - 1);
        Judge();
        return changed;
    }

    /// <summary>Takes out stops that follow each other.</summary>
    /// <returns>As <see cref="Insert"/>.</returns>
    public int Remove(int position, int count)
    {
        if (count == Length)
        {
            _now.Length = 0;
            Update();
            return 0;
        }
        for (var gap = position; gap <= position + count; gap++)
            _now.Travel -= Direct(gap);
        var before = Gaps[position];
        _now.Close(position, count);
        (Gaps[position].Place, Gaps[position].Leave0, Gaps[position].Leave1) = (before.Place, before.Leave0, before.Leave1);
        Drive(position);
        GoOn(position, position);
        var changed = GoBack(position - 1, position - 1);
        Judge();
        return changed;
    }

    public void Clear() => _now.Length = 0;

    public void Keep() => _now.CopyTo(_kept);

    /// <summary>As it was kept; once for each <see cref="Keep"/>.</summary>
    public void Restore() => (_now, _kept) = (_kept, _now);

    public void Set(ReadOnlySpan<int> stops)
    {
        if (Stops.Length < stops.Length)
            _now.Grow(Math.Max(stops.Length, 2 * Stops.Length));
        stops.CopyTo(Stops);
        _now.Length = stops.Length;
        Update();
    }

    /// <summary>Computes everything from the stops. Linear in their number.</summary>
    public void Update()
    {
        _now.Travel = 0;
        (Gaps[0].Place, Gaps[Length + 1].Place) = (_facts.StartPlace, _facts.EndPlace);
        for (var gap = 0; gap < Length; gap++)
        {
            Gaps[gap + 1].Place = problem.Place[Stops[gap]];
            Drive(gap);
        }
        if (Length > 0)
        {
            Drive(Length);
        }
        else
        {
            (Gaps[0].Seconds, Gaps[0].Way) = (0, Used ? DirectCost(_facts.StartPlace, _facts.EndPlace) : 0);
            _now.Travel = Direct(0);
        }
        (Gaps[0].Leave0, Gaps[0].Leave1) = _facts.BreakLength > 0 ? (_facts.FreeAt, Never) : (Never, _facts.FreeAt);
        (Gaps[Length].Reach0, Gaps[Length].Reach1) = (-Never, _facts.Until);
        GoOn(0, Length);
        GoBack(Length - 1, -1);
        Judge();
    }

    /// <summary>Reads the way past a gap.</summary>
    private void Drive(int gap)
    {
        var at = (Gaps[gap].Place * problem.Stride) + Gaps[gap + 1].Place;
        (Gaps[gap].Seconds, Gaps[gap].Way) = (problem.Seconds[at], problem.Costs[at]);
        _now.Travel += Direct(gap);
    }

    /// <summary>The earliest departures after a gap, up to the first that is as it was, from a gap on after which no way has changed.</summary>
    private void GoOn(int gap, int unchangedFrom)
    {
        var pause = _facts.BreakLength;
        for (; gap < Length; gap++)
        {
            var (visit, way) = (Stops[gap], Gaps[gap].Seconds);
            var service = problem.Service[visit];
            var taken = Gaps[gap].Leave1 < Never ? problem.NextStart(visit, Gaps[gap].Leave1 + way) + service : Never;
            var due = Never;
            if (Gaps[gap].Leave0 < Never)
            {
                if (Gaps[gap].Leave0 <= _facts.BreakUntil)
                    taken = Math.Min(taken, problem.NextStart(visit, Math.Max(Gaps[gap].Leave0 + way, _facts.BreakFrom) + pause) + service);
                due = problem.NextStart(visit, Gaps[gap].Leave0 + way) + service;
            }
            if (gap >= unchangedFrom && (due, taken) == (Gaps[gap + 1].Leave0, Gaps[gap + 1].Leave1))
                return;
            (Gaps[gap + 1].Leave0, Gaps[gap + 1].Leave1) = (due, taken);
        }
    }

    /// <summary>The latest arrivals at a gap and those before it, down to the first that is as it was, from a gap on before which no way has changed.</summary>
    /// <returns>The first that isn't as it was.</returns>
    private int GoBack(int gap, int unchangedFrom)
    {
        var pause = _facts.BreakLength;
        for (; gap >= 0; gap--)
        {
            var (visit, way) = (Stops[gap], Gaps[gap + 1].Seconds);
            var service = problem.Service[visit];
            var last = Gaps[gap + 1].Reach1 - way;
            var taken = Gaps[gap + 1].Reach1 >= 0 ? problem.LatestStart(visit, Math.Min(last, _facts.ServeUntil) - service) : -Never;
            var due = -Never;
            if (pause > 0)
            {
                var leave = Gaps[gap + 1].Reach0 >= 0 ? Gaps[gap + 1].Reach0 - way : -Never;
                if (_facts.BreakFrom + pause <= Gaps[gap + 1].Reach1)
                    leave = Math.Max(leave, Math.Min(_facts.BreakUntil, last - pause));
                due = leave >= 0 ? problem.LatestStart(visit, Math.Min(leave, _facts.ServeUntil) - service) : -Never;
            }
            if (gap <= unchangedFrom && (due, taken) == (Gaps[gap].Reach0, Gaps[gap].Reach1))
                return gap + 1;
            (Gaps[gap].Reach0, Gaps[gap].Reach1) = (due, taken);
        }
        return 0;
    }

    private void Judge()
    {
        _now.Feasible = Length == 0 || FeasibleFromStart();
        _now.Cost = _now.Travel;
        if (!problem.CountsChanges)
            return;
        for (var gap = 0; gap < Length; gap++)
            _now.Cost += problem.ChangeCost(Stops[gap], Operator);
        if (problem.CountsMoves && Feasible && Length > 0)
        {
            Span<int> starts = Length <= 128 ? stackalloc int[Length] : new int[Length];
            Schedule(starts, out _, out _);
            for (var gap = 0; gap < Length; gap++)
                _now.Cost += problem.MoveCost(Stops[gap], starts[gap]);
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
        var early = _facts.BreakLength == 0 || Length == 0 || Gaps[Length].Leave1 <= _facts.ServeUntil;
        over = Gaps[Length].Leave1 < Never && early ? Gaps[Length].Leave1 + home : Never;
        if (_facts.BreakLength > 0)
        {
            if (Gaps[Length].Leave0 <= _facts.BreakUntil && Math.Max(Gaps[Length].Leave0 + home, _facts.BreakFrom) + _facts.BreakLength is var last && last < over)
                (breakGap, over) = (Length, last);
            // Back from the end: the gap in which the earliest departure with the break taken took it.
            for (var gap = Length - 1; gap >= 0 && breakGap < 0; gap--)
            {
                var visit = Stops[gap];
                var way = problem.SecondsBetween(PlaceBefore(gap), problem.Place[visit]);
                if (Gaps[gap].Leave0 <= _facts.BreakUntil
                    && problem.NextStart(visit, Math.Max(Gaps[gap].Leave0 + way, _facts.BreakFrom) + _facts.BreakLength) + problem.Service[visit] == Gaps[gap + 1].Leave1)
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
        if (Gaps[0].Leave1 < Never)
            return Gaps[0].Leave1 + way <= Gaps[0].Reach1;
        return Gaps[0].Leave0 + way <= Gaps[0].Reach0
            || (Gaps[0].Leave0 <= _facts.BreakUntil && Math.Max(Gaps[0].Leave0 + way, _facts.BreakFrom) + _facts.BreakLength <= Gaps[0].Reach1);
    }
}
