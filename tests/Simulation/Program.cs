using EServices.Simulation.Clients;
using EServices.Simulation.Running;

var root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "EServices.sln")))
    root = Path.GetDirectoryName(root)!;
var simulator = new Simulator(Path.Combine(root, "deploy", "packs", "jk"));
var from = int.Parse(args[0]); var to = int.Parse(args[1]);
var total = System.Diagnostics.Stopwatch.StartNew(); long dels=0, reps=0, crashes=0; int bad=0;
for (var seed=from; seed<to; seed++)
foreach (var journey in Journeys.All.Where(j => args.Length < 3 || args[2] == "all" || j.Name == args[2]))
{
    var watch = System.Diagnostics.Stopwatch.StartNew();
    var outcome = simulator.Run(new Plan([journey], () => Choices.Of(seed, seed == 0 ? Weather.Calm : null)));
    dels += outcome.Counts.Deliveries; reps += outcome.Counts.Replays; crashes += outcome.Counts.Crashes;
    if (outcome.Violations.Count > 0) bad++;
    if (outcome.Violations.Count > 0 || to - from < 5) {
    Console.WriteLine($"{seed} {journey}: {outcome.Counts.Deliveries} deliveries, {outcome.Counts.Replays} replays, {outcome.Counts.Crashes} crashes, {outcome.Counts.Races} races, {outcome.Steps} steps, {watch.ElapsedMilliseconds} ms, hash {outcome.History.Hash():x}, {string.Join(",", outcome.Finished)}");
    foreach (var violation in outcome.Violations.Take(3))
        Console.WriteLine("  " + (violation.Length > 900 ? violation[..900] : violation)); }
    if (args.Length > 3)
        foreach (var line in outcome.History.Lines())
            Console.WriteLine(line);
}
Console.WriteLine($"{dels} deliveries {reps} replays {crashes} crashes {bad} bad in {total.Elapsed.TotalSeconds} s");
return 0;
