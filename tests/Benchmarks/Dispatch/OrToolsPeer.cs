using EServices.Dispatch.Routing.Vrptw;
using EServices.Dispatch.Routing.Vrptw.Files;
using Google.OrTools.ConstraintSolver;
using Google.Protobuf.WellKnownTypes;

namespace EServices.Benchmarks.Dispatch;

/// <summary>
/// Google OR-Tools' routing solver on the same instance in the same whole numbers: guided local search from the better of parallel
/// cheapest insertion and savings; each is given the whole time, so that the peer has twice of it.
/// </summary>
internal static class OrToolsPeer
{
    public static DispatchRow Run(VrptwInstance instance, DispatchArguments arguments, BestKnown known, ref bool sound)
    {
        Measures.ForgetPeak();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        double? first = null;
        (int[][] Routes, long Cost)? best = null;
        long solutions = 0;
        foreach (var strategy in new[] { FirstSolutionStrategy.Types.Value.ParallelCheapestInsertion, FirstSolutionStrategy.Types.Value.Savings })
        {
            var found = Solve(instance, arguments, strategy, arguments.Seconds, () =>
            {
                solutions++;
                first ??= clock.Elapsed.TotalMilliseconds;
            });
            if (found is not null && (best is null || found.Value.Cost < best.Value.Cost))
                best = found;
        }
        var row = new DispatchRow { Instance = instance.Name, FirstFeasibleMs = first is { } ms ? Math.Round(ms, 2) : null, Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3), Iterations = solutions };
        return best is null
            ? row with { Unserved = instance.Nodes - 1, PeakMb = Math.Round(Measures.PeakMb(), 1) }
            : DispatchBenchmark.Judge(instance, best.Value.Routes, [], arguments, known, row, ref sound);
    }

    private static (int[][] Routes, long Cost)? Solve(VrptwInstance instance, DispatchArguments arguments, FirstSolutionStrategy.Types.Value strategy, double seconds, Action onSolution)
    {
        var problem = instance.ToProblem(DispatchBenchmark.Arithmetic(arguments));
        var (nodes, scale) = (problem.Nodes, VrptwInstance.Scale(DispatchBenchmark.Arithmetic(arguments)));
        using var manager = new RoutingIndexManager(nodes, problem.Vehicles, 0);
        using var routing = new RoutingModel(manager);
        var distance = routing.RegisterTransitMatrix(Matrix((from, to) => problem.Distance[(from * nodes) + to]));
        var time = routing.RegisterTransitMatrix(Matrix((from, to) => problem.Duration[(from * nodes) + to] + problem.Service[from]));
        var load = routing.RegisterUnaryTransitVector([.. problem.Demand.Select(demand => (long)demand)]);
        routing.SetArcCostEvaluatorOfAllVehicles(distance);
        if (arguments.Objective == VrptwObjective.Vehicles)
            routing.SetFixedCostOfAllVehicles(100_000L * scale);
        routing.AddDimension(load, 0, problem.Capacity, true, "load");
        routing.AddDimension(time, problem.Due[0], problem.Due[0], false, "time");
        using var clock = routing.GetMutableDimension("time");
        for (var node = 1; node < nodes; node++)
            clock.CumulVar(manager.NodeToIndex(node)).SetRange(problem.Ready[node], problem.Due[node]);
        for (var vehicle = 0; vehicle < problem.Vehicles; vehicle++)
            clock.CumulVar(routing.Start(vehicle)).SetRange(problem.Ready[0], problem.Due[0]);
        routing.AddAtSolutionCallback(() => onSolution());

        var parameters = operations_research_constraint_solver.DefaultRoutingSearchParameters();
        parameters.FirstSolutionStrategy = strategy;
        parameters.LocalSearchMetaheuristic = LocalSearchMetaheuristic.Types.Value.GuidedLocalSearch;
        parameters.TimeLimit = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
        using var solution = routing.SolveWithParameters(parameters);
        if (solution is null)
            return null;
        var routes = new List<int[]>();
        for (var vehicle = 0; vehicle < problem.Vehicles; vehicle++)
        {
            var route = new List<int>();
            for (var index = solution.Value(routing.NextVar(routing.Start(vehicle))); !routing.IsEnd(index); index = solution.Value(routing.NextVar(index)))
                route.Add(manager.IndexToNode(index));
            if (route.Count > 0)
                routes.Add([.. route]);
        }
        return ([.. routes], solution.ObjectiveValue());

        long[][] Matrix(Func<int, int, long> arc)
        {
            var rows = new long[nodes][];
            for (var from = 0; from < nodes; from++)
            {
                rows[from] = new long[nodes];
                for (var to = 0; to < nodes; to++)
                    rows[from][to] = arc(from, to);
            }
            return rows;
        }
    }
}
