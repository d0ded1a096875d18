using System.Text.Json.Nodes;

namespace EServices.Local.Demo;

/// <summary>Answers that a service's form accepts, made from its JSON Schema: what an operator would write down for a sample citizen.</summary>
internal static class SampleForm
{
    public static JsonObject For(JsonObject schema) => Object(schema, schema);

    /// <summary>Answers a question that other answers brought up: a conditional part of the form, named by JSON Pointer.</summary>
    public static void Answer(JsonObject form, JsonObject schema, string pointer)
    {
        var name = pointer.TrimStart('/');
        var property = Described(schema, name) ?? throw new InvalidOperationException($"The form asks for {pointer}, which its schema does not describe.");
        form[name] = Value(name, Resolve(property, schema), schema);
    }

    /// <summary>The schema of a property, wherever a condition brings it in: under <c>then</c>, <c>allOf</c> and their like.</summary>
    private static JsonObject? Described(JsonNode? schema, string name) => schema switch
    {
        JsonObject part when part["properties"]?[name] is JsonObject { Count: > 0 } property => property,
        JsonObject part => part.Where(member => member.Key is "allOf" or "anyOf" or "oneOf" or "then" or "else").Select(member => Described(member.Value, name)).FirstOrDefault(found => found is not null),
        JsonArray parts => parts.Select(part => Described(part, name)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static JsonObject Object(JsonObject schema, JsonObject root)
    {
        var required = schema["required"]?.AsArray().Select(name => (string)name!).ToHashSet() ?? [];
        var answers = new JsonObject();
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (required.Contains(name))
                answers[name] = Value(name, Resolve(property!.AsObject(), root), root);
        }
        return answers;
    }

    private static JsonNode Value(string name, JsonObject schema, JsonObject root)
    {
        if (schema["const"] is { } fixedValue)
            return fixedValue.DeepClone();
        if (schema["enum"] is JsonArray choices)
            return choices[0]!.DeepClone();
        if (schema["default"] is { } usual)
            return usual.DeepClone();
        if (schema["examples"] is JsonArray { Count: > 0 } examples)
            return examples[0]!.DeepClone();
        return (string?)schema["type"] switch
        {
            "object" => Object(schema, root),
            "array" => new JsonArray([.. Enumerable.Range(0, Math.Max(1, (int?)schema["minItems"] ?? 1)).Select(_ => Value(name, Resolve(schema["items"]!.AsObject(), root), root))]),
            "integer" or "number" => Math.Max((int?)schema["minimum"] ?? 1, 1),
            "boolean" => true,
            _ => String(name, schema),
        };
    }

    private static string String(string name, JsonObject schema)
    {
        if ((string?)schema["format"] == "date")
            return "1990-05-14";
        if ((string?)schema["format"] == "email")
            return "rubina@example.org";
        if ((string?)schema["pattern"] is { } pattern)
        {
            return KnownPatterns.FirstOrDefault(sample => System.Text.RegularExpressions.Regex.IsMatch(sample, pattern))
                ?? throw new InvalidOperationException($"No sample answer for '{name}' with pattern {pattern}; give the form an 'examples' entry.");
        }
        var shortest = (int?)schema["minLength"] ?? 1;
        var longest = (int?)schema["maxLength"] ?? 200;
        const string Sample = "Rubina Akhtar";
        return Sample.Length > longest ? Sample[..longest] : Sample.PadRight(shortest, '.');
    }

    private static JsonObject Resolve(JsonObject schema, JsonObject root)
    {
        if ((string?)schema["$ref"] is not { } reference || !reference.StartsWith("#/", StringComparison.Ordinal))
            return schema;
        return reference[2..].Split('/').Aggregate((JsonNode)root, (node, part) => node[part]!).AsObject();
    }

    private static readonly string[] KnownPatterns = ["1990-05-14", "+919906000001", "9906000001", "190001", "1234", "01", "1", "A1", "ABCDE1234F", "Rubina Akhtar"];
}
