using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>
/// A plan within milliseconds: vehicle by vehicle, always on to the customer that is nearest in distance, in waiting and in urgency
/// (the time-oriented nearest neighbour of Solomon 1987). In time and within capacity by construction.
/// </summary>
internal static unsafe class FirstPlan
{
    /// <summary>Uses at most the vehicles there are, so that customers may be left over; every customer fits a tour of its own.</summary>
    // Optimized at once: a cold process has no time to find out that this is hot.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Plan Build(Flat flat)
    {
        var (n, nodes) = (flat.Customers, flat.Nodes);
        int* ready = flat.Ready, due = flat.Due, service = flat.Service, demand = flat.Demand;
        var left = new int[n];
        for (var i = 0; i < n; i++)
            left[i] = i + 1;
        var remaining = n;
        var order = new int[n];
        var start = new List<int>(64) { 0 };
        var placed = 0;
        while (remaining > 0 && start.Count <= flat.Vehicles)
        {
            var (at, time, room) = (0, ready[0], flat.Capacity);
            while (true)
            {
                var (best, bestCost) = (-1, double.MaxValue);
                int* way = flat.Distance + (long)at * nodes, hours = flat.Duration + (long)at * nodes;
                for (var i = 0; i < remaining; i++)
                {
                    var to = left[i];
                    var arrival = time + hours[to];
                    if (arrival > due[to] || demand[to] > room)
                        continue;
                    var begin = Math.Max(arrival, ready[to]);
                    if (begin + service[to] + flat.Duration[(long)to * nodes] > due[0])
                        continue;
                    var cost = 0.4 * way[to] + 0.4 * (begin - time) + 0.2 * (due[to] - arrival);
                    if (cost < bestCost)
                        (best, bestCost) = (i, cost);
                }
                if (best < 0)
                    break;
                var chosen = left[best];
                left[best] = left[--remaining];
                time = Math.Max(time + hours[chosen], ready[chosen]) + service[chosen];
                room -= demand[chosen];
                order[placed++] = at = chosen;
            }
            start.Add(placed);
        }
        return Plan.Of(flat, order.AsSpan(0, placed).ToArray(), [.. start]);
    }
}
