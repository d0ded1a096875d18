using System.Text;

namespace EServices.Platform.Packs;

/// <summary>Comma-separated values, quoted as spreadsheets do (RFC 4180).</summary>
public static class CsvText
{
    /// <summary>The lines that are not empty, one by one.</summary>
    public static IEnumerable<CsvLine> Lines(string text)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        int line = 1, start = 1;
        for (var index = 0; index <= text.Length; index++)
        {
            var end = index == text.Length;
            var letter = end ? '\n' : text[index];
            if (quoted && !end)
            {
                if (letter == '"' && index + 1 < text.Length && text[index + 1] == '"')
                {
                    cell.Append('"');
                    index++;
                }
                else if (letter == '"') quoted = false;
                else
                {
                    cell.Append(letter);
                    if (letter == '\n') line++;
                }

                continue;
            }

            switch (letter)
            {
                case '"' when cell.Length == 0:
                    quoted = true;
                    break;
                case ',':
                    cells.Add(cell.ToString());
                    cell.Clear();
                    break;
                case '\r':
                    break;
                case '\n':
                    if (cell.Length > 0 || cells.Count > 0)
                    {
                        cells.Add(cell.ToString());
                        yield return new(start, cells, quoted);
                    }

                    cells = [];
                    cell.Clear();
                    line++;
                    start = line;
                    break;
                default:
                    cell.Append(letter);
                    break;
            }
        }
    }

    /// <summary>One line, with its end.</summary>
    public static string Line(IEnumerable<string> cells) => string.Join(',', cells.Select(Quoted)) + "\r\n";

    private static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny("\",\r\n") || cell.StartsWith(' ') || cell.EndsWith(' ') ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}

/// <param name="Line">Counts from 1; where a cell holds line breaks, the line on which it all begins.</param>
/// <param name="Open">The text ended within quotes.</param>
public sealed record CsvLine(int Line, IReadOnlyList<string> Cells, bool Open);
