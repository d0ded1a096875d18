using EServices.AppHosts;
using EServices.Local;
using MongoDB.Bson;

namespace EServices.Faults.Tests.Stores;

/// <summary>
/// What one service has stored, read beside it as it lies there: by the format alone, without the code that wrote it, so that both can't be wrong in the same way.
/// </summary>
internal interface IStore
{
    /// <summary>All documents of a collection with their state under <c>_id</c> and <c>_v</c>; none where there is no such collection.</summary>
    IReadOnlyList<BsonDocument> All(string collection);

    /// <summary>How many events wait to be sent.</summary>
    long Unsent();

    /// <summary>When the oldest event that waits was raised, by the service's clock; null when none waits.</summary>
    DateTimeOffset? OldestUnsent();

    /// <summary>The events that wait, as <c>type id: raised, attempts, due, error</c>.</summary>
    IReadOnlyList<string> Waiting();

    /// <summary>Events that were given up on, as <c>type id: error</c>.</summary>
    IReadOnlyList<string> Parked();
}

/// <summary>The stores of a stack, by service.</summary>
internal sealed class StackStores
{
    private readonly Dictionary<string, IStore> stores;

    private StackStores(Dictionary<string, IStore> stores) => this.stores = stores;

    public static StackStores OfFiles(Func<string, string> file) =>
        new(Services.ToDictionary(name => name, name => (IStore)new SqliteStore(file(name))));

    public static StackStores OfServer(string server) =>
        new(Services.ToDictionary(name => name, name => (IStore)new MongoStore(ConnectionStrings.MongoDb(server, name))));

    public static IEnumerable<string> Services => Topology.Nodes.Where(node => node.Store).Select(node => node.Name);

    public IStore this[string service] => stores[service];

    public long Unsent => stores.Values.Sum(store => store.Unsent());

    /// <summary>Services in which an event waits that was raised before a moment.</summary>
    public IReadOnlyList<string> Behind(DateTimeOffset moment) => [.. stores.Where(store => store.Value.OldestUnsent() < moment).Select(store => store.Key)];

    /// <summary>Those that have waited longest, for a person to read.</summary>
    public string Waiting => string.Join("\n", stores.SelectMany(store => store.Value.Waiting().Select(waiting => $"    {store.Key}: {waiting}")).Take(12));

    /// <summary>Deliveries that failed, with what became of them.</summary>
    public IReadOnlyList<(string Service, string State, MongoDB.Bson.BsonDocument Document)> DeadLetters =>
        [.. stores.SelectMany(store => store.Value.All("dead_letters").Select(letter => (store.Key, letter["state"].AsString, letter)))];

    public IReadOnlyList<string> Parked => [.. stores.SelectMany(store => store.Value.Parked().Select(parked => $"{store.Key}: {parked}"))];
}
