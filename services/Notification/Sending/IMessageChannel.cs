using EServices.Notification.Messages;

namespace EServices.Notification.Sending;

/// <summary>A way to a person. An SMS gateway would be a third one.</summary>
internal interface IMessageChannel
{
    /// <summary>As told of a message that went by it.</summary>
    string Name { get; }

    /// <summary>Hands the message over; it may be called again for one that was handed over before, and says so to the other side by its id.</summary>
    /// <exception cref="UndeliverableException">No attempt will ever succeed.</exception>
    /// <exception cref="Exception">It did not work this time.</exception>
    Task SendAsync(Message message, CancellationToken cancellationToken);
}

/// <summary>The other side refuses this message for good.</summary>
internal sealed class UndeliverableException(string message, Exception inner) : Exception(message, inner);

/// <summary>The sandbox's phones: a message has arrived once it can be read at <c>/sandbox/messages</c>, and there it is as soon as it is stored.</summary>
internal sealed class SandboxChannel : IMessageChannel
{
    public string Name => "sandbox";

    public Task SendAsync(Message message, CancellationToken cancellationToken) => Task.CompletedTask;
}
