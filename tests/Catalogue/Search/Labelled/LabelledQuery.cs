using System.Text;

namespace EServices.Catalogue.Tests.Search.Labelled;

/// <summary>What somebody asks for, and the services that answer it.</summary>
/// <param name="Services">Ids; any of them is right.</param>
/// <param name="Kind">The heading that the query stands under; its script where the file has no headings.</param>
internal sealed record LabelledQuery(string Text, IReadOnlyList<string> Services, string Kind)
{
    /// <summary>
    /// Reads <c>query&lt;TAB&gt;service id[,service id…]</c> a line. Empty lines and those that begin with <c>#</c> are passed over; <c>## …</c> is the heading of what follows.
    /// </summary>
    /// <exception cref="FormatException">A line has no tab, no query or no id; the message names file and line.</exception>
    public static IReadOnlyList<LabelledQuery> Read(string file)
    {
        var queries = new List<LabelledQuery>();
        var heading = "";
        var number = 0;
        foreach (var line in File.ReadLines(file, Encoding.UTF8))
        {
            number++;
            if (line.StartsWith("## ", StringComparison.Ordinal))
                heading = line[3..].Trim();
            if (string.IsNullOrWhiteSpace(line) || line[0] == '#')
                continue;
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var services = tab < 0 ? [] : line[(tab + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (services.Length == 0 || string.IsNullOrWhiteSpace(line[..tab]))
                throw new FormatException($"{file}:{number}: a line is a query, a tab and ids of services with commas between.");
            queries.Add(new LabelledQuery(line[..tab], services, heading.Length > 0 ? heading : ScriptOf(line.AsSpan(0, tab))));
        }
        return queries;
    }

    private static string ScriptOf(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (letter is >= '\u0900' and <= '\u097F')
                return "Devanagari";
            if (letter is (>= '\u0600' and <= '\u06FF') or (>= '\u0750' and <= '\u077F') or (>= '\uFB50' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFF'))
                return "Perso-Arabic";
        }
        return "Latin";
    }
}
