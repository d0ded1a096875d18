using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>
/// A problem in pinned arrays, so that the hot loops work on pointers without bounds checks. Whoever holds a pointer keeps this object
/// alive. Arcs without a road cost and take <see cref="VrptwProblem.NoRoad"/>, later than any window closes, so a plan in time uses none.
/// </summary>
internal sealed unsafe class Flat
{
    private readonly List<object> _pinned = [];

    public Flat(VrptwProblem problem)
    {
        Nodes = problem.Nodes;
        Customers = problem.Customers;
        Capacity = problem.Capacity;
        Vehicles = Math.Min(problem.Vehicles, Customers);
        Distance = Pin(problem.Distance);
        Duration = ReferenceEquals(problem.Distance, problem.Duration) ? Distance : Pin(problem.Duration);
        CloseRoads((long)Nodes * Nodes);
        Ready = Pin(problem.Ready);
        Due = Pin(problem.Due);
        Service = Pin(problem.Service);
        Demand = Pin(problem.Demand);
        Service[0] = Demand[0] = 0;
    }

    public int Nodes { get; }

    public int Customers { get; }

    public int Capacity { get; }

    /// <summary>Never more than customers: a vehicle that stays at home needs no room.</summary>
    public int Vehicles { get; }

    public int* Distance { get; }

    public int* Duration { get; }

    public int* Ready { get; }

    public int* Due { get; }

    public int* Service { get; }

    public int* Demand { get; }

    /// <summary>Room for <paramref name="count"/> values, zeroed, at an address that stays as long as this object lives.</summary>
    public T* Room<T>(int count) where T : unmanaged
    {
        var array = GC.AllocateArray<T>(Math.Max(1, count), pinned: true);
        lock (_pinned)
            _pinned.Add(array);
        return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
    }

    private int* Pin(int[] values)
    {
        var room = Room<int>(values.Length);
        values.CopyTo(new Span<int>(room, values.Length));
        return room;
    }

    /// <summary>Where either matrix has no road, neither has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CloseRoads(long arcs)
    {
        for (long arc = 0; arc < arcs; arc++)
            if ((uint)Distance[arc] >= VrptwProblem.NoRoad || (uint)Duration[arc] >= VrptwProblem.NoRoad)
                Distance[arc] = Duration[arc] = VrptwProblem.NoRoad;
    }

    /// <summary>
    /// For every customer its <paramref name="count"/> nearest others by the proximity of Vidal et al. (2013): distance, waiting and
    /// lateness that an arc between them cannot avoid, in the better of the two directions. Row by row, nearest first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int* Neighbours(int count)
    {
        var rows = Room<int>(Nodes * Math.Max(1, count));
        var keys = new double[Nodes];
        var order = new int[Nodes];
        // Distances and times need not be in one unit: the weights of waiting and lateness are per unit of time.
        double time = 0, way = 0;
        for (var to = 1; to < Nodes; to++)
        {
            way += Distance[to];
            time += Duration[to];
        }
        var rate = time > 0 ? way / time : 1;
        for (var at = 1; at < Nodes; at++)
        {
            var found = 0;
            for (var other = 1; other < Nodes; other++)
            {
                if (other == at)
                    continue;
                keys[found] = Math.Min(Proximity(at, other, rate), Proximity(other, at, rate));
                order[found++] = other;
            }
            Array.Sort(keys, order, 0, found);
            for (var i = 0; i < count; i++)
                rows[at * count + i] = order[i];
        }
        return rows;
    }

    private double Proximity(int from, int to, double rate)
    {
        var way = Duration[from * Nodes + to] + Service[from];
        var wait = Math.Max(0, Ready[to] - way - Due[from]);
        var late = Math.Max(0, Ready[from] + way - Due[to]);
        return Distance[from * Nodes + to] + rate * (0.2 * wait + late);
    }

    /// <summary>The arcs into each node, row by row; the same matrix where it is symmetric.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int* Transposed(int* arcs)
    {
        var symmetric = true;
        for (var i = 0; i < Nodes && symmetric; i++)
            for (var j = 0; j < i && symmetric; j++)
                symmetric = arcs[i * Nodes + j] == arcs[j * Nodes + i];
        if (symmetric)
            return arcs;
        var transposed = Room<int>(Nodes * Nodes);
        for (var i = 0; i < Nodes; i++)
            for (var j = 0; j < Nodes; j++)
                transposed[j * Nodes + i] = arcs[i * Nodes + j];
        return transposed;
    }

    /// <summary>The mean of all arcs that have a road; at least one unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double MeanDistance()
    {
        long sum = 0, roads = 0;
        for (long arc = 0; arc < (long)Nodes * Nodes; arc++)
        {
            if (Distance[arc] >= VrptwProblem.NoRoad || arc % (Nodes + 1) == 0)
                continue;
            sum += Distance[arc];
            roads++;
        }
        return Math.Max(1, (double)sum / Math.Max(1, roads));
    }
}
