using EServices.Catalogue.Services;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Launches;

/// <summary>
/// Tells a service again what its copy of the catalogue lacks, and then how much that was. Nothing is saved for it: the asker asks until nothing is missing,
/// so what a crash swallows here is asked for again.
/// </summary>
internal sealed class WhenCatalogueReplayRequested(DocumentStore<ServiceVersion> services, Retelling retelling) : IReaction<CatalogueReplayRequested>
{
    private const int AtOnce = 16;

    public async Task On(CatalogueReplayRequested fact, Delivery delivery, CancellationToken cancellationToken)
    {
        var asked = retelling.Asked();
        var missing = new List<string>();
        await foreach (var id in services.IdsAsync(ServiceVersion.ByService.All, cancellationToken))
        {
            var (service, number) = ServiceVersion.Of(id);
            if (!fact.Known.TryGetValue(service, out var known) || known < number)
                missing.Add(id);
        }
        // Which versions it has says nothing of whether it heard that one was suspended; hearing it again changes nothing.
        await foreach (var version in services.AllAsync(ServiceVersion.BySuspension.All, cancellationToken))
        {
            if (fact.Known.TryGetValue(version.ServiceId, out var known) && known >= version.Number)
                await retelling.SendAsync(version.ToldOfSuspension(), cancellationToken);
        }
        foreach (var some in missing.Chunk(AtOnce))
            await Task.WhenAll(some.Select(id => retelling.TellAsync(id, asked, cancellationToken)));
        // The answer goes out when the broker has confirmed all that it speaks of.
        await retelling.SendAsync([new CatalogueReplayed(fact.RequestedBy, missing.Count)], cancellationToken);
    }
}
