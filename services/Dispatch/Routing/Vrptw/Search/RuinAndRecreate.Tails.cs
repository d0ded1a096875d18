using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

internal sealed unsafe partial class RuinAndRecreate
{
    /// <summary>How many of those that may come after a customer, nearest first, its route is led on to.</summary>
    private const int TailsLooked = 30;

    /// <summary>
    /// Two routes that pass near each other exchange what follows (Potvin and Rousseau 1995): the cheapest such exchange at a customer drawn at random, if the
    /// temperature allows it. Strings are too short to move half of a long route, whose end costs no more to exchange for another than two arcs.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ExchangeTails(double temperature)
    {
        var customer = 1 + _chance.Below(_n);
        var u = _halts + customer;
        if (u->Route < 0)
            return;
        var onward = _halts + u->Next;
        var leave = u->Leave;
        var best = (int)Math.Min(-temperature * Math.Log(_chance.Unit() + 1e-300), int.MaxValue / 2);
        Halt* to = null;
        var row = _after + 2L * customer * _near;
        for (var end = row + 2 * Math.Min(_near, TailsLooked); row < end && row[0] != 0; row += 2)
        {
            var w = _halts + row[0];
            if (w->Route < 0 || w->Route == u->Route)
                continue;
            var cost = row[1] - u->ToNext - w->FromPrev;
            if (cost >= best)
                continue;
            var v = _halts + w->Prev;
            var arc = v->Node * _nodes + onward->Node;
            cost += _dist[arc];
            if (cost >= best || leave + _dur[customer * _nodes + w->Node] > w->Latest || v->Leave + _dur[arc] > onward->Latest || !TailsFit(u, v))
                continue;
            best = cost;
            to = w;
        }
        if (to == null)
            return;
        Exchange(u, onward, _halts + to->Prev, to);
        _distance += best;
    }

    private bool TailsFit(Halt* u, Halt* v)
    {
        var (first, second) = (0, 0);
        for (var halt = u; halt->Node != 0; halt = _halts + halt->Prev)
            first += halt->Demand;
        for (var halt = v; halt->Node != 0; halt = _halts + halt->Prev)
            second += halt->Demand;
        return first + _load[v->Route] - second <= _capacity && second + _load[u->Route] - first <= _capacity;
    }

    private void Exchange(Halt* u, Halt* onward, Halt* v, Halt* w)
    {
        var (one, other) = (u->Route, w->Route);
        Halt* oneEnd = _halts + EndOf(one), otherEnd = _halts + EndOf(other);
        Halt* oneLast = _halts + oneEnd->Prev, otherLast = _halts + otherEnd->Prev;
        Link(u, w);
        Link(otherLast, oneEnd);
        if (onward == oneEnd)
        {
            Link(v, otherEnd);
        }
        else
        {
            Link(v, onward);
            Link(oneLast, otherEnd);
        }
        Update(one);
        Update(other);
        if (_size[other] == 0)
            _used--;
    }
}
