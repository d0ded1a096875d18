namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>The best plan that any thread has found: most customers served, then, where asked, fewest vehicles, then least distance.</summary>
internal sealed class Incumbent(Flat flat, bool vehiclesFirst, Budget budget, Action<VrptwProgress>? progress)
{
    private readonly Lock _lock = new();
    private volatile Plan? _best;

    public Plan? Best => _best;

    public bool VehiclesFirst => vehiclesFirst;

    /// <summary>When a plan first served every customer.</summary>
    public TimeSpan? FirstComplete { get; private set; }

    /// <summary>Calls customers otherwise from now on: the best plan names customer c by <paramref name="numbers"/>[c].</summary>
    public void Renumber(int[] numbers)
    {
        lock (_lock)
        {
            if (_best is { } plan)
                _best = new Plan(Array.ConvertAll(plan.Order, customer => numbers[customer]), plan.Start) { Distance = plan.Distance, Warp = plan.Warp, Excess = plan.Excess };
        }
    }

    public bool IsBetter(Plan plan, Plan? than)
    {
        if (than is null)
            return true;
        if (plan.Served != than.Served)
            return plan.Served > than.Served;
        if (vehiclesFirst && plan.Routes != than.Routes)
            return plan.Routes < than.Routes;
        return plan.Distance < than.Distance;
    }

    /// <summary>Offers a plan that keeps windows and capacity; true if it is the best so far.</summary>
    public bool Offer(Plan plan)
    {
        if (!plan.Feasible || !IsBetter(plan, _best))
            return false;
        lock (_lock)
        {
            if (!IsBetter(plan, _best))
                return false;
            _best = plan;
            if (plan.Served == flat.Customers)
                FirstComplete ??= budget.Elapsed;
            progress?.Invoke(new VrptwProgress(budget.Elapsed, plan.Routes, plan.Distance));
        }
        return true;
    }
}
