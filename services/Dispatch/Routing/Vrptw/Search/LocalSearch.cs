using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>
/// A stop in a route; one cache line. Driven from the depot as early as possible, a vehicle <see cref="Leave"/>s it then and has gone
/// back in time by <see cref="WarpTo"/> so far; arriving at it by <see cref="Latest"/>, the rest of the route costs
/// <see cref="WarpFrom"/> and no more. A route up to one stop and a route from another on can so be joined in constant time
/// (the concatenation of Vidal et al. 2013, which for these two kinds of segment needs two numbers each).
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct Stop
{
    public int Next;
    public int Prev;
    public int Route;
    public int Position;
    public int Leave;
    public int Latest;
    public int Load;
    public int Node;
    public int Ready;
    public int Due;
    public int Service;
    public int Demand;
    public long WarpTo;
    public long WarpFrom;
}

/// <summary>What lateness and overload cost, each in 1/64 of the distance's unit.</summary>
internal readonly record struct Penalties(long Warp, long Load);

/// <summary>
/// Local search over routes that may be late or overloaded at a price. Every move that is looked at makes one arc between near
/// customers: relocation and exchange of up to three customers, exchange of tails, reversal within a route.
/// </summary>
internal sealed unsafe partial class LocalSearch
{
    /// <summary>Costs are in 1/64 of the distance's unit, so that penalties may be finer than it.</summary>
    public const int Fine = 6;

    private const int LongestPiece = 3;

    private readonly Chance _chance;
    private readonly int _n;
    private readonly int _nodes;
    private readonly int _routes;
    private readonly int _capacity;
    private readonly int* _dist;
    private readonly int* _dur;
    private readonly Stop* _stops;
    private readonly int* _neighbours;
    private readonly int _near;
    private readonly int* _order;
    private readonly int* _size;
    private readonly long* _changed;
    private readonly long* _tested;
    private readonly long* _penalty;
    private Penalties _price;
    private long _moves;

    /// <param name="neighbours">Of <see cref="Flat.Neighbours"/>, with <paramref name="near"/> a row.</param>
    public LocalSearch(Flat flat, int routes, int* neighbours, int near, Chance chance)
    {
        (_routes, _near, _chance) = (routes, near, chance);
        (_n, _nodes, _capacity) = (flat.Customers, flat.Nodes, flat.Capacity);
        _neighbours = neighbours;
        _dist = flat.Distance;
        _dur = flat.Duration;
        _stops = flat.Room<Stop>(_n + 1 + 2 * routes);
        _order = flat.Room<int>(_n);
        _size = flat.Room<int>(routes);
        _changed = flat.Room<long>(routes);
        _tested = flat.Room<long>(_n + 1);
        _penalty = flat.Room<long>(routes);
        for (var i = 1; i <= _n; i++)
        {
            _order[i - 1] = i;
            _stops[i] = new Stop { Node = i, Ready = flat.Ready[i], Due = flat.Due[i], Service = flat.Service[i], Demand = flat.Demand[i] };
        }
        for (var route = 0; route < routes; route++)
        {
            _stops[StartOf(route)] = new Stop { Route = route, Ready = flat.Ready[0], Due = flat.Due[0], Leave = flat.Ready[0] };
            _stops[EndOf(route)] = new Stop { Route = route, Ready = flat.Ready[0], Due = flat.Due[0], Latest = flat.Due[0] };
        }
    }

    /// <summary>Distance of all routes as they stand.</summary>
    public long Distance { get; private set; }

    /// <summary>Told after each move how much the cost has changed by the move's own reckoning.</summary>
    public Action<long>? Moved { get; set; }

    private int StartOf(int route) => _n + 1 + route;

    private int EndOf(int route) => _n + 1 + _routes + route;

