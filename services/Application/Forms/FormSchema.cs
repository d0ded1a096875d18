using System.Text;
using System.Text.Json;
using EServices.Platform;

namespace EServices.Application.Forms;

/// <summary>
/// A service's form: JSON Schema 2020-12 with every keyword of the applicator, validation and unevaluated vocabularies, references within the schema
/// (<c>#</c> and <c>#/…</c>), and the formats that <see cref="FormFormats"/> names as assertions. References to other documents are refused when compiled: a pinned
/// version must mean the same for ever, so nothing is ever fetched.
/// </summary>
internal sealed class FormSchema
{
    private const int DeepestReference = 64;

    private readonly JsonElement root;
    private readonly Dictionary<string, JsonElement> targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaPattern> patterns = new(StringComparer.Ordinal);

    private FormSchema(JsonElement root) => this.root = root;

    /// <exception cref="NotSupportedException">The schema refers to something outside itself, or has a pattern that can't be read.</exception>
    public static FormSchema Compile(JsonElement schema)
    {
        var compiled = new FormSchema(schema.Clone());
        compiled.Prepare(compiled.root);
        return compiled;
    }

    /// <summary>Everything wrong with a value, by JSON Pointer; the code is the keyword that says so.</summary>
    public IReadOnlyList<FieldError> Check(JsonElement value)
    {
        var errors = new List<FieldError>();
        Check(root, value, new Place("", errors, 0));
        return errors;
    }

    /// <summary>Names that the form declares at its top level; empty when it declares none.</summary>
    public IReadOnlyList<string> Fields => root.ValueKind == JsonValueKind.Object && root.TryGetProperty("properties", out var properties)
        ? [.. properties.EnumerateObject().Select(property => property.Name)]
        : [];

