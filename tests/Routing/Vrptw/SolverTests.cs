using System.Diagnostics;
using CsCheck;
using EServices.Dispatch.Routing.Vrptw;

namespace EServices.Routing.Tests.Vrptw;

public sealed class SolverTests
{
    private static readonly Gen<int> Seeds = Gen.Int[0, int.MaxValue - 1];

    [Theory]
    [InlineData(VrptwEngine.Auto, VrptwObjective.Distance)]
    [InlineData(VrptwEngine.Genetic, VrptwObjective.Distance)]
    [InlineData(VrptwEngine.RuinAndRecreate, VrptwObjective.Distance)]
    [InlineData(VrptwEngine.Auto, VrptwObjective.Vehicles)]
    [InlineData(VrptwEngine.RuinAndRecreate, VrptwObjective.Vehicles)]
    public void Solve_AnyProblem_PlanIsSound(VrptwEngine engine, VrptwObjective objective) =>
        Seeds.Sample(
            seed =>
            {
                var problem = RandomProblem.From(seed);
                Driven.AssertSound(problem, VrptwSolver.Solve(problem, Bounded(seed, 400) with { Engine = engine, Objective = objective }));
            },
            iter: 25, threads: 1);

    [Fact]
    public void Solve_TooFewVehicles_PlanIsSoundAndNamesWhoIsLeft() =>
        Seeds.Sample(
            seed =>
            {
                var all = RandomProblem.From(seed, fewest: 10);
                var problem = new VrptwProblem(all.Distance, all.Duration, all.Ready, all.Due, all.Service, all.Demand, all.Capacity, seed % 3);
                var solution = VrptwSolver.Solve(problem, Bounded(seed, 500));
                Driven.AssertSound(problem, solution);
                if (problem.Vehicles == 0)
                    Assert.Equal(problem.Customers, solution.Unserved.Count);
            },
            iter: 25, threads: 1);

    [Theory]
    [InlineData(VrptwObjective.Distance)]
    [InlineData(VrptwObjective.Vehicles)]
    public void Solve_FewCustomers_FindsTheBestOfAllPlans(VrptwObjective objective) =>
        Seeds.Sample(
            seed =>
            {
                var problem = RandomProblem.From(seed, most: 7);
                var solution = VrptwSolver.Solve(problem, Bounded(seed, 3000) with { Objective = objective });
                var vehiclesFirst = objective == VrptwObjective.Vehicles;
                var best = Best(problem, [.. Enumerable.Range(1, problem.Customers).Except(solution.Unserved.Select(unserved => unserved.Customer))], vehiclesFirst);
                Assert.Equal(best, vehiclesFirst ? (solution.Vehicles, solution.Distance) : (0, solution.Distance));
            },
            iter: 25, threads: 1);

    [Theory]
    [InlineData(VrptwObjective.Distance)]
    [InlineData(VrptwObjective.Vehicles)]
    public void Solve_ManyCustomers_PlanIsSoundInTheProblemsOwnNumbers(VrptwObjective objective)
    {
        // Above 400 nodes the solver numbers customers otherwise while it works; some of these can't be served.
        var problem = RandomProblem.From(8, most: 450, fewest: 450);
        for (var customer = 7; customer < problem.Nodes; customer += 50)
            problem.Due[customer] = -1;
        var solution = VrptwSolver.Solve(problem, Bounded(3, 2000) with { Objective = objective });
        Driven.AssertSound(problem, solution);
        Assert.Equal(Enumerable.Range(0, 9).Select(i => 7 + (50 * i)), solution.Unserved.Where(unserved => unserved.Reason == VrptwRefusal.BadTime).Select(unserved => unserved.Customer));
        Assert.True(solution.Routes.Length > 1);
    }

    [Theory]
    [InlineData(VrptwObjective.Distance)]
    [InlineData(VrptwObjective.Vehicles)]
    public void Solve_SameSeedBoundedByIterations_SamePlan(VrptwObjective objective)
    {
        var problem = RandomProblem.From(4711, most: 60, fewest: 60);
        var options = Bounded(5, 3000) with { Objective = objective };
        var first = VrptwSolver.Solve(problem, options);
        var second = VrptwSolver.Solve(problem, options);
        Assert.Equal(first.Distance, second.Distance);
        Assert.Equal(first.Routes, second.Routes);
        Assert.Equal(first.Statistics.Iterations, second.Statistics.Iterations);
    }

