using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

internal sealed unsafe partial class LocalSearch
{
    /// <summary>Moves the customers first..last to behind <paramref name="after"/>, in this or another route, if that pays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Relocate(Stop* first, Stop* last, Stop* after)
    {
        var before = _stops + first->Prev;
        if (after == before)
            return false;
        var next = _stops + last->Next;
        var onward = _stops + after->Next;
        if (first->Route == after->Route && after->Position >= first->Position && after->Position <= last->Position)
            return false;
        var gain = Way(before, next) - Way(before, first) - Way(last, next) + Way(after, first) + Way(last, onward) - Way(after, onward);
        var (from, to) = (first->Route, after->Route);
        var delta = (long)gain << Fine;
        if (from != to)
        {
            delta -= _penalty[from] + _penalty[to];
            if (delta >= 0)
                return false;
            var moved = last->Load - before->Load;
            delta += Overload(_stops[EndOf(to)].Load + moved);
            if (delta >= 0)
                return false;
            var (time, warp, at) = (after->Leave, after->WarpTo, after->Node);
            for (var stop = first; ; stop = _stops + stop->Next)
            {
                Visit(ref time, ref warp, ref at, stop);
                if (stop == last)
                    break;
            }
            delta += _price.Warp * (warp + Join(time, at, onward));
            if (delta >= 0)
                return false;
            delta += Overload(_stops[EndOf(from)].Load - moved) + _price.Warp * (before->WarpTo + Join(before->Leave, before->Node, next));
            if (delta >= 0)
                return false;
        }
        else
        {
            delta -= _price.Warp * _stops[EndOf(from)].WarpTo;
            if (delta >= 0)
                return false;
            var forward = after->Position > last->Position;
            var head = forward ? before : after;
            var (time, warp, at) = (head->Leave, head->WarpTo, head->Node);
            if (forward)
                Drive(ref time, ref warp, ref at, next, after);
            Drive(ref time, ref warp, ref at, first, last);
            if (!forward)
                Drive(ref time, ref warp, ref at, onward, before);
            delta += _price.Warp * (warp + Join(time, at, forward ? onward : next));
            if (delta >= 0)
                return false;
        }
        Link(before, next);
        Link(after, first);
        Link(last, onward);
        Changed(gain, delta, from, to);
        return true;
    }

    /// <summary>Exchanges the customers first..last with the customers other..otherLast, if that pays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Exchange(Stop* first, Stop* last, Stop* other, Stop* otherLast)
    {
        var before = _stops + first->Prev;
        var next = _stops + last->Next;
        var otherBefore = _stops + other->Prev;
        var otherNext = _stops + otherLast->Next;
        var gain = Way(before, other) + Way(otherLast, next) - Way(before, first) - Way(last, next)
            + Way(otherBefore, first) + Way(last, otherNext) - Way(otherBefore, other) - Way(otherLast, otherNext);
        var (route, otherRoute) = (first->Route, other->Route);
        var delta = (long)gain << Fine;
        if (route != otherRoute)
        {
            delta -= _penalty[route] + _penalty[otherRoute];
            if (delta >= 0)
                return false;
            var moved = last->Load - before->Load - otherLast->Load + otherBefore->Load;
            delta += Overload(_stops[EndOf(otherRoute)].Load + moved) + Overload(_stops[EndOf(route)].Load - moved);
            if (delta >= 0)
                return false;
            var (time, warp, at) = (otherBefore->Leave, otherBefore->WarpTo, otherBefore->Node);
            Drive(ref time, ref warp, ref at, first, last);
            delta += _price.Warp * (warp + Join(time, at, otherNext));
            if (delta >= 0)
                return false;
            (time, warp, at) = (before->Leave, before->WarpTo, before->Node);
            Drive(ref time, ref warp, ref at, other, otherLast);
            delta += _price.Warp * (warp + Join(time, at, next));
            if (delta >= 0)
                return false;
        }
        else
        {
            // Neighbouring or overlapping pieces are relocations.
            if (first->Position <= otherLast->Position + 1 && other->Position <= last->Position + 1)
                return false;
            delta -= _price.Warp * _stops[EndOf(route)].WarpTo;
            if (delta >= 0)
                return false;
            var ahead = first->Position < other->Position;
            var (a, aLast, b, bLast) = ahead ? ((nint)first, (nint)last, (nint)other, (nint)otherLast) : ((nint)other, (nint)otherLast, (nint)first, (nint)last);
            var head = _stops + ((Stop*)a)->Prev;
            var (time, warp, at) = (head->Leave, head->WarpTo, head->Node);
            Drive(ref time, ref warp, ref at, (Stop*)b, (Stop*)bLast);
            Drive(ref time, ref warp, ref at, _stops + ((Stop*)aLast)->Next, _stops + ((Stop*)b)->Prev);
            Drive(ref time, ref warp, ref at, (Stop*)a, (Stop*)aLast);
            delta += _price.Warp * (warp + Join(time, at, _stops + ((Stop*)bLast)->Next));
            if (delta >= 0)
                return false;
        }
        Link(before, other);
        Link(otherLast, next);
        Link(otherBefore, first);
        Link(last, otherNext);
        Changed(gain, delta, route, otherRoute);
        return true;
    }

