using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>
/// Fewer routes (the ejection pool of Nagata and Bräysy 2009): one route is dissolved, and its customers are put into the others one after
/// another. Who finds no place is squeezed in, and the route mended by local search; where that fails, customers who were seldom hard to
/// place make room and wait in the pool themselves. Between tries the plan is shuffled by moves that keep it in time. Distance is of no account.
/// </summary>
internal sealed unsafe partial class RouteElimination
{
    /// <summary>Moves that are tried between two customers of the pool.</summary>
    private const int Shuffles = 1000;

    /// <summary>Neighbours that are looked at for mending and shuffling. The paper takes 100, and finds its plans in several times as long.</summary>
    private const int Near = 30;

    private readonly Flat _flat;
    private readonly Chance _chance;
    private readonly Incumbent _incumbent;
    private readonly Budget _budget;
    private readonly int _n;
    private readonly int _nodes;
    private readonly int _routes;
    private readonly int _capacity;
    private readonly int* _dur;
    private readonly Stop* _stops;
    private readonly int* _neighbours;
    private readonly int _near;
    private readonly int* _pool;
    private readonly int* _size;
    private readonly double* _fault;
    private readonly long* _refusals;
    private int _pooled;
    private int _used;

    /// <param name="routes">As many as the plans have that are to be reduced.</param>
    public RouteElimination(Flat flat, int routes, Incumbent incumbent, Budget budget, Chance chance)
    {
        (_flat, _incumbent, _budget, _chance) = (flat, incumbent, budget, chance);
        (_n, _nodes, _routes, _capacity) = (flat.Customers, flat.Nodes, routes, flat.Capacity);
        _dur = flat.Duration;
        _near = Math.Min(_n - 1, Near);
        _neighbours = flat.Neighbours(_near);
        _stops = flat.Room<Stop>(_nodes + 2 * routes);
        _pool = flat.Room<int>(_n);
        _size = flat.Room<int>(routes);
        _fault = flat.Room<double>(routes);
        _refusals = flat.Room<long>(_nodes);
        _kept = flat.Room<long>(routes);
        _memory = flat.Room<int>(_n);
        _memorized = flat.Room<int>(3 * routes);
        _sequence = flat.Room<int>(_n + 3);
        _latest = flat.Room<int>(_n + 3);
        double hours = 0, demand = 0;
        for (var i = 1; i < _nodes; i++)
        {
            _stops[i] = new Stop { Node = i, Ready = flat.Ready[i], Due = flat.Due[i], Service = flat.Service[i], Demand = flat.Demand[i] };
            hours += Math.Min(_dur[i * _nodes + _neighbours[i * _near]], VrptwProblem.NoRoad / 1000) + flat.Service[i];
            demand += flat.Demand[i];
        }
        for (var route = 0; route < routes; route++)
        {
            _stops[StartOf(route)] = new Stop { Route = route, Ready = flat.Ready[0], Due = flat.Due[0], Leave = flat.Ready[0] };
            _stops[EndOf(route)] = new Stop { Route = route, Ready = flat.Ready[0], Due = flat.Due[0], Latest = flat.Due[0] };
        }
        _warpPrice = Math.Max(1, demand) / Math.Max(1, hours);
    }

    /// <summary>Goes on from the incumbent where another thread has come further.</summary>
    public bool Shares { get; init; }

    private int StartOf(int route) => _nodes + route;

    private int EndOf(int route) => _nodes + _routes + route;

    /// <summary>
    /// Takes one route after another out of a plan that serves everybody in time, until <paramref name="fewest"/> are left or that share of the
    /// budget is used, and tells the incumbent of each plan that has fewer.
    /// </summary>
    /// <returns>The plan with the fewest routes.</returns>
    public Plan Reduce(Plan plan, int fewest, double until)
    {
        Load(plan);
        while (_used > fewest && _budget.Used < until && !_budget.Spent)
        {
            Dissolve();
            if (Eliminate(until))
                _incumbent.Offer(plan = Save());
            else if (Overtaken() is { } other)
                plan = other;
            else
                break;
            Load(plan);
        }
        return plan;
    }

    /// <summary>Another thread's plan, if it has as few routes as are looked for here.</summary>
    private Plan? Overtaken() => Shares && _incumbent.Best is { } other && other.Served == _n && other.Routes <= _used ? other : null;

    /// <summary>Empties the pool; false if the budget is used before, or another thread was faster.</summary>
    private bool Eliminate(double until)
    {
        for (var i = 1; i < _nodes; i++)
            _refusals[i] = 1;
        while (_pooled > 0)
        {
            if (!_budget.Spend(1) || _budget.Used >= until || Overtaken() is not null)
                return false;
            var customer = _pool[--_pooled];
            if (InsertInTime(customer) || Squeeze(customer))
                continue;
            _refusals[customer]++;
            if (!InsertEjecting(customer))
                _pool[_pooled++] = customer;
            Shuffle();
        }
        return true;
    }

    /// <summary>Puts the customers of the smallest route into the pool; the last route takes its number.</summary>
    private void Dissolve()
    {
        var smallest = 0;
        for (var route = 1; route < _used; route++)
            if (_size[route] < _size[smallest])
                smallest = route;
        _pooled = 0;
        for (var stop = _stops + _stops[StartOf(smallest)].Next; stop->Node != 0; stop = _stops + stop->Next)
        {
            stop->Route = -1;
            _pool[_pooled++] = stop->Node;
        }
        _chance.Shuffle(_pool, _pooled);
        _used--;
        if (smallest == _used)
            return;
        Link(_stops + StartOf(smallest), _stops + _stops[StartOf(_used)].Next);
        Link(_stops + _stops[EndOf(_used)].Prev, _stops + EndOf(smallest));
        Update(smallest);
    }

    /// <summary>Numbers the plan's routes from 0; there are no others.</summary>
    private void Load(Plan plan)
    {
        (_used, _pooled) = (plan.Routes, 0);
        for (var route = 0; route < _used; route++)
        {
            var at = _stops + StartOf(route);
            foreach (var customer in plan.Route(route))
            {
                Link(at, _stops + customer);
                at = _stops + customer;
            }
            Link(at, _stops + EndOf(route));
            Update(route);
        }
    }

    private Plan Save()
    {
        var order = new List<int>(_n);
        var start = new List<int>(_used + 1) { 0 };
        for (var route = 0; route < _used; route++)
        {
            for (var stop = _stops[StartOf(route)].Next; stop < _nodes; stop = _stops[stop].Next)
                order.Add(stop);
            if (_size[route] > 0)
                start.Add(order.Count);
        }
        return Plan.Of(_flat, [.. order], [.. start]);
    }

    /// <summary>Into a place at random of all that keep every window and the capacity; false if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool InsertInTime(int customer)
    {
        var u = _stops + customer;
        var found = 0;
        Stop* place = null;
        for (var route = 0; route < _used; route++)
        {
            if (_stops[EndOf(route)].Load + u->Demand > _capacity)
                continue;
            for (var v = _stops + StartOf(route); v != _stops + EndOf(route); v = _stops + v->Next)
            {
                var arrival = v->Leave + Hours(v, u);
                if (arrival > u->Due)
                    continue;
                var next = _stops + v->Next;
                if (Math.Max(arrival, u->Ready) + u->Service + Hours(u, next) <= next->Latest && _chance.Below(++found) == 0)
                    place = v;
            }
        }
        if (place == null)
            return false;
        Insert(u, place);
        return true;
    }
}
