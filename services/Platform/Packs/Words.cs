using System.Text.Json;
using System.Text.Json.Serialization;

namespace EServices.Platform.Packs;

/// <summary>
/// One text in every language of the pack. As JSON: <c>{"en": "Domicile certificate", "hi": "…", "ur": "…"}</c>.
/// A loaded pack has all of its languages in every <see cref="Words"/>, the pack's first language first.
/// </summary>
[JsonConverter(typeof(WordsJson))]
public sealed class Words(IReadOnlyList<KeyValuePair<string, string>> byLanguage)
{
    public static Words Empty { get; } = new([]);

    public IReadOnlyList<KeyValuePair<string, string>> ByLanguage { get; } = byLanguage;

    /// <summary>The text in a language, else in the pack's first language. A region is ignored: <c>hi-IN</c> reads <c>hi</c>.</summary>
    public string In(string? language)
    {
        if (language is not null)
        {
            var tag = language.AsSpan();
            var region = tag.IndexOf('-');
            if (region > 0) tag = tag[..region];
            foreach (var (known, text) in ByLanguage)
                if (tag.Equals(known, StringComparison.OrdinalIgnoreCase)) return text;
        }

        return ByLanguage.Count > 0 ? ByLanguage[0].Value : "";
    }

    public override string ToString() => In(null);
}

internal sealed class WordsJson : JsonConverter<Words>
{
    public override Words Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A text in several languages is an object of language tags.");
        var texts = new List<KeyValuePair<string, string>>(3);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var language = reader.GetString()!;
            reader.Read();
            texts.Add(new(language, reader.GetString() ?? ""));
        }

        return new Words(texts);
    }

    public override void Write(Utf8JsonWriter writer, Words value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (language, text) in value.ByLanguage) writer.WriteString(language, text);
        writer.WriteEndObject();
    }
}
