using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using EServices.Platform.Storage;
using MassTransit;

namespace EServices.Platform.Messaging;

/// <summary>Sends unsent events to the broker, with the trace in which they were raised.</summary>
internal sealed class BusSender(IBusControl bus, LiveBus live, EventPublisher publisher, TimeProvider time) : IEventSender
{
    /// <summary>
    /// Characters of an event's JSON; up to four bytes each. RabbitMQ closes the channel of whoever sends more than 16 MiB (its default since 4.0), and with it
    /// everybody's events under way: such an event is parked before it comes to that.
    /// </summary>
    internal const int LongestBody = 4_000_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<Type, MassTransitEnvelope?> envelopes = new();
    private readonly DateTimeOffset begun = time.GetUtcNow();

    public bool Connected => publisher.IsOpen;

    public string? WhyNotReady
    {
        get
        {
            if (!Connected)
                return "No connection to RabbitMQ.";
            var waiting = live.UnheardNow(bus);
            return waiting.Count == 0 ? null : $"RabbitMQ answers, but these queues are not consumed: {string.Join(", ", waiting)}.";
        }
    }

    public Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken)
    {
        var type = TypeOf(unsent);
        // Also where the saved JSON is sent as it is: what its consumers could not read is better parked here than in the error queue of each. Another release, whose
        // contract was another, may have raised what is older than this process; reading takes a fourth of the time that a backlog needs.
        return SendAsync(unsent, type, unsent.RaisedAt < begun ? Read(unsent, type) : null, cancellationToken);
    }

    public Task SendFreshAsync(UnsentEvent unsent, CancellationToken cancellationToken) => SendAsync(unsent, TypeOf(unsent), null, cancellationToken);

    private static Type TypeOf(UnsentEvent unsent)
    {
        var type = ContractTypes.Find(unsent.Type) ?? throw new UnsendableEventException($"'{unsent.Type}' is no contract of this version.");
        return unsent.Body.Length <= LongestBody ? type : throw new UnsendableEventException($"{unsent.EventId} has {unsent.Body.Length} characters; the broker takes {LongestBody}.");
    }

    private static object Read(UnsentEvent unsent, Type type)
    {
        try
        {
            return JsonSerializer.Deserialize(unsent.Body, type, ContractJson.Options) ?? throw new UnsendableEventException($"{unsent.EventId} is empty.");
        }
        catch (JsonException malformed)
        {
            throw new UnsendableEventException($"{unsent.EventId} can't be read as {type.Name}.", malformed);
        }
    }

    /// <param name="fact">What the event says, where it has been read.</param>
    private async Task SendAsync(UnsentEvent unsent, Type type, object? fact, CancellationToken cancellationToken)
    {
        ActivityContext.TryParse(unsent.TraceParent, unsent.TraceState, isRemote: true, out var parent);
        using var activity = Bus.Activities.StartActivity($"{type.Name} send", ActivityKind.Producer, parent);
        var trace = activity?.Id ?? unsent.TraceParent;
        try
        {
            if (envelopes.GetOrAdd(type, static (contract, sending) => MassTransitEnvelope.Of(contract, sending), bus) is { } envelope)
            {
                var (properties, body) = envelope.Write(unsent, trace, time.GetUtcNow());
                await publisher.PublishAsync(envelope.Exchange, properties, body, Deadline, cancellationToken);
            }
            else
            {
                await live.Of(bus).Publish(fact ?? Read(unsent, type), type, context => Head(context, unsent, trace), cancellationToken).WaitAsync(Deadline, cancellationToken);
            }
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The broker did not confirm {type.Name} within {Deadline.TotalSeconds} s.", late);
        }
    }

    private static void Head(PublishContext context, UnsentEvent unsent, string? trace)
    {
        context.Headers.Set(Bus.EventIdHeader, unsent.EventId);
        context.Headers.Set(Bus.RaisedAtHeader, unsent.RaisedAt.ToString("O"));
        if (trace is not null)
        {
            context.Headers.Set(Bus.TraceParentHeader, trace);
            context.Headers.Set(Bus.MassTransitTraceHeader, trace);
        }
        if (unsent.Baggage is not null)
            context.Headers.Set(Bus.BaggageHeader, unsent.Baggage);
    }
}
