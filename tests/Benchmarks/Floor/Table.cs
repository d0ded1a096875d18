using System.Globalization;
using System.Text.Json;

namespace EServices.Benchmarks.Floor;

/// <summary>Rows on standard output, as soon as each is known: JSON objects, or a line for the eye. What is under way goes to standard error.</summary>
internal sealed class Table(bool json)
{
    public void Row(params (string Key, object? Value)[] cells)
    {
        var values = cells.ToDictionary(cell => cell.Key, cell => cell.Value is double number ? Rounded(number) : cell.Value);
        Console.WriteLine(json
            ? JsonSerializer.Serialize(values)
            : string.Join("  ", values.Select(cell => $"{cell.Key}={(cell.Value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : cell.Value ?? "-")}")));
    }

    public static void Progress(string what) => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {what}");

    public static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        return ordered.Count % 2 == 1 ? ordered[ordered.Count / 2] : (ordered[(ordered.Count / 2) - 1] + ordered[ordered.Count / 2]) / 2;
    }

    /// <summary>Nearest rank.</summary>
    public static double Percentile(List<double> ordered, double part) =>
        ordered.Count == 0 ? 0 : ordered[Math.Clamp((int)Math.Ceiling(part * ordered.Count) - 1, 0, ordered.Count - 1)];

    /// <summary>Four figures say all that a measurement knows.</summary>
    private static double Rounded(double value) =>
        value == 0 || !double.IsFinite(value) ? value : Math.Round(value, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6));
}
