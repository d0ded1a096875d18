using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>What a move does to two customers, the second one near the first.</summary>
internal enum Shift
{
    /// <summary>The first goes straight behind the second.</summary>
    Behind,

    /// <summary>The first goes straight before the second.</summary>
    Before,

    /// <summary>Each goes where the other was.</summary>
    Swap,

    /// <summary>The second's route goes on with the first and what follows it, the first's route with what followed the second.</summary>
    TailsBehind,

    /// <summary>The first's route goes on with the second and what follows it, the second's route with what followed the first.</summary>
    TailsBefore,
}

internal sealed unsafe partial class RouteElimination
{
    private const int Shifts = 5;

    /// <summary>Tries so many moves at random, and makes those that keep both routes in time and within capacity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shuffle()
    {
        for (var i = 0; i < Shuffles; i++)
        {
            var customer = 1 + _chance.Below(_n);
            var u = _stops + customer;
            var v = _stops + _neighbours[customer * _near + _chance.Below(_near)];
            var shift = (Shift)_chance.Below(Shifts);
            if (u->Route >= 0 && v->Route >= 0 && Fault(shift, u, v, double.Epsilon) == 0)
                Do(shift, u, v);
        }
    }

    /// <summary>What both routes' faults come to after a move; anything from <paramref name="limit"/> on if that is reached, or if it is no move.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Fault(Shift shift, Stop* u, Stop* v, double limit)
    {
        if (u->Route == v->Route)
        {
            return shift switch
            {
                Shift.Behind => Inside(u, v),
                Shift.Before => Inside(u, _stops + v->Prev),
                _ => double.MaxValue,
            };
        }
        return shift switch
        {
            Shift.Behind => Relocated(u, v, limit),
            Shift.Before => Relocated(u, _stops + v->Prev, limit),
            Shift.Swap => Swapped(u, v, limit),
            Shift.TailsBehind => Crossed(v, u, limit),
            _ => Crossed(u, v, limit),
        };
    }

    private void Do(Shift shift, Stop* u, Stop* v)
    {
        var (from, to) = (u->Route, v->Route);
        switch (shift)
        {
            case Shift.Behind:
                Relocate(u, v);
                break;
            case Shift.Before:
                Relocate(u, _stops + v->Prev);
                break;
            case Shift.Swap:
                Swap(u, v);
                break;
            case Shift.TailsBehind:
                Cross(v, u);
                break;
            default:
                Cross(u, v);
                break;
        }
        Update(from);
        if (to != from)
            Update(to);
    }

    private double Relocated(Stop* u, Stop* after, double limit)
    {
        var load = _stops[EndOf(after->Route)].Load + u->Demand;
        if (Overload(load) >= limit)
            return double.MaxValue;
        var fault = Through(after, u, _stops + after->Next, load);
        return fault >= limit ? fault : fault + Joined(_stops + u->Prev, _stops + u->Next, _stops[EndOf(u->Route)].Load - u->Demand);
    }

    private double Swapped(Stop* u, Stop* v, double limit)
    {
        var more = u->Demand - v->Demand;
        var (load, other) = (_stops[EndOf(u->Route)].Load - more, _stops[EndOf(v->Route)].Load + more);
        if (Overload(load) + Overload(other) >= limit)
            return double.MaxValue;
        var fault = Through(_stops + u->Prev, v, _stops + u->Next, load);
        return fault >= limit ? fault : fault + Through(_stops + v->Prev, u, _stops + v->Next, other);
    }

    private double Crossed(Stop* head, Stop* tail, double limit)
    {
        var otherHead = _stops + tail->Prev;
        var load = head->Load + _stops[EndOf(tail->Route)].Load - otherHead->Load;
        var other = otherHead->Load + _stops[EndOf(head->Route)].Load - head->Load;
        if (Overload(load) + Overload(other) >= limit)
            return double.MaxValue;
        var fault = Joined(head, tail, load);
        return fault >= limit ? fault : fault + Joined(otherHead, _stops + head->Next, other);
    }

