using System.Globalization;
using System.Text.Json;
using EServices.Simulation.Clients;
using EServices.Simulation.Running;

const string Usage =
    """
    Plays whole journeys through the services' real code over a store, a broker, a clock and chance that one seed drives, with crashes, repeats, delays and conflicts.

      --seeds N         that many runs with seeds of their own (default 1,000)
      --seed S          only this seed; with --seeds the first of them
      --deliveries N    goes on until so many messages were delivered
      --journey NAME    only this journey: web, free, withdrawal, doorstep, visits, launch
      --exhaustive      a crash before and after every single step of every journey
      --pairs N         so many pairs of crashes for every journey
      --mutant NAME     with a planted bug: AnswersBeforeSaving, ForgetsInbox, PublishesBeforeSaving, AcknowledgesBeforeReacting
      --history         the whole history of a run instead of its essence
      --json            one JSON object at the end

    Exit code 1 when an invariant broke: the seed and the shortest history found that breaks it are printed.
    """;

var options = new Options(args);
if (options.Has("--help"))
{
    Console.WriteLine(Usage);
    return 0;
}
var journey = options.Text("--journey") is { } name ? Journeys.Named(name) : null;
var mutant = Enum.Parse<Mutant>(options.Text("--mutant") ?? nameof(Mutant.None));
var seed = options.Number("--seed");
var simulator = new Simulator(Path.Combine(Root(), "deploy", "packs", "jk"));
var campaign = new Campaign(simulator, mutant);

if (options.Has("--exhaustive") || options.Number("--pairs") is not null)
{
    foreach (var one in journey is null ? Journeys.All : [journey])
    {
        if (options.Has("--exhaustive"))
            campaign.Exhaust(one, seed ?? 1);
        campaign.Pairs(one, seed ?? 1, options.Number("--pairs") ?? 0);
        Console.Error.WriteLine($"{one}: {campaign.Runs} runs, {campaign.CrashPoints} crash points, {campaign.Findings.Count} violations so far");
    }
}
else
{
    var seeds = options.Number("--seeds") ?? (seed is null && options.Number("--deliveries") is null ? 1_000 : options.Number("--deliveries") is null ? 1 : int.MaxValue);
    var told = TimeSpan.Zero;
    for (var next = seed ?? 1; seeds > 0 && campaign.Deliveries < (options.Number("--deliveries") ?? int.MaxValue); next++, seeds--)
    {
        var outcome = campaign.Seed(next, journey);
        if (options.Has("--history"))
            Tell(outcome.History.Lines());
        if (campaign.Elapsed - told < TimeSpan.FromSeconds(10))
            continue;
        told = campaign.Elapsed;
        Console.Error.WriteLine($"seed {next}: {campaign.Runs} runs, {campaign.Deliveries} deliveries, {campaign.Findings.Count} violations");
    }
}

if (campaign.Findings.Count > 0)
{
    var found = campaign.Findings[0];
    var (plan, shortest, runs) = Shrinker.Shrink(simulator, found.Plan, found.Outcome);
    Console.WriteLine($"{found.What} breaks: {found.Outcome.Violations[0]}");
    Console.WriteLine($"The shortest history found ({runs} runs): {string.Join(", ", plan.Journeys)}; {string.Join(", ", shortest.Decisions.Select(Told))}");
    Tell(options.Has("--history") ? shortest.History.Lines() : shortest.History.Essence());
    Tell(shortest.Violations.Select(violation => $"BROKEN  {violation}"));
}
if (options.Has("--json"))
{
    Console.WriteLine(JsonSerializer.Serialize(new
    {
        runs = campaign.Runs,
        deliveries = campaign.Deliveries,
        replayed = campaign.Replays,
        steps = campaign.Steps,
        crash_points = campaign.CrashPoints,
        other_faults = campaign.OtherFaults,
        conflicts_injected = campaign.ConflictsInjected,
        races = campaign.Races,
        violations = campaign.Findings.Count,
        seconds = Math.Round(campaign.Elapsed.TotalSeconds, 1),
        journeys = campaign.Finished,
    }));
}
else
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{campaign.Runs:N0} runs: {campaign.Deliveries:N0} deliveries ({campaign.Replays:N0} more replayed), {campaign.CrashPoints:N0} crash points, {campaign.ConflictsInjected:N0} conflicts injected and {campaign.Races:N0} met, {campaign.OtherFaults:N0} other faults, {campaign.Findings.Count:N0} violations, {campaign.Elapsed.TotalSeconds:F1} s"));
    Tell(campaign.Finished.Select(finished => $"  {finished.Key}: {finished.Value}"));
}
return campaign.Findings.Count > 0 ? 1 : 0;

static string Told(Decision decision) => decision.Kind switch
{
    Choice.Step => $"{(Fault)decision.Value} at step {decision.Number}",
    Choice.Way => $"message {decision.Number} {(Way)decision.Value}",
    Choice.Order => $"turn {decision.Number} to the {decision.Value + 1}. in line",
    _ => $"will {decision.Number} is {decision.Value}",
};

static void Tell(IEnumerable<string> lines)
{
    foreach (var line in lines)
        Console.WriteLine(line);
}

static string Root()
{
    for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
    {
        if (File.Exists(Path.Combine(folder.FullName, "EServices.sln")))
            return folder.FullName;
    }
    throw new InvalidOperationException($"No EServices.sln above {AppContext.BaseDirectory}.");
}

/// <summary>The command line's words.</summary>
internal sealed class Options(string[] given)
{
    public bool Has(string name) => given.Contains(name);

    public string? Text(string name) => Array.IndexOf(given, name) is >= 0 and var place && place + 1 < given.Length ? given[place + 1] : null;

    /// <exception cref="ArgumentException">What follows is no number.</exception>
    public int? Number(string name) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"{name} takes a number, not '{text}'.");
}
