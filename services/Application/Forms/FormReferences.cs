using System.Text.Json;

namespace EServices.Application.Forms;

/// <summary>What a form refers to: only itself, and never in a circle that would not come to an end.</summary>
internal static class FormReferences
{
    /// <summary>These speak of the same value as the schema that has them.</summary>
    private static readonly string[] SameValue = ["not", "if", "then", "else"], SameValueLists = ["allOf", "anyOf", "oneOf"];

    /// <summary>False for keywords whose values are data, where a name like <c>$ref</c> means nothing.</summary>
    public static bool HoldsSchemas(string keyword) => keyword is not ("const" or "enum" or "default" or "examples") && !keyword.StartsWith("x-", StringComparison.Ordinal);

    /// <exception cref="NotSupportedException">A reference leads outside the form or nowhere; the message says which.</exception>
    public static void Check(JsonElement root) => Walk(root, schema =>
    {
        if (schema.TryGetProperty("$dynamicRef", out var dynamic) && dynamic.ValueKind == JsonValueKind.String)
            throw new NotSupportedException("The form has a '$dynamicRef', which only schemas of schemas need.");
        if (Reference(schema) is not { } reference)
            return;
        if (reference != "#" && !reference.StartsWith("#/", StringComparison.Ordinal))
            throw new NotSupportedException($"The form refers to '{reference}', which is not within it.");
        if (Target(root, reference) is null)
            throw new NotSupportedException($"The form refers to '{reference}', which does not exist.");
    });

    /// <summary>Whether checking some value would lead from a schema to itself without having gone deeper into the value.</summary>
    public static bool RunInCircles(JsonElement root)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        var circle = false;
        Walk(root, schema =>
        {
            if (Reference(schema) is { } reference)
                circle |= Circles(root, reference, [], done);
        });
        return circle;
    }

    private static bool Circles(JsonElement root, string reference, HashSet<string> open, HashSet<string> done)
    {
        if (!open.Add(reference))
            return true;
        var circles = done.Add(reference) && Target(root, reference) is { } target && Beside(target).Any(next => Circles(root, next, open, done));
        open.Remove(reference);
        return circles;
    }

    /// <summary>References that are followed with the same value in hand.</summary>
    private static IEnumerable<string> Beside(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            yield break;
        if (Reference(schema) is { } own)
            yield return own;
        foreach (var keyword in schema.EnumerateObject())
        {
            var inner = SameValue.Contains(keyword.Name) ? [keyword.Value]
                : SameValueLists.Contains(keyword.Name) && keyword.Value.ValueKind == JsonValueKind.Array ? keyword.Value.EnumerateArray()
                : keyword.Name == "dependentSchemas" && keyword.Value.ValueKind == JsonValueKind.Object ? keyword.Value.EnumerateObject().Select(member => member.Value)
                : Enumerable.Empty<JsonElement>();
            foreach (var reference in inner.SelectMany(Beside))
                yield return reference;
        }
    }

    private static string? Reference(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String ? reference.GetString() : null;

    private static JsonElement? Target(JsonElement root, string reference) => JsonPointer.Find(root, Uri.UnescapeDataString(reference[1..]));

    private static void Walk(JsonElement node, Action<JsonElement> visit)
    {
        switch (node.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var item in node.EnumerateArray())
                    Walk(item, visit);
                break;
            case JsonValueKind.Object:
                visit(node);
                foreach (var keyword in node.EnumerateObject().Where(keyword => HoldsSchemas(keyword.Name)))
                    Walk(keyword.Value, visit);
                break;
        }
    }
}
