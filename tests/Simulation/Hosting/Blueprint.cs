using System.Diagnostics;
using System.Reflection;
using EServices.Platform.Messaging;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EServices.Simulation.Hosting;

/// <summary>
/// A service as its own Program composes it, taken once: the pipeline with its endpoints, and what it registers. Program runs as it is; only what reaches outside is
/// replaced (server, store, broker, time, chance). Instances are then made of it without starting a host each time.
/// </summary>
internal sealed class Blueprint
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly CapturedServer server;
    private readonly IServiceProvider framework;

    private Blueprint(string name, CapturedServer server, IServiceProvider framework, IReadOnlyList<ServiceDescriptor> descriptors)
    {
        (Name, this.server, this.framework) = (name, server, framework);
        Own = [.. descriptors.Where(descriptor => IsOurs(descriptor.ServiceType))];
        OwnTypes = Own.Where(descriptor => !descriptor.ServiceType.IsGenericTypeDefinition).Select(descriptor => descriptor.ServiceType).ToHashSet();
        Hosted = [.. descriptors.Where(descriptor => descriptor.ServiceType == typeof(IHostedService) && IsOurs(descriptor))];
        Reactions = framework.GetRequiredService<IReadOnlyList<ReactionRegistration>>();
        if (Reactions.Count == 0 || Hosted.Count == 0)
            throw new InvalidOperationException($"{name} registers no reactions or no background work: the blueprint missed it.");
    }

    public string Name { get; }

    /// <summary>Registrations of types of this project: each instance has its own.</summary>
    public IReadOnlyList<ServiceDescriptor> Own { get; }

    public IReadOnlySet<Type> OwnTypes { get; }

    public IReadOnlyList<ServiceDescriptor> Hosted { get; }

    public IReadOnlyList<ReactionRegistration> Reactions { get; }

    /// <summary>What the framework registered; it keeps nothing of a request, so instances share it.</summary>
    public IServiceProvider Framework => framework;

    public Task HandleAsync(IFeatureCollection features) => server.HandleAsync(features);

    /// <summary>Runs the service's Program up to the point where it would listen.</summary>
    /// <param name="inAssembly">Any type of the service.</param>
    public static Blueprint Of(string name, Type inAssembly, StatePack pack, IEnumerable<string> settings)
    {
        var entry = inAssembly.Assembly.EntryPoint ?? throw new InvalidOperationException($"{inAssembly.Assembly} has no Program.");
        string[] arguments =
        [
            "--ConnectionStrings:rabbitmq=amqp://guest:guest@127.0.0.1:1", $"--ConnectionStrings:{name}=sqlite:unused", $"--Pack:Path={pack.Folder}",
            "--ESERVICES_PUBLIC_URL=http://localhost:8080", $"--OTEL_SERVICE_NAME={name}", "--environment=Production",
            // The pipeline is shared by all instances, and a request that dies with its process never leaves it: no process would be full of others' dead.
            "--Limits:Concurrent=1000000000", .. settings,
        ];
        var server = new CapturedServer();
        IReadOnlyList<ServiceDescriptor> descriptors = [];
        Exception? failure = null;
        var program = new Thread(() =>
        {
            using var listening = HostBuilding.OnThisThread(builder => builder.ConfigureServices(services => descriptors = Replace(services, server, pack)));
            try
            {
                entry.Invoke(null, entry.GetParameters().Length == 0 ? [] : [arguments]);
            }
            catch (Exception ended)
            {
                failure = ended;
                server.Started.TrySetException(ended);
            }
        })
        { IsBackground = true, Name = $"{name} program" };
        program.Start();
        if (!server.Started.Task.Wait(Deadline))
            throw new TimeoutException($"{name}'s Program did not come to the point of listening within {Deadline.TotalSeconds} s: {failure?.Message}");
        return new Blueprint(name, server, server.Services!, descriptors);
    }

    private static List<ServiceDescriptor> Replace(IServiceCollection services, CapturedServer server, StatePack pack)
    {
        foreach (var host in services.Where(descriptor => descriptor.ServiceType == typeof(ILoggerProvider)).ToList())
            services.Remove(host);
        services.Replace(ServiceDescriptor.Singleton(typeof(ILogger<>), typeof(NullLogger<>)));
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(NullLoggerFactory.Instance));
        // A program that is told to end ends, and does not wait for hosts that never ran.
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime, Unbothered>());
        services.Replace(ServiceDescriptor.Singleton(pack));
        services.Replace(ServiceDescriptor.Singleton<IKeeper>(_ => throw new InvalidOperationException("Nothing is stored outside a run.")));
        services.Replace(ServiceDescriptor.Singleton<IEventSender>(_ => throw new InvalidOperationException("Nothing is sent outside a run.")));
        var taken = services.ToList();
        // The web host builds the pipeline; everything else that would run by itself is the simulator's to run.
        foreach (var hosted in services.Where(descriptor => descriptor.ServiceType == typeof(IHostedService) && descriptor.ImplementationType?.Name != "GenericWebHostService").ToList())
            services.Remove(hosted);
        services.Replace(ServiceDescriptor.Singleton<IServer>(provider =>
        {
            server.Services = provider;
            return server;
        }));
        return taken;
    }

    private static bool IsOurs(ServiceDescriptor descriptor) =>
        (descriptor.ImplementationType?.Assembly ?? descriptor.ImplementationFactory?.Method.Module.Assembly ?? descriptor.ImplementationInstance?.GetType().Assembly) is { } from && IsOurs(from);

    private static bool IsOurs(Type type) =>
        type == typeof(TimeProvider) || IsOurs(type.Assembly) || (type.IsConstructedGenericType && type.GetGenericArguments().Any(IsOurs) && type.Namespace?.StartsWith("EServices", StringComparison.Ordinal) == true);

    private static bool IsOurs(Assembly assembly) => assembly.GetName().Name?.StartsWith("EServices.", StringComparison.Ordinal) == true;

    /// <summary>Stands where Kestrel would: keeps the pipeline and calls it.</summary>
    private sealed class CapturedServer : IServer
    {
        private Func<IFeatureCollection, Task>? handle;

        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IServiceProvider? Services { get; set; }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task HandleAsync(IFeatureCollection features) => handle!(features);

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            handle = async features =>
            {
                var context = application.CreateContext(features);
                try
                {
                    await application.ProcessRequestAsync(context);
                    application.DisposeContext(context, null);
                }
                catch (Exception failure)
                {
                    application.DisposeContext(context, failure);
                    throw;
                }
            };
            Started.TrySetResult();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }

    private sealed class Unbothered : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>How .NET lets tools take part in the building of a host that a Program builds for itself.</summary>
    private sealed class HostBuilding : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly int thread = Environment.CurrentManagedThreadId;
        private readonly Action<IHostBuilder> building;
        private readonly List<IDisposable> subscriptions = [];

        private HostBuilding(Action<IHostBuilder> building) => this.building = building;

        public static HostBuilding OnThisThread(Action<IHostBuilder> building)
        {
            var observer = new HostBuilding(building);
            var all = DiagnosticListener.AllListeners.Subscribe(observer);
            lock (observer.subscriptions)
                observer.subscriptions.Add(all);
            return observer;
        }

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name != "Microsoft.Extensions.Hosting")
                return;
            lock (subscriptions)
                subscriptions.Add(value.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (Environment.CurrentManagedThreadId == thread && value is { Key: "HostBuilding", Value: IHostBuilder builder })
                building(builder);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose()
        {
            lock (subscriptions)
                subscriptions.ForEach(subscription => subscription.Dispose());
        }
    }
}
