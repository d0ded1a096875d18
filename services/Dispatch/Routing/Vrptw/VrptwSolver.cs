using EServices.Dispatch.Routing.Vrptw.Search;

namespace EServices.Dispatch.Routing.Vrptw;

/// <summary>Plans vehicle routes with time windows: a first plan within milliseconds, better ones as long as time is given.</summary>
public static class VrptwSolver
{
    /// <summary>From so many nodes on, the matrix is larger than the nearest caches, and the customers' order tells.</summary>
    private const int ChainFrom = 400;

    /// <summary>
    /// Answers with the best plan found by the deadline, the last iteration or cancellation, whichever is first. Customers that no vehicle
    /// can serve are named with the reason; the rest is planned.
    /// </summary>
    /// <param name="progress">Told of each better plan, on the thread that found it.</param>
    public static VrptwSolution Solve(VrptwProblem problem, VrptwOptions options, Action<VrptwProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        var budget = new Budget(options.Elapsed ?? Budget.WallClock(), options.Deadline, options.MaxIterations ?? long.MaxValue, cancellation);
        var (rest, customers, unserved) = Screening.Apart(problem);
        var flat = new Flat(rest);
        var incumbent = new Incumbent(flat, options.Objective == VrptwObjective.Vehicles, budget, progress);
        if (flat.Customers > 0 && flat.Vehicles > 0)
        {
            incumbent.Offer(FirstPlan.Build(flat));
            if (flat.Nodes >= ChainFrom)
                (flat, customers) = Renumber(rest, customers, incumbent);
            Orchestra.Play(flat, options, incumbent, budget);
        }
        var best = incumbent.Best ?? new Search.Plan([], [0]);
        var routes = best.ToRoutes();
        var served = new bool[flat.Nodes];
        foreach (var route in routes)
        {
            for (var i = 0; i < route.Length; i++)
            {
                served[route[i]] = true;
                route[i] = customers[route[i]];
            }
        }
        for (var i = 1; i < flat.Nodes; i++)
            if (!served[i])
                unserved.Add(new VrptwUnserved(customers[i], VrptwRefusal.NoVehicleLeft));
        unserved.Sort((a, b) => a.Customer.CompareTo(b.Customer));
        GC.KeepAlive(flat);
        return new VrptwSolution(routes, best.Distance, unserved, new VrptwStatistics(incumbent.FirstComplete, budget.Elapsed, budget.Iterations));
    }

    /// <summary>Gives the customers numbers that follow the ways between them. Done after the first plan, which need not wait for it.</summary>
    private static (Flat Flat, int[] Customers) Renumber(VrptwProblem problem, int[] customers, Incumbent incumbent)
    {
        var nodes = Screening.Chained(problem);
        var numbers = new int[nodes.Length];
        for (var number = 0; number < nodes.Length; number++)
            numbers[nodes[number]] = number;
        incumbent.Renumber(numbers);
        return (new Flat(Screening.Part(problem, nodes)), Array.ConvertAll(nodes, node => customers[node]));
    }
}
