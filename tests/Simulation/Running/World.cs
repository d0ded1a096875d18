using System.Text.RegularExpressions;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Simulation.Hosting;
using EServices.Simulation.Storage;

namespace EServices.Simulation.Running;

/// <summary>
/// One run: services on disks of their own, a broker between them, people who use them, and the faults that befall them, all of it on one thread and from one seed.
/// </summary>
internal sealed partial class World
{
    private readonly List<string> failures = [];
    private readonly SortedDictionary<string, Service> services = new(StringComparer.Ordinal);

    public World(IReadOnlyList<Blueprint> blueprints, Choices choices, Beginning beginning, Mutant mutant = Mutant.None)
    {
        (Choices, Mutant) = (choices, mutant);
        Pump = new Pump(choices, Clock);
        Chance = new SeededChance(1447);
        Broker = new Broker(this);
        foreach (var blueprint in blueprints)
        {
            var service = new Service(this, blueprint, beginning.Disks.TryGetValue(blueprint.Name, out var disk) ? disk.Copy() : new MemoryStore());
            services.Add(blueprint.Name, service);
            Broker.Bind(service);
        }
        foreach (var sent in beginning.Events)
            Broker.Remember(sent);
        Pump.Stepped += owner => (owner as Instance)?.Collect();
        Pump.TimePassed += Sweep;
    }

    public SimulatedClock Clock { get; } = new();

    public Choices Choices { get; }

    public Mutant Mutant { get; }

    public Pump Pump { get; }

    public IChance Chance { get; }

    public History History { get; } = new();

    public Broker Broker { get; }

    public Counts Counts { get; } = new();

    /// <summary>Events as they were saved, by id: what may be published.</summary>
    public Dictionary<string, UnsentEvent> Saved { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Service> Services => services.Values;

    /// <summary>What went wrong in a way that no run may show, whatever befell it.</summary>
    public IReadOnlyList<string> Failures => failures;

    public Service this[string name] => services[name];

    public void Fail(string what)
    {
        if (failures.Count >= 20)
            return;
        // A trace id is drawn anew in every run; all else of a run repeats itself.
        what = TraceId().Replace(what, "\"traceId\":\"…\"");
        failures.Add(what);
        Note("checker", "failure", what);
    }

    public void Note(string who, string what, string about = "", string note = "") => History.Add(Clock.GetUtcNow(), who, what, about, note);

    /// <summary>One step of input or output: it happens when its turn comes, unless its owner is gone; what befalls it is decided then.</summary>
    /// <param name="possible">What can befall it.</param>
    /// <param name="refused">What the caller gets for <see cref="Fault.Refused"/>, <see cref="Fault.AnswerLost"/> and <see cref="Fault.Conflict"/>; null for nothing at all.</param>
    public Task<T> StepAsync<T>(Instance? owner, string who, string what, string about, Fault[] possible, Func<T> effect, Func<Fault, Exception?> refused)
    {
        var done = new TaskCompletionSource<T>();
        Pump.Ready(owner, () =>
        {
            Counts.Steps++;
            var fault = Choices.Step(possible);
            if (fault != Fault.None)
                Counts.Faults[(int)fault]++;
            if (fault == Fault.CrashBefore)
            {
                owner!.Die($"before {what} {about}");
                return;
            }
            if (fault is Fault.Refused or Fault.Conflict)
            {
                Note(who, what, about, fault == Fault.Conflict ? "CONFLICT reported" : "REFUSED");
                Answer(done, default, refused(fault));
                return;
            }
            T? result = default;
            Exception? failure = null;
            try
            {
                result = effect();
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
            if (failure is ConflictException or DuplicateKeyException)
                Counts.Races++;
            if (fault == Fault.CrashAfter)
            {
                Note(who, what, about, failure?.Message ?? "");
                owner!.Die($"after {what} {about}");
                return;
            }
            Note(who, what, about, fault == Fault.AnswerLost ? "ANSWER LOST" : failure?.Message ?? "");
            Answer(done, result, fault == Fault.AnswerLost ? refused(fault) : failure);
        });
        return done.Task;
    }

    private static void Answer<T>(TaskCompletionSource<T> done, T? result, Exception? failure)
    {
        if (failure is not null)
            done.SetException(failure);
        else
            done.SetResult(result!);
    }

    [GeneratedRegex("\"traceId\":\"[^\"]*\"")]
    private static partial Regex TraceId();

    private void Sweep()
    {
        foreach (var service in services.Values)
            service.Live?.Sweep();
    }
}

/// <summary>What was before a run; it is not changed by it.</summary>
/// <param name="Disks">What each service's store holds.</param>
/// <param name="Events">What was published until then.</param>
internal sealed record Beginning(IReadOnlyDictionary<string, MemoryStore> Disks, IReadOnlyList<UnsentEvent> Events)
{
    public static readonly Beginning Nothing = new(new Dictionary<string, MemoryStore>(), []);
}

/// <summary>How much happened.</summary>
internal sealed class Counts
{
    public long Deliveries;
    public long Replays;
    public long Steps;
    public long Requests;
    public long Crashes;

    /// <summary>Saves that truly met another's: conflicts and taken keys.</summary>
    public long Races;

    /// <summary>By <see cref="Fault"/>.</summary>
    public long[] Faults { get; } = new long[6];
}

/// <summary>Planted bugs: with one of them, the simulator has to find something.</summary>
internal enum Mutant
{
    None,

    /// <summary>A save is answered before it is durable.</summary>
    AnswersBeforeSaving,

    /// <summary>Documents forget which events they have handled.</summary>
    ForgetsInbox,

    /// <summary>Events are published before the write that makes them true.</summary>
    PublishesBeforeSaving,

    /// <summary>A message is acknowledged before its reaction has run.</summary>
    AcknowledgesBeforeReacting,
}
