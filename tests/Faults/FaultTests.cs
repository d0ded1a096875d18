using System.Diagnostics;
using EServices.Faults.Tests.Reporting;
using EServices.Faults.Tests.Stores;
using EServices.Testing;

[assembly: AssemblyFixture(typeof(FaultReport))]

namespace EServices.Faults.Tests;

/// <summary>What is done to a stack under constant load, whichever keeper it stands on. After each, every invariant is held against all that was ever acknowledged.</summary>
public abstract class FaultTests(FaultStack stack)
{
    protected FaultStack Stack { get; } = stack;

    /// <summary>Whose connection to the broker is cut; one of them in CI, where each costs half a minute of heartbeats.</summary>
    public static TheoryData<string> Talkers => FaultStack.Kills < FaultStack.KillsOfALongRun ? ["payment"] : ["payment", "application", "dispatch", "notification"];

    /// <summary>Whose connections with the gateway are cut.</summary>
    public static TheoryData<string> Answerers => FaultStack.Kills < FaultStack.KillsOfALongRun ? ["application"] : ["application", "payment", "dispatch"];

    private protected Task BeginAsync()
    {
        Assert.SkipWhen(Stack.WhyNot is not null, $"Faults on {Stack.Keeper}: {Stack.WhyNot}");
        return Stack.Citizens.StartAsync();
    }

    [Fact]
    public async Task Kills_AtRandom_LoseNothingAndRepeatNothing()
    {
        await BeginAsync();
        var killer = new Killer(Stack, FaultStack.Seed);
        await killer.RunAsync(FaultStack.Kills);
        await Stack.HoldsAsync($"kill -9, {killer.Count} times", $"seed {FaultStack.Seed}: {killer.Killed}");
        Assert.True(killer.Count >= FaultStack.Kills);
    }

    /// <summary>The machine at the other end is gone and nobody says so: the service has to find out by itself, and what it sent into the void has to be sent again.</summary>
    [Theory]
    [MemberData(nameof(Talkers))]
    public async Task BrokerConnection_HalfOpen_IsNoticedAndMadeGood(string service)
    {
        await BeginAsync();
        var wire = Stack.Wires[FaultStack.Broker(service)];
        await Stack.MovesAsync();
        var (since, connections) = (Stopwatch.StartNew(), wire.Accepted);
        wire.Stall();
        // It gives the dead connection up and tries another.
        await Eventually.HoldsAsync(() => wire.Accepted > connections, () => $"{service} still believes in its {wire.Open} connections\n{Stack.LastLines(service)}", TimeSpan.FromSeconds(120));
        Stack.Recovered("half open", $"{service} to broker", "noticed", since);
        wire.Pass();
        since.Restart();
        await Stack.ReadyAsync(service, TimeSpan.FromSeconds(120));
        Stack.Recovered("half open", $"{service} to broker", "ready", since);
        await Stack.DrainedAsync(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(120));
        Stack.Recovered("half open", $"{service} to broker", "drained", since);
        await Stack.HoldsAsync("half-open connection to the broker", service);
    }

    [Fact]
    public async Task BrokerConnections_ResetAndRefused_AreMadeGood()
    {
        await BeginAsync();
        await Stack.MovesAsync();
        var wires = StackStores.Services.Select(service => Stack.Wires[FaultStack.Broker(service)]).ToList();
        const int Resets = 3;
        for (var reset = 0; reset < Resets; reset++)
        {
            wires.ForEach(wire => wire.Reset());
            var since = Stopwatch.StartNew();
            await Stack.DrainedAsync(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(120));
            Stack.Recovered("reset", "all to broker", "drained", since);
        }

        wires.ForEach(wire => wire.Refuse());
        await Stack.NotReadyAsync("payment", "RabbitMQ", TimeSpan.FromSeconds(90));
        // Work goes on without a broker: what is acknowledged meanwhile waits in its documents.
        var acknowledged = Stack.Journal.Submissions.Count;
        await Eventually.HoldsAsync(() => Stack.Journal.Submissions.Count > acknowledged + 3, () => $"no submission is acknowledged while the broker is away\n{Stack.LastLines("application", "gateway")}", TimeSpan.FromSeconds(120));
        wires.ForEach(wire => wire.Pass());
        var back = Stopwatch.StartNew();
        await Stack.DrainedAsync(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(120));
        Stack.Recovered("refused", "all to broker", "drained", back);
        await Stack.HoldsAsync("reset and refused connections to the broker", $"all services reset {Resets} times, then refused");
    }

    [Theory]
    [MemberData(nameof(Answerers))]
    public async Task GatewayConnections_HalfOpenAndReset_AreMadeGood(string service)
    {
        await BeginAsync();
        await Stack.MovesAsync();
        var wire = Stack.Wires[FaultStack.Front(service)];
        // Answers are cut off while requests are under way: each was carried out or not, and its repeat must tell.
        for (var reset = 0; reset < 10; reset++)
        {
            var answers = Stack.Tally.Answers;
            await Eventually.HoldsAsync(() => wire.Open > 0 && Stack.Tally.Answers > answers, () => $"no request passes to {service}\n{Stack.LastLines("gateway", service)}", TimeSpan.FromSeconds(120));
            wire.Reset();
        }
        var (since, lost) = (Stopwatch.StartNew(), Stack.Tally.Unanswered + Stack.Tally.Away);
        wire.Stall();
        await Eventually.HoldsAsync(() => Stack.Tally.Unanswered + Stack.Tally.Away > lost, () => $"nobody notices that {service} does not answer\n{Stack.LastLines("gateway", service)}", TimeSpan.FromSeconds(120));
        Stack.Recovered("half open", $"gateway to {service}", "noticed", since);
        wire.Pass();
        since.Restart();
        await Stack.AnswersAsync(service);
        Stack.Recovered("half open", $"gateway to {service}", "answers", since);
        await Stack.HoldsAsync("half-open and reset connections of the gateway", $"{service}: reset 10 times, then half open");
    }
}
