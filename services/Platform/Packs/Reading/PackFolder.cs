using System.Text.RegularExpressions;

namespace EServices.Platform.Packs.Reading;

/// <summary>What every reader needs: where the pack is, where errors go, and which languages every text must have.</summary>
internal sealed partial class PackFolder(string folder)
{
    public string Folder { get; } = folder;

    public Findings Findings { get; } = new(folder);

    public IReadOnlyList<string> Languages { get; set; } = [];

    public string PathOf(string file) => Path.Combine(Folder, file);

    public IReadOnlyList<string> Files(string room, string extension)
    {
        var path = PathOf(room);
        if (!Directory.Exists(path))
        {
            Findings.AtFile(room + "/", "The folder is missing.");
            return [];
        }

        return [.. Directory.EnumerateFiles(path, "*" + extension).Select(file => $"{room}/{Path.GetFileName(file)}").Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    public static partial Regex Id();

    [GeneratedRegex("^[a-z]{2,3}$")]
    public static partial Regex LanguageTag();

    [GeneratedRegex(@"^[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$")]
    public static partial Regex Email();

    [GeneratedRegex(@"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
    public static partial Regex Domain();
}

/// <summary>
/// Ids seen so far, with where. References are checked against it; when its own file could not be read nothing is said about references to it,
/// because one missing file would drown its error in hundreds of others.
/// </summary>
internal sealed class Known(string what)
{
    private readonly Dictionary<string, string> places = new(StringComparer.Ordinal);

    public string What { get; } = what;

    public bool Unreadable { get; set; }

    public IEnumerable<string> Ids => places.Keys;

    /// <summary>Null when new, else where it was first.</summary>
    public string? Add(string id, string place) => places.TryAdd(id, place) ? null : places[id];

    public bool Has(string id) => Unreadable || places.ContainsKey(id);

    public string Unknown(string id)
    {
        var near = places.Keys.Select(known => (known, distance: Distance(known, id))).Where(pair => pair.distance <= 3).OrderBy(pair => pair.distance).FirstOrDefault().known;
        return $"There is no {What} \"{id}\"{(near is null ? "." : $"; did you mean \"{near}\"?")}";
    }

    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > 3) return int.MaxValue;
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
