using System.Diagnostics;
using EServices.Faults.Tests.Stores;
using EServices.Local;
using EServices.Testing;
using MongoDB.Driver;

namespace EServices.Faults.Tests;

/// <summary>
/// A stack on the MongoDB server that <c>ESERVICES_FAULTS_MONGO</c> names, with a wire between it and every service; each run has databases of its own, dropped
/// at its end. Of a replica set the first host that is named must be the primary: who follows the set's own addresses goes round the wire.
/// </summary>
public sealed class MongoStack : FaultStack
{
    private const string Variable = "ESERVICES_FAULTS_MONGO";

    private readonly string? server = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? WithDatabase(given, $"faults{Guid.NewGuid():N}"[..16]) : null;

    public override string Keeper => "MongoDB";

    protected override string? Unavailable => server is null ? $"{Variable} names no server" : null;

    private protected override StackStores OpenStores() => StackStores.OfServer(server!);

    private protected override StackOptions Adapt(StackOptions options) => options with { MongoDb = server };

    private protected override Task PrepareAsync()
    {
        foreach (var service in StackStores.Services)
        {
            var url = new MongoUrlBuilder(ConnectionStrings.MongoDb(server!, service));
            var wire = Wires.Add(Store(service));
            wire.LeadTo(new UriBuilder("mongodb", url.Server.Host, url.Server.Port).Uri);
            (url.Server, url.ReplicaSetName, url.DirectConnection) = (new MongoServerAddress("127.0.0.1", wire.Port), null, true);
            Set(service, $"ConnectionStrings__{service}", url.ToString());
        }
        return Task.CompletedTask;
    }

    private protected override async Task CleanUpAsync()
    {
        if (server is null)
            return;
        foreach (var service in StackStores.Services)
        {
            var url = new MongoUrl(ConnectionStrings.MongoDb(server, service));
            await new MongoClient(url).DropDatabaseAsync(url.DatabaseName);
        }
    }

    private static string WithDatabase(string server, string database) => new MongoUrlBuilder(server) { DatabaseName = database }.ToString();
}

public sealed class MongoFaultTests(MongoStack stack) : FaultTests(stack), IClassFixture<MongoStack>
{
    private const int Cuts = 40;
    private const int Resets = 10;

    /// <summary>A write and what is answered to it are longer than this hardly ever.</summary>
    private const int LongestMessage = 6_000;

    /// <summary>Those through which the load passes all the time.</summary>
    private static readonly string[] Busy = ["application", "payment", "dispatch", "notification"];

    /// <summary>Whose connections to the store are left half open.</summary>
    public static TheoryData<string> Keeping => FaultStack.Kills < FaultStack.KillsOfALongRun ? ["payment"] : [.. Busy];

    /// <summary>The store's machine is gone and nobody says so. Calls end at their deadline, and what is pooled is not believed in when the store is there again.</summary>
    [Theory]
    [MemberData(nameof(Keeping))]
    public async Task StoreConnection_HalfOpen_IsNoticedAndMadeGood(string service)
    {
        await BeginAsync();
        await Stack.MovesAsync();
        var wire = Stack.Wires[FaultStack.Store(service)];
        var since = Stopwatch.StartNew();
        wire.Stall();
        await Stack.NotReadyAsync(service, FaultStack.StoreIsAway, TimeSpan.FromSeconds(60));
        Stack.Recovered("half open", FaultStack.Store(service), "noticed", since);
        wire.Pass();
        since.Restart();
        await Stack.ReadyAsync(service, TimeSpan.FromSeconds(60));
        Stack.Recovered("half open", FaultStack.Store(service), "ready", since);
        await Stack.AnswersAsync(service);
        Stack.Recovered("half open", FaultStack.Store(service), "answers", since);
        await Stack.DrainedAsync(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(120));
        Stack.Recovered("half open", FaultStack.Store(service), "drained", since);
        await Stack.HoldsAsync("half-open connection to the store", service);
    }

    [Fact]
    public async Task StoreConnections_ResetAndRefused_AreMadeGood()
    {
        await BeginAsync();
        await Stack.MovesAsync();
        var wires = StackStores.Services.Select(service => Stack.Wires[FaultStack.Store(service)]).ToList();
        for (var reset = 0; reset < Resets; reset++)
        {
            var answers = Stack.Tally.Answers;
            await Eventually.HoldsAsync(() => Stack.Tally.Answers > answers + 5, () => $"nothing is answered after reset {reset}\n{Stack.LastLines()}", TimeSpan.FromSeconds(60));
            wires.ForEach(wire => wire.Reset());
        }
        var since = Stopwatch.StartNew();
        await Stack.DrainedAsync(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(120));
        Stack.Recovered("reset", "all to store", "drained", since);

        var refused = Stack.Tally.ByStatus.GetValueOrDefault(503);
        wires.ForEach(wire => wire.Refuse());
        since.Restart();
        await Stack.NotReadyAsync("payment", FaultStack.StoreIsAway, TimeSpan.FromSeconds(60));
        Stack.Recovered("refused", "all to store", "noticed", since);
        await Eventually.HoldsAsync(() => Stack.Tally.ByStatus.GetValueOrDefault(503) > refused + 5, () => $"the store is away and nothing is refused: {string.Join(", ", Stack.Tally.ByStatus)}", TimeSpan.FromSeconds(60));
        wires.ForEach(wire => wire.Pass());
        since.Restart();
        foreach (var service in StackStores.Services)
            await Stack.ReadyAsync(service, TimeSpan.FromSeconds(60));
        Stack.Recovered("refused", "all to store", "ready", since);
        await Stack.DrainedAsync(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(120));
        Stack.Recovered("refused", "all to store", "drained", since);
        await Stack.HoldsAsync("reset and refused connections to the store", $"all services reset {Resets} times, then refused");
    }

    /// <summary>Of each request that was cut the service can't know whether it was carried out, and of each answer that was cut it was.</summary>
    [Fact]
    public async Task StoreConnections_CutInTheMiddle_LoseNothingAndRepeatNothing()
    {
        await BeginAsync();
        await Stack.MovesAsync();
        var chance = new Random(FaultStack.Seed);
        var wires = Busy.Select(service => (Service: service, Wire: Stack.Wires[FaultStack.Store(service)])).ToList();
        for (var cut = 0; cut < Cuts; cut += wires.Count)
        {
            var before = wires.Select(wire => wire.Wire.Cuts).ToList();
            foreach (var (_, wire) in wires)
                wire.Cut(chance.Next(1, LongestMessage), answers: chance.Next(2) == 0);
            await Eventually.HoldsAsync(
                () => wires.Zip(before).All(pair => pair.First.Wire.Cuts > pair.Second), () => $"not cut again: {string.Join(", ", wires.Zip(before).Where(pair => pair.First.Wire.Cuts == pair.Second).Select(pair => pair.First.Service))}\n{Stack.LastLines()}",
                TimeSpan.FromSeconds(60));
        }
        var since = Stopwatch.StartNew();
        await Stack.DrainedAsync(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(120));
        Stack.Recovered("cut", "busy ones to store", "drained", since);
        await Stack.HoldsAsync("connections to the store cut in the middle of a message", $"{wires.Sum(wire => wire.Wire.Cuts)} cuts of {string.Join(", ", Busy)}");
    }
}