    /// <summary>
    /// Takes routes over. Customers of routes below <paramref name="unchanged"/> are known to be at a local optimum among themselves:
    /// only what has to do with the others is looked at.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(Plan plan, Penalties price, int unchanged = 0)
    {
        _price = price;
        _moves = 1;
        Distance = 0;
        for (var i = 1; i <= _n; i++)
        {
            _stops[i].Route = -1;
            _tested[i] = 0;
        }
        for (var route = 0; route < _routes; route++)
        {
            var at = StartOf(route);
            if (route < plan.Routes)
            {
                for (var i = plan.Start[route]; i < plan.Start[route + 1]; i++)
                {
                    var next = plan.Order[i];
                    _stops[at].Next = next;
                    _stops[next].Prev = at;
                    at = next;
                }
            }
            _stops[at].Next = EndOf(route);
            _stops[EndOf(route)].Prev = at;
            Update(route);
            _changed[route] = route < unchanged ? 0 : 1;
            for (var stop = _stops + StartOf(route); stop != _stops + EndOf(route); stop = _stops + stop->Next)
                Distance += Way(stop, _stops + stop->Next);
        }
    }

    /// <summary>The routes as they stand, without empty ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Plan Save()
    {
        var used = 0;
        var served = 0;
        for (var route = 0; route < _routes; route++)
        {
            if (_size[route] > 0)
                used++;
            served += _size[route];
        }
        var order = new int[served];
        var start = new int[used + 1];
        long warp = 0, excess = 0;
        var (filled, at) = (0, 0);
        for (var route = 0; route < _routes; route++)
        {
            if (_size[route] == 0)
                continue;
            for (var stop = _stops[StartOf(route)].Next; stop <= _n; stop = _stops[stop].Next)
                order[at++] = stop;
            start[++filled] = at;
            warp += _stops[EndOf(route)].WarpTo;
            excess += Math.Max(0, _stops[EndOf(route)].Load - _capacity);
        }
        return new Plan(order, start) { Distance = Distance, Warp = warp, Excess = excess };
    }

    /// <summary>Improves until no move that is looked at helps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Improve()
    {
        var again = true;
        for (var round = 0; again; round++)
        {
            again = false;
            _chance.Shuffle(_order, _n);
            for (var i = 0; i < _n; i++)
            {
                var u = _stops + _order[i];
                if (u->Route < 0)
                    continue;
                var tested = _tested[_order[i]];
                _tested[_order[i]] = _moves;
                var before = _moves;
                var row = _neighbours + (long)_order[i] * _near;
                for (var k = 0; k < _near; k++)
                {
                    var v = _stops + row[k];
                    if (v->Route < 0 || Math.Max(_changed[u->Route], _changed[v->Route]) <= tested)
                        continue;
                    Pair(u, v);
                }
                if (round > 0 || tested > 0)
                {
                    if (_changed[u->Route] > tested)
                        ToEmptyRoute(u);
                }
                else
                {
                    again = true;
                }
                again |= _moves != before;
            }
        }
    }

    /// <summary>
    /// Looks at the moves that lead from v straight to u, and at u straight before v. What a move does to the distance is told from few
    /// arcs; only if that could outweigh what the routes' faults cost now is the move looked at in full.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Pair(Stop* u, Stop* v)
    {
        var same = u->Route == v->Route;
        var bound = same ? _price.Warp * _stops[EndOf(u->Route)].WarpTo : _penalty[u->Route] + _penalty[v->Route];
        var before = _stops + u->Prev;
        var other = _stops + v->Next;
        int* fromBefore = _dist + before->Node * _nodes, fromV = _dist + v->Node * _nodes;
        var join = fromV[u->Node] - fromBefore[u->Node] - fromV[other->Node];
        var cross = join + fromBefore[other->Node];
        if (!same && (long)cross << Fine < bound && Tails(v, u))
            return true;
        var otherBefore = _stops + v->Prev;
        var onward = _stops + u->Next;
        if ((long)(Way(otherBefore, u) + Way(u, v) - Way(otherBefore, v) + fromBefore[onward->Node] - fromBefore[u->Node] - Way(u, onward)) << Fine < bound
            && Relocate(u, u, otherBefore))
            return true;
        if (other == u)
            return false;
        var last = u;
        for (var length = 1; ; length++)
        {
            var next = _stops + last->Next;
            var fromLast = _dist + last->Node * _nodes;
            var away = fromLast[next->Node];
            if ((long)(join + fromBefore[next->Node] - away + fromLast[other->Node]) << Fine < bound && Relocate(u, last, v))
                return true;
            var otherLast = other;
            for (var otherLength = 1; otherLength <= LongestPiece && otherLast->Node != 0; otherLength++)
            {
                var otherNext = _stops + otherLast->Next;
                var fromOther = _dist + otherLast->Node * _nodes;
                if ((long)(cross + fromOther[next->Node] + fromLast[otherNext->Node] - away - fromOther[otherNext->Node]) << Fine < bound
                    && Exchange(u, last, other, otherLast))
                    return true;
                otherLast = otherNext;
            }
            if (length == LongestPiece || next->Node == 0)
                break;
            last = next;
        }
        return same && v->Position < u->Position && Reverse(v, u);
    }

