using EServices.Dispatch.Routing.Vrptw;

namespace EServices.Routing.Tests.Vrptw;

/// <summary>A plan driven stop by stop, the plain way, over the caller's arrays.</summary>
internal static class Driven
{
    /// <summary>Distance, time warp and load above capacity over all routes.</summary>
    public static (long Distance, long Warp, long Excess) Cost(VrptwProblem problem, IEnumerable<IEnumerable<int>> routes)
    {
        long distance = 0, warp = 0, excess = 0;
        foreach (var route in routes)
        {
            long time = problem.Ready[0], load = 0;
            var at = 0;
            foreach (var stop in route.Append(0))
            {
                distance += problem.Distance[at * problem.Nodes + stop];
                time += problem.Duration[at * problem.Nodes + stop];
                if (time < problem.Ready[stop])
                    time = problem.Ready[stop];
                if (time > problem.Due[stop])
                {
                    warp += time - problem.Due[stop];
                    time = problem.Due[stop];
                }
                if (stop != 0)
                {
                    time += problem.Service[stop];
                    load += problem.Demand[stop];
                }
                at = stop;
            }
            excess += Math.Max(0, load - problem.Capacity);
        }
        return (distance, warp, excess);
    }

    /// <summary>Fails unless the plan is in time, within capacity and fleet, costs what it says, and serves or names everybody once.</summary>
    public static void AssertSound(VrptwProblem problem, VrptwSolution solution)
    {
        Assert.Equal((solution.Distance, 0, 0), Cost(problem, solution.Routes));
        Assert.True(solution.Vehicles <= problem.Vehicles, $"{solution.Vehicles} routes for {problem.Vehicles} vehicles");
        Assert.DoesNotContain(solution.Routes, route => route.Length == 0);
        var named = solution.Routes.SelectMany(route => route).Concat(solution.Unserved.Select(unserved => unserved.Customer)).Order();
        Assert.Equal(Enumerable.Range(1, problem.Customers), named);
    }
}
