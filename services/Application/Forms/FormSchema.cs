using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Platform;
using Json.Schema;

namespace EServices.Application.Forms;

/// <summary>
/// A service's form: JSON Schema 2020-12, judged by JsonSchema.Net and explained by <see cref="FormFindings"/>. References are within the schema (<c>#</c> and
/// <c>#/…</c>); to other documents they are refused when compiled: a pinned version must mean the same for ever, so nothing is ever fetched.
/// </summary>
internal sealed class FormSchema
{
    private static readonly EvaluationOptions Whole = new() { OutputFormat = OutputFormat.Hierarchical };

    private readonly JsonElement root;
    private readonly JsonSchema schema;
    private readonly FormTitles titles;
    private readonly bool endless;

    private FormSchema(JsonElement root)
    {
        this.root = root;
        titles = FormTitles.Of(root);
        endless = FormReferences.RunInCircles(root);
        // Registries of its own: two forms must never see each other.
        schema = endless ? JsonSchema.False : JsonSchema.Build(root, new BuildOptions { SchemaRegistry = new SchemaRegistry(), Dialect = SchemaKeywords.Forms });
    }

    /// <exception cref="NotSupportedException">It is no JSON Schema, refers to something outside itself, or has a pattern that can't be read.</exception>
    public static FormSchema Compile(JsonElement schema)
    {
        FormReferences.Check(schema);
        try
        {
            return new FormSchema(JsonSerializer.SerializeToElement(Plain(JsonSerializer.SerializeToNode(schema))));
        }
        catch (Exception unreadable) when (unreadable is JsonSchemaException or RefResolutionException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new NotSupportedException($"The form is no JSON Schema 2020-12 that can be checked: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Everything wrong with a value, by JSON Pointer; the code is the keyword that says so, the words are in <paramref name="language"/>.</summary>
    public IReadOnlyList<FieldError> Check(JsonElement value, string language = "en")
    {
        if (endless)
            return [new FieldError("", "$ref", FormWords.Of(language, "$ref", null))];
        var results = schema.Evaluate(value, Whole);
        return results.IsValid ? [] : new FormFindings(root, value, titles, language).Of(results);
    }

    /// <summary>Names that the form declares at its top level; empty when it declares none.</summary>
    public IReadOnlyList<string> Fields => root.ValueKind == JsonValueKind.Object && root.TryGetProperty("properties", out var properties)
        ? [.. properties.EnumerateObject().Select(property => property.Name)]
        : [];

    /// <summary>Without what would make the library take another dialect or another base than the form itself.</summary>
    private static JsonNode? Plain(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
                Plain(item);
        }
        if (node is not JsonObject schema)
            return node;
        foreach (var address in new[] { "$schema", "$id" }.Where(name => schema[name] is JsonValue))
            schema.Remove(address);
        foreach (var (keyword, value) in schema)
        {
            if (FormReferences.HoldsSchemas(keyword))
                Plain(value);
        }
        return schema;
    }
}
