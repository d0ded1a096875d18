using System.Text.Json;

namespace EServices.Application.Forms;

/// <summary>Types and numeric keywords of JSON Schema.</summary>
internal static class FormLimits
{
    public static bool IsOf(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && IsWhole(value),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    /// <summary>A keyword that is a whole number from 0; null where it is not given.</summary>
    public static int? Count(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var limit) && limit.ValueKind == JsonValueKind.Number && limit.TryGetDecimal(out var count) ? (int)Math.Min(count, int.MaxValue) : null;

    public static void Number(JsonElement schema, JsonElement value, Place place)
    {
        Bound("minimum", order => order >= 0, "At least");
        Bound("maximum", order => order <= 0, "At most");
        Bound("exclusiveMinimum", order => order > 0, "More than");
        Bound("exclusiveMaximum", order => order < 0, "Less than");
        if (schema.TryGetProperty("multipleOf", out var factor) && !IsMultiple(value, factor))
            place.Wrong("multipleOf", $"A multiple of {factor.GetRawText()}.");

        void Bound(string keyword, Func<int, bool> holds, string words)
        {
            if (schema.TryGetProperty(keyword, out var limit) && limit.ValueKind == JsonValueKind.Number && !holds(Compare(value, limit)))
                place.Wrong(keyword, $"{words} {limit.GetRawText()}.");
        }
    }

    private static bool IsWhole(JsonElement value) =>
        value.TryGetDecimal(out var exact) ? decimal.Truncate(exact) == exact : value.GetDouble() is var rough && Math.Floor(rough) == rough;

    private static int Compare(JsonElement value, JsonElement limit) =>
        value.TryGetDecimal(out var exact) && limit.TryGetDecimal(out var bound) ? exact.CompareTo(bound) : value.GetDouble().CompareTo(limit.GetDouble());

    private static bool IsMultiple(JsonElement value, JsonElement factor)
    {
        if (value.TryGetDecimal(out var exact) && factor.TryGetDecimal(out var step) && step != 0)
            return exact % step == 0;
        // Beyond what a decimal holds: 1e308 is a multiple of 0.5 all the same.
        var (number, size) = (value.GetDouble(), factor.GetDouble());
        return double.IsFinite(number) && Math.IEEERemainder(number, size) == 0;
    }
}
