using System.Globalization;

namespace EServices.Dispatch.Routing.Vrptw.Files;

/// <summary>
/// Reads Solomon's and Gehring and Homberger's text files, and VRPLIB files with time windows (EUC_2D, or an explicit full matrix, which
/// need not be symmetric). Whitespace is free; what is wrong is told with its line.
/// </summary>
public static class VrptwReader
{
    /// <exception cref="FormatException">The text is no such file; the message names the line and what was expected.</exception>
    public static VrptwInstance Read(string text, string name)
    {
        var lines = text.Split('\n');
        foreach (var line in lines)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var vrplib = line.Contains(':', StringComparison.Ordinal) || line.Trim().EndsWith("_SECTION", StringComparison.Ordinal);
            return vrplib ? VrplibReader.Read(lines, name) : ReadSolomon(lines, name);
        }
        throw new FormatException($"{name}: the file is empty.");
    }

    private static VrptwInstance ReadSolomon(string[] lines, string name)
    {
        var (vehicles, capacity) = (-1, -1);
        var rows = new List<(int Line, double[] Values)>();
        var section = "";
        for (var i = 0; i < lines.Length; i++)
        {
            var words = lines[i].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            if (!IsNumber(words[0]) || section.Length == 0)
            {
                var title = words[0].ToUpperInvariant();
                if (title is "VEHICLE" or "CUSTOMER" or "CUSTOMERS" && words.Length == 1)
                    section = title;
                else if (title is not ("NUMBER" or "CUST" or "CUST." or "CUSTNO.") && section.Length > 0)
                    throw Wrong(name, i, $"expected numbers in the section {section}, found \"{Short(lines[i])}\"");
                continue;
            }
            var values = Numbers(name, i, words);
            if (section == "VEHICLE")
            {
                if (values.Length != 2)
                    throw Wrong(name, i, $"expected the number of vehicles and their capacity, found {values.Length} values");
                (vehicles, capacity) = (Whole(name, i, values[0], "number of vehicles"), Whole(name, i, values[1], "capacity"));
                if (vehicles < 0 || capacity < 0)
                    throw Wrong(name, i, "the number of vehicles or their capacity is negative");
            }
            else
            {
                if (values.Length != 7)
                    throw Wrong(name, i, $"expected 7 values (number, x, y, demand, ready time, due date, service time), found {values.Length}");
                rows.Add((i, values));
            }
        }
        if (vehicles < 0)
            throw new FormatException($"{name}: there is no section VEHICLE with a number and a capacity.");
        if (rows.Count == 0)
            throw new FormatException($"{name}: there is no section CUSTOMER with at least the depot.");
        var seen = new Dictionary<int, int>();
        foreach (var (line, values) in rows)
        {
            var number = Whole(name, line, values[0], "customer number");
            if (!seen.TryAdd(number, line))
                throw Wrong(name, line, $"customer {number} stood already in line {seen[number] + 1}");
        }
        return new VrptwInstance(
            name, vehicles, capacity,
            [.. rows.Select(row => (int)row.Values[0])],
            [.. rows.Select(row => row.Values[1])],
            [.. rows.Select(row => row.Values[2])],
            [.. rows.Select(row => Whole(name, row.Line, row.Values[3], "demand"))],
            [.. rows.Select(row => row.Values[4])],
            [.. rows.Select(row => row.Values[5])],
            [.. rows.Select(row => row.Values[6])],
            null);
    }

    internal static FormatException Wrong(string name, int line, string what) => new($"{name}, line {line + 1}: {what}.");

    internal static string Short(string line) => line.Trim() is { Length: > 40 } text ? text[..40] + "…" : line.Trim();

    internal static double[] Numbers(string name, int line, ReadOnlySpan<string> words)
    {
        var values = new double[words.Length];
        for (var i = 0; i < values.Length; i++)
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) || !double.IsFinite(values[i]))
                throw Wrong(name, line, $"\"{words[i]}\" is no number");
        return values;
    }

    internal static int Whole(string name, int line, double value, string what) => value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue
        ? (int)value
        : throw Wrong(name, line, $"the {what} {value.ToString(CultureInfo.InvariantCulture)} is no whole number, or too large");

    private static bool IsNumber(string word) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
