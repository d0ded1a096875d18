using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>The two ways to make room for a customer who fits nowhere: mend the route by moving others, or let others go.</summary>
internal sealed unsafe partial class RouteElimination
{
    private const int MostEjected = 5;

    /// <summary>Stops that are driven to at most in a search for whom to eject, so that long routes don't take for ever.</summary>
    private const int MostDriven = 200_000;

    private const int Never = -VrptwProblem.NoRoad;

    private readonly long* _kept;
    private readonly int* _memory;
    private readonly int* _memorized;
    private readonly int* _sequence;
    private readonly int* _latest;
    private readonly int[] _leaving = new int[MostEjected];
    private readonly int[] _chosen = new int[MostEjected];
    private int _memoryUsed;
    private int _memorizedCount;
    private long _tries;
    private double _warpPrice;
    private int _most;
    private int _length;
    private int _place;
    private int _driven;
    private int _chosenCount;
    private int _chosenAfter;
    private long _least;

    /// <summary>
    /// Puts a customer where it does least harm, and moves others about as long as that lessens the faults of a route that has some; false,
    /// and everything as before, if faults are left.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Squeeze(int customer)
    {
        var u = _stops + customer;
        var least = double.MaxValue;
        Stop* place = null;
        for (var route = 0; route < _used; route++)
        {
            var load = _stops[EndOf(route)].Load + u->Demand;
            if (Overload(load) >= least)
                continue;
            for (var v = _stops + StartOf(route); v != _stops + EndOf(route); v = _stops + v->Next)
            {
                var fault = Through(v, u, _stops + v->Next, load);
                if (fault >= least)
                    continue;
                least = fault;
                place = v;
            }
        }
        _tries++;
        (_memoryUsed, _memorizedCount) = (0, 0);
        if (place == null)
            return false;
        Remember(place->Route);
        Insert(u, place);
        while (Faulty() is >= 0 and var route)
        {
            var (shift, first, second) = Mend(route);
            if (first < 0)
            {
                Weigh();
                u->Route = -1;
                Restore();
                return false;
            }
            Remember(_stops[first].Route);
            Remember(_stops[second].Route);
            Do(shift, _stops + first, _stops + second);
        }
        return true;
    }

    /// <summary>A route with a fault, at random; -1 if there is none.</summary>
    private int Faulty()
    {
        var (chosen, found) = (-1, 0);
        for (var route = 0; route < _used; route++)
            if (_fault[route] > 0 && _chance.Below(++found) == 0)
                chosen = route;
        return chosen;
    }

    /// <summary>The move that lessens the faults most with the first of a route's customers, from one at random on, with whom any does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (Shift Shift, int First, int Second) Mend(int route)
    {
        var best = (Shift: default(Shift), First: -1, Second: -1);
        var (most, now) = (-1e-9, _fault[route]);
        var (left, load) = (_size[route], _stops[EndOf(route)].Load);
        var u = _stops + StartOf(route);
        for (var skip = _chance.Below(left); skip > 0; skip--)
            u = _stops + u->Next;
        for (; left > 0 && best.First < 0; left--)
        {
            u = _stops + u->Next;
            if (u->Node == 0)
                u = _stops + _stops[StartOf(route)].Next;
            // Who does no harm here hardly ever does good elsewhere, nor does a change of tails while what stays of the route is as late.
            var moves = Joined(_stops + u->Prev, _stops + u->Next, load - u->Demand) < now;
            var behind = _warpPrice * u->WarpFrom < now;
            var before = _warpPrice * u->WarpTo < now;
            var row = _neighbours + (long)u->Node * _near;
            for (var k = 0; k < _near; k++)
            {
                var v = _stops + row[k];
                if (v->Route < 0 || (v->Route == route && !moves))
                    continue;
                var all = now + (v->Route == route ? 0 : _fault[v->Route]);
                for (var shift = moves ? Shift.Behind : Shift.TailsBehind; shift <= Shift.TailsBefore; shift++)
                {
                    if ((shift == Shift.TailsBehind && !behind) || (shift == Shift.TailsBefore && !before))
                        continue;
                    var less = Fault(shift, u, v, all + most) - all;
                    if (less < most)
                        (most, best) = (less, (shift, u->Node, v->Node));
                }
            }
        }
        return best;
    }

    /// <summary>Makes the kind of fault dearer that was left over.</summary>
    private void Weigh()
    {
        double warp = 0, load = 0;
        for (var route = 0; route < _used; route++)
        {
            var end = _stops + EndOf(route);
            warp += _warpPrice * end->WarpTo;
            load += Overload(end->Load);
        }
        _warpPrice = Math.Clamp(load < warp ? _warpPrice / 0.99 : _warpPrice * 0.99, 1e-9, 1e9);
    }

    private void Remember(int route)
    {
        if (_kept[route] == _tries)
            return;
        _kept[route] = _tries;
        var note = _memorized + 3 * _memorizedCount++;
        (note[0], note[1]) = (route, _memoryUsed);
        for (var stop = _stops[StartOf(route)].Next; stop < _nodes; stop = _stops[stop].Next)
            _memory[_memoryUsed++] = stop;
        note[2] = _memoryUsed;
    }

