using System.Globalization;

namespace EServices.Platform.Packs.Reading;

/// <summary>A comma-separated file with a header line, quoted as spreadsheets do (RFC 4180). Lists within a cell are separated by semicolons.</summary>
internal static class CsvFile
{
    /// <summary>The rows below the header, or null where the file can't be read; the reason is told.</summary>
    public static IReadOnlyList<CsvRow>? Rows(PackFolder pack, string file, params string[] columns)
    {
        var path = pack.PathOf(file);
        if (!File.Exists(path))
        {
            pack.Findings.AtFile(file, "The file is missing.");
            return null;
        }

        var lines = CsvText.Lines(File.ReadAllText(path)).ToList();
        if (lines.Count == 0)
        {
            pack.Findings.AtLine(file, 1, "", $"The file is empty; its first line names the columns {string.Join(",", columns)}.");
            return null;
        }

        var header = lines[0].Cells;
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < header.Count; index++)
        {
            var name = header[index].Trim();
            if (!columns.Contains(name)) pack.Findings.AtLine(file, 1, name, $"\"{name}\" is not a column here; the columns are {string.Join(",", columns)}.");
            else if (!positions.TryAdd(name, index)) pack.Findings.AtLine(file, 1, name, $"The column \"{name}\" is there twice.");
        }

        var missing = columns.Where(column => !positions.ContainsKey(column)).ToList();
        foreach (var column in missing) pack.Findings.AtLine(file, 1, column, $"The column \"{column}\" is missing.");
        if (missing.Count > 0) return null;

        var rows = new List<CsvRow>(lines.Count - 1);
        foreach (var (line, cells, _) in lines.Skip(1))
        {
            if (cells.Count == header.Count) rows.Add(new CsvRow(pack, file, line, cells, positions));
            else pack.Findings.AtLine(file, line, "", $"The line has {cells.Count} cells; the header has {header.Count}.");
        }

        return rows;
    }
}

/// <summary>One line; like <see cref="JsonPlace"/> it tells what is wrong and reads on.</summary>
internal sealed class CsvRow(PackFolder pack, string file, int line, IReadOnlyList<string> cells, Dictionary<string, int> positions)
{
    public string Place => $"{file} line {line}";

    public void Wrong(string column, string message) => pack.Findings.AtLine(file, line, column, message);

    public string Optional(string column) => cells[positions[column]].Trim();

    public string Text(string column)
    {
        var text = Optional(column);
        if (text.Length == 0) Wrong(column, $"\"{column}\" is empty.");
        return text;
    }

    /// <summary>The row's own LGD code: digits, and new.</summary>
    public string Code(string column, Known known)
    {
        var code = Text(column);
        if (code.Length == 0) return code;
        if (!code.All(char.IsAsciiDigit)) Wrong(column, $"\"{code}\" is not a code of digits.");
        if (known.Add(code, Place) is { } first) Wrong(column, $"The {known.What} \"{code}\" is there twice; first at {first}.");
        return code;
    }

    public string Reference(string column, Known known)
    {
        var id = Text(column);
        if (id.Length > 0 && !known.Has(id)) Wrong(column, known.Unknown(id));
        return id;
    }

    public IReadOnlyList<string> List(string column) =>
        Optional(column).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public IReadOnlyList<string> References(string column, Known known)
    {
        var ids = List(column);
        if (ids.Count == 0) Wrong(column, $"\"{column}\" names at least one {known.What}.");
        foreach (var id in ids)
            if (!known.Has(id)) Wrong(column, known.Unknown(id));
        return ids;
    }

    public double Coordinate(string column, double minimum, double maximum)
    {
        var text = Text(column);
        if (text.Length == 0) return minimum;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var degrees))
            Wrong(column, $"\"{text}\" is not a coordinate in decimal degrees.");
        else if (degrees < minimum || degrees > maximum)
            Wrong(column, FormattableString.Invariant($"{degrees} lies outside the state's bounds, {minimum} to {maximum}."));
        return degrees;
    }

    public int Number(string column, int minimum, int maximum)
    {
        var text = Text(column);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum) return number;
        if (text.Length > 0) Wrong(column, $"\"{text}\" is not a whole number between {minimum} and {maximum}.");
        return minimum;
    }

    public double Decimal(string column, double minimum, double maximum)
    {
        var text = Text(column);
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum) return number;
        if (text.Length > 0) Wrong(column, FormattableString.Invariant($"\"{text}\" is not a number between {minimum} and {maximum}."));
        return minimum;
    }

    public TimeOnly Time(string column)
    {
        var text = Text(column);
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        if (text.Length > 0) Wrong(column, $"\"{text}\" is not a time; write it as 09:30.");
        return default;
    }
}