    private void Prepare(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in schema.EnumerateArray())
                Prepare(item);
        }
        if (schema.ValueKind != JsonValueKind.Object)
            return;
        foreach (var keyword in schema.EnumerateObject())
        {
            switch (keyword.Name)
            {
                case "$ref" when keyword.Value.ValueKind == JsonValueKind.String:
                    var reference = keyword.Value.GetString()!;
                    if (!targets.ContainsKey(reference))
                        targets[reference] = Resolve(reference);
                    break;
                case "$dynamicRef":
                    throw new NotSupportedException("The form has a '$dynamicRef', which only schemas of schemas need.");
                case "pattern" when keyword.Value.ValueKind == JsonValueKind.String:
                    Pattern(keyword.Value.GetString()!);
                    break;
                case "patternProperties" when keyword.Value.ValueKind == JsonValueKind.Object:
                    foreach (var pattern in keyword.Value.EnumerateObject())
                        Pattern(pattern.Name);
                    Prepare(keyword.Value);
                    break;
                case "const" or "enum" or "default" or "examples":
                    break;
                default:
                    Prepare(keyword.Value);
                    break;
            }
        }
    }

    private void Pattern(string text)
    {
        if (!patterns.ContainsKey(text))
            patterns[text] = new SchemaPattern(text);
    }

    private JsonElement Resolve(string reference)
    {
        if (reference == "#")
            return root;
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
            throw new NotSupportedException($"The form refers to '{reference}', which is not within it.");
        var at = root;
        foreach (var part in reference[2..].Split('/'))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var found = at.ValueKind switch
            {
                JsonValueKind.Object when at.TryGetProperty(name, out var member) => member,
                JsonValueKind.Array when int.TryParse(name, out var index) && index >= 0 && index < at.GetArrayLength() => at[index],
                _ => throw new NotSupportedException($"The form refers to '{reference}', which does not exist."),
            };
            at = found;
        }
        return at;
    }

    /// <summary>Adds what is wrong to the place's errors, and says which members and items the schema looked at.</summary>
    private Seen Check(JsonElement schema, JsonElement value, Place place)
    {
        var seen = new Seen();
        if (schema.ValueKind == JsonValueKind.True)
            return seen;
        if (schema.ValueKind == JsonValueKind.False)
        {
            place.Wrong("false", "Nothing is allowed here.");
            return seen;
        }
        if (schema.ValueKind != JsonValueKind.Object)
            return seen;

        InPlace(schema, value, place, seen);
        Any(schema, value, place);
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                FormLimits.Number(schema, value, place);
                break;
            case JsonValueKind.String:
                Text(schema, value.GetString()!, place);
                break;
            case JsonValueKind.Array:
                Items(schema, value, place, seen);
                break;
            case JsonValueKind.Object:
                Members(schema, value, place, seen);
                break;
        }
        return seen;
    }

    private bool Holds(JsonElement schema, JsonElement value, Place place, Seen? seen = null)
    {
        var trial = place with { Errors = [] };
        var looked = Check(schema, value, trial);
        if (trial.Errors.Count > 0)
            return false;
        seen?.Add(looked);
        return true;
    }

    /// <summary>Keywords whose schemas speak of the same value.</summary>
    private void InPlace(JsonElement schema, JsonElement value, Place place, Seen seen)
    {
        if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String)
        {
            if (place.References >= DeepestReference)
                place.Wrong("$ref", "The form refers to itself without end.");
            else
                seen.Add(Check(targets[reference.GetString()!], value, place with { References = place.References + 1 }));
        }
        if (schema.TryGetProperty("allOf", out var all))
        {
            foreach (var part in all.EnumerateArray())
                seen.Add(Check(part, value, place));
        }
        // All of them are tried, also after one fits: each that fits has looked at members of its own.
        if (schema.TryGetProperty("anyOf", out var any) && any.EnumerateArray().Count(part => Holds(part, value, place, seen)) is var holding && holding == 0)
            place.Wrong("anyOf", "None of the allowed forms fits.");
        if (schema.TryGetProperty("oneOf", out var one) && one.EnumerateArray().Count(part => Holds(part, value, place, seen)) is var fitting && fitting != 1)
            place.Wrong("oneOf", fitting == 0 ? "None of the allowed forms fits." : "More than one of the forms fits, of which exactly one may.");
        if (schema.TryGetProperty("not", out var not) && Holds(not, value, place))
            place.Wrong("not", "This is what may not be given.");
        if (schema.TryGetProperty("if", out var condition))
        {
            var branch = Holds(condition, value, place, seen) ? "then" : "else";
            if (schema.TryGetProperty(branch, out var consequence))
                seen.Add(Check(consequence, value, place));
        }
        if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("dependentSchemas", out var dependent))
        {
            foreach (var member in dependent.EnumerateObject().Where(member => value.TryGetProperty(member.Name, out _)))
                seen.Add(Check(member.Value, value, place));
        }
    }

    private static void Any(JsonElement schema, JsonElement value, Place place)
    {
        if (schema.TryGetProperty("type", out var type))
        {
            var types = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!).ToList() : [type.GetString()!];
            if (!types.Exists(one => FormLimits.IsOf(one, value)))
                place.Wrong("type", $"A value of type {string.Join(" or ", types)} is expected here.");
        }
        if (schema.TryGetProperty("enum", out var list) && !list.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
            place.Wrong("enum", "The value is none of those to choose from.");
        if (schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, value))
            place.Wrong("const", "Only one value is allowed here.");
    }

    private void Text(JsonElement schema, string text, Place place)
    {
        var length = text.EnumerateRunes().Count();
        if (FormLimits.Count(schema, "minLength") is { } least && length < least)
            place.Wrong("minLength", $"At least {least} characters.");
        if (FormLimits.Count(schema, "maxLength") is { } most && length > most)
            place.Wrong("maxLength", $"At most {most} characters.");
        if (schema.TryGetProperty("pattern", out var pattern) && pattern.ValueKind == JsonValueKind.String && !patterns[pattern.GetString()!].Matches(text))
            place.Wrong("pattern", "The text does not have the form that is asked for.");
        if (schema.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.String && !FormFormats.Holds(format.GetString()!, text))
            place.Wrong("format", $"The text is not a valid {format.GetString()}.");
    }

    private void Items(JsonElement schema, JsonElement list, Place place, Seen seen)
    {
        var items = list.EnumerateArray().ToList();
        if (FormLimits.Count(schema, "minItems") is { } least && items.Count < least)
            place.Wrong("minItems", $"At least {least} entries.");
        if (FormLimits.Count(schema, "maxItems") is { } most && items.Count > most)
            place.Wrong("maxItems", $"At most {most} entries.");
        if (schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind == JsonValueKind.True
            && items.Where((item, index) => items.Take(index).Any(earlier => JsonElement.DeepEquals(earlier, item))).Any())
            place.Wrong("uniqueItems", "No entry may be there twice.");

        var prefix = schema.TryGetProperty("prefixItems", out var prefixes) ? prefixes.EnumerateArray().ToList() : [];
        for (var index = 0; index < Math.Min(prefix.Count, items.Count); index++)
        {
            Check(prefix[index], items[index], place.At(index));
            seen.Items.Add(index);
        }
        if (schema.TryGetProperty("items", out var rest))
        {
            for (var index = prefix.Count; index < items.Count; index++)
            {
                Check(rest, items[index], place.At(index));
                seen.Items.Add(index);
            }
        }
        if (schema.TryGetProperty("contains", out var contains))
        {
            var matching = Enumerable.Range(0, items.Count).Where(index => Holds(contains, items[index], place.At(index))).ToList();
            seen.Items.UnionWith(matching);
            if (matching.Count < (FormLimits.Count(schema, "minContains") ?? 1))
                place.Wrong("contains", "An entry of the kind that is asked for is missing.");
            if (FormLimits.Count(schema, "maxContains") is { } mostContained && matching.Count > mostContained)
                place.Wrong("maxContains", $"At most {mostContained} entries of this kind.");
        }
        if (schema.TryGetProperty("unevaluatedItems", out var unevaluated))
        {
            for (var index = 0; index < items.Count; index++)
            {
                if (seen.Items.Add(index))
                    Check(unevaluated, items[index], place.At(index));
            }
        }
    }

    private void Members(JsonElement schema, JsonElement value, Place place, Seen seen)
    {
        var members = value.EnumerateObject().ToList();
        if (FormLimits.Count(schema, "minProperties") is { } least && members.Count < least)
            place.Wrong("minProperties", $"At least {least} fields.");
        if (FormLimits.Count(schema, "maxProperties") is { } most && members.Count > most)
            place.Wrong("maxProperties", $"At most {most} fields.");
        Required(schema, value, place);

        var named = new HashSet<string>(StringComparer.Ordinal);
        schema.TryGetProperty("properties", out var properties);
        schema.TryGetProperty("patternProperties", out var byPattern);
        schema.TryGetProperty("propertyNames", out var names);
        foreach (var member in members)
        {
            if (names.ValueKind != JsonValueKind.Undefined && !Holds(names, JsonSerializer.SerializeToElement(member.Name), place))
                place.At(member.Name).Wrong("propertyNames", "There may be no field of this name.");
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(member.Name, out var property))
            {
                named.Add(member.Name);
                Check(property, member.Value, place.At(member.Name));
            }
            if (byPattern.ValueKind != JsonValueKind.Object)
                continue;
            foreach (var pattern in byPattern.EnumerateObject().Where(pattern => patterns[pattern.Name].Matches(member.Name)))
            {
                named.Add(member.Name);
                Check(pattern.Value, member.Value, place.At(member.Name));
            }
        }
        if (schema.TryGetProperty("additionalProperties", out var additional))
        {
            foreach (var member in members.Where(member => named.Add(member.Name)))
                Unexpected(additional, member, place, "additionalProperties");
        }
        seen.Members.UnionWith(named);
        if (schema.TryGetProperty("unevaluatedProperties", out var unevaluated))
        {
            foreach (var member in members.Where(member => seen.Members.Add(member.Name)))
                Unexpected(unevaluated, member, place, "unevaluatedProperties");
        }
    }

    private void Unexpected(JsonElement schema, JsonProperty member, Place place, string keyword)
    {
        if (schema.ValueKind == JsonValueKind.False)
            place.At(member.Name).Wrong(keyword, "The form has no such field.");
        else
            Check(schema, member.Value, place.At(member.Name));
    }

    private static void Required(JsonElement schema, JsonElement value, Place place)
    {
        var required = schema.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(name => name.GetString()!).ToList() : [];
        if (schema.TryGetProperty("dependentRequired", out var dependent))
            required.AddRange(dependent.EnumerateObject().Where(member => value.TryGetProperty(member.Name, out _)).SelectMany(member => member.Value.EnumerateArray().Select(name => name.GetString()!)));
        foreach (var name in required.Distinct(StringComparer.Ordinal).Where(name => !value.TryGetProperty(name, out _)))
            place.At(name).Wrong("required", "This field has to be filled in.");
    }

    /// <summary>What of a value the schemas before <c>unevaluated…</c> have looked at.</summary>
    private sealed class Seen
    {
        public HashSet<string> Members { get; } = new(StringComparer.Ordinal);

        public HashSet<int> Items { get; } = [];

        public void Add(Seen other)
        {
            Members.UnionWith(other.Members);
            Items.UnionWith(other.Items);
        }
    }
}

