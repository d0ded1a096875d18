using EServices.Contracts.Application;
using EServices.Platform.Messaging;

namespace EServices.Notification.Telling;

internal sealed class WhenApplicationSubmitted(Teller teller) : IReaction<ApplicationSubmitted>
{
    public Task On(ApplicationSubmitted fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(fact.Citizen, "application-submitted", words => words.With("tracking", fact.TrackingNumber), delivery, cancellationToken);
}

internal sealed class WhenApplicationAcknowledged(Teller teller) : IReaction<ApplicationAcknowledged>
{
    public Task On(ApplicationAcknowledged fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(
            fact.Citizen, "application-acknowledged",
            words => words.With("tracking", fact.TrackingNumber).Date("dueDate", fact.DueOn).With("officer", fact.DesignatedOfficer), delivery, cancellationToken);
}

internal sealed class WhenApplicationSentBack(Teller teller) : IReaction<ApplicationSentBack>
{
    public Task On(ApplicationSentBack fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(fact.Citizen, "application-sent-back", words => words.With("tracking", fact.TrackingNumber), delivery, cancellationToken);
}

internal sealed class WhenApplicationDecided(Teller teller) : IReaction<ApplicationDecided>
{
    public Task On(ApplicationDecided fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(
            fact.Citizen, fact.Decision == Decision.Approved ? "application-approved" : "application-rejected",
            words => words.With("tracking", fact.TrackingNumber), delivery, cancellationToken);
}

internal sealed class WhenCertificateIssued(Teller teller) : IReaction<CertificateIssued>
{
    public Task On(CertificateIssued fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(fact.Citizen, "certificate-issued", words => words.With("tracking", fact.TrackingNumber), delivery, cancellationToken);
}