    [Fact]
    public void Solve_SeveralThreads_PlanIsSoundAndProgressOnlyImproves()
    {
        var problem = RandomProblem.From(12, most: 80, fewest: 80);
        var told = new List<VrptwProgress>();
        var solution = VrptwSolver.Solve(problem, Bounded(3, 4000) with { Threads = 3 }, told.Add);
        Driven.AssertSound(problem, solution);
        var complete = told.SkipWhile(progress => solution.Statistics.FirstFeasible is { } first && progress.Elapsed < first).Select(progress => progress.Distance).ToList();
        Assert.Equal(complete.OrderDescending(), complete);
        Assert.Equal(solution.Distance, told[^1].Distance);
    }

    [Fact]
    public void Solve_Cancelled_AnswersWithThePlanItHas()
    {
        var problem = RandomProblem.From(99, most: 200, fewest: 200);
        using var stop = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var solution = VrptwSolver.Solve(problem, new VrptwOptions { Deadline = TimeSpan.FromMinutes(5) }, _ => stop.Cancel(), stop.Token);
        Driven.AssertSound(problem, solution);
        Assert.NotEmpty(solution.Routes);
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"took {clock.Elapsed}");
    }

    [Fact]
    public void Solve_DeadlineZero_AnswersWithAFirstPlan()
    {
        var problem = RandomProblem.From(100, most: 200, fewest: 200);
        var solution = VrptwSolver.Solve(problem, new VrptwOptions { Deadline = TimeSpan.Zero });
        Driven.AssertSound(problem, solution);
        Assert.NotEmpty(solution.Routes);
    }

    [Fact]
    public void Solve_ThousandsOfDuplicates_ArePlanned()
    {
        const int nodes = 1201;
        var distance = new int[nodes * nodes];
        for (var i = 1; i < nodes; i++)
            distance[i] = distance[i * nodes] = 7;
        var problem = new VrptwProblem(distance, distance, new int[nodes], [.. Enumerable.Repeat(1000, nodes)], new int[nodes], [.. Enumerable.Repeat(1, nodes)], 100, nodes);
        var solution = VrptwSolver.Solve(problem, Bounded(1, 300));
        Driven.AssertSound(problem, solution);
        Assert.Equal((12, 12 * 14), (solution.Vehicles, solution.Distance));
    }

    private static VrptwOptions Bounded(int seed, long iterations) => new() { Seed = seed, MaxIterations = iterations, Deadline = TimeSpan.MaxValue };

    /// <summary>The best cost over all sets of routes, by trying every subset as a route in every order.</summary>
    private static (int Vehicles, long Distance) Best(VrptwProblem problem, int[] customers, bool vehiclesFirst)
    {
        var sets = 1 << customers.Length;
        var route = new long[sets];
        for (var set = 1; set < sets; set++)
            route[set] = Shortest([.. customers.Where((_, i) => (set >> i & 1) == 1)]);
        var best = new (int Vehicles, long Distance)[sets];
        for (var set = 1; set < sets; set++)
        {
            best[set] = (int.MaxValue, long.MaxValue);
            for (var part = set; part > 0; part = (part - 1) & set)
            {
                var rest = best[set & ~part];
                if (route[part] == long.MaxValue || rest.Distance == long.MaxValue)
                    continue;
                var together = (vehiclesFirst ? rest.Vehicles + 1 : 0, rest.Distance + route[part]);
                if (together.CompareTo(best[set]) < 0)
                    best[set] = together;
            }
        }
        return best[sets - 1];

        long Shortest(int[] some)
        {
            var shortest = long.MaxValue;
            foreach (var order in Orders(some))
                if (Driven.Cost(problem, [order]) is (var distance, 0, 0) && distance < shortest)
                    shortest = distance;
            return shortest;
        }
    }

    private static IEnumerable<int[]> Orders(int[] some) => some.Length <= 1
        ? [some]
        : some.SelectMany(first => Orders([.. some.Where(other => other != first)]).Select(rest => (int[])[first, .. rest]));
}
