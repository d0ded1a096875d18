using EServices.Catalogue.Services;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Launches;

/// <summary>
/// Tells a service again what its copy of the catalogue lacks, then how much that was. The two go different ways, so the answer may arrive first; the asker
/// asks until nothing is missing, and only then counts its copy as complete.
/// </summary>
internal sealed class WhenCatalogueReplayRequested(DocumentStore<ServiceVersion> services, DocumentStore<ReplayAnswer> answers) : IReaction<CatalogueReplayRequested>
{
    public async Task On(CatalogueReplayRequested fact, Delivery delivery, CancellationToken cancellationToken)
    {
        var missing = 0;
        await foreach (var version in services.AllAsync(ServiceVersion.ByService.All, cancellationToken))
        {
            if (fact.Known.TryGetValue(version.ServiceId, out var known) && known >= version.Number)
                continue;
            version.Tell();
            await services.SaveAsync(version, cancellationToken);
            missing++;
        }
        var answer = await answers.FindAsync(fact.RequestedBy, cancellationToken) ?? new ReplayAnswer(fact.RequestedBy);
        answer.Give(missing);
        await answers.SaveAsync(answer, cancellationToken);
    }
}

/// <summary>The last answer to a service's request: one document for each asker, so that asking again leaves nothing behind.</summary>
internal sealed class ReplayAnswer : Document
{
    public static readonly DocumentMap<ReplayAnswer> Map = new("replays");

    public ReplayAnswer(string requestedBy)
        : base(requestedBy)
    {
    }

    private ReplayAnswer()
    {
    }

    public int Missing { get; private set; }

    public void Give(int missing)
    {
        Missing = missing;
        Raise(new CatalogueReplayed(Id, missing));
    }
}
