using System.Diagnostics;
using System.Text.Json;
using EServices.Platform.Messaging.DeadLetters;
using EServices.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.Messaging;

/// <summary>A reaction as the platform registers it.</summary>
internal sealed record ReactionRegistration(Type Event, Type Reaction);

/// <summary>
/// The broker behind MassTransit: one durable quorum queue per reaction, publisher confirms. A delivery that fails leaves its queue for the service's own store
/// (<see cref="DeadLetterBox"/>), where it is tried again; what can't get there waits in <c>&lt;queue&gt;_error</c>.
/// </summary>
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

    /// <summary>Deliveries that end without an answer (a consumer that dies) before RabbitMQ moves the message to the error queue.</summary>
    private const int DeliveryLimit = 50;

    /// <summary>What a reaction's queue is declared with. A message that leaves it unanswered is kept by the broker until the error queue has it.</summary>
    public static IReadOnlyDictionary<string, object?> QueueArguments(string queue) => new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-dead-letter-exchange"] = "",
        ["x-dead-letter-routing-key"] = queue + ErrorQueues.Suffix,
        ["x-dead-letter-strategy"] = "at-least-once",
        // At-least-once asks for it; the queue has no length that could overflow.
        ["x-overflow"] = "reject-publish",
    };

    public static string QueueOf(string service, Type reaction) => $"{service}.{KebabCase(reaction.Name)}";

    public static void AddBus(this IServiceCollection services, string service, Uri broker, IReadOnlyList<ReactionRegistration> reactions)
    {
        services.AddMassTransit(bus =>
        {
            // A government's machines report to nobody but their owner.
            bus.DisableUsageTelemetry();
            foreach (var reaction in reactions)
                bus.AddConsumer(typeof(ReactionConsumer<,>).MakeGenericType(reaction.Reaction, reaction.Event));
            // It looks at the first bus only; BrokerHealth looks at the one that is live.
            bus.ConfigureHealthCheckOptions(check =>
            {
                check.Tags.Clear();
                check.Tags.Add("masstransit");
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                var live = context.GetRequiredService<LiveBus>();
                live.SetUp = (next, sockets) => SetUp(next, sockets, context);
                SetUp(rabbit, live.FirstSockets, context);
            });
        });
        services.AddSingleton<LiveBus>();
        services.AddBusObserver(provider => provider.GetRequiredService<LiveBus>());
        services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            // A broker that is down at start must not keep the service from answering why it is not ready.
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(10);
        });
        services.AddSingleton(provider => new EventPublisher(service, broker, provider.GetRequiredService<ILogger<EventPublisher>>()));
        services.AddSingleton<IEventSender, BusSender>();
        services.AddSingleton(provider => new ErrorQueues(broker, provider.GetRequiredService<ReactionRunner>(), provider.GetRequiredService<DeadLetterBox>(), provider.GetRequiredService<ILogger<ErrorQueues>>()));
        services.AddHostedService(provider => provider.GetRequiredService<ErrorQueues>());

        void SetUp(IRabbitMqBusFactoryConfigurator rabbit, BrokerSockets sockets, IBusRegistrationContext context)
        {
            rabbit.Host(broker, host =>
            {
                host.PublisherConfirmation = true;
                host.RequestedConnectionTimeout(TimeSpan.FromSeconds(10));
                host.Heartbeat(TimeSpan.FromSeconds(10));
                host.OnRefreshConnectionFactory = sockets.GiveToAsync;
            });
            rabbit.SendTopology.ConfigureErrorSettings = DeclareErrorQueue;
            foreach (var group in reactions.GroupBy(reaction => reaction.Reaction))
            {
                var name = QueueOf(service, group.Key);
                rabbit.ReceiveEndpoint(name, queue =>
                {
                    queue.SetQuorumQueue();
                    foreach (var (argument, value) in QueueArguments(name))
                        queue.SetQueueArgument(argument, value);
                    queue.PrefetchCount = Prefetch;
                    queue.ConcurrentMessageLimit = Concurrency;
                    foreach (var reaction in group)
                        queue.ConfigureConsumer(context, typeof(ReactionConsumer<,>).MakeGenericType(reaction.Reaction, reaction.Event));
                });
            }
        }
    }

    /// <summary>MassTransit copies the queue's arguments to its error queue; that one has its own.</summary>
    private static void DeclareErrorQueue(IRabbitMqQueueBindingConfigurator settings)
    {
        foreach (var argument in QueueArguments("").Keys)
            settings.SetQueueArgument(argument, ErrorQueues.Arguments.GetValueOrDefault(argument)!);
    }

    /// <summary><c>WhenBillSettled</c> is <c>when-bill-settled</c>.</summary>
    internal static string KebabCase(string name) =>
        string.Concat(name.Select((letter, at) => char.IsUpper(letter) && at > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}

/// <summary>
/// Hands a message to its reaction, with the trace of whoever raised it. A failure costs the queue no more than the time it took: the event goes into the store
/// and is tried again from there.
/// </summary>
internal sealed partial class ReactionConsumer<TReaction, TEvent>(
    TReaction reaction, ServiceName service, DeadLetterBox box, DeadLetterFigures figures, ILogger<ReactionConsumer<TReaction, TEvent>> logger) : IConsumer<TEvent>
    where TReaction : IReaction<TEvent>
    where TEvent : class
{
    private readonly string queue = Bus.QueueOf(service.Value, typeof(TReaction));

    public async Task Consume(ConsumeContext<TEvent> context)
    {
        var eventId = context.Headers.Get<string>(Bus.EventIdHeader) ?? context.MessageId?.ToString("N")
            ?? throw new InvalidOperationException("An event without an id can't be handled once.");
        var raisedAt = DateTimeOffset.TryParse(context.Headers.Get<string>(Bus.RaisedAtHeader), out var at) ? at : context.SentTime ?? DateTimeOffset.MinValue;
        var (traceParent, baggage) = (context.Headers.Get<string>(Bus.TraceParentHeader), context.Headers.Get<string>(Bus.BaggageHeader));

        // Without a sampled parent MassTransit starts no activity: carry the trace on all the same, for the events that follow from this one.
        using var carried = Activity.Current is null ? CarriedTrace.Start(typeof(TReaction).Name, traceParent, null, baggage) : null;
        if (carried is null)
            CarriedTrace.Carry(Activity.Current, baggage);
        try
        {
            await reaction.On(context.Message, new Delivery(eventId, raisedAt), context.CancellationToken);
            figures.Handled(queue);
        }
        catch (Exception failure) when (!context.CancellationToken.IsCancellationRequested)
        {
            ReactionFailed(typeof(TReaction).Name, eventId, failure.Message);
            var body = JsonSerializer.Serialize(context.Message, ContractJson.Options);
            var trouble = new EventInTrouble(
                eventId, typeof(TEvent).FullName!, body, raisedAt, traceParent ?? Activity.Current?.Id, null, baggage, DeadLetterBox.TrackingNumberOf(baggage, body));
            try
            {
                await box.TakeAsync(queue, trouble, Failure.Of(failure), context.CancellationToken);
            }
            catch (StorageException away)
            {
                throw new InvalidOperationException($"{typeof(TReaction).Name} failed for {eventId}, and the store did not take it: {away.Message}", failure);
            }
        }
    }

    [LoggerMessage(EventName = "ReactionFailed", Level = LogLevel.Warning, Message = "{Reaction} failed for {EventId}: {Reason}")]
    private partial void ReactionFailed(string reaction, string eventId, string reason);
}
