using EServices.Contracts.Payment;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Application.Applications;

internal sealed class WhenBillIssued(DocumentStore<ServiceApplication> applications, TimeProvider time) : IReaction<BillIssued>
{
    public Task On(BillIssued fact, Delivery delivery, CancellationToken cancellationToken) =>
        applications.ReactAsync(fact.ApplicationId, delivery, application => application.Billed(fact, time.GetUtcNow()), cancellationToken);
}
