using EServices.Contracts.Dispatch;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Payment.Bills;

/// <summary>What the citizen's code confirmed at the door: who came, and the quote that is therefore billed.</summary>
internal sealed class VisitTerms : Document
{
    public static readonly DocumentMap<VisitTerms> Map = new("visit_terms");

    public VisitTerms(VisitConfirmed confirmed)
        : base(confirmed.VisitId) => (QuoteId, OperatorId, ServiceId) = (confirmed.QuoteId, confirmed.OperatorId, confirmed.ServiceId);

    private VisitTerms()
    {
    }

    public string QuoteId { get; private set; } = "";

    public string OperatorId { get; private set; } = "";

    public string ServiceId { get; private set; } = "";
}

/// <summary>Remembers the first confirmation of a visit; there is no second one.</summary>
internal sealed class WhenVisitConfirmed(DocumentStore<VisitTerms> visits) : IReaction<VisitConfirmed>
{
    public async Task On(VisitConfirmed fact, Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            await visits.SaveAsync(new VisitTerms(fact), cancellationToken);
        }
        catch (DuplicateKeyException)
        {
        }
    }
}
