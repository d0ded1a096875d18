using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Simulation.Running;
using EServices.Simulation.Storage;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace EServices.Simulation.Checks;

/// <summary>
/// What services keep of events alone is made again, in an empty store and from the events in the order in which they became true, and has to come out the same as
/// what the run left behind: whatever order, repeats and crashes the run had.
/// </summary>
internal static class ReadModels
{
    /// <summary>Collections that follow from events alone, with the members that do; all members where none are named.</summary>
    private static readonly (string Service, string Collection, string[] Members)[] Models =
    [
        ("application", "known_services", []), ("payment", "known_services", []), ("dispatch", "known_services", []),
        ("payment", "visit_terms", []), ("payment", "withdrawals", []), ("catalogue", "decisions", []),
        ("notification", "messages", ["to", "language", "template", "subject", "about", "raisedAt", "expiresAt"]),
    ];

    /// <summary>Reactions that keep them.</summary>
    private static readonly string[] Reactions = ["WhenServiceLaunched", "WhenServiceSuspended", "WhenVisitConfirmed", "WhenApplicationWithdrawn", "WhenApplicationDecided"];

    public static IEnumerable<string> Differences(World world)
    {
        foreach (var service in world.Services)
        {
            var models = Models.Where(model => model.Service == service.Name).ToList();
            var rebuilt = Rebuild(world, service);
            foreach (var (_, collection, members) in models)
            {
                var kept = Bodies(service.Disk, collection, members);
                var made = Bodies(rebuilt, collection, members);
                foreach (var id in kept.Keys.Union(made.Keys).Order(StringComparer.Ordinal))
                {
                    if (kept.GetValueOrDefault(id) is not { } is_ || made.GetValueOrDefault(id) is not { } should || is_ != should)
                        yield return $"{service.Name}.{collection}/{id} is {Short(kept.GetValueOrDefault(id))}, and made again from events {Short(made.GetValueOrDefault(id))}";
                }
            }
        }
    }

    private static MemoryStore Rebuild(World world, Service service)
    {
        var disk = new MemoryStore();
        using var provider = Instance.Compose(service.Blueprint, world.Clock, world.Chance, new MemoryKeeper(disk), new Nowhere());
        foreach (var map in provider.GetServices<DocumentMap>())
            disk.Prepare(map);
        var all = service.Name == "notification";
        var events = world.Broker.Confirmed.Select((sent, place) => (Sent: sent, Place: place)).OrderBy(one => one.Sent.RaisedAt).ThenBy(one => one.Place).Select(one => one.Sent);
        foreach (var sent in events)
        {
            foreach (var queue in world.Broker.QueuesOf(sent.Type).Where(queue => queue.Service == service && (all || Reactions.Contains(queue.Name.Split('.')[1]))))
            {
                using var scope = provider.CreateScope();
                // Memory answers at once, and everything it needs is there: the events come in their order.
                queue.ReactAsync(scope.ServiceProvider, sent).GetAwaiter().GetResult();
            }
        }
        return disk;
    }

    private static Dictionary<string, string> Bodies(MemoryStore disk, string collection, string[] members)
    {
        if (!disk.Collections.TryGetValue(collection, out var found))
            return [];
        return found.Documents.ToDictionary(document => document.Key, document =>
        {
            var body = BsonSerializer.Deserialize<BsonDocument>(document.Value.Body);
            body.Remove("handled");
            foreach (var element in body.Names.ToList())
            {
                if (members.Length > 0 && !members.Contains(element))
                    body.Remove(element);
            }
            return body.ToJson();
        }, StringComparer.Ordinal);
    }

    private static string Short(string? body) => body is null ? "missing" : body.Length > 300 ? body[..300] + "…" : body;

    /// <summary>What is made again tells nobody.</summary>
    private sealed class Nowhere : IEventSender
    {
        public bool Connected => true;

        public Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
