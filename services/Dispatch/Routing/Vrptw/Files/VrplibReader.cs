using System.Globalization;

namespace EServices.Dispatch.Routing.Vrptw.Files;

/// <summary>The VRPLIB dialect with time windows, as the DIMACS challenge and its solvers write it.</summary>
internal static class VrplibReader
{
    public static VrptwInstance Read(string[] lines, string name)
    {
        var facts = new Dictionary<string, (int Line, string Value)>(StringComparer.OrdinalIgnoreCase);
        var sections = new Dictionary<string, List<(int Line, double[] Values)>>(StringComparer.OrdinalIgnoreCase);
        List<(int Line, double[] Values)>? section = null;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0)
                continue;
            if (line.Equals("EOF", StringComparison.OrdinalIgnoreCase))
                break;
            if (line.EndsWith("_SECTION", StringComparison.OrdinalIgnoreCase))
            {
                sections[line] = section = [];
                continue;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                facts[line[..colon].Trim()] = (i, line[(colon + 1)..].Trim());
                section = null;
                continue;
            }
            if (section is null)
                throw VrptwReader.Wrong(name, i, $"expected \"KEY : value\" or a section, found \"{VrptwReader.Short(line)}\"");
            section.Add((i, VrptwReader.Numbers(name, i, line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
        }

        var nodes = Fact("DIMENSION") ?? throw new FormatException($"{name}: DIMENSION is missing.");
        if (nodes < 1)
            throw new FormatException($"{name}: DIMENSION is {nodes}; there is at least the depot.");
        var capacity = Fact("CAPACITY") ?? int.MaxValue / Math.Max(1, nodes);
        var vehicles = Fact("VEHICLES") ?? nodes;
        var demand = Column("DEMAND_SECTION", 2);
        var windows = Column("TIME_WINDOW_SECTION", 3) ?? throw new FormatException($"{name}: TIME_WINDOW_SECTION is missing.");
        var service = Column("SERVICE_TIME_SECTION", 2);
        var places = Column("NODE_COORD_SECTION", 3);
        var constant = Fact("SERVICE_TIME");
        var matrix = Matrix();
        if (matrix is null && places is null)
            throw new FormatException($"{name}: there is neither NODE_COORD_SECTION nor EDGE_WEIGHT_SECTION.");
        return new VrptwInstance(
            name, vehicles, capacity,
            // VRPLIB's nodes count from 1, the depot's; its plans count customers from 1.
            [.. Enumerable.Range(0, nodes)],
            [.. Enumerable.Range(0, nodes).Select(i => places?[i].Values[1] ?? 0)],
            [.. Enumerable.Range(0, nodes).Select(i => places?[i].Values[2] ?? 0)],
            [.. Enumerable.Range(0, nodes).Select(i => demand is null ? 0 : VrptwReader.Whole(name, demand[i].Line, demand[i].Values[1], "demand"))],
            [.. Enumerable.Range(0, nodes).Select(i => windows[i].Values[1])],
            [.. Enumerable.Range(0, nodes).Select(i => windows[i].Values[2])],
            [.. Enumerable.Range(0, nodes).Select(i => i == 0 ? 0 : service?[i].Values[1] ?? constant ?? 0)],
            matrix);

        int? Fact(string key) => !facts.TryGetValue(key, out var fact) ? null
            : int.TryParse(fact.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= 0 ? value
            : throw VrptwReader.Wrong(name, fact.Line, $"{key} \"{VrptwReader.Short(fact.Value)}\" is no whole number from 0 on");

        List<(int Line, double[] Values)>? Column(string key, int width)
        {
            if (!sections.TryGetValue(key, out var rows))
                return null;
            if (rows.Count != nodes)
                throw new FormatException($"{name}: {key} has {rows.Count} lines for {nodes} nodes.");
            for (var i = 0; i < nodes; i++)
            {
                if (rows[i].Values.Length != width)
                    throw VrptwReader.Wrong(name, rows[i].Line, $"expected {width} values in {key}, found {rows[i].Values.Length}");
                if (rows[i].Values[0] != i + 1)
                    throw VrptwReader.Wrong(name, rows[i].Line, $"expected node {i + 1} in {key}, found {rows[i].Values[0].ToString(CultureInfo.InvariantCulture)}");
            }
            return rows;
        }

        double[]? Matrix()
        {
            if (!sections.TryGetValue("EDGE_WEIGHT_SECTION", out var rows))
                return null;
            if (facts.TryGetValue("EDGE_WEIGHT_FORMAT", out var format) && !format.Value.Equals("FULL_MATRIX", StringComparison.OrdinalIgnoreCase))
                throw VrptwReader.Wrong(name, format.Line, $"EDGE_WEIGHT_FORMAT {VrptwReader.Short(format.Value)} is not read, only FULL_MATRIX");
            var values = rows.SelectMany(row => row.Values).ToArray();
            return values.Length == nodes * nodes
                ? values
                : throw new FormatException($"{name}: EDGE_WEIGHT_SECTION has {values.Length} values; {nodes} nodes need {nodes * nodes}.");
        }
    }
}
