namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>
/// Who searches when. Ruin and recreate completes a first plan that leaves customers out, routes are eliminated where their number counts,
/// and ruin and recreate anneals for a while; up to <see cref="GeneticLimit"/> customers the genetic search goes on from there, above it
/// annealing does.
/// </summary>
internal static class Orchestra
{
    private const int GeneticLimit = 320;

    /// <summary>Shares of what is left of the budget for the first parts.</summary>
    private const double CompleteFor = 0.4;
    private const double ReduceFor = 0.25;
    private const double AnnealFor = 0.08;

    public static void Play(Flat flat, VrptwOptions options, Incumbent incumbent, Budget budget)
    {
        if (budget.Spent || flat.Customers < 2)
            return;
        if (options.Threads == 1)
        {
            Alone(flat, options, incumbent, budget, new Chance(options.Seed));
            return;
        }
        var players = new Task[options.Threads];
        for (var i = 0; i < players.Length; i++)
        {
            var chance = new Chance(unchecked(options.Seed + (i * 7919)));
            players[i] = Task.Factory.StartNew(() => Alone(flat, options, incumbent, budget, chance), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        Task.WaitAll(players);
    }

    private static void Alone(Flat flat, VrptwOptions options, Incumbent incumbent, Budget budget, Chance chance)
    {
        var annealing = new RuinAndRecreate(flat, incumbent, budget, chance) { Shares = options.Threads > 1 };
        var plan = incumbent.Best!;
        if (plan.Served < flat.Customers)
        {
            annealing.Load(plan);
            plan = annealing.Run(budget.After(CompleteFor), RuinAndRecreate.Warm, RuinAndRecreate.Cold, untilComplete: true);
        }
        if (plan.Served == flat.Customers && options.Objective == VrptwObjective.Vehicles)
        {
            plan = new RouteElimination(flat, plan.Routes, incumbent, budget, chance) { Shares = options.Threads > 1 }.Reduce(plan, FleetBound.Of(flat), budget.After(ReduceFor));
            annealing.Fleet = plan.Routes;
        }
        if (budget.Spent)
            return;
        var genetic = options.Engine == VrptwEngine.Genetic || (options.Engine == VrptwEngine.Auto && flat.Customers <= GeneticLimit);
        annealing.Load(plan);
        if (!genetic || plan.Served < flat.Customers)
        {
            annealing.Run(1, RuinAndRecreate.Hottest, RuinAndRecreate.Cool);
            return;
        }
        if (options.Engine == VrptwEngine.Auto)
            plan = annealing.Run(budget.After(AnnealFor), RuinAndRecreate.Warm, RuinAndRecreate.Cold);
        var routes = options.Objective == VrptwObjective.Vehicles ? plan.Routes : flat.Vehicles;
        new GeneticSearch(flat, routes, incumbent, budget, chance) { Shares = options.Threads > 1 }.Run([plan]);
    }
}
