using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EServices.Contracts;

namespace EServices.Platform.Packs.Reading;

/// <summary>
/// An object in a pack's JSON file, read property by property. Whatever is wrong is told with its place and a harmless value is returned,
/// so that reading goes on and finds the rest. <see cref="Done"/> tells of properties nobody asked for: they are misspelt ones.
/// </summary>
internal sealed class JsonPlace
{
    private readonly PackFolder pack;
    private readonly JsonElement element;
    private readonly HashSet<string> asked;
    private readonly JsonPlace? beneath;

    private JsonPlace(PackFolder pack, string file, string pointer, JsonElement element, JsonPlace? beneath = null, HashSet<string>? asked = null)
    {
        this.beneath = beneath;
        this.asked = asked ?? new(StringComparer.Ordinal);
        this.pack = pack;
        this.element = element;
        File = file;
        Pointer = pointer;
        if (element.ValueKind != JsonValueKind.Object) Wrong("An object was expected here.");
    }

    public static Localised Nothing { get; } = new(new Dictionary<string, string>());

    public string File { get; }

    public string Pointer { get; }

    /// <summary>The root object of a file, or null where the file can't be read; the reason is told.</summary>
    public static JsonPlace? Root(PackFolder pack, string file) =>
        JsonFile.Root(pack, file) is { } root ? new JsonPlace(pack, file, "", root) : null;

    /// <summary>The root of what does not stand in a file of its own.</summary>
    public static JsonPlace Of(PackFolder pack, string file, JsonElement root) => new(pack, file, "", root);

    /// <summary>
    /// The same object over another: what it does not say itself is read there, and told of there. A <c>null</c> takes away what lies beneath.
    /// What is asked is asked of both, so <see cref="Done"/> of the one beneath knows what any object above it asked for.
    /// </summary>
    public JsonPlace Over(JsonPlace? lower) => lower is null ? this : new JsonPlace(pack, File, Pointer, element, beneath?.Over(lower) ?? lower, asked);

    public void Wrong(string message) => pack.Findings.AtPointer(File, Pointer, message);

    public void Wrong(string property, string message) => pack.Findings.AtPointer(FileOf(property), PointerOf(property), message);

    /// <summary>Where the property stands; where nobody says it, where it should.</summary>
    public string PointerOf(string property) => $"{Home(property).Pointer}/{Findings.Escape(property)}";

    private string FileOf(string property) => Home(property).File;

    public bool Has(string property) => Get(property) is not null;

    public string Text(string property) => TextOrNull(property, required: true) ?? "";

    public string? OptionalText(string property) => TextOrNull(property, required: false);

    public string Matching(string property, Regex pattern, string expected)
    {
        var text = TextOrNull(property, required: true);
        if (text is not null && !pattern.IsMatch(text)) Wrong(property, $"\"{text}\" is not {expected}.");
        return text ?? "";
    }

    /// <summary>The object's own id: kebab-case and new.</summary>
    public string Id(Known known, string property = "id")
    {
        var id = Matching(property, PackFolder.Id(), "an id: small letters, digits and single hyphens");
        if (id.Length > 0 && known.Add(id, $"{File} {Pointer}") is { } first) Wrong(property, $"The {known.What} \"{id}\" is there twice; first at {first}.");
        return id;
    }

    public string Reference(string property, Known known)
    {
        var id = Text(property);
        if (id.Length > 0 && !known.Has(id)) Wrong(property, known.Unknown(id));
        return id;
    }

    public string? OptionalReference(string property, Known known) => Has(property) ? Reference(property, known) : null;

    public IReadOnlyList<string> References(string property, Known known, bool required = true)
    {
        var ids = Texts(property, required);
        for (var index = 0; index < ids.Count; index++)
        {
            if (ids[index].Length > 0 && !known.Has(ids[index])) pack.Findings.AtPointer(FileOf(property), $"{PointerOf(property)}/{index}", known.Unknown(ids[index]));
            if (ids.Take(index).Contains(ids[index])) pack.Findings.AtPointer(FileOf(property), $"{PointerOf(property)}/{index}", $"\"{ids[index]}\" is there twice.");
        }

        return ids;
    }

