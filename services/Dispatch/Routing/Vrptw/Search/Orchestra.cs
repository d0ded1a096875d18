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
        var genetic = new GeneticSearch(flat, flat.Vehicles, incumbent, budget, chance);
        genetic.Run(incumbent.Best is { } best && best.Served == flat.Customers ? [best] : []);
    }
}
