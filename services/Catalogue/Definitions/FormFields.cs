using System.Text.Json;

namespace EServices.Catalogue.Definitions;

/// <summary>What a form asks, field by field, with parts that only some have to fill in.</summary>
/// <param name="Pointer">JSON Pointer into the filled-in form; <c>*</c> stands for each entry of a list.</param>
/// <param name="Required">Whether everyone has to fill it in who fills in what it lies within.</param>
/// <param name="Rules">What can be given, as JSON without names and order of members that mean nothing.</param>
internal sealed record FormField(string Pointer, string Title, bool Required, string Rules);

internal static class FormFields
{
    /// <summary>A definition may refer to itself; nobody fills in a form deeper than that.</summary>
    private const int Deepest = 12;

    private const int Most = 2_000;

    private static readonly string[] Branches = ["then", "else", "dependentSchemas"];
    private static readonly string[] Alternatives = ["allOf", "anyOf", "oneOf"];

    public static IReadOnlyDictionary<string, FormField> Of(JsonElement form, string language)
    {
        var fields = new Dictionary<string, FormField>(StringComparer.Ordinal);
        Walk(form, form, "", true, language, 0, fields);
        return fields;
    }

    /// <summary>The form without its words: two forms with the same rules are the same here.</summary>
    public static string RulesOf(JsonElement form) => Canonical(form, form, whole: true);

    private static void Walk(JsonElement root, JsonElement schema, string pointer, bool always, string language, int depth, Dictionary<string, FormField> fields)
    {
        schema = Resolve(root, schema);
        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest || fields.Count >= Most)
            return;
        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in properties.EnumerateObject())
            {
                var at = $"{pointer}/{property.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
                var field = new FormField(at, TitleOf(root, property.Value, language) ?? property.Name, always && required.Contains(property.Name), Canonical(root, property.Value, whole: false));
                // A conditional part narrows a field that is there; the first one to name it is the one that is shown.
                if (!fields.TryAdd(at, field) && field.Required)
                    fields[at] = fields[at] with { Required = true };
                Walk(root, property.Value, at, always, language, depth + 1, fields);
            }
        }
        // What is required by name alone, of a field that another part declares.
        foreach (var name in required.Where(name => always && fields.ContainsKey($"{pointer}/{name}")))
            fields[$"{pointer}/{name}"] = fields[$"{pointer}/{name}"] with { Required = true };
        if (schema.TryGetProperty("items", out var items))
            Walk(root, items, $"{pointer}/*", always, language, depth + 1, fields);
        foreach (var list in Alternatives)
        {
            if (schema.TryGetProperty(list, out var parts) && parts.ValueKind == JsonValueKind.Array)
            {
                foreach (var part in parts.EnumerateArray())
                    Walk(root, part, pointer, always && list == "allOf", language, depth + 1, fields);
            }
        }
        foreach (var branch in Branches)
        {
            if (!schema.TryGetProperty(branch, out var part))
                continue;
            if (branch != "dependentSchemas")
                Walk(root, part, pointer, false, language, depth + 1, fields);
            else if (part.ValueKind == JsonValueKind.Object)
            {
                foreach (var dependent in part.EnumerateObject())
                    Walk(root, dependent.Value, pointer, false, language, depth + 1, fields);
            }
        }
    }

    private static JsonElement Resolve(JsonElement root, JsonElement schema)
    {
        for (var hops = 0; hops < Deepest && schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String; hops++)
        {
            const string Within = "#/$defs/";
            var text = reference.GetString()!;
            if (!text.StartsWith(Within, StringComparison.Ordinal) || !root.TryGetProperty("$defs", out var definitions) || !definitions.TryGetProperty(text[Within.Length..], out var found))
                return schema;
            schema = found;
        }
        return schema;
    }

    /// <summary>A field's own title before that of what it refers to: an address is "Address of the shop".</summary>
    private static string? TitleOf(JsonElement root, JsonElement schema, string language)
    {
        foreach (var candidate in (JsonElement[])[schema, Resolve(root, schema)])
        {
            if (candidate.ValueKind != JsonValueKind.Object)
                continue;
            if (candidate.TryGetProperty("x-title", out var titles) && titles.ValueKind == JsonValueKind.Object
                && (titles.TryGetProperty(language, out var title) || titles.TryGetProperty("en", out title)) && title.ValueKind == JsonValueKind.String)
                return title.GetString();
            if (candidate.TryGetProperty("title", out var plain) && plain.ValueKind == JsonValueKind.String)
                return plain.GetString();
        }
        return null;
    }

    /// <param name="whole">With what lies within; without it only the field's own rules, since fields within are told by themselves.</param>
    private static string Canonical(JsonElement root, JsonElement schema, bool whole)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, whole ? schema : Resolve(root, schema), whole, isSchema: true);
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, bool whole, bool isSchema)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in value.EnumerateArray())
                Write(writer, item, whole, isSchema);
            writer.WriteEndArray();
            return;
        }
        if (value.ValueKind != JsonValueKind.Object)
        {
            value.WriteTo(writer);
            return;
        }
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            if (isSchema && (member.Name is "title" or "description" or "$comment" or "examples" || member.Name.StartsWith("x-", StringComparison.Ordinal)))
                continue;
            if (!whole && isSchema && member.Name is "properties" or "required" or "items" or "allOf" or "anyOf" or "oneOf" or "if" or "then" or "else" or "dependentSchemas" or "$defs")
                continue;
            writer.WritePropertyName(member.Name);
            // Members of "properties" are names of fields, of which one may well be "title".
            var holdsSchema = member.Name is not ("properties" or "$defs" or "dependentSchemas" or "patternProperties" or "const" or "enum" or "default");
            if (isSchema && member.Name is "properties" or "$defs" or "dependentSchemas" or "patternProperties" && member.Value.ValueKind == JsonValueKind.Object)
            {
                writer.WriteStartObject();
                foreach (var named in member.Value.EnumerateObject().OrderBy(named => named.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(named.Name);
                    Write(writer, named.Value, whole, isSchema: true);
                }
                writer.WriteEndObject();
            }
            else
            {
                Write(writer, member.Value, whole, isSchema && holdsSchema);
            }
        }
        writer.WriteEndObject();
    }
}
