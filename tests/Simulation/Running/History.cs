using System.Globalization;
using System.Text;

namespace EServices.Simulation.Running;

/// <summary>What happened, in order. Lines are put together only when someone reads them.</summary>
internal sealed class History
{
    private static readonly string[] Reads = ["find", "query", "count", "look up", "read ", "prepare", "ack", "answer", "ask", "started"];

    private readonly List<Entry> entries = [];

    public int Count => entries.Count;

    public void Add(DateTimeOffset at, string who, string what, string about = "", string note = "") => entries.Add(new Entry(at, who, what, about, note));

    /// <summary>FNV-1a over all lines: two runs with the same one took the same course.</summary>
    public ulong Hash()
    {
        var hash = 14695981039346656037UL;
        foreach (var line in Lines())
        {
            foreach (var letter in line)
                hash = (hash ^ letter) * 1099511628211UL;
            hash = (hash ^ '\n') * 1099511628211UL;
        }
        return hash;
    }

    /// <summary>Without what only reads and what acknowledges, unless something befell it.</summary>
    public IEnumerable<string> Essence() => Lines(entries.Where(entry => entry.Note.Length > 0 || !Reads.Any(read => entry.What.StartsWith(read, StringComparison.Ordinal))));

    public IEnumerable<string> Lines() => Lines(entries);

    private static IEnumerable<string> Lines(IEnumerable<Entry> some) => some.Select(entry =>
    {
        var line = new StringBuilder(120);
        line.Append(entry.At.ToString("MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)).Append("  ").Append(entry.Who.PadRight(16)).Append(entry.What);
        if (entry.About.Length > 0)
            line.Append(' ').Append(entry.About);
        if (entry.Note.Length > 0)
            line.Append(" – ").Append(entry.Note);
        return line.ToString();
    });

    private readonly record struct Entry(DateTimeOffset At, string Who, string What, string About, string Note);
}
