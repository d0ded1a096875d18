using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>Sets apart the customers that no vehicle can serve, each with the reason.</summary>
internal static class Screening
{
    /// <returns>The problem without them, what its customers are called in the whole one, and those set apart.</returns>
    public static (VrptwProblem Possible, int[] Customers, List<VrptwUnserved> Unserved) Apart(VrptwProblem problem)
    {
        var unserved = new List<VrptwUnserved>();
        var kept = new List<int>(problem.Nodes) { 0 };
        for (var customer = 1; customer < problem.Nodes; customer++)
        {
            if (Why(problem, customer) is { } reason)
                unserved.Add(new VrptwUnserved(customer, reason));
            else
                kept.Add(customer);
        }
        int[] customers = [.. kept];
        if (unserved.Count == 0)
            return (problem, customers, unserved);
        return (Part(problem, customers), customers, unserved);
    }

    /// <summary>The problem of some of the nodes, in that order; the depot first.</summary>
    public static VrptwProblem Part(VrptwProblem problem, int[] nodes)
    {
        var distance = Part(problem.Distance, problem.Nodes, nodes);
        var duration = ReferenceEquals(problem.Distance, problem.Duration) ? distance : Part(problem.Duration, problem.Nodes, nodes);
        return new VrptwProblem(distance, duration, Part(problem.Ready, nodes), Part(problem.Due, nodes), Part(problem.Service, nodes),
            Part(problem.Demand, nodes), problem.Capacity, problem.Vehicles);
    }

    /// <summary>
    /// All nodes in an order in which those near each other mostly stand near each other: what a search reads of one customer's row are the ways to its
    /// surroundings, which then lie in few cache lines.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int[] Chained(VrptwProblem problem)
    {
        var nodes = new int[problem.Nodes];
        for (var node = 0; node < nodes.Length; node++)
            nodes[node] = node;
        for (var at = 0; at + 2 < nodes.Length; at++)
        {
            var ways = problem.Distance.AsSpan(nodes[at] * problem.Nodes, problem.Nodes);
            var (nearest, nearestWay) = (at + 1, uint.MaxValue);
            for (var next = at + 1; next < nodes.Length; next++)
            {
                // As unsigned, a missing way that is told by a negative number is far too.
                var way = (uint)ways[nodes[next]];
                if (way < nearestWay)
                    (nearest, nearestWay) = (next, way);
            }
            (nodes[at + 1], nodes[nearest]) = (nodes[nearest], nodes[at + 1]);
        }
        return nodes;
    }

    private static VrptwRefusal? Why(VrptwProblem problem, int customer)
    {
        const int limit = VrptwProblem.NoRoad;
        var (ready, due, service, opens, closes) = (problem.Ready[customer], problem.Due[customer], problem.Service[customer], problem.Ready[0], problem.Due[0]);
        if (ready is < 0 or >= limit || due is < 0 or >= limit || service is < 0 or >= limit || opens is < 0 or >= limit || closes is < 0 or >= limit)
            return VrptwRefusal.BadTime;
        if (ready > due || opens > closes)
            return VrptwRefusal.WindowInsideOut;
        if (problem.Demand[customer] < 0)
            return VrptwRefusal.NegativeDemand;
        if (problem.Demand[customer] > problem.Capacity)
            return VrptwRefusal.AboveCapacity;
        var (there, back) = (customer, customer * problem.Nodes);
        if (!Road(problem.Distance[there]) || !Road(problem.Duration[there]) || !Road(problem.Distance[back]) || !Road(problem.Duration[back]))
            return VrptwRefusal.NoRoad;
        if ((long)opens + problem.Duration[there] > due)
            return VrptwRefusal.WindowOutOfReach;
        if (Math.Max((long)opens + problem.Duration[there], ready) + service + problem.Duration[back] > closes)
            return VrptwRefusal.ReturnTooLate;
        return null;
    }

    private static bool Road(int arc) => arc is >= 0 and < VrptwProblem.NoRoad;

    private static int[] Part(int[] values, int[] nodes) => Array.ConvertAll(nodes, node => values[node]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int[] Part(int[] arcs, int width, int[] nodes)
    {
        var part = new int[nodes.Length * nodes.Length];
        for (var i = 0; i < nodes.Length; i++)
            for (var j = 0; j < nodes.Length; j++)
                part[i * nodes.Length + j] = arcs[nodes[i] * width + nodes[j]];
        return part;
    }
}
