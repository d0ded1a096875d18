using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using EServices.Benchmarks.Storage;
using EServices.Contracts.Application;
using EServices.Platform.Messaging;
using EServices.Platform.Messaging.DeadLetters;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EServices.Benchmarks.Outbox;

/// <summary>A service as the platform composes one, without its web part: store, outbox, dispatcher, bus.</summary>
internal sealed class Service : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30);
    private readonly string name;
    private readonly IHost host;
    private readonly MeterListener meters = new();
    private long cleared;

    private Service(string name, IHost host)
    {
        (this.name, this.host) = (name, host);
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == OutboxDispatcher.SentCounter)
                listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, events, _, _) =>
        {
            Interlocked.Add(ref cleared, events);
            Cleared?.Invoke((int)events);
        });
        meters.Start();
    }

    public IServiceProvider Services => host.Services;

    public DocumentStore<Sheet> Sheets => host.Services.GetRequiredService<DocumentStore<Sheet>>();

    /// <summary>Events confirmed by the broker and cleared in the store since the start, in this process.</summary>
    public long ClearedEvents => Interlocked.Read(ref cleared);

    public event Action<int>? Cleared;

    /// <param name="reacts">Consumes what others publish; else it saves and publishes.</param>
    public static async Task<Service> StartAsync(string name, Uri broker, string folder, Action<IServiceCollection>? configure, bool reacts, CancellationToken cancellationToken)
    {
        var service = await ComposeAsync(name, broker, folder, configure, reacts, cancellationToken);
        await service.StartAsync(cancellationToken);
        return service;
    }

    /// <summary>It can save from now on; it sends and hears nothing before it is started.</summary>
    public static async Task<Service> ComposeAsync(string name, Uri broker, string folder, Action<IServiceCollection>? configure, bool reacts, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Error);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<IChance, SystemChance>().AddSingleton<Ids>().AddSingleton<Platform.Messaging.Outbox>();
        ReactionRegistration[] reactions = reacts ? [new ReactionRegistration(typeof(ApplicationSubmitted), typeof(WhenApplicationSubmitted))] : [];
        builder.Services.AddBus(name, broker, reactions);
        builder.Services.AddDeadLetters(name, reactions);
        configure?.Invoke(builder.Services);
        var keeper = Keepers.Open($"sqlite:{Path.Combine(folder, name)}.db");
        builder.Services.AddSingleton(keeper).AddHostedService<OutboxDispatcher>();
        await KeepAsync(Sheet.Map);
        await KeepAsync(DeadLetter.Map);
        await KeepAsync(OperationsAct.Map);
        var host = builder.Build();
        // Made with the service rather than with its first event: it knows from then on what it has raised itself.
        host.Services.GetRequiredService<IEventSender>();
        return new Service(name, host);

        async Task KeepAsync<T>(DocumentMap<T> map)
            where T : Document
        {
            await keeper.PrepareAsync(map, cancellationToken);
            builder.Services.AddSingleton<DocumentMap>(map);
            builder.Services.AddSingleton(services => new DocumentStore<T>(map, keeper, services.GetRequiredService<Platform.Messaging.Outbox>(), TimeProvider.System));
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await host.StartAsync(cancellationToken);
        var sender = host.Services.GetRequiredService<IEventSender>();
        for (var waited = Stopwatch.StartNew(); sender.WhyNotReady is { } reason; await Task.Delay(50, cancellationToken))
        {
            if (waited.Elapsed > ReadyWithin)
                throw new TimeoutException($"{name} is not ready after {ReadyWithin.TotalSeconds:F0} s: {reason}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        meters.Dispose();
        await host.StopAsync();
        host.Dispose();
    }
}

/// <summary>When each sheet was handed to its store, and how long its event took from there to the reaction.</summary>
internal sealed class Journey
{
    private readonly ConcurrentDictionary<string, long> begun = new(StringComparer.Ordinal);
    private long arrived;

    public ConcurrentQueue<double> Milliseconds { get; } = new();

    public long Arrived => Interlocked.Read(ref arrived);

    public event Action? Arriving;

    public void Begin(string id) => begun[id] = Stopwatch.GetTimestamp();

    public void End(string id)
    {
        if (!begun.TryRemove(id, out var from))
            return;
        Milliseconds.Enqueue(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        Interlocked.Increment(ref arrived);
        Arriving?.Invoke();
    }
}

internal sealed class WhenApplicationSubmitted(Journey journey) : IReaction<ApplicationSubmitted>
{
    public Task On(ApplicationSubmitted fact, Delivery delivery, CancellationToken cancellationToken)
    {
        journey.End(fact.ApplicationId);
        return Task.CompletedTask;
    }
}
