using System.Text.Json;

namespace EServices.Catalogue.Forms;

/// <summary>What an <c>if</c> of a form asks, as far as a front end can answer it field by field; what goes beyond is handed on as a schema to match.</summary>
internal static class FormConditions
{
    public static FormCondition Of(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return Matches(schema);
        var all = new List<FormCondition>();
        foreach (var keyword in schema.EnumerateObject())
        {
            switch (keyword.Name)
            {
                case "properties" when keyword.Value.EnumerateObject().All(property => ValuesOf(property.Value) is not null):
                    all.AddRange(keyword.Value.EnumerateObject().Select(property => In(property.Name, ValuesOf(property.Value)!)));
                    break;
                case "required":
                    all.AddRange(keyword.Value.EnumerateArray().Select(name => Present(name.GetString()!)));
                    break;
                case "allOf":
                    all.AddRange(keyword.Value.EnumerateArray().Select(Of));
                    break;
                case "anyOf":
                    all.Add(new FormCondition("any", Of: [.. keyword.Value.EnumerateArray().Select(Of)]));
                    break;
                case "not":
                    all.Add(Not(Of(keyword.Value)));
                    break;
                case "type":
                    break;
                default:
                    return Matches(schema);
            }
        }
        // A value that is one of some is there, so that it is need not be said.
        var simple = all.Where(one => one.Kind != "present" || !all.Exists(other => other.Kind == "in" && other.Field == one.Field)).ToList();
        // Without "required", a property that is not there satisfies whatever is said of its value.
        if (all.Exists(one => one.Kind == "in" && !all.Exists(other => other.Kind == "present" && other.Field == one.Field)))
            return Matches(schema);
        return simple is [var only] ? only : new FormCondition("all", Of: simple);
    }

    public static FormCondition Present(string name) => new("present", $"/{Escape(name)}");

    public static FormCondition Not(FormCondition condition) => condition is { Kind: "not", Of: [var inner] } ? inner : new FormCondition("not", Of: [condition]);

    public static FormCondition Matches(JsonElement schema) => new("matches", Schema: schema);

    public static FormCondition All(IReadOnlyList<FormCondition> conditions) => conditions is [var only] ? only : new FormCondition("all", Of: conditions);

    /// <summary>Pointers of the fields on which a condition depends.</summary>
    public static IEnumerable<string> FieldsOf(FormCondition condition) => condition.Kind == "matches"
        ? condition.Schema is { ValueKind: JsonValueKind.Object } schema && schema.TryGetProperty("properties", out var named) ? named.EnumerateObject().Select(property => $"/{Escape(property.Name)}") : []
        : (condition.Of ?? []).SelectMany(FieldsOf).Concat(condition.Field is { } field ? [field] : []);

    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static FormCondition In(string name, IReadOnlyList<JsonElement> values) => new("in", $"/{Escape(name)}", values);

    private static List<JsonElement>? ValuesOf(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || schema.EnumerateObject().Count() != 1)
            return null;
        return schema.TryGetProperty("const", out var constant) ? [constant]
            : schema.TryGetProperty("enum", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()]
            : null;
    }
}
