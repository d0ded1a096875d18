using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Simulation.Running;

/// <summary>A message in one queue. It stays there until it was acknowledged.</summary>
internal sealed class Message(MessageQueue queue, UnsentEvent sent)
{
    public MessageQueue Queue { get; } = queue;

    public UnsentEvent Sent { get; } = sent;

    /// <summary>How often its reaction failed.</summary>
    public int Failures { get; set; }

    public bool Acknowledged { get; set; }
}

/// <summary>The queue of one reaction of one service.</summary>
internal sealed class MessageQueue(Service service, ReactionRegistration registration)
{
    private static readonly ConcurrentDictionary<ReactionRegistration, Func<IServiceProvider, string, Delivery, Task>> Invokers = new();

    private readonly Func<IServiceProvider, string, Delivery, Task> invoke = Invokers.GetOrAdd(registration, Make);

    public Service Service { get; } = service;

    public string Name { get; } = $"{service.Name}.{registration.Reaction.Name}";

    public Type Event { get; } = registration.Event;

    public List<(Message Message, string Why)> Parked { get; } = [];

    /// <summary>Runs the reaction, as the bus would: the body is read anew for every delivery.</summary>
    public Task ReactAsync(IServiceProvider scope, UnsentEvent sent) => invoke(scope, sent.Body, new Delivery(sent.EventId, sent.RaisedAt));

    private static Func<IServiceProvider, string, Delivery, Task> Make(ReactionRegistration registration) => typeof(MessageQueue)
        .GetMethod(nameof(InvokeAsync), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(registration.Reaction, registration.Event)
        .CreateDelegate<Func<IServiceProvider, string, Delivery, Task>>();

    private static Task InvokeAsync<TReaction, TEvent>(IServiceProvider scope, string body, Delivery delivery)
        where TReaction : class, IReaction<TEvent>
        where TEvent : class =>
        scope.GetRequiredService<TReaction>().On(JsonSerializer.Deserialize<TEvent>(body, ContractJson.Options)!, delivery, CancellationToken.None);
}

/// <summary>
/// A broker as services may count on it: at least once, in no order, some times over or days late, again after a consumer died or failed, and put aside after too many
/// failures. It loses nothing that it confirmed.
/// </summary>
internal sealed class Broker(World world)
{
    private const int FailuresBeforeParking = 14;

    private readonly Dictionary<string, List<MessageQueue>> bound = new(StringComparer.Ordinal);
    private readonly List<MessageQueue> queues = [];

    public IReadOnlyList<MessageQueue> Queues => queues;

    /// <summary>Everything that was confirmed, once, in order.</summary>
    public List<UnsentEvent> Confirmed { get; } = [];

    /// <summary>Messages under way: neither acknowledged nor parked.</summary>
    public int UnderWay { get; private set; }

    private HashSet<string> Known { get; } = new(StringComparer.Ordinal);

    public void Bind(Service service)
    {
        foreach (var registration in service.Blueprint.Reactions)
        {
            var queue = new MessageQueue(service, registration);
            queues.Add(queue);
            var type = registration.Event.FullName!;
            if (!bound.TryGetValue(type, out var all))
                bound.Add(type, all = []);
            all.Add(queue);
        }
    }

    public IReadOnlyList<MessageQueue> QueuesOf(string type) => bound.GetValueOrDefault(type) ?? [];

    public void Remember(UnsentEvent sent)
    {
        if (Known.Add(sent.EventId))
            Confirmed.Add(sent);
    }

    public bool Route(UnsentEvent sent)
    {
        Remember(sent);
        foreach (var queue in QueuesOf(sent.Type))
        {
            var way = world.Choices.Way();
            if (way != Way.Straight)
                world.Note("broker", way.ToString(), queue.Name, sent.EventId);
            switch (way)
            {
                case Way.MinutesLate:
                    Send(queue, sent, TimeSpan.FromMinutes(7));
                    break;
                case Way.DaysLate:
                    Send(queue, sent, TimeSpan.FromDays(3));
                    break;
                default:
                    Send(queue, sent, TimeSpan.Zero);
                    break;
            }
            if (way is Way.Twice or Way.AgainHoursLater or Way.AgainDaysLater)
                Send(queue, sent, way == Way.Twice ? TimeSpan.Zero : way == Way.AgainHoursLater ? TimeSpan.FromHours(5) : TimeSpan.FromDays(4));
        }
        return true;
    }

    public void Send(MessageQueue queue, UnsentEvent sent, TimeSpan late)
    {
        UnderWay++;
        Offer(new Message(queue, sent), late);
    }

    public void Acknowledge(Message message)
    {
        if (message.Acknowledged)
            return;
        message.Acknowledged = true;
        UnderWay--;
    }

    /// <summary>The consumer died or its connection broke before it acknowledged.</summary>
    public void Return(Message message)
    {
        if (!message.Acknowledged)
            Offer(message, TimeSpan.Zero);
    }

    /// <summary>The reaction threw: soon again, then ever later, in the end put aside.</summary>
    public void Failed(Message message, Exception failure)
    {
        world.Note(message.Queue.Name, "failed", message.Sent.EventId, failure.Message);
        if (++message.Failures >= FailuresBeforeParking)
        {
            world.Note("broker", "parked", message.Queue.Name, message.Sent.EventId);
            message.Queue.Parked.Add((message, failure.ToString()));
            UnderWay--;
            return;
        }
        Offer(message, TimeSpan.FromMilliseconds(50 * Math.Pow(4, Math.Min(message.Failures, 8))));
    }

    /// <summary>What operations would do: everything that was put aside is tried once more.</summary>
    public int Unpark()
    {
        var tried = 0;
        foreach (var queue in queues)
        {
            foreach (var (message, _) in queue.Parked)
            {
                Send(queue, message.Sent, TimeSpan.Zero);
                tried++;
            }
            queue.Parked.Clear();
        }
        return tried;
    }

    private void Offer(Message message, TimeSpan late)
    {
        if (late > TimeSpan.Zero)
            world.Pump.At(world.Clock.GetUtcNow() + late, null, () => message.Queue.Service.Offer(message));
        else
            world.Pump.Ready(null, () => message.Queue.Service.Offer(message));
    }
}
