using System.Diagnostics;
using EServices.AppHosts;
using EServices.Faults.Tests.Reporting;
using EServices.Local;

namespace EServices.Faults.Tests;

/// <summary>
/// Kills parts of a stack without warning, one after the other and now and then two at once, and measures how long each takes to be there again.
/// Who and when follow from the seed; every part is killed at least once before one is killed again.
/// </summary>
internal sealed class Killer(FaultStack stack, int seed)
{
    private const double TwoAtOnce = 0.3;
    private static readonly TimeSpan LongestBetween = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LongestAway = TimeSpan.FromSeconds(1.5);

    private readonly Random chance = new(seed);
    private readonly Dictionary<string, int> killed = [];

    public string Killed => string.Join(", ", killed.Select(count => $"{count.Key} {count.Value}×"));

    public int Count => killed.Values.Sum();

    public async Task RunAsync(int kills)
    {
        var next = new Queue<string>();
        while (Count < kills)
        {
            if (next.Count == 0)
            {
                var parts = Topology.Nodes.Select(node => node.Name).Append(Topology.Broker).ToArray();
                chance.Shuffle(parts);
                next = new Queue<string>(parts);
            }
            var victims = new List<string> { next.Dequeue() };
            if (next.Count > 0 && Count + 1 < kills && chance.NextDouble() < TwoAtOnce)
                victims.Add(next.Dequeue());
            // A moment that nobody chose: some way into whatever the load is doing.
            await Task.Delay(LongestBetween * chance.NextDouble());
            var away = LongestAway * chance.NextDouble();
            await Task.WhenAll(victims.Select(victim => KillAsync(victim, away)));
        }
    }

    private async Task KillAsync(string victim, TimeSpan away)
    {
        lock (killed)
            killed[victim] = killed.GetValueOrDefault(victim) + 1;
        var since = Stopwatch.StartNew();
        await stack.Stack[victim].KillAsync();
        await Task.Delay(away);
        try
        {
            await stack.Stack[victim].StartAsync();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new InvalidOperationException($"seed {seed}: {victim} did not come back after {since.Elapsed.TotalSeconds:F0} s, as kill {Count}: {failure.Message}\n{stack.LastLines(victim)}", failure);
        }
        stack.Recovered("killed", victim, "ready", since, new Startup(away, stack.Stack[victim].ReadyAfter, ProcessorTime(stack.Stack[victim])));
        if (victim == Topology.Broker)
        {
            await stack.DrainedAsync(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(90));
            stack.Recovered("killed", victim, "drained", since);
        }
        else
        {
            await stack.AnswersAsync(victim);
            stack.Recovered("killed", victim, "answers", since);
        }
    }

    /// <summary>What a process has used since it began; zero where it can't be read.</summary>
    private static TimeSpan ProcessorTime(Resource resource)
    {
        try
        {
            if (resource.ProcessId is not { } id)
                return TimeSpan.Zero;
            using var process = Process.GetProcessById(id);
            return process.TotalProcessorTime;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return TimeSpan.Zero;
        }
    }
}