    /// <summary>The fault of a route in which one customer has gone behind another, or behind its start.</summary>
    private double Inside(Stop* u, Stop* after)
    {
        if (after == u || after->Next == u->Node)
            return double.MaxValue;
        var forward = after->Position > u->Position;
        var head = forward ? _stops + u->Prev : after;
        var (time, warp, at) = (head->Leave, head->WarpTo, head->Node);
        var last = forward ? after : _stops + u->Prev;
        if (!forward)
            Visit(ref time, ref warp, ref at, u);
        for (var stop = _stops + (forward ? u->Next : after->Next); ; stop = _stops + stop->Next)
        {
            Visit(ref time, ref warp, ref at, stop);
            if (stop == last)
                break;
        }
        if (forward)
            Visit(ref time, ref warp, ref at, u);
        var tail = _stops + (forward ? after->Next : u->Next);
        return Overload(_stops[EndOf(u->Route)].Load) + _warpPrice * (warp + Lateness(time, at, tail));
    }

    private void Relocate(Stop* u, Stop* after)
    {
        Link(_stops + u->Prev, _stops + u->Next);
        Link(u, _stops + after->Next);
        Link(after, u);
    }

    private void Swap(Stop* u, Stop* v)
    {
        var (before, next) = ((nint)(_stops + v->Prev), (nint)(_stops + v->Next));
        Link(_stops + u->Prev, v);
        Link(v, _stops + u->Next);
        Link((Stop*)before, u);
        Link(u, (Stop*)next);
    }

    private void Cross(Stop* head, Stop* tail)
    {
        var (end, otherEnd) = ((nint)(_stops + EndOf(head->Route)), (nint)(_stops + EndOf(tail->Route)));
        var (otherHead, otherTail) = ((nint)(_stops + tail->Prev), (nint)(_stops + head->Next));
        var (last, otherLast) = ((nint)(_stops + ((Stop*)end)->Prev), (nint)(_stops + ((Stop*)otherEnd)->Prev));
        Link(head, tail);
        Link((Stop*)otherLast, (Stop*)end);
        if (otherTail == end)
        {
            Link((Stop*)otherHead, (Stop*)otherEnd);
            return;
        }
        Link((Stop*)otherHead, (Stop*)otherTail);
        Link((Stop*)last, (Stop*)otherEnd);
    }

    private void Insert(Stop* u, Stop* after)
    {
        Link(u, _stops + after->Next);
        Link(after, u);
        Update(after->Route);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Joined(Stop* head, Stop* tail, int load) => Overload(load) + _warpPrice * (head->WarpTo + Lateness(head->Leave, head->Node, tail));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Through(Stop* head, Stop* u, Stop* tail, int load)
    {
        var (time, warp, at) = (head->Leave, head->WarpTo, head->Node);
        Visit(ref time, ref warp, ref at, u);
        return Overload(load) + _warpPrice * (warp + Lateness(time, at, tail));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Update(int route)
    {
        var (start, end) = ((nint)(_stops + StartOf(route)), (nint)(_stops + EndOf(route)));
        var stop = (Stop*)start;
        var (time, load, position, at) = (stop->Leave, 0, 0, 0);
        long warp = 0;
        do
        {
            stop = _stops + stop->Next;
            Visit(ref time, ref warp, ref at, stop);
            load += stop->Demand;
            (stop->Route, stop->Position, stop->Leave, stop->WarpTo, stop->Load) = (route, ++position, time, warp, load);
        }
        while (stop != (Stop*)end);
        _size[route] = position - 1;
        _fault[route] = Overload(load) + _warpPrice * warp;
        while (stop != (Stop*)start)
        {
            var before = _stops + stop->Prev;
            var latest = stop->Latest - _dur[before->Node * _nodes + stop->Node] - before->Service;
            before->WarpFrom = stop->WarpFrom + Math.Max(0, before->Ready - latest);
            before->Latest = Math.Max(before->Ready, Math.Min(before->Due, latest));
            stop = before;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Link(Stop* from, Stop* to)
    {
        from->Next = (int)(to - _stops);
        to->Prev = (int)(from - _stops);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Hours(Stop* from, Stop* to) => _dur[from->Node * _nodes + to->Node];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Overload(int load) => Math.Max(0, load - _capacity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Visit(ref int time, ref long warp, ref int at, Stop* to)
    {
        var arrival = time + _dur[at * _nodes + to->Node];
        if (arrival > to->Due)
        {
            warp += arrival - to->Due;
            arrival = to->Due;
        }
        time = Math.Max(arrival, to->Ready) + to->Service;
        at = to->Node;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Lateness(int time, int at, Stop* to) => to->WarpFrom + Math.Max(0, time + _dur[at * _nodes + to->Node] - to->Latest);
}
