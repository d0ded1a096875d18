namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>
/// Hybrid genetic search (Vidal et al. 2013, Vidal 2022): plans are crossed, improved by local search in which lateness and overload
/// have a price, and kept by cost and difference. Prices follow how many of the improved plans keep all windows.
/// </summary>
internal sealed unsafe class GeneticSearch
{
    private const int Smallest = 25;
    private const int Generation = 40;
    private const double Target = 0.4;
    private const int PatiencePerCustomer = 30;

    private readonly Flat _flat;
    private readonly Chance _chance;
    private readonly Incumbent _incumbent;
    private readonly Budget _budget;
    private readonly int _routes;
    private readonly LocalSearch _search;
    private readonly Population _population;
    private readonly RouteExchange _exchange;
    private double _warpPrice;
    private double _loadPrice;
    private int _seen;
    private int _inTime;
    private int _inCapacity;

    public GeneticSearch(Flat flat, int routes, Incumbent incumbent, Budget budget, Chance chance)
    {
        (_flat, _routes, _incumbent, _budget, _chance) = (flat, routes, incumbent, budget, chance);
        var near = Math.Min(flat.Customers - 1, 40);
        var neighbours = flat.Neighbours(near);
        _search = new LocalSearch(flat, routes, neighbours, near, chance);
        _population = new Population(flat.Customers, Smallest, Generation, chance);
        _exchange = new RouteExchange(flat, neighbours, near, chance);
        double way = 0, hours = 0, demand = 1;
        for (var i = 1; i < flat.Nodes; i++)
        {
            for (var k = 0; k < Math.Min(near, 10); k++)
            {
                var arc = i * flat.Nodes + neighbours[i * near + k];
                way += Math.Min(flat.Distance[arc], VrptwProblem.NoRoad / 1000);
                hours += Math.Min(flat.Duration[arc], VrptwProblem.NoRoad / 1000);
            }
            demand = Math.Max(demand, flat.Demand[i]);
        }
        _warpPrice = (1 << LocalSearch.Fine) * (hours > 0 ? way / hours : 1);
        double longest = 0;
        for (var i = 1; i < flat.Nodes; i++)
            longest = Math.Max(longest, Math.Min(flat.Distance[i], VrptwProblem.NoRoad / 1000));
        _loadPrice = (1 << LocalSearch.Fine) * Math.Max(1, longest / demand);
    }

    /// <summary>Takes the incumbent in now and then, when other threads look for it too.</summary>
    public bool Shares { get; init; }

    private Penalties Price => new((long)Math.Clamp(_warpPrice, 1, 1e9), (long)Math.Clamp(_loadPrice, 1, 1e9));

    /// <summary>Searches until the budget is spent, or until <paramref name="enough"/> says so.</summary>
    public void Run(IReadOnlyList<Plan> seeds, Func<bool>? enough = null)
    {
        var (idle, round) = (0, 0);
        var taken = _incumbent.Best;
        // A population has settled soon; another one finds more than this one's last hours.
        var patience = Math.Max(200, PatiencePerCustomer * _flat.Customers);
        Populate(seeds);
        while (_budget.Spend(1) && enough?.Invoke() != true)
        {
            if (Shares && ++round % 500 == 0 && _incumbent.Best is { } shared && shared != taken && shared.Served == _flat.Customers && shared.Routes <= _routes)
                _population.Add(taken = shared, Price);
            var (first, second) = _population.Parents(Price);
            var child = _exchange.Cross(first, second);
            _search.Load(child, Price, _exchange.Unchanged);
            foreach (var customer in _exchange.Missing)
                _search.Insert(customer);
            _search.Improve();
            if (Educated())
                idle = 0;
            else if (++idle > patience)
            {
                idle = 0;
                _population.Clear();
                Populate([]);
            }
        }
    }

    private void Populate(IReadOnlyList<Plan> seeds)
    {
        foreach (var seed in seeds)
        {
            _search.Load(seed, Price);
            _search.Improve();
            Educated();
        }
        for (var i = seeds.Count; i < Smallest && !_budget.Spent; i++)
        {
            _search.Load(Random(), Price);
            _search.Improve();
            Educated();
        }
    }

    private Plan Random()
    {
        var order = new int[_flat.Customers];
        for (var i = 0; i < order.Length; i++)
            order[i] = i + 1;
        fixed (int* items = order)
            _chance.Shuffle(items, order.Length);
        // Half of them with one route more than the best plan: local search closes a route more easily than it opens one.
        var routes = Math.Min(_routes, _incumbent.Best is { } best ? best.Routes + _chance.Below(2) : _routes);
        routes = Math.Max(1, routes);
        var start = new int[routes + 1];
        for (var route = 0; route <= routes; route++)
            start[route] = (int)((long)order.Length * route / routes);
        return new Plan(order, start);
    }

    /// <summary>Keeps what the local search has made, mended where it is late or overloaded; true if it is the best so far.</summary>
    private bool Educated()
    {
        var plan = _search.Save();
        _seen++;
        _inTime += plan.Warp == 0 ? 1 : 0;
        _inCapacity += plan.Excess == 0 ? 1 : 0;
        _population.Add(plan, Price);
        var better = _incumbent.Offer(plan);
        if (!plan.Feasible && _chance.Below(2) == 0)
        {
            var price = Price;
            _search.Load(plan, new Penalties(price.Warp * 10, price.Load * 10));
            _search.Improve();
            var mended = _search.Save();
            if (mended.Feasible)
            {
                _population.Add(mended, price);
                better |= _incumbent.Offer(mended);
            }
        }
        if (_seen >= 50)
        {
            _warpPrice = Adapt(_warpPrice, (double)_inTime / _seen);
            _loadPrice = Adapt(_loadPrice, (double)_inCapacity / _seen);
            _seen = _inTime = _inCapacity = 0;
        }
        return better;
    }

    private static double Adapt(double price, double share) => Math.Clamp(share < Target - 0.05 ? price * 1.2 : share > Target + 0.05 ? price * 0.85 : price, 1, 1e9);
}