    private void ToEmptyRoute(Stop* u)
    {
        if (_size[u->Route] < 2)
            return;
        var empty = 0;
        while (empty < _routes && _size[empty] > 0)
            empty++;
        if (empty == _routes)
            return;
        var start = _stops + StartOf(empty);
        if (!Relocate(u, u, start) && u->Position > 1)
            Tails(start, u);
    }

    /// <summary>Puts a customer that is in no route where it costs least, near its neighbours or in an empty route.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Insert(int customer)
    {
        var u = _stops + customer;
        var best = long.MaxValue;
        Stop* after = null;
        var row = _neighbours + (long)customer * _near;
        for (var k = 0; k < _near; k++)
        {
            var v = _stops + row[k];
            if (v->Route < 0)
                continue;
            Consider(u, v, ref best, ref after);
            Consider(u, _stops + v->Prev, ref best, ref after);
        }
        for (var route = 0; route < _routes; route++)
        {
            if (_size[route] > 0 && after != null)
                continue;
            Consider(u, _stops + StartOf(route), ref best, ref after);
            if (_size[route] == 0)
                break;
        }
        Distance += Way(after, u) + Way(u, _stops + after->Next) - Way(after, _stops + after->Next);
        u->Prev = (int)(after - _stops);
        u->Next = after->Next;
        _stops[u->Next].Prev = customer;
        after->Next = customer;
        Update(after->Route);
        _changed[after->Route] = 1;
    }

    private void Consider(Stop* u, Stop* after, ref long best, ref Stop* place)
    {
        var next = _stops + after->Next;
        var cost = ((long)(Way(after, u) + Way(u, next) - Way(after, next)) << Fine) - _penalty[after->Route];
        if (cost >= best)
            return;
        cost += Overload(_stops[EndOf(after->Route)].Load + u->Demand);
        var (time, warp, at) = (after->Leave, after->WarpTo, after->Node);
        Visit(ref time, ref warp, ref at, u);
        cost += _price.Warp * (warp + Join(time, at, next));
        if (cost < best)
        {
            best = cost;
            place = after;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Update(int route)
    {
        var end = _stops + EndOf(route);
        var stop = _stops + StartOf(route);
        var (time, load, position, at) = (stop->Leave, 0, 0, 0);
        long warp = 0;
        do
        {
            stop = _stops + stop->Next;
            Visit(ref time, ref warp, ref at, stop);
            load += stop->Demand;
            stop->Route = route;
            stop->Position = ++position;
            stop->Leave = time;
            stop->WarpTo = warp;
            stop->Load = load;
        }
        while (stop != end);
        _size[route] = position - 1;
        _penalty[route] = _price.Warp * warp + Overload(load);

        var start = _stops + StartOf(route);
        while (stop != start)
        {
            var before = _stops + stop->Prev;
            var latest = stop->Latest - _dur[before->Node * _nodes + stop->Node] - before->Service;
            var over = before->Ready - latest;
            before->WarpFrom = stop->WarpFrom + Math.Max(0, over);
            before->Latest = Math.Max(before->Ready, Math.Min(before->Due, latest));
            stop = before;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Way(Stop* from, Stop* to) => _dist[from->Node * _nodes + to->Node];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Overload(int load) => load > _capacity ? (load - _capacity) * _price.Load : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Visit(ref int time, ref long warp, ref int at, Stop* to)
    {
        var arrival = time + _dur[at * _nodes + to->Node];
        var late = arrival - to->Due;
        if (late > 0)
        {
            warp += late;
            arrival = to->Due;
        }
        time = Math.Max(arrival, to->Ready) + to->Service;
        at = to->Node;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Join(int time, int at, Stop* to) => to->WarpFrom + Math.Max(0, time + _dur[at * _nodes + to->Node] - to->Latest);
}
