namespace EServices.Dispatch.Routing.Vrptw.Search;

internal sealed unsafe partial class RuinAndRecreate
{
    /// <summary>
    /// Takes one route after another out of the loaded plan and finds its customers places in the others, those first that were absent
    /// most often (the paper's fleet minimization), until that share of the budget is used.
    /// </summary>
    /// <returns>The plan with the fewest routes in which nobody is absent; it is loaded, and no route may be opened from now on.</returns>
    public Plan Reduce(double until)
    {
        var best = Save();
        long demand = 0;
        for (var i = 1; i < _nodes; i++)
            demand += _halts[i].Demand;
        while (_used > 1 && (_used - 1) * (long)_capacity >= demand && _budget.Used < until && !_budget.Spent)
        {
            Drop();
            var fewer = Run(until, Warm, Cold, untilComplete: true);
            if (fewer.Served < _n)
                break;
            best = fewer;
        }
        // Another thread may have come further.
        if (_incumbent.Best is { } other && other.Served == _n && other.Routes < best.Routes)
            best = other;
        _fleet = best.Routes;
        Load(best);
        return best;
    }

    /// <summary>Dissolves the route whose customers have been absent least often.</summary>
    private void Drop()
    {
        var (least, leastSum) = (-1, long.MaxValue);
        for (var route = 0; route < _routes; route++)
        {
            if (_size[route] == 0)
                continue;
            long sum = 0;
            for (var stop = _halts[StartOf(route)].Next; stop < _nodes; stop = _halts[stop].Next)
                sum += 1 + _absences[stop];
            if (sum < leastSum)
                (least, leastSum) = (route, sum);
        }
        _distance -= Length(least);
        for (var stop = _halts[StartOf(least)].Next; stop < _nodes;)
        {
            var next = _halts[stop].Next;
            _halts[stop].Route = -1;
            stop = next;
        }
        Link(_halts + StartOf(least), _halts + EndOf(least));
        Update(least);
        _distance += Length(least);
        _used--;
        _fleet = _used;
        CountAbsent();
    }
}
