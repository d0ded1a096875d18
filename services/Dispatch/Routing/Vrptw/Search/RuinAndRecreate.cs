using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>
/// Slack induction by string removals (Christiaens and Vanden Berghe 2020): strings of neighbouring customers leave near routes and are
/// put back greedily, in varied order and now and then blind to a place; simulated annealing decides what stays. Before each ruin two routes
/// may exchange their ends. All routes are in time and within capacity at all times; who finds no place is absent. Routes that change are
/// remembered and put back if the change is refused.
/// </summary>
internal sealed unsafe partial class RuinAndRecreate
{
    /// <summary>Temperatures of short runs, in <see cref="_spacing"/>: at the start, and at the end.</summary>
    public const double Warm = 0.4;
    public const double Cold = 0.01;

    /// <summary>
    /// Temperatures for problems whose first plan is far from good and whose time allows a few thousand iterations to a customer: so hot that the first plan is
    /// forgotten, and no colder at the end than what still moves.
    /// </summary>
    public const double Hottest = 3;
    public const double Cool = 0.06;

    private const double MeanRemoved = 10;
    private const int LongestString = 10;
    private const double SplitChance = 0.5;
    private const double LongerPieceChance = 0.01;
    private const double BlinkRate = 0.01;

    private readonly Chance _chance;
    private readonly Incumbent _incumbent;
    private readonly Budget _budget;
    private readonly int _n;
    private readonly int _nodes;
    private readonly int _routes;
    private readonly int _capacity;
    private readonly int* _dist;
    private readonly int* _dur;
    private readonly int* _distTo;
    private readonly int* _durTo;
    private readonly Halt* _halts;
    private readonly int* _before;
    private readonly int* _after;
    private readonly int* _beside;
    private readonly int _near;
    private readonly int _far;
    private readonly int* _load;
    private readonly int* _size;
    private readonly long* _ruined;
    private readonly long* _kept;
    private readonly int* _memory;
    private readonly int* _memorized;
    private readonly int* _pool;
    private readonly int* _keys;
    private readonly int* _absences;
    private readonly int* _note;

    /// <summary>How far apart customers are where they are spread evenly: twice the mean distance of all pairs over the root of their number.</summary>
    private readonly double _spacing;
    private int _noted;
    private int _memoryUsed;
    private int _memorizedCount;
    private int _pooled;
    private int _used;
    private int _fleet;
    private long _distance;
    private long _iteration;
    private int _untilBlink;
    private int _absent;
    private long _absentSum;

    /// <summary>A stop in time: a vehicle leaves it at <see cref="Leave"/> at the earliest, and may arrive at <see cref="Latest"/> at the latest.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Halt
    {
        public int Next;
        public int Prev;
        public int Route;
        public int Leave;
        public int Latest;
        public int ToNext;
        public int FromPrev;
        public int Node;
        public int Ready;
        public int Due;
        public int Service;
        public int Demand;
    }

    public RuinAndRecreate(Flat flat, Incumbent incumbent, Budget budget, Chance chance)
    {
        (_incumbent, _budget, _chance) = (incumbent, budget, chance);
        (_n, _nodes, _routes, _capacity, _fleet) = (flat.Customers, flat.Nodes, flat.Vehicles, flat.Capacity, flat.Vehicles);
        _dist = flat.Distance;
        _dur = flat.Duration;
        _distTo = flat.Transposed(flat.Distance);
        _durTo = flat.Duration == flat.Distance ? _distTo : flat.Transposed(flat.Duration);
        _near = Math.Min(_n - 1, 50);
        _far = Math.Min(_n - 1, 150);
        _before = flat.Room<int>(2 * _nodes * Math.Max(1, _near));
        _after = flat.Room<int>(2 * _nodes * Math.Max(1, _near));
        _beside = flat.Room<int>(_nodes * Math.Max(1, _far));
        _load = flat.Room<int>(_routes);
        _size = flat.Room<int>(_routes);
        _ruined = flat.Room<long>(_routes);
        _kept = flat.Room<long>(_routes);
        _memory = flat.Room<int>(_n);
        _memorized = flat.Room<int>(3 * _routes);
        _pool = flat.Room<int>(_n);
        _note = flat.Room<int>(_n);
        _keys = flat.Room<int>(_n);
        _absences = flat.Room<int>(_nodes);
        _halts = flat.Room<Halt>(_nodes + 2 * _routes);
        for (var i = 1; i < _nodes; i++)
            _halts[i] = new Halt { Node = i, Ready = flat.Ready[i], Due = flat.Due[i], Service = flat.Service[i], Demand = flat.Demand[i] };
        for (var route = 0; route < _routes; route++)
        {
            _halts[StartOf(route)] = new Halt { Route = route, Ready = flat.Ready[0], Due = flat.Due[0], Leave = flat.Ready[0] };
            _halts[EndOf(route)] = new Halt { Route = route, Ready = flat.Ready[0], Due = flat.Due[0], Latest = flat.Due[0] };
        }
        _spacing = 2 * flat.MeanDistance() / Math.Sqrt(_n);
        Neighbour();
        Blink();
    }

