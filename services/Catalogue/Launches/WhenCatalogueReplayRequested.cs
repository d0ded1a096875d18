using EServices.Catalogue.Services;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Launches;

/// <summary>
/// Tells a service again what its copy of the catalogue lacks, and then how much that was. Nothing is saved for it: the asker asks until nothing is missing,
/// so what a crash swallows here is asked for again.
/// </summary>
internal sealed class WhenCatalogueReplayRequested(DocumentStore<ServiceVersion> services, Outbox outbox, IEventSender sender, TimeProvider time) : IReaction<CatalogueReplayRequested>
{
    private const int AtOnce = 16;

    public async Task On(CatalogueReplayRequested fact, Delivery delivery, CancellationToken cancellationToken)
    {
        var missing = new List<ServiceVersion>();
        var suspended = new List<ServiceVersion>();
        await foreach (var version in services.AllAsync(ServiceVersion.ByService.All, cancellationToken))
        {
            if (!fact.Known.TryGetValue(version.ServiceId, out var known) || known < version.Number)
                missing.Add(version);
            else if (version.SuspendedBecause is not null)
                suspended.Add(version);
        }
        // Which versions it has says nothing of whether it heard that one was suspended; hearing it again changes nothing.
        foreach (var version in suspended)
            await SendAsync(version.ToldOfSuspension(), cancellationToken);
        foreach (var some in missing.Chunk(AtOnce))
            await Task.WhenAll(some.Select(version => SendAsync(version.Told(), cancellationToken)));
        // The answer goes out when the broker has confirmed all that it speaks of.
        await SendAsync([new CatalogueReplayed(fact.RequestedBy, missing.Count)], cancellationToken);
    }

    private async Task SendAsync(IReadOnlyList<object> facts, CancellationToken cancellationToken)
    {
        foreach (var unsent in outbox.Prepare(facts, time.GetUtcNow()))
            await sender.SendAsync(unsent, cancellationToken);
    }
}
