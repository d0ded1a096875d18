namespace EServices.Platform.Messaging;

/// <summary>
/// What a service does when it hears of a fact. One class, one verb (<c>WhenBillSettled</c>). It is called at least once for every event, perhaps twice,
/// late or out of order, and must end in the same state each time. A thrown exception means "try again later"; after the last try the event is parked for operations.
/// </summary>
public interface IReaction<in TEvent>
    where TEvent : class
{
    Task On(TEvent fact, Delivery delivery, CancellationToken cancellationToken);
}

/// <param name="EventId">The same for every repeat of an event.</param>
/// <param name="RaisedAt">When the publishing service raised it, by its clock.</param>
public sealed record Delivery(string EventId, DateTimeOffset RaisedAt);

/// <summary>The way to the broker.</summary>
public interface IEventSender
{
    /// <summary>Whether there is a connection now. While there is none, events wait in their documents and no attempt is counted.</summary>
    bool Connected { get; }

    /// <summary>Null when events can be sent and every queue of this service is bound and consumed; else why not, in a sentence.</summary>
    string? WhyNotReady => Connected ? null : "No connection to RabbitMQ.";

    /// <summary>Completes when the broker has confirmed the event.</summary>
    /// <exception cref="UnsendableEventException">No attempt will ever succeed: the event can't be understood.</exception>
    /// <exception cref="TimeoutException">The broker did not confirm within the deadline.</exception>
    Task SendAsync(Storage.UnsentEvent unsent, CancellationToken cancellationToken);

    /// <summary>The same for an event that this process has made of its fact: that consumers can read it need not be found out by reading it.</summary>
    /// <exception cref="UnsendableEventException">It is longer than the broker takes.</exception>
    /// <exception cref="TimeoutException">The broker did not confirm within the deadline.</exception>
    Task SendFreshAsync(Storage.UnsentEvent unsent, CancellationToken cancellationToken) => SendAsync(unsent, cancellationToken);
}

/// <summary>An event that no attempt can send.</summary>
public sealed class UnsendableEventException(string message, Exception? inner = null) : Exception(message, inner);
