using EServices.AppHosts;
using EServices.Local.Processes;
using EServices.Local.RabbitMq;

namespace EServices.Local;

/// <summary>
/// The platform as plain processes on this machine. Disposing it stops everything; if this process is killed instead, the others are ended all the same.
/// </summary>
public sealed class Stack : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) });

    private readonly StackOptions options;
    private readonly Reporter reporter;
    private readonly DataFolder data;
    private readonly Reaper reaper;
    private readonly Dictionary<string, Resource> resources = [];
    private Resource? nameServer;
    private bool disposed;

    private Stack(StackOptions options, Reporter reporter, DataFolder data)
    {
        (this.options, this.reporter, this.data) = (options, reporter, data);
        reaper = Reaper.Start(data.Scratch);
    }

    /// <summary>The one public address.</summary>
    public Uri Gateway => this[Topology.Gateway].Address;

    /// <summary>
    /// RabbitMQ. Its address is an <c>amqp://</c> URL with credentials; one that was named rather than started can't be killed.
    /// RabbitMQ 3.10 loses a quorum queue for good when it is killed within a second or so of that queue's making: kill it later than that.
    /// </summary>
    public Resource Broker => this[Topology.Broker];

    public Resource this[string name] =>
        resources.TryGetValue(name, out var resource) ? resource : throw new KeyNotFoundException($"No resource '{name}'; there are: {string.Join(", ", resources.Keys)}.");

    /// <summary>Broker, services, gateway.</summary>
    public IReadOnlyCollection<Resource> Resources => resources.Values;

    /// <summary>The folder of stores and broker data.</summary>
    public string Data => data.Path;

    internal int ReaperId => reaper.ProcessId;

    /// <summary>Starts everything and returns when all is ready. If anything fails, what was started is stopped again.</summary>
    /// <exception cref="StackException">What can't be started and why.</exception>
    public static async Task<Stack> StartAsync(StackOptions options, IProgress<StackEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        var reporter = new Reporter(progress);
        var pack = Path.GetFullPath(options.Pack ?? Path.Combine(options.Root, Topology.DefaultPack));
        if (options.Pack is not null && !Directory.Exists(pack))
            throw new StackException($"There is no pack at {pack}. Name the folder of a state's pack with --pack DIR.");

        var stack = new Stack(options, reporter, DataFolder.Open(options.Data, reporter));
        try
        {
            await stack.PlanAsync(pack, cancellationToken);
            await stack.StartAllAsync(cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    private async Task PlanAsync(string pack, CancellationToken cancellationToken)
    {
        var taken = new HashSet<int>();
        if (options.GatewayPort is { } wanted)
            taken.Add(wanted);
        var broker = options.Nodes.Any(node => node.Broker) ? Add(await PlanBrokerAsync(taken, cancellationToken)) : null;

        var addresses = options.Nodes.ToDictionary(
            node => node.Name,
            node => node.Name == Topology.Gateway
                ? new Uri($"http://localhost:{options.GatewayPort ?? Ports.Free(taken)}")
                : new Uri($"http://127.0.0.1:{Ports.Free(taken)}"));
        var environment = new ServiceEnvironment(options, addresses, broker?.Address, data.Path, pack);
        foreach (var node in options.Nodes)
        {
            var address = addresses[node.Name];
            Add(new ResourcePlan
            {
                Name = node.Name,
                Address = address,
                Command = () => DotNet(node, environment.For(node)),
                WhyNotReady = token => WhyNotReadyAsync(node, new Uri(address, Topology.ReadyPath), token),
                PortAdvice = node.Name == Topology.Gateway ? "Choose another with --gateway-port PORT." : "",
            });
        }
    }

    private async Task<ResourcePlan> PlanBrokerAsync(HashSet<int> taken, CancellationToken cancellationToken)
    {
        if (options.RabbitMq is { } given)
        {
            if (!Uri.TryCreate(given, UriKind.Absolute, out var url) || url.Scheme is not ("amqp" or "amqps"))
                throw new StackException($"'{given}' is no RabbitMQ URL: it looks like amqp://user:password@host:5672.");
            var port = url.Port > 0 ? url.Port : url.Scheme == "amqps" ? 5671 : 5672;
            return new ResourcePlan
            {
                Name = Topology.Broker,
                Address = url,
                WhyNotReady = url.Scheme == "amqps"
                    ? token => Amqp.WhyNoConnectionAsync(url.Host, port, token)
                    : token => Amqp.WhyNotReadyAsync(url.Host, port, token),
            };
        }

        var installation = RabbitInstallation.Find();
        if (installation is null)
        {
            if (RabbitInstaller.WhyNot(options.Install) is { } reason)
                throw new StackException($"RabbitMQ is needed, no rabbitmq-server was found, and {reason}. {RabbitInstallation.Choices}");
            await RabbitInstaller.InstallAsync(reporter, cancellationToken);
            installation = RabbitInstallation.Find() ?? throw new StackException($"RabbitMQ was installed but is not where it is looked for. {RabbitInstallation.Choices}");
        }
        var node = new RabbitNode(installation, data.Path, Ports.Free(taken), Ports.Free(taken), Ports.Free(taken));
        nameServer = new Resource(node.NameServer, options, reporter, Started);
        return node.Plan(nameServer);
    }

    private Resource Add(ResourcePlan plan) => resources[plan.Name] = new Resource(plan, options, reporter, Started);

    private void Started(string name, ChildProcess child)
    {
        data.Remember(name, child);
        reaper.Watch(child);
    }

    private async Task StartAllAsync(CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var starts = new Dictionary<string, Task>();
        if (resources.TryGetValue(Topology.Broker, out var broker))
            starts[Topology.Broker] = StartAsync(broker, []);
        foreach (var node in options.Nodes)
        {
            IEnumerable<string> waitsFor = node.Broker ? [Topology.Broker, .. node.WaitsFor] : node.WaitsFor;
            starts[node.Name] = StartAsync(this[node.Name], [.. waitsFor.Select(name => starts.TryGetValue(name, out var start)
                ? start
                : throw new StackException($"{node.Name} waits for '{name}', which does not stand before it in the topology."))]);
        }
        try
        {
            await Task.WhenAll(starts.Values);
        }
        catch when (!cancellationToken.IsCancellationRequested)
        {
            // One failure makes those that wait give up; the first is the one that explains.
            var failures = starts.Values.Where(start => start.IsFaulted).SelectMany(start => start.Exception!.InnerExceptions).Distinct().ToList();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.OfType<StackException>().FirstOrDefault() ?? failures[0]);
        }

        async Task StartAsync(Resource resource, IReadOnlyList<Task> before)
        {
            try
            {
                await Task.WhenAll(before);
                await resource.StartAsync(giveUp.Token);
            }
            catch
            {
                await giveUp.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>Stops everything in reverse order; the stack can't be started again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        if (resources.TryGetValue(Topology.Gateway, out var gateway))
            await gateway.StopAsync();
        await Task.WhenAll(options.Nodes.Where(node => resources.ContainsKey(node.Name)).Select(node => this[node.Name].StopAsync()));
        if (nameServer is not null)
        {
            // Nobody will read what an orderly end would save in a folder that is deleted next.
            if (resources.TryGetValue(Topology.Broker, out var broker))
                await (data.Scratch is null ? broker.StopAsync() : broker.KillAsync());
            await nameServer.StopAsync();
        }
        await reaper.DisposeAsync();
        await data.DisposeAsync();
    }

    private Command DotNet(Node node, IReadOnlyDictionary<string, string?> environment)
    {
        if (node.Project.EndsWith(".dll", StringComparison.Ordinal))
            return new Command(Tools.DotNet, [node.Project], Path.GetDirectoryName(node.Project)!, environment);
        var folder = Path.Combine(options.Root, Path.GetDirectoryName(node.Project)!);
        var assembly = Path.Combine(
            folder, "bin", StackOptions.BuildConfiguration, $"net{System.Environment.Version.ToString(2)}", $"EServices.{Path.GetFileNameWithoutExtension(node.Project)}.dll");
        if (!File.Exists(assembly))
            throw new StackException($"{node.Name} is not built: there is no {assembly}. Build it with: dotnet build -c {StackOptions.BuildConfiguration} {Path.Combine(options.Root, node.Project)}");
        return new Command(Tools.DotNet, [assembly], folder, environment);
    }

    private async Task<string?> WhyNotReadyAsync(Node node, Uri address, CancellationToken cancellationToken)
    {
        // The gateway is ready when all others are, and asks them whenever it is asked: before that it would only take processor time from their start.
        if (node.Name == Topology.Gateway && node.RefersTo.Where(other => resources.TryGetValue(other, out var resource) && resource.ReadyAfter == TimeSpan.Zero).ToList() is { Count: > 0 } starting)
            return $"It waits for {string.Join(", ", starting)}.";
        try
        {
            using var answer = await Http.GetAsync(address, cancellationToken);
            return answer.IsSuccessStatusCode
                ? null
                : $"GET {address} answered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}";
        }
        catch (HttpRequestException failure)
        {
            return $"GET {address} failed: {failure.Message}";
        }
    }
}
