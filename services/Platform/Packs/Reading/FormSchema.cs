using System.Text.Json;
using System.Text.RegularExpressions;
using EServices.Contracts;

namespace EServices.Platform.Packs.Reading;

/// <summary>
/// Checks that a form is a JSON Schema 2020-12 of an object and can be shown in every language. Stricter than a validator, which lets any
/// unknown keyword pass: a misspelt <c>requierd</c> would silently ask for nothing.
/// </summary>
internal sealed class FormSchema(PackFolder pack, string file, JsonElement root, IReadOnlyDictionary<string, JsonElement> shared)
{
    private const string Draft = "https://json-schema.org/draft/2020-12/schema";

    private static readonly string[] Types = ["string", "number", "integer", "boolean", "object", "array", "null"];
    private static readonly HashSet<string> Schemas = ["not", "items", "contains", "propertyNames", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "if", "then", "else"];
    private static readonly HashSet<string> SchemaLists = ["allOf", "anyOf", "oneOf", "prefixItems"];
    private static readonly HashSet<string> SchemaMaps = ["properties", "patternProperties", "dependentSchemas", "$defs"];
    private static readonly HashSet<string> Counts = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"];
    private static readonly HashSet<string> Limits = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
    private static readonly HashSet<string> Strings = ["$schema", "$id", "$comment", "title", "description", "format", "contentMediaType", "contentEncoding"];
    private static readonly HashSet<string> NoNames = [];
    private static readonly HashSet<string> Flags = ["uniqueItems", "readOnly", "writeOnly", "deprecated"];

    // These hold for the same object as their parent, so its properties are theirs too.
    private static readonly HashSet<string> InPlace = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"];