/// <summary>Where in the value a check stands, and where it tells what is wrong.</summary>
internal sealed record Place(string Pointer, List<FieldError> Errors, int References)
{
    public Place At(string member) => this with { Pointer = $"{Pointer}/{JsonPointer.Escape(member)}", References = 0 };

    public Place At(int index) => this with { Pointer = $"{Pointer}/{index}", References = 0 };

    public void Wrong(string keyword, string detail) => Errors.Add(new FieldError(Pointer, keyword, detail));
}

internal static class JsonPointer
{
    public static string Escape(string member) => member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>Whether a pointer names the same place as <paramref name="outer"/>, or one within it.</summary>
    public static bool IsWithin(string pointer, string outer) =>
        pointer == outer || pointer.StartsWith(outer.EndsWith('/') ? outer : outer + "/", StringComparison.Ordinal);

    /// <summary>The first member named, unescaped; null for a text that is no pointer to a member.</summary>
    public static string? FirstMember(string? pointer)
    {
        if (pointer is null || pointer.Length < 2 || pointer[0] != '/')
            return null;
        var end = pointer.IndexOf('/', 1);
        return new StringBuilder(end < 0 ? pointer[1..] : pointer[1..end]).Replace("~1", "/").Replace("~0", "~").ToString();
    }
}
