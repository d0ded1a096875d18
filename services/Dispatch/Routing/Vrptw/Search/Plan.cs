namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>
/// Routes one after another: route r serves <c>Order[Start[r] .. Start[r + 1]]</c>. <paramref name="order"/> names each customer at most
/// once; customers that it does not name are in no route.
/// </summary>
internal sealed class Plan(int[] order, int[] start)
{
    public int[] Order => order;

    public int[] Start => start;

    public int Routes => start.Length - 1;

    public int Served => start[^1];

    /// <summary>What all arcs cost.</summary>
    public long Distance { get; init; }

    /// <summary>Time that vehicles would have to go back in time in order to keep every window (Vidal et al. 2013); 0 for a plan in time.</summary>
    public long Warp { get; init; }

    /// <summary>Load above capacity, over all routes.</summary>
    public long Excess { get; init; }

    public bool Feasible => Warp == 0 && Excess == 0;

    public ReadOnlySpan<int> Route(int route) => order.AsSpan(start[route], start[route + 1] - start[route]);

    /// <summary>The same routes with their cost and their faults told anew.</summary>
    public static unsafe Plan Of(Flat flat, int[] order, int[] start)
    {
        long distance = 0, warp = 0, excess = 0;
        for (var route = 0; route < start.Length - 1; route++)
        {
            var (at, time, load) = (0, flat.Ready[0], 0);
            for (var i = start[route]; i <= start[route + 1]; i++)
            {
                var to = i < start[route + 1] ? order[i] : 0;
                distance += flat.Distance[at * flat.Nodes + to];
                time += flat.Duration[at * flat.Nodes + to];
                warp += Math.Max(0, time - flat.Due[to]);
                time = Math.Max(Math.Min(time, flat.Due[to]), flat.Ready[to]) + flat.Service[to];
                load += flat.Demand[to];
                at = to;
            }
            excess += Math.Max(0, load - flat.Capacity);
        }
        return new Plan(order, start) { Distance = distance, Warp = warp, Excess = excess };
    }

    public int[][] ToRoutes()
    {
        var routes = new int[Routes][];
        for (var route = 0; route < routes.Length; route++)
            routes[route] = Route(route).ToArray();
        return routes;
    }
}
