using CsCheck;
using EServices.Dispatch.Routing.Vrptw;
using EServices.Dispatch.Routing.Vrptw.Search;

namespace EServices.Routing.Tests.Vrptw;

public sealed class RouteEliminationTests
{
    private static readonly Gen<int> Seeds = Gen.Int[0, int.MaxValue - 1];

    [Fact]
    public void Reduce_AnyProblem_ServesEverybodyInTimeWithNoMoreRoutes()
    {
        var saved = 0;
        Seeds.Sample(
            seed =>
            {
                var (problem, _, _) = Screening.Apart(RandomProblem.From(seed, fewest: 3));
                if (problem.Customers == 0)
                    return;
                var flat = new Flat(problem);
                var start = Alone(flat);
                var reduced = Reduce(flat, start, seed, 300);
                Assert.Equal((reduced.Distance, 0, 0), Driven.Cost(problem, reduced.ToRoutes()));
                Assert.Equal(Enumerable.Range(1, problem.Customers), reduced.Order.Order());
                Assert.InRange(reduced.Routes, FleetBound.Of(flat), start.Routes);
                Assert.DoesNotContain(reduced.ToRoutes(), route => route.Length == 0);
                saved += start.Routes - reduced.Routes;
            },
            iter: 60, threads: 1);
        Assert.True(saved > 300, $"only {saved} routes were eliminated");
    }

    /// <summary>Each vehicle's day is full: whoever is on another's tour is late, and there is no room for one more.</summary>
    [Fact]
    public void Reduce_ProblemCutFromFullRoutes_FindsNoMoreThanThose() =>
        Seeds.Sample(
            seed =>
            {
                var (problem, routes) = CutFrom(new Random(seed), vehicles: 5, stops: 8);
                var flat = new Flat(problem);
                var reduced = Reduce(flat, Alone(flat), seed, 20_000);
                Assert.Equal((reduced.Distance, 0, 0), Driven.Cost(problem, reduced.ToRoutes()));
                Assert.True(reduced.Routes <= routes, $"{reduced.Routes} routes where {routes} are known");
            },
            iter: 10, threads: 1);

    [Fact]
    public void Reduce_BudgetUsed_AnswersWithThePlanItHas()
    {
        var (problem, _) = CutFrom(new Random(3), vehicles: 8, stops: 10);
        var flat = new Flat(problem);
        var start = Alone(flat);
        foreach (var iterations in new long[] { 0, 1, 5, 50 })
        {
            var reduced = Reduce(flat, start, 1, iterations);
            Assert.Equal((reduced.Distance, 0, 0), Driven.Cost(problem, reduced.ToRoutes()));
            Assert.Equal(Enumerable.Range(1, problem.Customers), reduced.Order.Order());
        }
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var budget = new Budget(() => TimeSpan.Zero, TimeSpan.MaxValue, long.MaxValue, stop.Token);
        Assert.Same(start, new RouteElimination(flat, start.Routes, new Incumbent(flat, true, budget, null), budget, new Chance(1)).Reduce(start, 1, 1));
    }

    [Fact]
    public void Reduce_EnoughForTheBound_Stops()
    {
        var (problem, _) = CutFrom(new Random(5), vehicles: 4, stops: 6);
        var flat = new Flat(problem);
        var reduced = Reduce(flat, Alone(flat), 1, 50_000, fewest: 10);
        Assert.Equal(10, reduced.Routes);
    }

    [Fact]
    public void Bound_SeveralPlacesAtOneMoment_IsOneVehicleEach()
    {
        int[] ready = [0, 50, 50, 50, 50, 80], due = [200, 50, 50, 50, 50, 90];
        var ways = Enumerable.Repeat(5, 36).ToArray();
        var problem = new VrptwProblem(ways, ways, ready, due, new int[6], new int[6], 10, 6);
        Assert.Equal(4, FleetBound.Of(new Flat(problem)));
    }

    [Fact]
    public void Bound_ByLoad_IsRoundedUp()
    {
        var ways = Enumerable.Repeat(5, 16).ToArray();
        var problem = new VrptwProblem(ways, ways, new int[4], [200, 200, 200, 200], new int[4], [0, 4, 4, 5], 12, 3);
        Assert.Equal(2, FleetBound.Of(new Flat(problem)));
    }

    [Fact]
    public void Bound_AnyProblem_IsNoMoreThanAPlanHas() =>
        Seeds.Sample(
            seed =>
            {
                var (problem, _, _) = Screening.Apart(RandomProblem.From(seed, most: 12));
                if (problem.Customers == 0)
                    return;
                var plan = VrptwSolver.Solve(problem, new VrptwOptions { Objective = VrptwObjective.Vehicles, Seed = seed, MaxIterations = 2000, Deadline = TimeSpan.MaxValue });
                Assert.InRange(plan.Vehicles, FleetBound.Of(new Flat(problem)), int.MaxValue);
            },
            iter: 50, threads: 1);

    private static Plan Reduce(Flat flat, Plan start, int seed, long iterations, int fewest = 1)
    {
        var budget = new Budget(() => TimeSpan.Zero, TimeSpan.MaxValue, iterations, CancellationToken.None);
        var incumbent = new Incumbent(flat, true, budget, null);
        incumbent.Offer(start);
        var reduced = new RouteElimination(flat, start.Routes, incumbent, budget, new Chance(seed)).Reduce(start, Math.Max(fewest, FleetBound.Of(flat)), 1);
        Assert.Same(reduced, incumbent.Best);
        GC.KeepAlive(flat);
        return reduced;
    }

    /// <summary>A vehicle for every customer.</summary>
    private static Plan Alone(Flat flat) => Plan.Of(flat, [.. Enumerable.Range(1, flat.Customers)], [.. Enumerable.Range(0, flat.Nodes)]);

    /// <summary>Draws tours, and windows around the times at which their vehicles come by; each vehicle is all but full.</summary>
    private static (VrptwProblem Problem, int Routes) CutFrom(Random random, int vehicles, int stops)
    {
        var nodes = (vehicles * stops) + 1;
        var places = Enumerable.Range(0, nodes).Select(_ => (X: random.Next(100), Y: random.Next(100))).ToArray();
        var ways = new int[nodes * nodes];
        for (var i = 0; i < nodes; i++)
            for (var j = 0; j < nodes; j++)
                ways[(i * nodes) + j] = (int)Math.Ceiling(Math.Sqrt(Math.Pow(places[i].X - places[j].X, 2) + Math.Pow(places[i].Y - places[j].Y, 2)));
        var (ready, due, service, demand) = (new int[nodes], new int[nodes], new int[nodes], new int[nodes]);
        var customers = RandomProblem.Shuffled(nodes - 1, random);
        for (var vehicle = 0; vehicle < vehicles; vehicle++)
        {
            var (at, time, load) = (0, 0, 0);
            foreach (var customer in customers.AsSpan(vehicle * stops, stops))
            {
                time += ways[(at * nodes) + customer];
                ready[customer] = Math.Max(0, time - random.Next(40));
                due[customer] = time + random.Next(40);
                service[customer] = 10;
                demand[customer] = random.Next(5, 15);
                load += demand[customer];
                time += 10;
                at = customer;
            }
            due[0] = Math.Max(due[0], time + ways[at * nodes]);
            demand[customers[(vehicle * stops) + stops - 1]] += Math.Max(0, (stops * 14) - load);
        }
        return (new VrptwProblem(ways, ways, ready, due, service, demand, stops * 14, nodes), vehicles);
    }
}
