using System.Text.Json;

namespace EServices.Catalogue.Forms;

/// <summary>A field's schema with what it refers to: the nearest word counts, as titles beside a reference are meant.</summary>
internal sealed class AskedField
{
    private const int DeepestReference = 16;

    private readonly List<JsonElement> layers = [];

    public AskedField(JsonElement schema, JsonElement root)
    {
        for (var at = schema; layers.Count < DeepestReference; at = Target(root, at))
        {
            if (at.ValueKind != JsonValueKind.Object)
                return;
            layers.Add(at);
            if (!at.TryGetProperty("$ref", out _))
                return;
        }
    }

    public JsonElement? Get(string keyword)
    {
        foreach (var layer in layers)
        {
            if (layer.TryGetProperty(keyword, out var value))
                return value;
        }
        return null;
    }

    public string? Text(string keyword) => Get(keyword) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public int? Count(string keyword) => Get(keyword) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var count) ? count : null;

    /// <summary>A text in the language, else in English.</summary>
    public string? Words(string keyword, string language) =>
        Get(keyword) is { ValueKind: JsonValueKind.Object } words && (words.TryGetProperty(language, out var text) || words.TryGetProperty("en", out text)) ? text.GetString() : null;

    public bool Is(string type) => Get("type") is { } given
        && (given.ValueKind == JsonValueKind.String ? given.GetString() == type : given.ValueKind == JsonValueKind.Array && given.EnumerateArray().Any(one => one.GetString() == type));

    /// <summary>Whether it asks for something: what only narrows a field that is asked for elsewhere does not.</summary>
    public bool Asks => Get("type") is not null || Get("enum") is not null || Get("x-title") is not null;

    public bool Has(params string[] properties) => Get("properties") is { ValueKind: JsonValueKind.Object } own && Array.TrueForAll(properties, name => own.TryGetProperty(name, out _));

    /// <summary>What a reference within the form leads to; the reader of packs has made sure that there is such a definition.</summary>
    public static JsonElement Target(JsonElement root, JsonElement schema)
    {
        var reference = schema.GetProperty("$ref").GetString()!;
        return reference.Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))
            .Aggregate(root, (at, name) => at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var next) ? next : default);
    }
}
