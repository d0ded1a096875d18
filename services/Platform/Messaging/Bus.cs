using System.Diagnostics;
using System.Text.Json;
using EServices.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.Messaging;

/// <summary>A reaction as the platform registers it.</summary>
internal sealed record ReactionRegistration(Type Event, Type Reaction);

/// <summary>The broker behind MassTransit: one durable quorum queue per reaction, publisher confirms, retries with back-off, then <c>&lt;queue&gt;_error</c>.</summary>
internal static class Bus
{
    internal static readonly ActivitySource Activities = new("EServices.Messaging");

    internal const string EventIdHeader = "event-id";
    internal const string RaisedAtHeader = "raised-at";
    internal const string TraceParentHeader = "traceparent";
    internal const string BaggageHeader = "baggage";

    /// <summary>MassTransit's own header for the trace; it sets it only when the parent is sampled.</summary>
    internal const string MassTransitTraceHeader = "MT-Activity-Id";

    private const int Prefetch = 32;
    private const int Concurrency = 16;

    /// <summary>Deliveries that end without an answer (a consumer that dies) before RabbitMQ drops the message from the queue.</summary>
    private const int DeliveryLimit = 50;

    public static void AddBus(this IServiceCollection services, string service, Uri broker, IReadOnlyList<ReactionRegistration> reactions)
    {
        var link = new BrokerLink();
        services.AddSingleton(link);
        services.AddMassTransit(bus =>
        {
            // A government's machines report to nobody but their owner.
            bus.DisableUsageTelemetry();
            foreach (var reaction in reactions)
                bus.AddConsumer(typeof(ReactionConsumer<,>).MakeGenericType(reaction.Reaction, reaction.Event));
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker, host =>
                {
                    host.PublisherConfirmation = true;
                    host.RequestedConnectionTimeout(TimeSpan.FromSeconds(10));
                    host.Heartbeat(TimeSpan.FromSeconds(10));
                    host.OnRefreshConnectionFactory = link.UseAsync;
                });
                foreach (var group in reactions.GroupBy(reaction => reaction.Reaction))
                {
                    rabbit.ReceiveEndpoint($"{service}.{KebabCase(group.Key.Name)}", queue =>
                    {
                        queue.SetQuorumQueue();
                        queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
                        queue.PrefetchCount = Prefetch;
                        queue.ConcurrentMessageLimit = Concurrency;
                        queue.UseMessageRetry(retry => retry.Intervals(
                            [.. new[] { 50, 200, 500, 1_000, 2_000, 4_000, 8_000 }.Select(ms => TimeSpan.FromMilliseconds(ms))]));
                        foreach (var reaction in group)
                            queue.ConfigureConsumer(context, typeof(ReactionConsumer<,>).MakeGenericType(reaction.Reaction, reaction.Event));
                    });
                }
            });
        });
        services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            // A broker that is down at start must not keep the service from answering why it is not ready.
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(10);
        });
        services.AddSingleton<IEventSender, BusSender>();
    }

    /// <summary><c>WhenBillSettled</c> is <c>when-bill-settled</c>.</summary>
    internal static string KebabCase(string name) =>
        string.Concat(name.Select((letter, at) => char.IsUpper(letter) && at > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}

internal sealed class BusSender(IBusControl bus, BrokerLink link) : IEventSender
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Not what the bus says of its health: its own endpoint, which is never started, calls itself healthy without any connection.</summary>
    public bool Connected => link.IsOpen;

    public string? WhyNotReady
    {
        get
        {
            if (!Connected)
                return "No connection to RabbitMQ.";
            var waiting = bus.CheckHealth().Endpoints.Where(endpoint => endpoint.Value.Status != BusHealthStatus.Healthy).Select(endpoint => endpoint.Key).ToList();
            return waiting.Count == 0 ? null : $"RabbitMQ answers, but these queues are not consumed: {string.Join(", ", waiting)}.";
        }
    }

    public async Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken)
    {
        var type = ContractTypes.Find(unsent.Type) ?? throw new UnsendableEventException($"'{unsent.Type}' is no contract of this version.");
        object fact;
        try
        {
            fact = JsonSerializer.Deserialize(unsent.Body, type, ContractJson.Options) ?? throw new UnsendableEventException($"{unsent.EventId} is empty.");
        }
        catch (JsonException malformed)
        {
            throw new UnsendableEventException($"{unsent.EventId} can't be read as {type.Name}.", malformed);
        }

        ActivityContext.TryParse(unsent.TraceParent, unsent.TraceState, isRemote: true, out var parent);
        using var activity = Bus.Activities.StartActivity($"{type.Name} send", ActivityKind.Producer, parent);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            // The token alone does not do: a publish that waits for a channel of a connection that died may not look at it.
            await bus.Publish(fact, type, context => Head(context, unsent, activity), deadline.Token).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker did not confirm {type.Name} within {Deadline.TotalSeconds} s.");
        }
    }

    private static void Head(PublishContext context, UnsentEvent unsent, Activity? activity)
    {
        context.Headers.Set(Bus.EventIdHeader, unsent.EventId);
        context.Headers.Set(Bus.RaisedAtHeader, unsent.RaisedAt.ToString("O"));
        var trace = activity?.Id ?? unsent.TraceParent;
        if (trace is not null)
        {
            context.Headers.Set(Bus.TraceParentHeader, trace);
            context.Headers.Set(Bus.MassTransitTraceHeader, trace);
        }
        if (unsent.Baggage is not null)
            context.Headers.Set(Bus.BaggageHeader, unsent.Baggage);
    }
}

/// <summary>Hands a message to its reaction, with the trace of whoever raised it.</summary>
internal sealed partial class ReactionConsumer<TReaction, TEvent>(TReaction reaction, ILogger<ReactionConsumer<TReaction, TEvent>> logger) : IConsumer<TEvent>
    where TReaction : IReaction<TEvent>
    where TEvent : class
{
    public async Task Consume(ConsumeContext<TEvent> context)
    {
        var eventId = context.Headers.Get<string>(Bus.EventIdHeader) ?? context.MessageId?.ToString("N")
            ?? throw new InvalidOperationException("An event without an id can't be handled once.");
        var raisedAt = DateTimeOffset.TryParse(context.Headers.Get<string>(Bus.RaisedAtHeader), out var at) ? at : context.SentTime ?? DateTimeOffset.MinValue;

        // Without a sampled parent MassTransit starts no activity: carry the trace on all the same, for the events that follow from this one.
        using var carried = Activity.Current is null && context.Headers.Get<string>(Bus.TraceParentHeader) is { } parent
            ? new Activity(typeof(TReaction).Name).SetParentId(parent).Start()
            : null;
        try
        {
            await reaction.On(context.Message, new Delivery(eventId, raisedAt), context.CancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            ReactionFailed(typeof(TReaction).Name, eventId, context.GetRetryAttempt(), failure.Message);
            throw;
        }
    }

    [LoggerMessage(EventName = "ReactionFailed", Level = LogLevel.Warning, Message = "{Reaction} failed for {EventId} (retry {Retry}): {Reason}")]
    private partial void ReactionFailed(string reaction, string eventId, int retry, string reason);
}
