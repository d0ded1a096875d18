namespace EServices.Platform.Messaging;

/// <summary>
/// What a service does when it hears of a fact. One class, one verb (<c>WhenBillSettled</c>). It is called at least once for every event, perhaps twice,
/// late or out of order, and must end in the same state each time. A thrown exception means "try again later"; after the last try the event goes to the error queue.
/// </summary>
public interface IReaction<in TEvent>
    where TEvent : class
{
    Task On(TEvent fact, Delivery delivery, CancellationToken cancellationToken);
}

/// <param name="EventId">The same for every repeat of an event.</param>
/// <param name="RaisedAt">When the publishing service raised it, by its clock.</param>
public sealed record Delivery(string EventId, DateTimeOffset RaisedAt);

/// <summary>The way to the broker. Completes when the broker has confirmed the event; throws when it did not within its deadline.</summary>
public interface IEventSender
{
    Task SendAsync(Storage.UnsentEvent unsent, CancellationToken cancellationToken);
}
