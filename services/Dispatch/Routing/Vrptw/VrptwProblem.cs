namespace EServices.Dispatch.Routing.Vrptw;

/// <summary>
/// A vehicle routing problem with time windows and one kind of vehicle, in flat integer arrays: node 0 is the depot, nodes 1 to
/// <see cref="Customers"/> are the customers. Distances and times are whole numbers in any unit the caller likes; nothing needs to be
/// symmetric or to satisfy the triangle inequality, but a customer is served only if the tour depot, customer, depot is possible.
/// </summary>
public sealed class VrptwProblem
{
    /// <summary>An arc that cannot be driven: put it in either matrix. Any value at or above it, or below zero, means the same.</summary>
    public const int NoRoad = 100_000_000;

    /// <summary>Arrays are kept, not copied: do not change them while a solver works.</summary>
    /// <param name="distance">What an arc costs, row by row: <c>distance[from * nodes + to]</c>.</param>
    /// <param name="duration">How long an arc takes, in the same layout; may be the same array as <paramref name="distance"/>.</param>
    /// <param name="ready">Earliest start of service per node; the depot's is the earliest departure.</param>
    /// <param name="due">Latest start of service per node; the depot's is the latest return. Below <see cref="NoRoad"/>.</param>
    /// <param name="service">Time spent at each node.</param>
    /// <param name="demand">Load taken at each node.</param>
    /// <param name="capacity">What one vehicle holds.</param>
    /// <param name="vehicles">How many vehicles there are.</param>
    /// <exception cref="ArgumentException">
    /// The arrays do not fit each other, capacity or vehicles are negative, or what a vehicle could hold of all demands is beyond what an integer counts.
    /// </exception>
    public VrptwProblem(int[] distance, int[] duration, int[] ready, int[] due, int[] service, int[] demand, int capacity, int vehicles)
    {
        var nodes = ready.Length;
        if (nodes == 0)
            throw new ArgumentException("A problem has at least the depot.", nameof(ready));
        if (due.Length != nodes || service.Length != nodes || demand.Length != nodes)
            throw new ArgumentException($"There are {nodes} ready times, but {due.Length} due times, {service.Length} service times and {demand.Length} demands.");
        if (distance.LongLength != (long)nodes * nodes)
            throw new ArgumentException($"{nodes} nodes need {(long)nodes * nodes} distances; there are {distance.LongLength}.", nameof(distance));
        if (duration.LongLength != (long)nodes * nodes)
            throw new ArgumentException($"{nodes} nodes need {(long)nodes * nodes} durations; there are {duration.LongLength}.", nameof(duration));
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        ArgumentOutOfRangeException.ThrowIfNegative(vehicles);
        if (demand.Sum(load => load > 0 && load <= capacity ? (long)load : 0) > int.MaxValue)
            throw new ArgumentException($"The demands add up to more than {int.MaxValue}; count them in a larger unit.", nameof(demand));
        (Distance, Duration, Ready, Due, Service, Demand, Capacity, Vehicles) = (distance, duration, ready, due, service, demand, capacity, vehicles);
    }

    public int Customers => Ready.Length - 1;

    public int Nodes => Ready.Length;

    public int Capacity { get; }

    public int Vehicles { get; }

    internal int[] Distance { get; }

    internal int[] Duration { get; }

    internal int[] Ready { get; }

    internal int[] Due { get; }

    internal int[] Service { get; }

    internal int[] Demand { get; }
}