    /// <summary>The form's title; everything wrong is told.</summary>
    public Localised Check(bool isForm)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            Wrong("", "A form is a JSON Schema, so an object.");
            return JsonPlace.Nothing;
        }

        if (!root.TryGetProperty("$schema", out var draft) || draft.ValueKind != JsonValueKind.String || draft.GetString() != Draft) Wrong("/$schema", $"\"$schema\" must be \"{Draft}\".");
        var title = JsonPlace.Nothing;
        if (isForm)
        {
            if (!root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "object") Wrong("/type", "A form's \"type\" must be \"object\".");
            if (!root.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object || !properties.EnumerateObject().Any())
                Wrong("/properties", "A form has \"properties\": what is asked.");
            if (root.TryGetProperty("x-title", out var words) && words.ValueKind == JsonValueKind.Object) title = JsonPlace.ReadWords(pack, file, "/x-title", words);
            else Wrong("/x-title", "A form has an \"x-title\" in every language.");
        }

        Schema(root, "", NoNames, asksFields: true, isRoot: true);
        return title;
    }

    /// <summary>A reference as file (empty for its own) and name of a definition; null when it points elsewhere.</summary>
    internal static (string File, string Name)? Split(string reference)
    {
        const string Middle = "#/$defs/";
        var at = reference.IndexOf(Middle, StringComparison.Ordinal);
        if (at < 0) return null;
        var name = reference[(at + Middle.Length)..];
        return name.Length == 0 || name.Contains('/', StringComparison.Ordinal) ? null : (reference[..at], name);
    }

    private void Wrong(string pointer, string message) => pack.Findings.AtPointer(file, pointer, message);

    private void Schema(JsonElement schema, string pointer, HashSet<string> outer, bool asksFields, bool isRoot = false)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False) return;
        if (schema.ValueKind != JsonValueKind.Object)
        {
            Wrong(pointer, "A schema was expected here: an object, true or false.");
            return;
        }

        var names = outer;
        if (schema.TryGetProperty("properties", out var own) && own.ValueKind == JsonValueKind.Object)
        {
            names = new(outer, StringComparer.Ordinal);
            foreach (var property in own.EnumerateObject()) names.Add(property.Name);
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            var (name, value) = (keyword.Name, keyword.Value);
            var place = $"{pointer}/{Findings.Escape(name)}";
            var below = InPlace.Contains(name) ? names : NoNames;
            var fields = asksFields && name is not ("if" or "not");
            if (Schemas.Contains(name)) Schema(value, place, below, fields);
            else if (SchemaLists.Contains(name)) List(value, place, below, fields);
            else if (SchemaMaps.Contains(name)) Map(value, place, below, fields, name == "properties");
            else if (Counts.Contains(name)) Expect(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0, place, "A whole number from 0 was expected here.");
            else if (Limits.Contains(name)) Expect(value.ValueKind == JsonValueKind.Number, place, "A number was expected here.");
            else if (Strings.Contains(name)) Expect(value.ValueKind == JsonValueKind.String, place, "A text was expected here.");
            else if (Flags.Contains(name)) Expect(value.ValueKind is JsonValueKind.True or JsonValueKind.False, place, "True or false was expected here.");
            else if (name.StartsWith("x-", StringComparison.Ordinal)) Extension(schema, name, value, place);
            else Other(name, value, place, names);
        }

        Ordered(schema, pointer, "minLength", "maxLength");
        Ordered(schema, pointer, "minItems", "maxItems");
        Ordered(schema, pointer, "minimum", "maximum");
        if (isRoot) return;
        if (schema.TryGetProperty("then", out _) && !schema.TryGetProperty("if", out _)) Wrong($"{pointer}/then", "\"then\" without \"if\" has no effect.");
    }

    private void Other(string name, JsonElement value, string place, HashSet<string> names)
    {
        switch (name)
        {
            case "const" or "default":
                break;
            case "examples":
                Expect(value.ValueKind == JsonValueKind.Array, place, "A list was expected here.");
                break;
            case "type":
                var types = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToList() : [value];
                Expect(
                    types.Count > 0 && types.TrueForAll(type => type.ValueKind == JsonValueKind.String && Types.Contains(type.GetString())) && types.DistinctBy(type => type.GetString()).Count() == types.Count,
                    place, $"\"type\" is one of {string.Join(", ", Types)}.");
                break;
            case "enum":
                Expect(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, place, "\"enum\" is a list that is not empty.");
                break;
            case "required":
                Required(value, place, names);
                break;
            case "dependentRequired":
                if (Expect(value.ValueKind == JsonValueKind.Object, place, "An object was expected here."))
                    foreach (var property in value.EnumerateObject()) Required(property.Value, $"{place}/{Findings.Escape(property.Name)}", names);
                break;
            case "multipleOf":
                Expect(value.ValueKind == JsonValueKind.Number && value.GetDouble() > 0, place, "A number above 0 was expected here.");
                break;
            case "pattern":
                Pattern(value, place);
                break;
            case "$ref":
                Reference(value, place);
                break;
            default:
                Wrong(place, $"\"{name}\" is no keyword of JSON Schema 2020-12 that forms may use; own ones begin with \"x-\".");
                break;
        }
    }

    private void Required(JsonElement value, string place, HashSet<string> names)
    {
        if (!Expect(value.ValueKind == JsonValueKind.Array, place, "A list of property names was expected here.")) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var at = $"{place}/{index++}";
            if (!Expect(item.ValueKind == JsonValueKind.String, at, "A property name was expected here.")) continue;
            var property = item.GetString()!;
            if (!seen.Add(property)) Wrong(at, $"\"{property}\" is there twice.");
            else if (!names.Contains(property)) Wrong(at, $"\"{property}\" is required, but the form has no such property: nobody could fill it in.");
        }
    }

    private void Pattern(JsonElement value, string place)
    {
        if (!Expect(value.ValueKind == JsonValueKind.String, place, "A text was expected here.")) return;
        try
        {
            _ = Regex.IsMatch("", value.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException wrong)
        {
            Wrong(place, $"This is not a regular expression: {wrong.Message}");
        }
    }

    private void Reference(JsonElement value, string place)
    {
        if (!Expect(value.ValueKind == JsonValueKind.String, place, "A text was expected here.")) return;
        if (Split(value.GetString()!) is not var (source, name))
        {
            Wrong(place, "A form refers to \"#/$defs/<name>\" or to \"_<file>.json#/$defs/<name>\" of a shared file.");
            return;
        }

        var home = root;
        if (source.Length > 0 && !shared.TryGetValue(source, out home)) Wrong(place, $"There is no shared file \"{source}\" in forms/.");
        else if (home.ValueKind != JsonValueKind.Object || !home.TryGetProperty("$defs", out var definitions) || definitions.ValueKind != JsonValueKind.Object || !definitions.TryGetProperty(name, out _))
            Wrong(place, $"There is no definition \"{name}\" in {(source.Length > 0 ? source : "this file")}.");
    }

    private void Extension(JsonElement schema, string name, JsonElement value, string place)
    {
        if (name is "x-widget" or "x-autocomplete") Expect(value.ValueKind == JsonValueKind.String, place, "A text was expected here.");
        if (name is "x-title" or "x-help" or "x-placeholder")
        {
            // The form's own title is read, and told of, by Check.
            if (place == "/x-title") return;
            if (Expect(value.ValueKind == JsonValueKind.Object, place, "A text in every language was expected here.")) JsonPlace.ReadWords(pack, file, place, value);
        }

        if (name != "x-enum" || !Expect(value.ValueKind == JsonValueKind.Object, place, "An object with a text in every language for each value was expected here.")) return;
        var values = schema.TryGetProperty("enum", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToList()
            : [];
        foreach (var label in value.EnumerateObject())
        {
            var at = $"{place}/{Findings.Escape(label.Name)}";
            if (!values.Contains(label.Name)) Wrong(at, $"\"{label.Name}\" is none of the values of \"enum\".");
            else if (Expect(label.Value.ValueKind == JsonValueKind.Object, at, "A text in every language was expected here.")) JsonPlace.ReadWords(pack, file, at, label.Value);
        }

        foreach (var missing in values.Where(known => !value.TryGetProperty(known, out _))) Wrong(place, $"The value \"{missing}\" has no label.");
    }

    private void List(JsonElement value, string place, HashSet<string> below, bool fields)
    {
        if (!Expect(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, place, "A list of schemas was expected here.")) return;
        var index = 0;
        foreach (var item in value.EnumerateArray()) Schema(item, $"{place}/{index++}", below, fields);
    }

    private void Map(JsonElement value, string place, HashSet<string> below, bool fields, bool isProperties)
    {
        if (!Expect(value.ValueKind == JsonValueKind.Object, place, "An object of schemas was expected here.")) return;
        foreach (var property in value.EnumerateObject())
        {
            var at = $"{place}/{Findings.Escape(property.Name)}";
            Schema(property.Value, at, below, fields);
            if (!isProperties || !fields || property.Value.ValueKind != JsonValueKind.Object) continue;

            // What narrows a field that is asked elsewhere (a const, say) needs no title; what asks something does.
            var asks = property.Value.TryGetProperty("type", out _) || property.Value.TryGetProperty("enum", out _);
            if (asks && !property.Value.TryGetProperty("x-title", out _) && !property.Value.TryGetProperty("$ref", out _))
                Wrong(at, $"The field \"{property.Name}\" has no \"x-title\": nobody would know what it asks.");
        }
    }

    private void Ordered(JsonElement schema, string pointer, string low, string high)
    {
        if (schema.TryGetProperty(low, out var least) && least.ValueKind == JsonValueKind.Number && schema.TryGetProperty(high, out var most) && most.ValueKind == JsonValueKind.Number
            && least.GetDouble() > most.GetDouble())
            Wrong($"{pointer}/{high}", $"\"{high}\" is below \"{low}\": nothing could satisfy both.");
    }

    private bool Expect(bool holds, string place, string message)
    {
        if (!holds) Wrong(place, message);
        return holds;
    }
}
