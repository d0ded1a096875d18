namespace EServices.Simulation.Running;

/// <summary>
/// Takes out of a run that breaks an invariant whatever it breaks without: people, faults, detours of messages, turns that were taken early. What is left is the
/// shortest history found that still breaks the same invariant.
/// </summary>
internal static class Shrinker
{
    private const int MostRuns = 120;

    /// <param name="broken">A run of <paramref name="plan"/> with a violation.</param>
    public static (Plan Plan, Outcome Outcome, int Runs) Shrink(Simulator simulator, Plan plan, Outcome broken)
    {
        var runs = 0;
        var invariant = Name(broken.Violations[0]);
        var (best, decisions) = (broken, broken.Decisions);
        var journeys = plan.Journeys;

        for (var place = 0; place < journeys.Count && journeys.Count > 1;)
        {
            var fewer = journeys.Where((_, other) => other != place).ToList();
            if (Breaks(fewer, decisions) is { } still)
                (journeys, best, decisions) = (fewer, still, still.Decisions);
            else
                place++;
        }
        // Delta debugging: large pieces first, then ever smaller ones, until no single decision can be left out.
        for (var size = Math.Max(1, decisions.Count / 2); size >= 1 && runs < MostRuns; size /= 2)
        {
            for (var from = 0; from < decisions.Count && runs < MostRuns;)
            {
                var fewer = decisions.Where((_, place) => place < from || place >= from + size).ToList();
                if (Breaks(journeys, fewer) is { } still && still.Decisions.Count <= fewer.Count)
                    (best, decisions) = (still, still.Decisions);
                else
                    from += size;
            }
        }
        var script = decisions;
        return (plan with { Journeys = journeys, Choices = () => Choices.Script(script) }, best, runs);

        Outcome? Breaks(IReadOnlyList<Clients.Journey> some, IReadOnlyList<Decision> without)
        {
            runs++;
            var outcome = simulator.Run(plan with { Journeys = some, Choices = () => Choices.Script(without) });
            return outcome.Violations.Any(violation => Name(violation) == invariant) ? outcome : null;
        }
    }

    private static string Name(string violation) => violation.Split(':')[0];
}