    /// <summary>No route is opened above so many; plans that are loaded have no more.</summary>
    public int Fleet { get => _fleet; set => _fleet = value; }

    /// <summary>Goes on from the incumbent now and then, when other threads look for it too.</summary>
    public bool Shares { get; init; }

    private int StartOf(int route) => _nodes + route;

    private int EndOf(int route) => _nodes + _routes + route;

    /// <summary>For every customer: who may come before it and after it in time, nearest first, and who is nearest at all; the former two with the arc's cost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Neighbour()
    {
        var keys = new int[_nodes];
        var items = new int[_nodes];
        for (var c = 1; c < _nodes; c++)
        {
            for (var list = 0; list < 3; list++)
            {
                var found = 0;
                for (var v = 1; v < _nodes; v++)
                {
                    if (v == c)
                        continue;
                    var possible = list switch
                    {
                        0 => _halts[v].Ready + _halts[v].Service + _dur[v * _nodes + c] <= _halts[c].Due,
                        1 => _halts[c].Ready + _halts[c].Service + _dur[c * _nodes + v] <= _halts[v].Due,
                        _ => true,
                    };
                    if (!possible)
                        continue;
                    keys[found] = list switch { 0 => _dist[v * _nodes + c], 1 => _dist[c * _nodes + v], _ => Math.Min(_dist[v * _nodes + c], _dist[c * _nodes + v]) };
                    items[found++] = v;
                }
                Array.Sort(keys, items, 0, found);
                if (list == 2)
                {
                    for (var k = 0; k < _far; k++)
                        _beside[(long)c * _far + k] = k < found ? items[k] : 0;
                    continue;
                }
                var row = (list == 0 ? _before : _after) + 2L * c * _near;
                for (var k = 0; k < Math.Min(found, _near); k++)
                    (row[2 * k], row[2 * k + 1]) = (items[k], keys[k]);
            }
        }
    }

    /// <summary>Takes a plan over that is in time and within capacity; whom it leaves out is absent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(Plan plan)
    {
        for (var i = 1; i < _nodes; i++)
            _halts[i].Route = -1;
        (_distance, _used) = (0, 0);
        for (var route = 0; route < _routes; route++)
        {
            var at = StartOf(route);
            if (route < plan.Routes)
            {
                foreach (var next in plan.Route(route))
                {
                    Link(_halts + at, _halts + next);
                    at = next;
                }
            }
            Link(_halts + at, _halts + EndOf(route));
            Update(route);
            _distance += Length(route);
            _used += _size[route] > 0 ? 1 : 0;
        }
        CountAbsent();
    }

    public Plan Save()
    {
        Note();
        return Noted(_distance);
    }

    /// <summary>Writes the routes down: every customer in order, the last of a route with a minus.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Note()
    {
        _noted = 0;
        for (var route = 0; route < _routes; route++)
        {
            if (_size[route] == 0)
                continue;
            for (var stop = _halts[StartOf(route)].Next; stop < _nodes; stop = _halts[stop].Next)
                _note[_noted++] = stop;
            _note[_noted - 1] = -_note[_noted - 1];
        }
    }

    private Plan Noted(long distance)
    {
        var order = new int[_noted];
        var start = new List<int>(_used + 1) { 0 };
        for (var i = 0; i < _noted; i++)
        {
            order[i] = Math.Abs(_note[i]);
            if (_note[i] < 0)
                start.Add(i + 1);
        }
        return new Plan(order, [.. start]) { Distance = distance };
    }

