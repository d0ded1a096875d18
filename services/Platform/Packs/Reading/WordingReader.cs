using EServices.Contracts;

namespace EServices.Platform.Packs.Reading;

internal static class WordingReader
{
    public const string File = "wording.json";

    public static WordingBook Read(PackFolder pack)
    {
        if (!System.IO.File.Exists(pack.PathOf(File)) || JsonPlace.Root(pack, File) is not { } root) return WordingBook.English;
        var madeBy = root.Text("madeBy");
        if (madeBy is not ("machine" or "person" or "notified" or "")) root.Wrong("madeBy", "\"madeBy\" is machine, person or notified.");
        var texts = new Dictionary<string, Localised>(StringComparer.Ordinal);
        if (root.Object("texts") is { } place)
        {
            foreach (var (key, english) in WordingKeys.Texts)
            {
                texts[key] = place.Words(key);
                foreach (var (language, text) in texts[key].Texts)
                    if (!Placeholders(text).SetEquals(Placeholders(english))) place.Wrong(key, $"The text in \"{language}\" must have exactly the placeholders of \"{english}\".");
            }

            place.Done();
        }

        root.Done();
        return new(texts, madeBy);
    }

    private static HashSet<string> Placeholders(string text) => [.. MessageTemplate.Placeholder().Matches(text).Select(match => match.Value)];
}