    /// <summary>Lets the route of <paramref name="head"/> go on to <paramref name="tail"/>, and the other route to what followed (2-opt*), if that pays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Tails(Stop* head, Stop* tail)
    {
        var otherHead = _stops + tail->Prev;
        var otherTail = _stops + head->Next;
        var gain = Way(head, tail) + Way(otherHead, otherTail) - Way(otherHead, tail) - Way(head, otherTail);
        var (route, otherRoute) = (head->Route, tail->Route);
        var delta = ((long)gain << Fine) - _penalty[route] - _penalty[otherRoute];
        if (delta >= 0)
            return false;
        var load = head->Load + _stops[EndOf(otherRoute)].Load - otherHead->Load;
        var otherLoad = otherHead->Load + _stops[EndOf(route)].Load - head->Load;
        delta += Overload(load) + Overload(otherLoad) + _price.Warp * (head->WarpTo + Join(head->Leave, head->Node, tail));
        if (delta >= 0)
            return false;
        delta += _price.Warp * (otherHead->WarpTo + Join(otherHead->Leave, otherHead->Node, otherTail));
        if (delta >= 0)
            return false;
        var end = _stops + EndOf(route);
        var otherEnd = _stops + EndOf(otherRoute);
        var last = _stops + end->Prev;
        var otherLast = _stops + otherEnd->Prev;
        Link(head, tail);
        Link(otherLast, end);
        if (otherTail == end)
        {
            Link(otherHead, otherEnd);
        }
        else
        {
            Link(otherHead, otherTail);
            Link(last, otherEnd);
        }
        Changed(gain, delta, route, otherRoute);
        return true;
    }

    /// <summary>Drives what lies between <paramref name="head"/> and what follows <paramref name="last"/> the other way round (2-opt), if that pays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Reverse(Stop* head, Stop* last)
    {
        var first = _stops + head->Next;
        var next = _stops + last->Next;
        if (first == last)
            return false;
        var gain = Way(head, last) + Way(first, next) - Way(head, first) - Way(last, next);
        for (var stop = last; stop != first; stop = _stops + stop->Prev)
            gain += Way(stop, _stops + stop->Prev) - Way(_stops + stop->Prev, stop);
        var delta = ((long)gain << Fine) - _price.Warp * _stops[EndOf(head->Route)].WarpTo;
        if (delta >= 0)
            return false;
        var (time, warp, at) = (head->Leave, head->WarpTo, head->Node);
        for (var stop = last; ; stop = _stops + stop->Prev)
        {
            Visit(ref time, ref warp, ref at, stop);
            if (stop == first)
                break;
        }
        delta += _price.Warp * (warp + Join(time, at, next));
        if (delta >= 0)
            return false;
        for (var stop = first; ;)
        {
            var onward = _stops + stop->Next;
            (stop->Next, stop->Prev) = (stop->Prev, stop->Next);
            if (stop == last)
                break;
            stop = onward;
        }
        Link(head, last);
        Link(first, next);
        Changed(gain, delta, head->Route, head->Route);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Drive(ref int time, ref long warp, ref int at, Stop* first, Stop* last)
    {
        for (var stop = first; ; stop = _stops + stop->Next)
        {
            Visit(ref time, ref warp, ref at, stop);
            if (stop == last)
                return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Link(Stop* from, Stop* to)
    {
        from->Next = (int)(to - _stops);
        to->Prev = (int)(from - _stops);
    }

    private void Changed(int gain, long delta, int route, int otherRoute)
    {
        Distance += gain;
        _changed[route] = _changed[otherRoute] = ++_moves;
        Update(route);
        if (route != otherRoute)
            Update(otherRoute);
        Moved?.Invoke(delta);
    }
}
