using System.Globalization;
using System.Text.Json;
using EServices.Platform;
using Json.Schema;

namespace EServices.Application.Forms;

/// <summary>
/// What the library found, told field by field: each error where a citizen can mend it (a missing field is named itself, not the group that lacks it), once, and
/// with the title that the form gives the field. Of alternatives (<c>anyOf</c> and the like) only that none fits is told, not what is wrong with each.
/// </summary>
internal sealed class FormFindings(JsonElement root, JsonElement value, FormTitles titles, string language)
{
    private static readonly HashSet<string> Trials = ["anyOf", "oneOf", "not", "if", "contains", "propertyNames"];

    private readonly List<FieldError> errors = [];
    private readonly List<FieldError> unexpected = [];
    private readonly HashSet<string> looked = new(StringComparer.Ordinal);

    public IReadOnlyList<FieldError> Of(EvaluationResults results)
    {
        Tell(results, "", null);
        // A part of the form that fails has still asked for its fields: that it asked is why they are there, so they are not told of as unknown ones.
        errors.AddRange(unexpected.Where(error => !looked.Contains(error.Pointer)));
        if (errors.Count == 0)
            errors.AddRange(unexpected);
        // What the library calls wrong is never told as right, whatever the reason.
        if (errors.Count == 0)
            errors.Add(new FieldError("", "invalid", FormWords.Of(language, "", null)));
        return [.. errors.DistinctBy(error => (error.Pointer, error.Code))];
    }

    private void Tell(EvaluationResults at, string pointer, string? title)
    {
        var schema = SchemaOf(at);
        title ??= FormTitles.Own(schema, language);
        if (!at.IsValid)
        {
            foreach (var keyword in at.Errors?.Keys.Where(keyword => keyword.Length > 0) ?? [])
                Keyword(keyword, schema, pointer, title);
        }
        var parts = (at.Details ?? []).Select(part => (Part: part, Keyword: KeywordOf(at, part))).ToList();
        if (!at.IsValid)
        {
            Alternatives(parts, pointer, title);
            foreach (var (part, keyword) in parts.Where(part => part.Keyword == "propertyNames" && !part.Part.IsValid))
                Add(PlaceOf(at, part, keyword, schema, pointer), "propertyNames", null);
        }
        foreach (var (part, keyword) in parts)
        {
            var place = PlaceOf(at, part, keyword, schema, pointer);
            if (part.Errors?.ContainsKey("") == true && !part.IsValid && !Trials.Contains(keyword))
                Forbidden(keyword, place, title);
            else if (Trials.Contains(keyword) ? part.IsValid && keyword is "anyOf" or "oneOf" or "if" : true)
                Tell(part, place, place == pointer ? title : null);
            if (place != pointer && keyword is "properties" or "patternProperties" or "items" or "prefixItems")
                looked.Add(place);
        }
    }

    private void Alternatives(List<(EvaluationResults Part, string Keyword)> parts, string pointer, string? title)
    {
        foreach (var group in parts.Where(part => part.Keyword is "anyOf" or "oneOf" or "not").GroupBy(part => part.Keyword))
        {
            var fitting = group.Count(part => part.Part.IsValid);
            if (group.Key switch { "anyOf" => fitting == 0, "oneOf" => fitting != 1, _ => fitting > 0 })
                Add(pointer, group.Key, title, group.Key == "oneOf" && fitting > 1 ? "oneOf-many" : null);
        }
    }

    private void Forbidden(string keyword, string place, string? title)
    {
        if (keyword is "additionalProperties" or "unevaluatedProperties")
            unexpected.Add(new FieldError(place, keyword, FormWords.Of(language, keyword, JsonPointer.Last(place))));
        else
            Add(place, "false", title);
    }

    private void Keyword(string keyword, JsonElement schema, string pointer, string? title)
    {
        switch (keyword)
        {
            case "required":
                Missing(Names(schema.GetProperty("required")), schema, pointer);
                break;
            case "dependentRequired":
                var given = JsonPointer.Find(value, pointer);
                Missing(schema.GetProperty("dependentRequired").EnumerateObject().Where(member => given?.TryGetProperty(member.Name, out _) == true).SelectMany(member => Names(member.Value)), schema, pointer);
                break;
            case "contains" or "minContains":
                Add(pointer, "contains", title);
                break;
            case "type":
                var type = schema.GetProperty("type");
                Add(pointer, "type", title, $"type-{(type.ValueKind == JsonValueKind.String ? type.GetString() : "other")}");
                break;
            case "format":
                Add(pointer, "format", title, $"format-{schema.GetProperty("format").GetString()}");
                break;
            default:
                Add(pointer, keyword, title, limit: schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(keyword, out var limit) && limit.ValueKind == JsonValueKind.Number ? limit.GetRawText() : null);
                break;
        }
    }

    private void Missing(IEnumerable<string> names, JsonElement schema, string pointer)
    {
        var group = JsonPointer.Find(value, pointer);
        foreach (var name in names.Where(name => group?.TryGetProperty(name, out _) != true))
        {
            var own = schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var property) ? FormTitles.Own(property, language) : null;
            Add($"{pointer}/{JsonPointer.Escape(name)}", "required", own ?? titles.Of(name, language));
        }
    }

    private void Add(string pointer, string code, string? title, string? wording = null, string? limit = null) =>
        errors.Add(new FieldError(pointer, code, FormWords.Of(language, wording ?? code, title, limit, code)));

    private static IEnumerable<string> Names(JsonElement list) => list.EnumerateArray().Select(name => name.GetString()!);

    /// <summary>Where the library says the schema stands. It counts even the only schema of <c>if</c>, <c>then</c> and <c>else</c>, as in <c>/then/0/properties/a</c>: such a number is passed over.</summary>
    private JsonElement SchemaOf(EvaluationResults at)
    {
        var schema = root;
        foreach (var part in Uri.UnescapeDataString(at.SchemaLocation.Fragment.TrimStart('#')).Split('/').Skip(1))
        {
            if (JsonPointer.Find(schema, $"/{part}") is { } below)
                schema = below;
            else if (schema.ValueKind is JsonValueKind.Array || !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                return root;
        }
        return schema;
    }

    /// <summary>The keyword of <paramref name="at"/> that brought <paramref name="part"/> about.</summary>
    private static string KeywordOf(EvaluationResults at, EvaluationResults part)
    {
        var below = part.EvaluationPath.ToString()[at.EvaluationPath.ToString().Length..];
        var end = below.IndexOf('/', 1);
        return end < 0 ? below[1..] : below[1..end];
    }

    /// <summary>Where in the value a part stands. The library counts what <c>items</c> judges from the first item that is left over after <c>prefixItems</c>.</summary>
    private static string PlaceOf(EvaluationResults at, EvaluationResults part, string keyword, JsonElement schema, string pointer)
    {
        var below = part.InstanceLocation.ToString()[at.InstanceLocation.ToString().Length..];
        return keyword == "items" && schema.TryGetProperty("prefixItems", out var prefix) && int.TryParse(below.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index + prefix.GetArrayLength()}")
            : pointer + below;
    }
}
