using System.Diagnostics.Metrics;
using System.Security.Claims;
using EServices.Catalogue.Launches;
using EServices.Notification.Sending;
using EServices.Platform.CatalogueCopy;
using EServices.Platform.Hosting;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Simulation.Hosting;
using EServices.Simulation.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EServices.Simulation.Running;

/// <summary>
/// One process of a service: all that it has in memory is here, and goes when it dies. Its disk and the broker's queues stay. What a host runs in loops
/// (outbox, sweeps, courier, the questions to Catalogue) is run here round by round.
/// </summary>
internal sealed class Instance : IMortal, IDisposable
{
    private const int Lanes = 2;
    private const int LaneBatch = 64;
    private const int SweepBatch = 512;

    private static readonly Fault[] AtAcknowledgement = [Fault.CrashBefore, Fault.CrashAfter, Fault.Refused];
    private static readonly Fault[] AtAnswer = [Fault.CrashBefore, Fault.CrashAfter, Fault.AnswerLost];

    private readonly World world;
    private readonly Service service;
    private readonly ServiceProvider own;
    private readonly InstanceServices root;
    private readonly List<IHostedService> hosted = [];
    private readonly HashSet<Message> unacknowledged = [];
    private readonly List<TaskCompletionSource<Answer?>> unanswered = [];
    private readonly Queue<SavedEvents>[] lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new Queue<SavedEvents>())];
    private readonly bool[] laneBusy = new bool[Lanes];
    private readonly HashSet<string> rounds = [];
    private OutboxDispatcher? dispatcher;

    public Instance(World world, Service service, string name)
    {
        (this.world, this.service, Name) = (world, service, name);
        var blueprint = service.Blueprint;
        own = Compose(blueprint, world.Clock, world.Chance, new SteppedKeeper(world, this, new MemoryKeeper(service.Disk)), new SteppedSender(world, this));
        root = new InstanceServices(own, blueprint.OwnTypes, blueprint.Framework);
        Outbox = own.GetRequiredService<Outbox>();
    }

    public string Name { get; }

    public bool Dead { get; private set; }

    public Outbox Outbox { get; }

    public bool Busy => unacknowledged.Count + unanswered.Count + rounds.Count > 0 || laneBusy.Any(busy => busy);

    /// <summary>The service's own registrations, with these ways to the outside.</summary>
    public static ServiceProvider Compose(Blueprint blueprint, TimeProvider time, IChance chance, IKeeper keeper, IEventSender sender)
    {
        var services = new ServiceCollection();
        foreach (var descriptor in blueprint.Own)
            ((ICollection<ServiceDescriptor>)services).Add(descriptor);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton(_ => blueprint.Framework.GetRequiredService<IConfiguration>());
        services.AddSingleton(_ => blueprint.Framework.GetRequiredService<IHostEnvironment>());
        services.AddSingleton(_ => blueprint.Framework.GetRequiredService<IHttpClientFactory>());
        services.AddSingleton(_ => blueprint.Framework.GetRequiredService<IMeterFactory>());
        services.AddSingleton(_ => blueprint.Framework.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>());
        services.AddSingleton(time);
        services.AddSingleton(chance);
        services.AddSingleton(keeper);
        services.AddSingleton(sender);
        return services.BuildServiceProvider();
    }

    /// <summary>What a host does before it listens.</summary>
    public async Task StartAsync()
    {
        foreach (var descriptor in service.Blueprint.Hosted)
        {
            hosted.Add((IHostedService)(descriptor.ImplementationInstance ?? descriptor.ImplementationFactory?.Invoke(root)
                ?? ActivatorUtilities.CreateInstance(root, descriptor.ImplementationType!)));
        }
        dispatcher = hosted.OfType<OutboxDispatcher>().Single();
        foreach (var first in hosted.OfType<IHostedLifecycleService>())
            await first.StartingAsync(CancellationToken.None);
        foreach (var started in hosted.Where(one => one is not BackgroundService and not IHostedLifecycleService))
            await started.StartAsync(CancellationToken.None);
    }

    /// <summary>Pulls the plug: nothing that was under way goes on, nothing that was in memory stays.</summary>
    public void Die(string when)
    {
        if (Dead)
            return;
        Dead = true;
        world.Counts.Crashes++;
        world.Note(Name, "CRASH", when);
        foreach (var message in unacknowledged)
            world.Broker.Return(message);
        foreach (var answer in unanswered)
            world.Pump.Ready(null, () => answer.TrySetResult(null));
        service.Died(this);
    }

    public void Take(Message message)
    {
        unacknowledged.Add(message);
        world.Counts.Deliveries++;
        _ = ConsumeAsync(message);
    }

    /// <summary>Carries out a request; null when the connection broke before the answer was there.</summary>
    public Task<Answer?> HandleAsync(Request request)
    {
        var answered = new TaskCompletionSource<Answer?>();
        unanswered.Add(answered);
        world.Counts.Requests++;
        world.Pump.Ready(this, () => _ = RespondAsync(request, answered));
        return answered.Task;
    }

    /// <summary>Takes over what was saved, as the dispatcher's channel would.</summary>
    public void Collect()
    {
        while (Outbox.Saved.TryRead(out var saved))
            Queue(saved);
    }

    /// <summary>A round of everything that comes round. What still runs from the last time is left to it.</summary>
    public void Sweep()
    {
        Round("outbox", SweepOutboxAsync);
        foreach (var one in hosted)
        {
            switch (one)
            {
                case Sweep sweep:
                    Round(sweep.GetType().Name, () => sweep.RunOnceAsync(CancellationToken.None));
                    break;
                case Courier courier:
                    Round("courier", () => courier.RoundAsync(CancellationToken.None));
                    break;
                case SeedFromPack seeding:
                    Round("seeding", () => seeding.LookAsync(CancellationToken.None));
                    break;
                case AskForCatalogue asking when !root.GetRequiredService<CatalogueCopyState>().Completed.IsCompleted:
                    Round("asking", () => asking.AskAsync(CancellationToken.None));
                    break;
                default:
                    break;
            }
        }
    }

    public void Dispose() => own.Dispose();

    public T Get<T>()
        where T : notnull => root.GetRequiredService<T>();

    private async Task ConsumeAsync(Message message)
    {
        var early = world.Mutant == Mutant.AcknowledgesBeforeReacting;
        if (early)
            world.Broker.Acknowledge(message);
        try
        {
            await using var scope = own.CreateAsyncScope();
            await message.Queue.ReactAsync(scope.ServiceProvider, message.Sent);
        }
        catch (Exception failure)
        {
            unacknowledged.Remove(message);
            if (!early)
                world.Broker.Failed(message, failure);
            return;
        }
        try
        {
            await world.StepAsync(this, Name, "ack", $"{message.Queue.Name} {message.Sent.EventId}", AtAcknowledgement, () =>
            {
                world.Broker.Acknowledge(message);
                return true;
            }, Lost);
        }
        catch (ConnectionLostException)
        {
            // The broker did not hear it, and delivers again what this process has done.
            world.Broker.Return(message);
        }
        unacknowledged.Remove(message);
    }

    private static ConnectionLostException Lost(Fault fault) => new();

    private async Task RespondAsync(Request request, TaskCompletionSource<Answer?> answered)
    {
        Answer? answer = null;
        try
        {
            answer = await CallAsync(request);
            await world.StepAsync(this, Name, "answer", request.Name, AtAnswer, () => true, Lost);
        }
        catch (ConnectionLostException)
        {
            answer = null;
        }
        catch (Exception failure)
        {
            world.Fail($"{request.Name} threw past the pipeline: {failure}");
        }
        unanswered.Remove(answered);
        answered.TrySetResult(answer);
    }

    private async Task<Answer> CallAsync(Request request)
    {
        await using var scope = own.CreateAsyncScope();
        using var shared = service.Blueprint.Framework.CreateScope();
        using var body = new MemoryStream();
        var features = new FeatureCollection();
        var response = new HttpResponseFeature();
        features.Set<IHttpRequestFeature>(request.ToFeature());
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        features.Set<IHttpRequestBodyDetectionFeature>(new HasBody(request.Body.Length > 0));
        features.Set<IServiceProvidersFeature>(new Services(new InstanceServices(scope.ServiceProvider, service.Blueprint.OwnTypes, shared.ServiceProvider)));
        features.Set<IHttpAuthenticationFeature>(new SignedIn { User = request.Caller });
        await service.Blueprint.HandleAsync(features);
        return new Answer(response.StatusCode, body.ToArray(), response.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
    }

    private void Queue(SavedEvents saved)
    {
        var lane = LaneOf(saved.DocumentId);
        lanes[lane].Enqueue(saved);
        if (laneBusy[lane])
            return;
        laneBusy[lane] = true;
        world.Pump.Ready(this, () => _ = DrainAsync(lane));
    }

    /// <summary>Unlike a string's own hash the same in every process.</summary>
    private static int LaneOf(string id) => id.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)) & (Lanes - 1);

    private async Task DrainAsync(int lane)
    {
        while (lanes[lane].Count > 0)
        {
            var batch = new List<SavedEvents>();
            while (batch.Count < LaneBatch && lanes[lane].TryDequeue(out var saved))
                batch.Add(saved);
            try
            {
                await dispatcher!.SettleAsync(batch, CancellationToken.None);
            }
            catch (StorageException failure)
            {
                world.Note(Name, "outbox failed", note: failure.Message);
            }
        }
        laneBusy[lane] = false;
    }

    private async Task SweepOutboxAsync()
    {
        var keeper = own.GetRequiredService<IKeeper>();
        foreach (var map in own.GetServices<DocumentMap>())
        {
            foreach (var id in await keeper.DueAsync(map.Collection, world.Clock.GetUtcNow(), SweepBatch, CancellationToken.None))
                Queue(new SavedEvents(map.Collection, id, [], EarlierUnsent: true));
        }
    }

    private void Round(string name, Func<Task> round)
    {
        if (rounds.Add(name))
            world.Pump.Ready(this, () => _ = RunAsync(name, round));
    }

    private async Task RunAsync(string name, Func<Task> round)
    {
        try
        {
            await round();
        }
        catch (Exception failure) when (failure is StorageException or TimeoutException)
        {
            world.Note(Name, "round failed", name, failure.Message);
        }
        catch (Exception failure)
        {
            world.Fail($"{Name}: a round of {name} threw {failure}");
        }
        rounds.Remove(name);
    }

    private sealed class Services(IServiceProvider services) : IServiceProvidersFeature
    {
        public IServiceProvider RequestServices { get; set; } = services;
    }

    private sealed class HasBody(bool has) : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody { get; } = has;
    }

    private sealed class SignedIn : IHttpAuthenticationFeature
    {
        public ClaimsPrincipal? User { get; set; }
    }
}

/// <summary>A connection broke.</summary>
internal sealed class ConnectionLostException() : Exception("The connection broke.");
