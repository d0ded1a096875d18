using EServices.Contracts.Dispatch;
using EServices.Dispatch.Visits;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Dispatch.Calls;

/// <summary>The slot is held in the visit's own write; the call learns of it from the event, so that a crash between the two mends itself.</summary>
internal sealed class WhenVisitScheduled(DocumentStore<Call> calls) : IReaction<VisitScheduled>
{
    public Task On(VisitScheduled fact, Delivery delivery, CancellationToken cancellationToken) =>
        calls.ReactAsync(fact.CallId, delivery, call => call.Scheduled(fact.VisitId, delivery.RaisedAt), cancellationToken);
}

/// <summary>A visit that came to nothing gives its call back to the helpline, for another window.</summary>
internal sealed class WhenVisitEnds(DocumentStore<Call> calls, DocumentStore<Visit> visits) : IReaction<VisitCancelled>, IReaction<VisitNoShow>
{
    public Task On(VisitCancelled fact, Delivery delivery, CancellationToken cancellationToken) =>
        EndAsync(fact.VisitId, "visit-cancelled", delivery, cancellationToken);

    public Task On(VisitNoShow fact, Delivery delivery, CancellationToken cancellationToken) =>
        EndAsync(fact.VisitId, "visit-no-show", delivery, cancellationToken);

    private async Task EndAsync(string visitId, string how, Delivery delivery, CancellationToken cancellationToken)
    {
        var visit = await visits.GetAsync(visitId, cancellationToken);
        await calls.ReactAsync(visit.Order.CallId, delivery, call => call.VisitEnded(visitId, how, delivery.RaisedAt), cancellationToken);
    }
}
