using EServices.Contracts;
using EServices.Contracts.Dispatch;
using EServices.Platform.Messaging;

namespace EServices.Notification.Telling;

/// <summary>Only who was not answered is told so: the others have just spoken to someone.</summary>
internal sealed class WhenCallReceived(Teller teller) : IReaction<CallReceived>
{
    public Task On(CallReceived fact, Delivery delivery, CancellationToken cancellationToken) => fact.Answered
        ? Task.CompletedTask
        : teller.TellAsync(new Person(fact.From, "", fact.Language), "call-received", words => words, delivery, cancellationToken);
}

internal sealed class WhenVisitScheduled(Teller teller) : IReaction<VisitScheduled>
{
    public Task On(VisitScheduled fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(
            fact.Citizen, "visit-scheduled", words => words.Visit(fact.StartsAt, fact.EndsAt).Total(fact.TotalPaise).With("operator", fact.OperatorName),
            delivery, cancellationToken, about: fact.VisitId);
}

internal sealed class WhenVisitRescheduled(Teller teller) : IReaction<VisitRescheduled>
{
    public Task On(VisitRescheduled fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(
            fact.Citizen, "visit-rescheduled", words => words.Visit(fact.StartsAt, fact.EndsAt).Total(fact.TotalPaise).With("operator", fact.OperatorName),
            delivery, cancellationToken, about: fact.VisitId);
}

internal sealed class WhenVisitCancelled(Teller teller) : IReaction<VisitCancelled>
{
    public Task On(VisitCancelled fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(fact.Citizen, "visit-cancelled", words => words, delivery, cancellationToken, about: fact.VisitId);
}

internal sealed class WhenVisitNoShow(Teller teller) : IReaction<VisitNoShow>
{
    public Task On(VisitNoShow fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(fact.Citizen, "visit-no-show", words => words, delivery, cancellationToken, about: fact.VisitId);
}

internal sealed class WhenVisitUnassigned(Teller teller) : IReaction<VisitUnassigned>
{
    public Task On(VisitUnassigned fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(fact.Citizen, "visit-unassigned", words => words.Visit(fact.StartsAt, fact.EndsAt), delivery, cancellationToken, about: fact.VisitId);
}

internal sealed class WhenVisitMissed(Teller teller) : IReaction<VisitMissed>
{
    public Task On(VisitMissed fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(fact.Citizen, "visit-missed", words => words.Visit(fact.StartsAt, fact.EndsAt), delivery, cancellationToken, about: fact.VisitId);
}

internal sealed class WhenOverchargeSuspected(Teller teller) : IReaction<OverchargeSuspected>
{
    public Task On(OverchargeSuspected fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(fact.Citizen, "overcharge-case", words => words.Total(fact.ToldPaise), delivery, cancellationToken);
}
