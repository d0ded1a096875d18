using EServices.Application.Certificates;
using EServices.Application.Clock;
using EServices.Application.Forms;
using EServices.Contracts.Payment;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Application.Applications;

/// <summary>Paid, and complete since it was handed in: the officer's promise is given and the clock starts.</summary>
internal sealed class WhenBillSettled(
    DocumentStore<ServiceApplication> applications, PinnedServices services, WorkingCalendar calendar, Issuing issuing, TimeProvider time) : IReaction<BillSettled>
{
    public async Task On(BillSettled fact, Delivery delivery, CancellationToken cancellationToken)
    {
        // The version never changes, so it can be read before the change that may have to be repeated.
        var application = await applications.GetAsync(fact.ApplicationId, cancellationToken);
        var service = await services.OfAsync(application.ServiceId, application.ServiceVersion, cancellationToken);
        var promise = await issuing.PromisesAsync(cancellationToken);
        await applications.ReactAsync(
            fact.ApplicationId, delivery, paid => paid.Settled(fact, service, calendar, promise, time.GetUtcNow()), cancellationToken);
    }
}
