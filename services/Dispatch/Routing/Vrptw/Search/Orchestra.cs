namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>Who searches when: chooses the engines by size, objective and time, and runs them on the threads that were given.</summary>
internal static class Orchestra
{
    public static void Play(Flat flat, VrptwOptions options, Incumbent incumbent, Budget budget)
    {
        if (budget.Spent || flat.Customers < 2)
            return;
        Alone(flat, options, incumbent, budget, new Chance(options.Seed));
    }

    private static void Alone(Flat flat, VrptwOptions options, Incumbent incumbent, Budget budget, Chance chance)
    {
        var complete = incumbent.Best is { } first && first.Served == flat.Customers ? first : null;
        if (options.Engine == VrptwEngine.RuinAndRecreate)
        {
            var ruin = new RuinAndRecreate(flat, incumbent, budget, chance);
            ruin.Load(incumbent.Best!);
            ruin.Run(1, Hot, Cold);
            return;
        }
        var genetic = new GeneticSearch(flat, flat.Vehicles, incumbent, budget, chance);
        genetic.Run(complete is null ? [] : [complete]);
    }

    private static readonly double Hot = double.Parse(Environment.GetEnvironmentVariable("HOT") ?? "0.5");
    private static readonly double Cold = double.Parse(Environment.GetEnvironmentVariable("COLD") ?? "0.005");
}