    public Localised Words(string property)
    {
        if (Get(property) is not { } value)
        {
            Wrong(property, $"\"{property}\" is missing; it is a text in {string.Join(", ", pack.Languages)}.");
            return Nothing;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Wrong(property, $"\"{property}\" must be an object with a text in each of {string.Join(", ", pack.Languages)}.");
            return Nothing;
        }

        return ReadWords(pack, FileOf(property), PointerOf(property), value);
    }

    public static Localised ReadWords(PackFolder pack, string file, string pointer, JsonElement value)
    {
        var texts = new Dictionary<string, string>(pack.Languages.Count);
        foreach (var language in pack.Languages)
        {
            if (value.TryGetProperty(language, out var text) && text.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(text.GetString()))
                texts.Add(language, text.GetString()!);
            else
                pack.Findings.AtPointer(file, $"{pointer}/{language}", $"The text in \"{language}\" is missing.");
        }

        foreach (var property in value.EnumerateObject())
            if (!pack.Languages.Contains(property.Name)) pack.Findings.AtPointer(file, $"{pointer}/{Findings.Escape(property.Name)}", $"\"{property.Name}\" is not a language of this pack.");
        return new Localised(texts);
    }

    public long Number(string property, long minimum, long maximum)
    {
        if (Get(property) is not { } value)
        {
            Wrong(property, $"\"{property}\" is missing; it is a whole number.");
            return minimum;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number))
        {
            Wrong(property, $"\"{property}\" must be a whole number.");
            return minimum;
        }

