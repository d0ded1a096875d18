using EServices.Local;
using EServices.Local.Processes;
using EServices.Local.RabbitMq;

namespace EServices.Benchmarks.Outbox;

/// <summary>A RabbitMQ of this run's own on free loopback ports, the one that the local stack starts; or one that runs already.</summary>
internal sealed class LocalBroker : IAsyncDisposable
{
    private readonly DataFolder? data;
    private readonly Reaper? reaper;
    private readonly Resource? node;
    private readonly Resource? nameServer;

    private LocalBroker(Uri address, DataFolder? data = null, Reaper? reaper = null, Resource? node = null, Resource? nameServer = null) =>
        (Address, this.data, this.reaper, this.node, this.nameServer) = (address, data, reaper, node, nameServer);

    public Uri Address { get; }

    /// <exception cref="StackException">There is no RabbitMQ here, or it does not start; the message says what to do.</exception>
    public static async Task<LocalBroker> StartAsync(string? given, CancellationToken cancellationToken)
    {
        if (given is not null)
            return new LocalBroker(new Uri(given));
        var installation = RabbitInstallation.Find() ?? throw new StackException($"No rabbitmq-server was found. {RabbitInstallation.Choices}");
        var reporter = new Reporter(null);
        var data = DataFolder.Open(null, reporter);
        var reaper = Reaper.Start(data.Scratch);
        var ports = new HashSet<int>();
        var options = new StackOptions();
        var broker = new RabbitNode(installation, data.Path, Ports.Free(ports), Ports.Free(ports), Ports.Free(ports));
        var nameServer = new Resource(broker.NameServer, options, reporter, Started);
        var node = new Resource(broker.Plan(nameServer), options, reporter, Started);
        var started = new LocalBroker(node.Address, data, reaper, node, nameServer);
        try
        {
            await node.StartAsync(cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }

        void Started(string name, ChildProcess child)
        {
            data.Remember(name, child);
            reaper.Watch(child);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (node is null)
            return;
        // Nobody will read what an orderly end would save.
        await node.KillAsync();
        await nameServer!.StopAsync();
        await reaper!.DisposeAsync();
        await data!.DisposeAsync();
    }
}
