namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>
/// Selective route exchange (Nagata et al. 2010): a child has one parent's routes, but for a few near each other, in whose place come
/// the other parent's routes that serve the most of the same customers. Needs no coordinates: near is who serves neighbours.
/// </summary>
internal sealed unsafe class RouteExchange(Flat flat, int* neighbours, int near, Chance chance)
{
    private readonly int _n = flat.Customers;
    private readonly int[] _routeOf = new int[flat.Nodes];
    private readonly int[] _otherRouteOf = new int[flat.Nodes];
    private readonly bool[] _out = new bool[flat.Nodes];
    private readonly bool[] _in = new bool[flat.Nodes];
    private readonly int[] _order = new int[flat.Nodes];
    private readonly int[] _missing = new int[flat.Nodes];

    /// <summary>Customers that the last child misses, to be inserted.</summary>
    public ReadOnlySpan<int> Missing => _missing.AsSpan(0, MissingCount);

    private int MissingCount { get; set; }

    /// <summary>How many of the last child's routes, its first ones, are wholly the first parent's.</summary>
    public int Unchanged { get; private set; }

    public Plan Cross(Plan parent, Plan other)
    {
        Label(parent, _routeOf);
        Label(other, _otherRouteOf);
        var most = Math.Min(parent.Routes, other.Routes);
        var count = most <= 1 ? 1 : 1 + chance.Below(Math.Max(1, Math.Min(most - 1, 1 + (most / 2))));
        var leaving = Near(parent, count);
        Array.Clear(_out);
        Array.Clear(_in);
        foreach (var route in leaving)
            foreach (var customer in parent.Route(route))
                _out[customer] = true;
        var coming = Alike(other, count);
        foreach (var route in coming)
            foreach (var customer in other.Route(route))
                _in[customer] = true;

        // Either the customers that come twice leave the first parent's routes, or they never come with the second's.
        var comeFirst = chance.Below(2) == 0;
        var start = new List<int>(parent.Routes + 1) { 0 };
        var at = 0;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var route = 0; route < parent.Routes; route++)
            {
                if (leaving.Contains(route))
                    continue;
                var touched = false;
                foreach (var customer in parent.Route(route))
                    touched |= comeFirst && _in[customer];
                if (touched != (pass == 1))
                    continue;
                foreach (var customer in parent.Route(route))
                    if (!comeFirst || !_in[customer])
                        _order[at++] = customer;
                start.Add(at);
            }
            if (pass == 0)
                Unchanged = start.Count - 1;
        }
        foreach (var route in coming)
        {
            foreach (var customer in other.Route(route))
                if (comeFirst || _out[customer])
                    _order[at++] = customer;
            start.Add(at);
        }
        MissingCount = 0;
        foreach (var route in leaving)
            foreach (var customer in parent.Route(route))
                if (!_in[customer])
                    _missing[MissingCount++] = customer;
        for (var i = MissingCount - 1; i > 0; i--)
        {
            var j = chance.Below(i + 1);
            (_missing[i], _missing[j]) = (_missing[j], _missing[i]);
        }
        return new Plan(_order.AsSpan(0, at).ToArray(), [.. start]);
    }

    private List<int> Near(Plan parent, int count)
    {
        var seed = 1 + chance.Below(_n);
        var chosen = new List<int>(count);
        if (_routeOf[seed] >= 0)
            chosen.Add(_routeOf[seed]);
        for (var k = 0; k < near && chosen.Count < count; k++)
        {
            var route = _routeOf[neighbours[(long)seed * near + k]];
            if (route >= 0 && !chosen.Contains(route))
                chosen.Add(route);
        }
        while (chosen.Count < count)
        {
            var route = chance.Below(parent.Routes);
            if (!chosen.Contains(route))
                chosen.Add(route);
        }
        return chosen;
    }

    private List<int> Alike(Plan other, int count)
    {
        var chosen = new List<int>(count);
        for (var k = 0; k < count; k++)
        {
            var (best, bestShare) = (-1, double.MinValue);
            for (var route = 0; route < other.Routes; route++)
            {
                if (chosen.Contains(route))
                    continue;
                var common = 0;
                var customers = other.Route(route);
                foreach (var customer in customers)
                    common += _out[customer] ? 1 : 0;
                var share = (2.0 * common) - customers.Length + (0.01 * chance.Unit());
                if (share > bestShare)
                    (best, bestShare) = (route, share);
            }
            chosen.Add(best);
        }
        return chosen;
    }

    private static void Label(Plan plan, int[] routeOf)
    {
        Array.Fill(routeOf, -1);
        for (var route = 0; route < plan.Routes; route++)
            foreach (var customer in plan.Route(route))
                routeOf[customer] = route;
    }
}
