namespace EServices.Dispatch.Routing.Vrptw;

/// <summary>What counts first. Benchmarks use both conventions.</summary>
public enum VrptwObjective
{
    /// <summary>Least distance; vehicles up to the limit cost nothing.</summary>
    Distance,

    /// <summary>Fewest vehicles, then least distance.</summary>
    Vehicles,
}

/// <summary>Which engine plans; <see cref="Auto"/> chooses by size.</summary>
public enum VrptwEngine
{
    Auto,

    /// <summary>Hybrid genetic search (Vidal et al. 2013): strongest up to a few hundred customers.</summary>
    Genetic,

    /// <summary>Slack induction by string removals (Christiaens and Vanden Berghe 2020): strongest on large problems and short times.</summary>
    RuinAndRecreate,
}

/// <summary>How long and how a solver works. It ends at the first of deadline, iterations and cancellation, with its best plan so far.</summary>
public sealed record VrptwOptions
{
    public VrptwObjective Objective { get; init; } = VrptwObjective.Distance;

    public VrptwEngine Engine { get; init; } = VrptwEngine.Auto;

    /// <summary>Time from the call to the answer.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Iterations of all phases together; null for as many as time allows. With this bound alone (<see cref="Deadline"/> set to
    /// <see cref="TimeSpan.MaxValue"/>) and one thread, the same seed gives the same plan.
    /// </summary>
    public long? MaxIterations { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Threads that search, each from a seed of its own, telling each other their best plans.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>A clock that starts near zero, for measuring in processor time; null for the wall clock.</summary>
    public Func<TimeSpan>? Elapsed { get; init; }
}
