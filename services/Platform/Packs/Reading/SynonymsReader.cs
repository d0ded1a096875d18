namespace EServices.Platform.Packs.Reading;

internal static class SynonymsReader
{
    public const string File = "synonyms.json";

    /// <summary>None where a pack has no such file: people are then understood by the words of the services alone.</summary>
    public static IReadOnlyList<SameMeaning> Read(PackFolder pack)
    {
        var concepts = new List<SameMeaning>();
        if (!System.IO.File.Exists(pack.PathOf(File)) || JsonPlace.Root(pack, File) is not { } root) return concepts;

        var known = new Known("concept");
        foreach (var item in root.Items("concepts"))
        {
            var concept = new SameMeaning(item.Id(known), item.Texts("words"));
            if (item.Has("words") && concept.Words.Count < 2) item.Wrong("words", "There must be two words at least, else there is nothing that means the same.");
            var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var word in concept.Words)
                if (!seen.Add(word)) item.Wrong("words", $"\"{word}\" is there twice.");
            concepts.Add(concept);
            item.Done();
        }

        root.Done();
        return concepts;
    }
}
