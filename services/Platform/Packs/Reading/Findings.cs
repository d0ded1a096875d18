using System.Text;
using System.Text.Json;

namespace EServices.Platform.Packs.Reading;

/// <summary>Collects what is wrong, so that the author of a pack hears everything in one go.</summary>
internal sealed class Findings(string folder)
{
    private readonly List<PackError> errors = [];
    private readonly HashSet<PackError> told = [];

    public int Count => errors.Count;

    public void AtFile(string file, string message) => errors.Add(new(file, 0, "", message));

    public void AtLine(string file, int line, string column, string message) => errors.Add(new(file, line, column, message));

    /// <summary>Told once, however many services share the place.</summary>
    public void AtPointer(string file, string pointer, string message)
    {
        var error = new PackError(file, 0, pointer, message);
        if (told.Add(error)) errors.Add(error);
    }

    /// <summary>In the order of files and places, with the lines of JSON places looked up only now: a sound pack never pays for them.</summary>
    public IReadOnlyList<PackError> All()
    {
        var all = new List<PackError>();
        foreach (var ofFile in errors.GroupBy(error => error.File).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var lines = ofFile.Any(error => error.Line == 0 && error.Place.Length > 0) ? LinesOf(Path.Combine(folder, ofFile.Key)) : null;
            all.AddRange(ofFile
                .Select(error => error.Line == 0 && lines is not null ? error with { Line = Nearest(lines, error.Place) } : error)
                .OrderBy(error => error.Line));
        }

        return all;
    }

    private static int Nearest(Dictionary<string, int> lines, string pointer)
    {
        // A property that is missing has no line of its own: its object's line is told.
        for (var place = pointer; ; place = place[..place.LastIndexOf('/')])
        {
            if (lines.TryGetValue(place, out var line)) return line;
            if (place.Length == 0) return 0;
        }
    }

    private static Dictionary<string, int> LinesOf(string path)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var json = JsonFile.Bytes(path);
        if (json is null) return lines;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonFile.MaxDepth });
        var open = new Stack<(string Pointer, int Index)>();
        var property = "";
        var line = 1;
        long counted = 0;
        try
        {
            while (reader.Read())
            {
                line += json.AsSpan((int)counted, (int)(reader.TokenStartIndex - counted)).Count((byte)'\n');
                counted = reader.TokenStartIndex;
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    property = open.Peek().Pointer + "/" + Escape(reader.GetString()!);
                    lines.TryAdd(property, line);
                    continue;
                }

                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    open.Pop();
                    continue;
                }

                var pointer = property;
                if (open.Count == 0) pointer = "";
                else if (open.Peek().Index >= 0)
                {
                    var (parent, index) = open.Pop();
                    open.Push((parent, index + 1));
                    pointer = $"{parent}/{index}";
                }

                lines.TryAdd(pointer, line);
                if (reader.TokenType == JsonTokenType.StartObject) open.Push((pointer, -1));
                if (reader.TokenType == JsonTokenType.StartArray) open.Push((pointer, 0));
            }
        }
        catch (JsonException)
        {
            // The syntax error itself is already told with its line.
        }

        return lines;
    }

    internal static string Escape(string name) =>
        name.AsSpan().ContainsAny('~', '/') ? new StringBuilder(name).Replace("~", "~0").Replace("/", "~1").ToString() : name;
}
