using EServices.AppHosts;
using EServices.Faults.Tests.Stores;
using EServices.Local;
using MongoDB.Driver;

namespace EServices.Faults.Tests;

/// <summary>A stack on the MongoDB server that <c>ESERVICES_FAULTS_MONGO</c> names; each run has databases of its own, dropped at its end.</summary>
public sealed class MongoStack : FaultStack
{
    private const string Variable = "ESERVICES_FAULTS_MONGO";

    private readonly string? server = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? WithDatabase(given, $"faults{Guid.NewGuid():N}"[..16]) : null;

    public override string Keeper => "MongoDB";

    protected override string? Unavailable => server is null ? $"{Variable} names no server" : null;

    private protected override StackStores OpenStores() => StackStores.OfServer(server!);

    private protected override StackOptions Adapt(StackOptions options) => options with { MongoDb = server };

    private protected override async Task CleanUpAsync()
    {
        if (server is null)
            return;
        foreach (var node in Topology.Nodes.Where(node => node.Store))
        {
            var url = new MongoUrl(ConnectionStrings.MongoDb(server, node.Name));
            await new MongoClient(url).DropDatabaseAsync(url.DatabaseName);
        }
    }

    private static string WithDatabase(string server, string database) => new MongoUrlBuilder(server) { DatabaseName = database }.ToString();
}

public sealed class MongoFaultTests(MongoStack stack) : FaultTests(stack), IClassFixture<MongoStack>;