    /// <summary>Anneals the loaded plan until that share of the budget is used, telling the incumbent of what is better.</summary>
    /// <param name="hot">Temperature at the start, in spacings of the customers; falls geometrically to <paramref name="cold"/>.</param>
    /// <param name="untilComplete">Ends as soon as nobody is absent.</param>
    /// <returns>The best plan of this run; one in which nobody is absent if there was such.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Plan Run(double until, double hot, double cold, bool untilComplete = false)
    {
        var from = _budget.Used;
        double temperature = hot * _spacing, share = 0;
        var (bestDistance, bestAbsent) = (_distance, _absent);
        var best = Save();
        const int step = 100;
        var (spent, told) = (false, true);
        while (!spent && share < 1 && !(untilComplete && _absent == 0))
        {
            for (var i = 0; i < step; i++)
            {
                ExchangeTails(temperature);
                var (distance, absent, absentSum, used) = (_distance, _absent, _absentSum, _used);
                _iteration++;
                Ruin();
                Recreate();
                CountAbsentPool();
                bool accepted;
                if (_absent == 0 && absent == 0)
                    accepted = _distance < distance - temperature * Math.Log(_chance.Unit() + 1e-300);
                else if (_absentSum != absentSum)
                    accepted = _absentSum < absentSum;
                else
                    accepted = _absent < absent || (_absent == absent && _distance < distance - temperature * Math.Log(_chance.Unit() + 1e-300));
                if (_absent > 0)
                    for (var k = 0; k < _pooled; k++)
                        if (_halts[_pool[k]].Route < 0)
                            _absences[_pool[k]]++;
                if (!accepted)
                {
                    Restore();
                    (_distance, _absent, _absentSum, _used) = (distance, absent, absentSum, used);
                }
                if (_absent > 0)
                    CountAbsent();
                else
                    _absentSum = 0;
                if (_absent < bestAbsent || (_absent == bestAbsent && _distance < bestDistance))
                {
                    (bestDistance, bestAbsent, told) = (_distance, _absent, false);
                    Note();
                }
                if (untilComplete && _absent == 0)
                    break;
            }
            spent = !_budget.Spend(step);
            share = until > from ? (_budget.Used - from) / (until - from) : 1;
            // Many a best plan is bettered soon: told are those that last for a while.
            if (!told && (spent || share >= 1 || _absent == 0 && untilComplete || _iteration % 1000 < step))
            {
                best = Noted(bestDistance);
                told = true;
                _incumbent.Offer(best);
            }
            if (Shares && _iteration % 20_000 == 0 && _incumbent.Best is { } shared && shared.Served == _n && shared.Routes <= _fleet && bestAbsent == 0 && shared.Distance < bestDistance)
            {
                Load(shared);
                (best, bestDistance, told) = (shared, shared.Distance, true);
            }
            temperature = hot * _spacing * Math.Pow(cold / hot, Math.Min(1, share));
        }
        return best;
    }

    private void CountAbsent()
    {
        (_absent, _absentSum) = (0, 0);
        for (var i = 1; i < _nodes; i++)
        {
            if (_halts[i].Route >= 0)
                continue;
            _absent++;
            _absentSum += 1 + _absences[i];
        }
    }

    private void CountAbsentPool()
    {
        (_absent, _absentSum) = (0, 0);
        for (var k = 0; k < _pooled; k++)
        {
            if (_halts[_pool[k]].Route >= 0)
                continue;
            _absent++;
            _absentSum += 1 + _absences[_pool[k]];
        }
    }

    private long Length(int route)
    {
        long length = 0;
        for (var halt = _halts + StartOf(route); halt != _halts + EndOf(route); halt = _halts + halt->Next)
            length += halt->ToNext;
        return length;
    }

    /// <summary>Tells a route's times anew.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Update(int route)
    {
        var (start, end) = ((nint)(_halts + StartOf(route)), (nint)(_halts + EndOf(route)));
        var halt = (Halt*)start;
        var (load, size) = (0, 0);
        while (true)
        {
            var next = _halts + halt->Next;
            var arc = halt->Node * _nodes + next->Node;
            halt->ToNext = next->FromPrev = _dist[arc];
            next->Route = route;
            if (next == (Halt*)end)
                break;
            next->Leave = Math.Max(halt->Leave + _dur[arc], next->Ready) + next->Service;
            load += next->Demand;
            size++;
            halt = next;
        }
        _load[route] = load;
        _size[route] = size;
        halt = (Halt*)end;
        while (halt != (Halt*)start)
        {
            var before = _halts + halt->Prev;
            before->Latest = Math.Min(before->Due, halt->Latest - _dur[before->Node * _nodes + halt->Node] - before->Service);
            halt = before;
        }
    }

    private void Link(Halt* from, Halt* to)
    {
        from->Next = (int)(to - _halts);
        to->Prev = (int)(from - _halts);
    }
}
