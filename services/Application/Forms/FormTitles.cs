using System.Text.Json;

namespace EServices.Application.Forms;

/// <summary>What citizens read above a field: <c>x-title</c> of the schema, by the field's name for fields that are not there yet.</summary>
internal sealed class FormTitles
{
    private readonly Dictionary<string, JsonElement> byName = new(StringComparer.Ordinal);

    public static FormTitles Of(JsonElement root)
    {
        var titles = new FormTitles();
        titles.Gather(root);
        return titles;
    }

    /// <summary>The title that a schema itself has; null for one that leaves it to whoever refers to it.</summary>
    public static string? Own(JsonElement schema, string language)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("x-title", out var words))
            return schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("title", out var title) && title.ValueKind == JsonValueKind.String ? title.GetString() : null;
        return words.ValueKind == JsonValueKind.Object && (words.TryGetProperty(language, out var text) || words.TryGetProperty("en", out text)) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
    }

    /// <summary>The title of a field of that name, wherever in the form it is asked for.</summary>
    public string? Of(string name, string language) => byName.TryGetValue(name, out var schema) ? Own(schema, language) : null;

    private void Gather(JsonElement node)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in node.EnumerateArray())
                Gather(item);
        }
        if (node.ValueKind != JsonValueKind.Object)
            return;
        foreach (var keyword in node.EnumerateObject().Where(keyword => FormReferences.HoldsSchemas(keyword.Name)))
        {
            if (keyword.Name == "properties" && keyword.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in keyword.Value.EnumerateObject().Where(property => Own(property.Value, "en") is not null))
                    byName.TryAdd(property.Name, property.Value);
            }
            Gather(keyword.Value);
        }
    }
}
