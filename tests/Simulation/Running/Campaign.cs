using System.Diagnostics;
using EServices.Simulation.Clients;

namespace EServices.Simulation.Running;

/// <param name="What">Seed or crash point, so that it can be played again.</param>
internal sealed record Finding(string What, Plan Plan, Outcome Outcome);

/// <summary>Many runs, added up.</summary>
internal sealed class Campaign(Simulator simulator, Mutant mutant = Mutant.None)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();

    public long Runs { get; private set; }

    public long Deliveries { get; private set; }

    public long Replays { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Times that a process died at a chosen step; restarts that failed are not among them.</summary>
    public long CrashPoints { get; private set; }

    public long OtherFaults { get; private set; }

    /// <summary>Conflicts that the store reported though there was none.</summary>
    public long ConflictsInjected { get; private set; }

    /// <summary>Saves that truly met another's.</summary>
    public long Races { get; private set; }

    public List<Finding> Findings { get; } = [];

    public SortedDictionary<string, int> Finished { get; } = new(StringComparer.Ordinal);

    public TimeSpan Elapsed => watch.Elapsed;

    /// <summary>A run whose people and weather follow from the seed.</summary>
    /// <param name="only">Only this journey; several at once where null.</param>
    public Outcome Seed(int seed, Journey? only = null) => Add($"--seed {seed}", PlanOf(seed, only));

    public Plan PlanOf(int seed, Journey? only = null) =>
        new(only is null ? Together(seed) : [only], () => Choices.Of(seed), Replays: seed % 5 == 0 ? 10 : 1, mutant);

    /// <summary>A process dies before and after every single step of a journey.</summary>
    /// <param name="every">1 for each step; 10 for each tenth.</param>
    public void Exhaust(Journey journey, int seed, int every = 1)
    {
        var calm = Add($"{journey}, calm", new Plan([journey], () => Choices.Of(seed, Weather.Calm), Replays: 1, mutant));
        for (var step = 0; step < calm.Steps; step += every)
        {
            foreach (var fault in (Fault[])[Fault.CrashBefore, Fault.CrashAfter])
            {
                var crash = new Decision(Choice.Step, step, (int)fault);
                Add($"{journey} --seed {seed}, {fault} step {step}", new Plan([journey], () => Choices.Of(seed, Weather.Calm, crash), 0, mutant));
            }
        }
    }

    /// <summary>Two processes die, or one twice, at two steps drawn from all.</summary>
    public void Pairs(Journey journey, int seed, int count)
    {
        var steps = simulator.Run(new Plan([journey], () => Choices.Of(seed, Weather.Calm), 0, mutant)).Steps;
        var random = new Random(seed);
        for (var pair = 0; pair < count; pair++)
        {
            Decision[] crashes =
            [
                .. Enumerable.Range(0, 2).Select(_ => new Decision(Choice.Step, random.Next(steps), random.Next(2) == 0 ? (int)Fault.CrashBefore : (int)Fault.CrashAfter)).DistinctBy(crash => crash.Number),
            ];
            Add($"{journey} --seed {seed}, crashes {string.Join(" and ", crashes.Select(crash => $"{(Fault)crash.Value} step {crash.Number}"))}",
                new Plan([journey], () => Choices.Of(seed, Weather.Calm, crashes), 0, mutant));
        }
    }

    private Outcome Add(string what, Plan plan)
    {
        var outcome = simulator.Run(plan);
        Runs++;
        Deliveries += outcome.Counts.Deliveries;
        Replays += outcome.Counts.Replays;
        Steps += outcome.Counts.Steps;
        Races += outcome.Counts.Races;
        CrashPoints += outcome.Counts.Faults[(int)Fault.CrashBefore] + outcome.Counts.Faults[(int)Fault.CrashAfter];
        ConflictsInjected += outcome.Counts.Faults[(int)Fault.Conflict];
        OtherFaults += outcome.Counts.Faults[(int)Fault.Refused] + outcome.Counts.Faults[(int)Fault.AnswerLost];
        foreach (var (journey, times) in outcome.Finished)
            Finished[journey] = Finished.GetValueOrDefault(journey) + times;
        if (outcome.Violations.Count > 0)
            Findings.Add(new Finding(what, plan, outcome));
        return outcome;
    }

    /// <summary>Two to five people at once, who get in each other's way; or the first start of everything.</summary>
    private static IReadOnlyList<Journey> Together(int seed)
    {
        var random = new Random(unchecked(seed * 7919));
        var (first, others) = (Journeys.All.Where(journey => journey.FromNothing).ToList(), Journeys.All.Where(journey => !journey.FromNothing).ToList());
        return random.Next(8) == 0
            ? [first[random.Next(first.Count)]]
            : [.. Enumerable.Range(0, 2 + random.Next(4)).Select(_ => others[random.Next(others.Count)])];
    }
}
