using System.Text.Json;
using System.Text.Json.Serialization;

namespace EServices.Contracts;

/// <summary>A person as far as services have to know one: reachable at a mobile number, spoken to in a language.</summary>
/// <param name="Mobile">E.164, e.g. <c>+919906000001</c>: the key by which a citizen owns records.</param>
/// <param name="Name">As given; may be empty before anyone asked.</param>
/// <param name="Language">BCP 47 tag, one of the pack's languages.</param>
public sealed record Person(string Mobile, string Name, string Language);

/// <summary>A text in each of the pack's languages, keyed by language tag. In JSON a plain object: <c>{"en": "…", "hi": "…"}</c>.</summary>
[JsonConverter(typeof(LocalisedJsonConverter))]
public sealed record Localised(IReadOnlyDictionary<string, string> Texts)
{
    public static Localised English(string text) => new(new Dictionary<string, string> { ["en"] = text });

    /// <summary>The text in <paramref name="language"/>, else in English, else any.</summary>
    public string In(string language) =>
        Texts.TryGetValue(language, out var text) || Texts.TryGetValue("en", out text) ? text : Texts.Values.FirstOrDefault("");

    public bool Equals(Localised? other) =>
        other is not null && Texts.Count == other.Texts.Count
        && Texts.All(text => other.Texts.TryGetValue(text.Key, out var same) && same == text.Value);

    public override int GetHashCode() => Texts.Aggregate(0, (hash, text) => hash ^ HashCode.Combine(text.Key, text.Value));
}

internal sealed class LocalisedJsonConverter : JsonConverter<Localised>
{
    public override Localised Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options) ?? []);

    public override void Write(Utf8JsonWriter writer, Localised value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Texts, options);
}

/// <summary>Writes an enum as its camelCase name, in HTTP answers and in events alike.</summary>
public sealed class CamelCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;

/// <summary>How a citizen came: on the web, at a centre, or visited at the door.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<Channel>))]
public enum Channel
{
    Online,
    Centre,
    Doorstep,
}
