using System.Text;
using EServices.Contracts;

namespace EServices.Platform.Packs.Reading;

/// <summary>
/// What one asks about something one already has: its renewal, a duplicate, its surrender. Worded once for the whole pack, with <c>{thing}</c> where the licence or
/// certificate is named, and with whatever such a request always has.
/// </summary>
/// <param name="Shared">What every service of this variant has in common; may be null.</param>
internal sealed record Variant(string Id, Localised Name, Localised Description, IReadOnlyList<string> Tags, JsonPlace? Shared)
{
    public const string Slot = "{thing}";

    public static Localised Of(Localised template, IReadOnlyDictionary<string, string> thing) => new(template.Texts.ToDictionary(
        text => text.Key, text => Capital(text.Value.Replace(Slot, thing.GetValueOrDefault(text.Key, ""), StringComparison.Ordinal))));

    private static string Capital(string text) =>
        Rune.GetRuneAt(text, 0) is var first && Rune.IsLower(first) ? Rune.ToUpperInvariant(first) + text[first.Utf16SequenceLength..] : text;
}

internal static class VariantsReader
{
    public const string File = "variants.json";

    /// <summary>None where a pack has no such file: it then has no families with variants.</summary>
    public static IReadOnlyDictionary<string, Variant> Read(PackFolder pack, Known known)
    {
        var variants = new Dictionary<string, Variant>(StringComparer.Ordinal);
        if (!System.IO.File.Exists(pack.PathOf(File))) return variants;
        if (JsonPlace.Root(pack, File) is not { } root)
        {
            known.Unreadable = true;
            return variants;
        }

        foreach (var item in root.Items("variants"))
        {
            var variant = new Variant(item.Id(known), Template(item, "name"), Template(item, "description"), item.Texts("tags"), item.Object("shared", required: false));
            variants.TryAdd(variant.Id, variant);
            item.Done();
        }

        root.Done();
        return variants;
    }

    private static Localised Template(JsonPlace item, string property)
    {
        var words = item.Words(property);
        foreach (var (language, text) in words.Texts)
            if (!text.Contains(Variant.Slot, StringComparison.Ordinal)) item.Wrong(property, $"The text in \"{language}\" has no {Variant.Slot}, so it would be the same for every service.");
        return words;
    }
}