    private void Restore()
    {
        for (var k = 0; k < _memorizedCount; k++)
        {
            var note = _memorized + 3 * k;
            var at = _stops + StartOf(note[0]);
            for (var i = note[1]; i < note[2]; i++)
            {
                Link(at, _stops + _memory[i]);
                at = _stops + _memory[i];
            }
            Link(at, _stops + EndOf(note[0]));
            Update(note[0]);
        }
    }

    /// <summary>
    /// Puts a customer in and lets those go who were refused least often, all together, of all places and of all sets of up to
    /// <see cref="MostEjected"/>; false if no such set makes room.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool InsertEjecting(int customer)
    {
        (_least, _driven) = (long.MaxValue, 0);
        var first = _chance.Below(_used);
        // Small sets first: they are few, and tell larger ones off.
        for (_most = 1; _most <= MostEjected && _most < _least; _most++)
            for (var i = 0; i < _used && _driven < MostDriven; i++)
                Search(customer, (first + i) % _used);
        if (_least == long.MaxValue)
            return false;
        for (var i = 0; i < _chosenCount; i++)
        {
            var leaver = _stops + _chosen[i];
            Link(_stops + leaver->Prev, _stops + leaver->Next);
            if (_chosen[i] == _chosenAfter)
                _chosenAfter = leaver->Prev;
            leaver->Route = -1;
            _pool[_pooled++] = _chosen[i];
        }
        Insert(_stops + customer, _stops + _chosenAfter);
        return true;
    }

    /// <summary>Looks at every place in a route.</summary>
    private void Search(int customer, int route)
    {
        var u = _stops + customer;
        var over = _stops[EndOf(route)].Load + u->Demand - _capacity;
        // The route with the customer at the front; it moves back place by place.
        _length = 1;
        _sequence[0] = StartOf(route);
        for (var stop = _stops[StartOf(route)].Next; stop < _nodes; stop = _stops[stop].Next)
            _sequence[++_length] = stop;
        _sequence[++_length] = EndOf(route);
        _sequence[1] = customer;
        _latest[_length] = _stops[EndOf(route)].Due;
        for (var i = _length - 1; i > 1; i--)
            _latest[i] = Before(i);
        for (_place = 1; ; _place++)
        {
            for (var i = _place; i >= 1; i--)
                _latest[i] = Before(i);
            if (Reachable(u))
                Descend(1, _stops[StartOf(route)].Leave, 0, over, 0, 0);
            if (_place + 1 == _length)
                break;
            (_sequence[_place], _sequence[_place + 1]) = (_sequence[_place + 1], _sequence[_place]);
        }
    }

    /// <summary>When the vehicle has to be at a place of the sequence, in order to be in time at it and at all that follow; <see cref="Never"/> if it cannot be.</summary>
    private int Before(int i)
    {
        var stop = _stops + _sequence[i];
        var latest = Math.Min(stop->Due, _latest[i + 1] - _dur[stop->Node * _nodes + _stops[_sequence[i + 1]].Node] - stop->Service);
        return latest < stop->Ready ? Never : latest;
    }

    /// <summary>Whether anybody of those of whom one stays before the customer leaves early enough, and one of those after can be reached.</summary>
    private bool Reachable(Stop* u)
    {
        var reached = false;
        for (var i = _place - 1; i >= 0 && i >= _place - 1 - _most && !reached; i--)
        {
            var stop = _stops + _sequence[i];
            reached = stop->Ready + stop->Service + _dur[stop->Node * _nodes + u->Node] <= u->Due;
        }
        if (!reached)
            return false;
        for (var i = _place + 1; i <= _length && i <= _place + 1 + _most; i++)
        {
            var stop = _stops + _sequence[i];
            if (u->Ready + u->Service + _dur[u->Node * _nodes + stop->Node] <= stop->Due)
                return true;
        }
        return false;
    }

    /// <summary>Lets one more go, from place <paramref name="i"/> of the sequence on; whoever of those before stays has been driven to.</summary>
    /// <param name="over">Load above capacity that is left.</param>
    /// <param name="sum">How often those who go have been refused.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Descend(int i, int time, int at, int over, long sum, int depth)
    {
        for (; i < _length; i++)
        {
            if (++_driven > MostDriven)
                return;
            var customer = _sequence[i];
            var stop = _stops + customer;
            var more = sum + _refusals[customer];
            if (i != _place && more < _least)
            {
                _leaving[depth] = customer;
                var less = over - stop->Demand;
                if (less <= 0 && time + _dur[at * _nodes + _stops[_sequence[i + 1]].Node] <= _latest[i + 1])
                    Choose(depth + 1, more);
                else if (depth + 1 < _most && more + 1 < _least)
                    Descend(i + 1, time, at, less, more, depth + 1);
            }
            var arrival = time + _dur[at * _nodes + customer];
            if (arrival > stop->Due)
                return;
            time = Math.Max(arrival, stop->Ready) + stop->Service;
            at = customer;
        }
    }

    private void Choose(int count, long refused)
    {
        (_least, _chosenCount, _chosenAfter) = (refused, count, _sequence[_place - 1]);
        Array.Copy(_leaving, _chosen, count);
    }
}
