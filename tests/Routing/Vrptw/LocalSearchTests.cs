using CsCheck;
using EServices.Dispatch.Routing.Vrptw;
using EServices.Dispatch.Routing.Vrptw.Search;

namespace EServices.Routing.Tests.Vrptw;

public sealed unsafe class LocalSearchTests
{
    private static readonly Gen<int> Seeds = Gen.Int[0, int.MaxValue - 1];

    [Fact]
    public void Move_AnyProblemAndPlan_CostsWhatDrivingItAnewCosts()
    {
        long moves = 0;
        Seeds.Sample(
            seed =>
            {
                var problem = RandomProblem.From(seed, fewest: 3);
                var (search, plan, price) = Start(problem, seed);
                search.Load(plan, price);
                var before = Cost(problem, search.Save(), price);
                search.Moved = delta =>
                {
                    moves++;
                    var after = Cost(problem, search.Save(), price);
                    Assert.Equal(after - before, delta);
                    Assert.True(delta < 0);
                    before = after;
                };
                search.Improve();
            },
            iter: 100, threads: 1);
        Assert.True(moves > 1000, $"only {moves} moves were made");
    }

    [Fact]
    public void Save_AfterImprovement_TellsDistanceWarpAndExcessOfItsRoutes() =>
        Seeds.Sample(
            seed =>
            {
                var problem = RandomProblem.From(seed, fewest: 3);
                var (search, plan, price) = Start(problem, seed);
                search.Load(plan, price);
                search.Improve();
                var saved = search.Save();
                Assert.Equal(Driven.Cost(problem, saved.ToRoutes()), (saved.Distance, saved.Warp, saved.Excess));
                Assert.Equal(Enumerable.Range(1, problem.Customers), saved.Order.Order());
            },
            iter: 100, threads: 1);

    [Fact]
    public void Insert_MissingCustomers_AreAllPlacedAndCounted() =>
        Seeds.Sample(
            seed =>
            {
                var problem = RandomProblem.From(seed, fewest: 4);
                var (search, plan, price) = Start(problem, seed);
                var left = plan.Order[..(plan.Order.Length / 2)];
                search.Load(new Plan(left, [0, left.Length]), price);
                foreach (var customer in plan.Order[left.Length..])
                    search.Insert(customer);
                var saved = search.Save();
                Assert.Equal(Driven.Cost(problem, saved.ToRoutes()), (saved.Distance, saved.Warp, saved.Excess));
                Assert.Equal(Enumerable.Range(1, problem.Customers), saved.Order.Order());
            },
            iter: 100, threads: 1);

    [Fact]
    public void Cross_TwoPlans_ChildAndMissingCustomersAreEverybodyOnce() =>
        Seeds.Sample(
            seed =>
            {
                var problem = RandomProblem.From(seed, fewest: 4);
                var flat = new Flat(problem);
                var near = Math.Min(problem.Customers - 1, 20);
                var exchange = new RouteExchange(flat, flat.Neighbours(near), near, new Chance(seed));
                var random = new Random(seed);
                Plan first = Cut(problem, random), second = Cut(problem, random);
                for (var i = 0; i < 20; i++)
                {
                    var child = exchange.Cross(first, second);
                    Assert.Equal(Enumerable.Range(1, problem.Customers), child.Order.Concat(exchange.Missing.ToArray()).Order());
                    for (var route = 0; route < exchange.Unchanged; route++)
                        Assert.Contains(child.Route(route).ToArray(), first.ToRoutes());
                }
                GC.KeepAlive(flat);
            },
            iter: 100, threads: 1);

    private static (LocalSearch Search, Plan Plan, Penalties Price) Start(VrptwProblem problem, int seed)
    {
        var random = new Random(seed ^ 77);
        var flat = new Flat(problem);
        var near = Math.Min(problem.Customers - 1, 20);
        var price = new Penalties(random.Next(1, 2000), random.Next(1, 20000));
        return (new LocalSearch(flat, problem.Customers, flat.Neighbours(near), near, new Chance(seed)), Cut(problem, random), price);
    }

    private static Plan Cut(VrptwProblem problem, Random random)
    {
        var order = RandomProblem.Shuffled(problem.Customers, random);
        var start = new List<int> { 0 };
        while (start[^1] < order.Length)
            start.Add(Math.Min(order.Length, start[^1] + random.Next(1, 12)));
        return new Plan(order, [.. start]);
    }

    private static long Cost(VrptwProblem problem, Plan plan, Penalties price)
    {
        var (distance, warp, excess) = Driven.Cost(problem, plan.ToRoutes());
        return (distance << LocalSearch.Fine) + (warp * price.Warp) + (excess * price.Load);
    }
}
