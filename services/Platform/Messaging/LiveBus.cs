using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.Messaging;

/// <summary>
/// The bus whose consumers are heard now: the one that MassTransit started, or one that took its place. A consumer whose channel ends between its subscription and
/// the broker's word for it, or a connection that ends within its handshake, leaves MassTransit's endpoint waiting for a word that nobody will say any more
/// (https://github.com/MassTransit/MassTransit/issues/5692): its queue would grow until the service is started anew. So a queue that is not consumed for a while,
/// though the broker answers, has the whole bus replaced: a new one listens beside it first, then what is left of the old one is ended with its sockets.
/// </summary>
/// <remarks>
/// Begun and ended with MassTransit's own bus, and by nothing else. While both listen, they compete for the same queues; a delivery that the old one does not
/// acknowledge any more comes again, as any may.
/// </remarks>
internal sealed partial class LiveBus(EventPublisher publisher, IHostApplicationLifetime life, TimeProvider time, ILogger<LiveBus> logger) : IBusObserver, IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>At its first start a bus declares all its queues, on a busy machine for long.</summary>
    private static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(60);

    /// <summary>MassTransit itself tries again after three to sixty seconds, ever more seldom: a queue waits no longer than this for a broker that is there again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private Link? link;
    private Task watching = Task.CompletedTask;
    private volatile IBusControl? current;
    private volatile bool hasListened;
    private bool begun;

    /// <summary>How a bus is set up on a broker's sockets, by whoever registers it.</summary>
    public Action<IRabbitMqBusFactoryConfigurator, BrokerSockets>? SetUp { get; set; }

    /// <summary>The sockets of the bus that MassTransit makes.</summary>
    public BrokerSockets FirstSockets { get; } = new();

    /// <param name="first">The bus that MassTransit made.</param>
    public IBusControl Of(IBusControl first) => current ?? first;

    /// <summary>
    /// Queues of the bus that nobody listens to now. It is asked of each: all endpoints share one connection of MassTransit's own, and the bus as a whole calls itself
    /// merely degraded when that is lost.
    /// </summary>
    public IReadOnlyList<string> UnheardNow(IBusControl first) => Unheard(Of(first));

    public void PostCreate(IBus bus)
    {
    }

    public void CreateFaulted(Exception exception)
    {
    }

    public Task PreStart(IBus bus)
    {
        lock (gate)
        {
            // It is started once; a replacement has no observers.
            if (begun)
                return Task.CompletedTask;
            begun = true;
            link = new Link((IBusControl)bus, FirstSockets, Task.CompletedTask, null);
            life.ApplicationStopping.Register(End);
            watching = Task.Run(WatchAsync);
        }
        return Task.CompletedTask;
    }

    public Task PostStart(IBus bus, Task<BusReady> busReady)
    {
        hasListened = true;
        return Task.CompletedTask;
    }

    public Task StartFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public Task PreStop(IBus bus) => Task.CompletedTask;

    public Task PostStop(IBus bus) => Task.CompletedTask;

    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        End();
        await watching;
        closing.Dispose();
    }

    private static List<string> Unheard(IBusControl bus) =>
        [.. bus.CheckHealth().Endpoints.Values.Where(endpoint => endpoint.Status != BusHealthStatus.Healthy).Select(endpoint => endpoint.InputAddress.Segments[^1])];

    private void End()
    {
        try
        {
            closing.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Disposed of before it was told to stop.
        }
    }

    private async Task WatchAsync()
    {
        var (patience, sick) = (Patience, (long?)null);
        while (!closing.IsCancellationRequested)
        {
            await Task.Delay(Look, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (closing.IsCancellationRequested)
                break;
            var unheard = Unheard(link!.Bus);
            if (unheard.Count == 0)
            {
                (patience, sick) = (Patience, null);
                continue;
            }
            // As long as the broker itself is away there is nothing to be gained.
            sick = publisher.IsOpen ? sick ?? time.GetTimestamp() : null;
            if (sick is not { } since || time.GetElapsedTime(since) < (hasListened ? patience : PatienceAtStart))
                continue;
            try
            {
                await ReplaceAsync(string.Join(", ", unheard), time.GetElapsedTime(since));
            }
            catch (Exception failure)
            {
                NotReplaced(failure);
            }
            (patience, sick) = (TimeSpan.FromTicks(Math.Min(LongestPatience.Ticks, 2 * patience.Ticks)), null);
        }
        // The first one is stopped by MassTransit itself.
        if (current is not null)
            await EndAsync(link!);
    }

    private async Task ReplaceAsync(string unheard, TimeSpan waited)
    {
        Replaced(unheard, waited.TotalSeconds);
        var sockets = new BrokerSockets();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit => SetUp!(rabbit, sockets));
        var old = link!;
        var starting = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
        // It is started when all its queues are consumed, which the next look tells.
        link = new Link(bus, sockets, StartAsync(bus, starting.Token), starting);
        current = bus;
        await EndAsync(old);
    }

    private async Task StartAsync(IBusControl bus, CancellationToken cancellationToken)
    {
        try
        {
            await bus.StartAsync(cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The service stops, or another takes its place before it has started.
        }
        catch (Exception failure)
        {
            NotReplaced(failure);
        }
    }

    /// <summary>What it has under way may end; what never ends loses its connection, and whatever it still holds comes again to its successor.</summary>
    private async Task EndAsync(Link old)
    {
        using var deadline = new CancellationTokenSource(StopWithin);
        try
        {
            if (old.Starting is not null)
                await old.Starting.CancelAsync();
            await old.Started.WaitAsync(StopWithin);
            await old.Bus.StopAsync(deadline.Token).WaitAsync(StopWithin + Look);
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException or MassTransitException)
        {
            Abandoned(failure.Message);
        }
        old.Sockets.Retire();
        old.Starting?.Dispose();
    }

    /// <param name="Started">Completed when it is, or has given up.</param>
    /// <param name="Starting">Ends its start; null of the first, which MassTransit starts.</param>
    private sealed record Link(IBusControl Bus, BrokerSockets Sockets, Task Started, CancellationTokenSource? Starting);

    [LoggerMessage(EventName = "BusReplaced", Level = LogLevel.Warning, Message = "RabbitMQ answers, and nobody has listened for {Seconds:F0} s to {Queues}; the bus is replaced.")]
    private partial void Replaced(string queues, double seconds);

    [LoggerMessage(EventName = "BusNotReplaced", Level = LogLevel.Error, Message = "The new bus could not be started; it is tried again.")]
    private partial void NotReplaced(Exception failure);

    [LoggerMessage(EventName = "BusAbandoned", Level = LogLevel.Information, Message = "The old bus did not end by itself; its connections are closed. {Reason}")]
    private partial void Abandoned(string reason);
}
