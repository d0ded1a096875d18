using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Files;

/// <summary>In which arithmetic an instance is solved: the two that published best-known costs are in.</summary>
public enum VrptwArithmetic
{
    /// <summary>
    /// Every arc, as a distance and as a time, is cut to one decimal: the convention of the optimum tables and of the DIMACS challenge.
    /// A plan in time so may be late by less than a tenth an arc with exact distances.
    /// </summary>
    Truncated,

    /// <summary>
    /// Distances are exact, to a thousandth; times are rounded up to a thousandth, so that what is in time here is in time with exact
    /// distances too. The convention of the vehicles-first tables.
    /// </summary>
    Exact,
}

/// <summary>An instance as its file tells it: node 0 is the depot, all figures in the file's units.</summary>
public sealed class VrptwInstance
{
    private readonly double[]? _matrix;
    private readonly double[] _x;
    private readonly double[] _y;

    internal VrptwInstance(string name, int vehicles, int capacity, int[] numbers, double[] x, double[] y, int[] demand, double[] ready, double[] due, double[] service, double[]? matrix)
    {
        (Name, Vehicles, Capacity, Numbers, _x, _y, Demand, Ready, Due, Service, _matrix) = (name, vehicles, capacity, numbers, x, y, demand, ready, due, service, matrix);
    }

    public string Name { get; }

    public int Vehicles { get; }

    public int Capacity { get; }

    public int Nodes => Ready.Count;

    /// <summary>What the file calls each node.</summary>
    public IReadOnlyList<int> Numbers { get; }

    public IReadOnlyList<int> Demand { get; }

    public IReadOnlyList<double> Ready { get; }

    public IReadOnlyList<double> Due { get; }

    public IReadOnlyList<double> Service { get; }

    /// <summary>The arc as the file has it: its matrix's entry, or the distance in the plane.</summary>
    public double Arc(int from, int to)
    {
        if (_matrix is not null)
            return _matrix[(from * Nodes) + to];
        var (dx, dy) = (_x[from] - _x[to], _y[from] - _y[to]);
        return Math.Sqrt((dx * dx) + (dy * dy));
    }

    /// <summary>How many of the solver's units one of the file's is.</summary>
    public static int Scale(VrptwArithmetic arithmetic) => arithmetic == VrptwArithmetic.Truncated ? 10 : 1000;

    /// <summary>The instance in whole numbers.</summary>
    /// <exception cref="FormatException">The figures are too large to be counted in thousandths, or tenths.</exception>
    public VrptwProblem ToProblem(VrptwArithmetic arithmetic)
    {
        var scale = Scale(arithmetic);
        var nodes = Nodes;
        var distance = new int[nodes * nodes];
        var duration = arithmetic == VrptwArithmetic.Truncated ? distance : new int[nodes * nodes];
        Fill(distance, duration, scale, arithmetic == VrptwArithmetic.Truncated);
        return new VrptwProblem(distance, duration, Whole(Ready, scale, up: true), Whole(Due, scale, up: false), Whole(Service, scale, up: true), [.. Demand], Capacity, Vehicles);
    }

    // Optimized at once: a million arcs are most of the time to the first plan of a cold process.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(int[] distance, int[] duration, int scale, bool cut)
    {
        var nodes = _x.Length;
        for (var from = 0; from < nodes; from++)
        {
            var ways = distance.AsSpan(from * nodes, nodes);
            var times = duration.AsSpan(from * nodes, nodes);
            for (var to = 0; to < nodes; to++)
            {
                if (from == to)
                    continue;
                double dx = _x[from] - _x[to], dy = _y[from] - _y[to];
                var arc = scale * (_matrix is null ? Math.Sqrt((dx * dx) + (dy * dy)) : _matrix[(from * nodes) + to]);
                if (arc is < 0 or >= VrptwProblem.NoRoad)
                {
                    ways[to] = times[to] = VrptwProblem.NoRoad;
                    continue;
                }
                // The millionth keeps a whole number that floating point has just missed.
                times[to] = cut ? (int)(arc + 1e-6) : (int)Math.Ceiling(arc - 1e-6);
                ways[to] = cut ? times[to] : (int)Math.Round(arc);
            }
        }
    }

    private int[] Whole(IReadOnlyList<double> values, int scale, bool up)
    {
        var whole = new int[values.Count];
        for (var i = 0; i < whole.Length; i++)
        {
            var value = up ? Math.Ceiling((values[i] * scale) - 1e-6) : Math.Floor((values[i] * scale) + 1e-6);
            if (value >= VrptwProblem.NoRoad)
                throw new FormatException($"{Name}: node {Numbers[i]} has a time of {values[i]}; at {scale} units each, {VrptwProblem.NoRoad / scale} is the most that can be counted.");
            whole[i] = (int)Math.Max(value, -1);
        }
        return whole;
    }
}
