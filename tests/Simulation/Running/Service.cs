using EServices.Platform.Storage;
using EServices.Simulation.Hosting;
using EServices.Simulation.Storage;

namespace EServices.Simulation.Running;

/// <summary>A service in a run: its disk, which stays, and the process that works on it now, which may die.</summary>
internal sealed class Service(World world, Blueprint blueprint, MemoryStore disk)
{
    private static readonly TimeSpan RestartTakes = TimeSpan.FromSeconds(2);

    private readonly List<Message> waiting = [];
    private int starts;

    public Blueprint Blueprint { get; } = blueprint;

    public string Name => Blueprint.Name;

    public MemoryStore Disk { get; } = disk;

    /// <summary>The process, once it takes requests and messages; null while there is none.</summary>
    public Instance? Live { get; private set; }

    public void Start()
    {
        var instance = new Instance(world, this, $"{Name}#{++starts}");
        world.Pump.Ready(instance, () => _ = StartAsync(instance));
    }

    /// <summary>A message for one of its queues: taken now, or as soon as there is someone to take it.</summary>
    public void Offer(Message message)
    {
        if (Live is { } live)
            live.Take(message);
        else
            waiting.Add(message);
    }

    public void Died(Instance instance)
    {
        if (Live == instance)
            Live = null;
        world.Pump.At(world.Clock.GetUtcNow() + RestartTakes, null, Start);
    }

    private async Task StartAsync(Instance instance)
    {
        try
        {
            await instance.StartAsync();
        }
        catch (Exception failure)
        {
            // What no fault of the world explains would fail at every start.
            if (failure is not (StorageException or TimeoutException or ConnectionLostException) && !instance.Dead)
                world.Fail($"{instance.Name} can't start: {failure}");
            // As a host does: what fails at start ends the process, and whoever runs it starts it again.
            instance.Die($"failed to start: {failure.Message}");
            return;
        }
        Live = instance;
        world.Note(instance.Name, "started");
        foreach (var message in waiting)
            world.Pump.Ready(null, () => Offer(message));
        waiting.Clear();
        instance.Sweep();
    }
}
