using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

internal sealed unsafe partial class RuinAndRecreate
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Ruin()
    {
        _memoryUsed = _memorizedCount = _pooled = 0;
        if (_absent > 0)
            for (var i = 1; i < _nodes; i++)
                if (_halts[i].Route < 0)
                    _pool[_pooled++] = i;
        if (_used == 0)
            return;
        var longest = Math.Min(LongestString, (double)(_n - _absent) / _used);
        var strings = (int)(1 + _chance.Unit() * (4 * MeanRemoved / (1 + longest) - 1));
        var seed = 1 + _chance.Below(_n);
        var torn = 0;
        for (var k = -1; k < _far && torn < strings; k++)
        {
            var c = k < 0 ? seed : _beside[(long)seed * _far + k];
            var route = _halts[c].Route;
            if (route < 0 || _ruined[route] == _iteration)
                continue;
            var length = (int)(1 + _chance.Unit() * Math.Min(_size[route], longest));
            length = Math.Min(length, _size[route]);
            Remember(route);
            _ruined[route] = _iteration;
            Tear(c, route, length);
            torn++;
        }
    }

    /// <summary>Takes a string that holds the customer out of its route; half the time one with a piece in its middle that stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Tear(int customer, int route, int length)
    {
        var stays = 0;
        if (length > 1 && length < _size[route] && _chance.Unit() < SplitChance)
        {
            stays = 1;
            while (length + stays < _size[route] && _chance.Unit() < LongerPieceChance)
                stays++;
        }
        var whole = length + stays;
        var (before, after) = (0, 0);
        var first = customer;
        for (; before < whole - 1 && _halts[first].Prev < _nodes; before++)
            first = _halts[first].Prev;
        for (var last = customer; after < whole - 1 && _halts[last].Next < _nodes; after++)
            last = _halts[last].Next;
        // The string starts so far before the customer that it neither misses it nor leaves the route.
        var least = Math.Max(0, whole - 1 - after);
        var back = least + _chance.Below(Math.Min(before, whole - 1) - least + 1);
        for (var i = before; i > back; i--)
            first = _halts[first].Next;
        var skip = stays > 0 ? 1 + _chance.Below(length - 1) : whole;
        var halt = _halts + first;
        for (var i = 0; i < whole; i++)
        {
            var next = _halts + halt->Next;
            if (i < skip || i >= skip + stays)
            {
                var prev = _halts + halt->Prev;
                var node = halt->Node;
                _distance += _dist[prev->Node * _nodes + next->Node] - prev->ToNext - halt->ToNext;
                prev->ToNext = next->FromPrev = _dist[prev->Node * _nodes + next->Node];
                Link(prev, next);
                halt->Route = -1;
                _pool[_pooled++] = node;
            }
            halt = next;
        }
        Update(route);
        if (_size[route] == 0)
            _used--;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Recreate()
    {
        Order();
        for (var i = 0; i < _pooled; i++)
            Insert(_pool[i]);
    }

    /// <summary>At random, or the most demanding, farthest, nearest, shortest, earliest or latest window first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Order()
    {
        var lot = _chance.Below(17);
        if (lot < 4)
        {
            _chance.Shuffle(_pool, _pooled);
            return;
        }
        for (var i = 0; i < _pooled; i++)
        {
            var c = _pool[i];
            var key = lot switch
            {
                < 8 => -_halts[c].Demand,
                < 10 => -_dist[c],
                < 11 => _dist[c],
                < 13 => _halts[c].Due - _halts[c].Ready,
                < 15 => _halts[c].Ready,
                _ => -_halts[c].Due,
            };
            var at = i;
            for (; at > 0 && _keys[at - 1] > key; at--)
            {
                _keys[at] = _keys[at - 1];
                _pool[at] = _pool[at - 1];
            }
            _keys[at] = key;
            _pool[at] = c;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Insert(int customer)
    {
        var c = _halts + customer;
        int* onward = _dist + (long)customer * _nodes, onwardTime = _dur + (long)customer * _nodes;
        int* toward = _distTo + (long)customer * _nodes, towardTime = _durTo + (long)customer * _nodes;
        var (ready, due, service, room) = (c->Ready, c->Due, c->Service, _capacity - c->Demand);
        var best = int.MaxValue;
        Halt* place = null;
        // Most places are told off by their cost alone, many by a part of it: an arc that is made costs at least nothing.
        var row = _before + 2L * customer * _near;
        for (var end = row + 2 * _near; row < end && row[0] != 0; row += 2)
        {
            var v = _halts + row[0];
            if (v->Route < 0 || row[1] - v->ToNext >= best)
                continue;
            var (next, node) = (v->Next, v->Next < _nodes ? v->Next : 0);
            var cost = row[1] + onward[node] - v->ToNext;
            if (cost >= best || _load[v->Route] > room)
                continue;
            var arrival = v->Leave + towardTime[v->Node];
            if (arrival > due || Math.Max(arrival, ready) + service + onwardTime[node] > _halts[next].Latest)
                continue;
            if (--_untilBlink > 0)
            {
                best = cost;
                place = v;
            }
            else
            {
                Blink();
            }
        }
        row = _after + 2L * customer * _near;
        for (var end = row + 2 * _near; row < end && row[0] != 0; row += 2)
        {
            var next = _halts + row[0];
            if (next->Route < 0 || row[1] - next->FromPrev >= best)
                continue;
            var node = next->Prev < _nodes ? next->Prev : 0;
            var cost = toward[node] + row[1] - next->FromPrev;
            if (cost >= best || _load[next->Route] > room)
                continue;
            var v = _halts + next->Prev;
            var arrival = v->Leave + towardTime[node];
            if (arrival > due || Math.Max(arrival, ready) + service + onwardTime[next->Node] > next->Latest)
                continue;
            if (--_untilBlink > 0)
            {
                best = cost;
                place = v;
            }
            else
            {
                Blink();
            }
        }
        if (place == null)
            place = Anywhere(c, room);
        if (_used < _fleet && (place == null || (!_incumbent.VehiclesFirst && onward[0] + toward[0] < best)))
        {
            var route = 0;
            while (_size[route] > 0)
                route++;
            place = _halts + StartOf(route);
            _used++;
        }
        if (place == null)
            return;
        Place(c, place);
    }

    /// <summary>The best place of all, looked for when there is none among the neighbours; null if there is none at all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Halt* Anywhere(Halt* c, int room)
    {
        int* onward = _dist + (long)c->Node * _nodes, onwardTime = _dur + (long)c->Node * _nodes;
        int* toward = _distTo + (long)c->Node * _nodes, towardTime = _durTo + (long)c->Node * _nodes;
        var best = int.MaxValue;
        Halt* place = null;
        for (var route = 0; route < _routes; route++)
        {
            if (_size[route] == 0 || _load[route] > room)
                continue;
            for (var v = _halts + StartOf(route); v != _halts + EndOf(route); v = _halts + v->Next)
            {
                var arrival = v->Leave + towardTime[v->Node];
                // Departures only get later along a route; arrivals need not where the triangle inequality fails, but mostly do.
                if (arrival > c->Due)
                    continue;
                var next = _halts + v->Next;
                if (Math.Max(arrival, c->Ready) + c->Service + onwardTime[next->Node] > next->Latest)
                    continue;
                var cost = toward[v->Node] + onward[next->Node] - v->ToNext;
                if (cost < best)
                {
                    best = cost;
                    place = v;
                }
            }
        }
        return place;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Place(Halt* c, Halt* v)
    {
        var route = v->Route;
        Remember(route);
        var next = _halts + v->Next;
        _distance -= v->ToNext;
        Link(v, c);
        Link(c, next);
        v->ToNext = c->FromPrev = _dist[v->Node * _nodes + c->Node];
        c->ToNext = next->FromPrev = _dist[c->Node * _nodes + next->Node];
        _distance += v->ToNext + c->ToNext;
        c->Route = route;
        _load[route] += c->Demand;
        _size[route]++;
        // Times change until they meet what was there before.
        var end = _halts + EndOf(route);
        var (at, leave) = ((nint)c, v->Leave);
        for (var from = v; (Halt*)at != end; at = (nint)(_halts + ((Halt*)at)->Next))
        {
            var halt = (Halt*)at;
            leave = Math.Max(leave + _dur[from->Node * _nodes + halt->Node], halt->Ready) + halt->Service;
            if (leave == halt->Leave && halt != c)
                break;
            halt->Leave = leave;
            from = halt;
        }
        var later = next;
        for (var halt = c; ; halt = _halts + halt->Prev)
        {
            var latest = Math.Min(halt->Due, later->Latest - _dur[halt->Node * _nodes + later->Node] - halt->Service);
            if (latest == halt->Latest && halt != c)
                break;
            halt->Latest = latest;
            if (halt->Node == 0)
                break;
            later = halt;
        }
    }

    private void Remember(int route)
    {
        if (_kept[route] == _iteration)
            return;
        _kept[route] = _iteration;
        var from = _memoryUsed;
        for (var stop = _halts[StartOf(route)].Next; stop < _nodes; stop = _halts[stop].Next)
            _memory[_memoryUsed++] = stop;
        var note = _memorized + 3 * _memorizedCount++;
        note[0] = route;
        note[1] = from;
        note[2] = _memoryUsed;
    }

    /// <summary>Puts every route back that this iteration has changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Restore()
    {
        for (var k = 0; k < _pooled; k++)
            _halts[_pool[k]].Route = -1;
        for (var k = 0; k < _memorizedCount; k++)
        {
            var note = _memorized + 3 * k;
            var at = _halts + StartOf(note[0]);
            for (var i = note[1]; i < note[2]; i++)
            {
                var next = _halts + _memory[i];
                Link(at, next);
                at = next;
            }
            Link(at, _halts + EndOf(note[0]));
            Update(note[0]);
        }
    }

    /// <summary>Draws how many better places are seen before one is overlooked.</summary>
    private void Blink() => _untilBlink = 1 + (int)Math.Min(1e6, Math.Log(_chance.Unit() + 1e-300) / Math.Log(1 - BlinkRate));
}