        if (number < minimum || number > maximum) Wrong(property, $"\"{property}\" is {number}; it must lie between {minimum} and {maximum}.");
        return number;
    }

    public long? OptionalNumber(string property, long minimum, long maximum) => Has(property) ? Number(property, minimum, maximum) : null;

    public double Degrees(string property, double most)
    {
        if (Get(property) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var degrees) && Math.Abs(degrees) <= most) return degrees;
        Wrong(property, $"\"{property}\" must be a number of degrees between -{most} and {most}.");
        return double.NaN;
    }

    public bool Flag(string property, bool? otherwise = null)
    {
        if (Get(property) is not { } value)
        {
            if (otherwise is null) Wrong(property, $"\"{property}\" is missing; it is true or false.");
            return otherwise ?? false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Wrong(property, $"\"{property}\" must be true or false.");
        return value.ValueKind == JsonValueKind.True;
    }

    public DateOnly Date(string property)
    {
        var text = Text(property);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        if (text.Length > 0) Wrong(property, $"\"{text}\" is not a date; write it as 2026-01-31.");
        return DateOnly.MinValue;
    }

    public DateOnly? OptionalDate(string property) => Has(property) ? Date(property) : null;

    /// <summary>One of an enum's names in camel case.</summary>
    public T Choice<T>(string property, T? otherwise = null)
        where T : struct, Enum
    {
        if (otherwise is { } value && !Has(property)) return value;
        var text = Text(property);
        if (TryChoice<T>(text, out var choice)) return choice;
        if (text.Length > 0) Wrong(property, $"\"{text}\" is none of {Choices<T>()}.");
        return default;
    }

    public IReadOnlyList<T> ChoicesOf<T>(string property)
        where T : struct, Enum
    {
        var texts = Texts(property);
        var choices = new List<T>(texts.Count);
        for (var index = 0; index < texts.Count; index++)
        {
            if (!TryChoice<T>(texts[index], out var choice)) pack.Findings.AtPointer(FileOf(property), $"{PointerOf(property)}/{index}", $"\"{texts[index]}\" is none of {Choices<T>()}.");
            else if (choices.Contains(choice)) pack.Findings.AtPointer(FileOf(property), $"{PointerOf(property)}/{index}", $"\"{texts[index]}\" is there twice.");
            else choices.Add(choice);
        }

        return choices;
    }

    public IReadOnlyList<string> Texts(string property, bool required = true)
    {
        var texts = new List<string>();
        var index = 0;
        foreach (var item in Array(property, required))
        {
            if (item.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(item.GetString())) texts.Add(item.GetString()!);
            else pack.Findings.AtPointer(FileOf(property), $"{PointerOf(property)}/{index}", "A text was expected here.");
            index++;
        }

        return texts;
    }

    public bool IsEmptyList(string property) => Get(property) is { ValueKind: JsonValueKind.Array } value && value.GetArrayLength() == 0;

    public IReadOnlyList<int> Numbers(string property, int minimum, int maximum)
    {
        var numbers = new List<int>();
        var index = 0;
        foreach (var item in Array(property, required: false))
        {
            if (item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number) && number >= minimum && number <= maximum) numbers.Add(number);
            else pack.Findings.AtPointer(FileOf(property), $"{PointerOf(property)}/{index}", $"A whole number between {minimum} and {maximum} was expected here.");
            index++;
        }

        return numbers;
    }

    public IEnumerable<JsonPlace> Items(string property, bool required = true)
    {
        var index = 0;
        foreach (var item in Array(property, required))
        {
            var place = new JsonPlace(pack, FileOf(property), $"{PointerOf(property)}/{index++}", item);
            if (item.ValueKind == JsonValueKind.Object) yield return place;
        }
    }

    public JsonPlace? Object(string property, bool required = true)
    {
        if (Get(property) is { } value)
        {
            var place = new JsonPlace(pack, FileOf(property), PointerOf(property), value);
            return value.ValueKind == JsonValueKind.Object ? place : null;
        }

        if (required) Wrong(property, $"\"{property}\" is missing; it is an object.");
        return null;
    }

    public IEnumerable<(string Name, JsonElement Value)> Properties()
    {
        if (element.ValueKind != JsonValueKind.Object) yield break;
        foreach (var property in element.EnumerateObject()) yield return (property.Name, property.Value);
    }

    /// <summary>Tells of every property that nobody asked for.</summary>
    public void Done()
    {
        foreach (var (name, _) in Properties())
            if (!asked.Contains(name)) Wrong(name, $"\"{name}\" is not a property here; there are {string.Join(", ", asked.Order(StringComparer.Ordinal))}.");
    }

    internal static bool TryChoice<T>(string text, out T choice)
        where T : struct, Enum
    {
        foreach (var (name, value) in Named<T>.Values)
        {
            if (name != text) continue;
            choice = value;
            return true;
        }

        choice = default;
        return false;
    }

    internal static string Choices<T>()
        where T : struct, Enum => string.Join(", ", Named<T>.Values.Select(choice => choice.Name));

    private string? TextOrNull(string property, bool required)
    {
        if (Get(property) is not { } value)
        {
            if (required) Wrong(property, $"\"{property}\" is missing; it is a text.");
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString())) return value.GetString();
        Wrong(property, $"\"{property}\" must be a text that is not empty.");
        return null;
    }

    private JsonElement.ArrayEnumerator Array(string property, bool required)
    {
        if (Get(property) is not { } value)
        {
            if (required) Wrong(property, $"\"{property}\" is missing; it is a list.");
            return default;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong(property, $"\"{property}\" must be a list.");
            return default;
        }

        return value.EnumerateArray();
    }

    private JsonElement? Get(string property)
    {
        for (var place = this; place is not null; place = place.beneath) place.asked.Add(property);
        return Home(property).Own(property) is { ValueKind: not JsonValueKind.Null } value ? value : null;
    }

    private JsonElement? Own(string property) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value) ? value : null;

    private JsonPlace Home(string property)
    {
        for (var place = this; place is not null; place = place.beneath)
            if (place.Own(property) is not null) return place;
        return this;
    }

    /// <summary>Asked for every service and channel: made once per enum.</summary>
    private static class Named<T>
        where T : struct, Enum
    {
        public static readonly (string Name, T Value)[] Values = [.. Enum.GetValues<T>().Select(value => (JsonNamingPolicy.CamelCase.ConvertName(value.ToString()), value))];
    }
}
