using System.Globalization;
using EServices.Dispatch.Routing.Vrptw;

namespace EServices.Benchmarks.Dispatch;

/// <summary>Best-known costs from a <c>bks.csv</c> with columns found by name: instance, and the distance and vehicles of either convention.</summary>
internal sealed class BestKnown
{
    private readonly Dictionary<string, (double? Truncated, int? Vehicles, double? Exact)> _costs = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="FormatException">A line does not fit the head, or there is no column <c>instance</c>.</exception>
    public static BestKnown Beside(string folder)
    {
        var known = new BestKnown();
        var path = Path.Combine(folder, "bks.csv");
        if (!File.Exists(path))
            return known;
        var lines = File.ReadAllLines(path);
        var head = lines.Length == 0 ? [] : lines[0].Split(',', StringSplitOptions.TrimEntries);
        var (name, truncated, vehicles, exact) = (Column("instance"), Column("dist_trunc1_cost"), Column("hier_vehicles"), Column("hier_cost"));
        if (name < 0)
            throw new FormatException($"{path}: the first line names no column \"instance\".");
        for (var i = 1; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
                continue;
            var cells = lines[i].Split(',', StringSplitOptions.TrimEntries);
            if (cells.Length != head.Length)
                throw new FormatException($"{path}, line {i + 1}: {cells.Length} values for {head.Length} columns.");
            known._costs[cells[name]] = (Value(cells, truncated, i), (int?)Value(cells, vehicles, i), Value(cells, exact, i));
        }
        return known;

        int Column(string title) => Array.FindIndex(head, cell => cell.Equals(title, StringComparison.OrdinalIgnoreCase));

        double? Value(string[] cells, int column, int line) => column < 0 || cells[column].Length == 0 ? null
            : double.TryParse(cells[column], CultureInfo.InvariantCulture, out var value) ? value
            : throw new FormatException($"{path}, line {line + 1}: \"{cells[column]}\" is no number.");
    }

    public double? GapPercent(string instance, VrptwObjective objective, int vehicles, double distance, double truncated)
    {
        if (!_costs.TryGetValue(instance, out var known))
            return null;
        if (objective == VrptwObjective.Distance)
            return 100 * (truncated / known.Truncated - 1);
        return vehicles == known.Vehicles ? 100 * (distance / known.Exact - 1) : null;
    }

    public int? Vehicles(string instance) => _costs.TryGetValue(instance, out var known) ? known.Vehicles : null;
}
