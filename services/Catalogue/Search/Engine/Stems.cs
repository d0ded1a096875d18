namespace EServices.Catalogue.Search.Engine;

/// <summary>The scripts whose spelling is known; anything else is compared letter by letter.</summary>
internal enum Script : byte
{
    Other,
    Latin,
    Devanagari,
    Arabic,
}

/// <summary>
/// Light stripping of number and case, as in Ramanathan and Rao, "A Lightweight Stemmer for Hindi" (2003), but of the plural and oblique endings alone: names of
/// services hold few verbs, and what is stripped too far meets what it shouldn't.
/// </summary>
internal static class Stems
{
    private static readonly (string Ending, string Becomes)[] Devanagari =
        [("ियों", "ी"), ("ियां", "ी"), ("ाओं", "ा"), ("ाएं", "ा"), ("ुओं", "ु"), ("ों", ""), ("ें", "")];

    private static readonly (string Ending, string Becomes)[] Arabic =
        [("یوں", "ی"), ("یاں", "ی"), ("ئیں", ""), ("اؤں", "ا"), ("وں", ""), ("یں", "")];

    private const int ShortestStem = 3;

    public static Script ScriptOf(string folded)
    {
        foreach (var character in folded)
        {
            switch (character)
            {
                case >= 'a' and <= 'z': return Script.Latin;
                case >= '\u0900' and <= '\u097F': return Script.Devanagari;
                case >= '\u0600' and <= '\u06FF': return Script.Arabic;
            }
        }
        return Script.Other;
    }

    /// <summary>The word itself where nothing is stripped.</summary>
    public static string Of(string folded, Script script) => script switch
    {
        Script.Latin => Latin(folded),
        Script.Devanagari => Strip(folded, Devanagari),
        Script.Arabic => Strip(folded, Arabic),
        _ => folded,
    };

    private static string Latin(string word)
    {
        if (word.Length <= ShortestStem || word[^1] != 's')
            return word;
        if (word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4)
            return string.Concat(word.AsSpan(0, word.Length - 3), "y");
        if (word.EndsWith("ches", StringComparison.Ordinal) || word.EndsWith("shes", StringComparison.Ordinal) || word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal))
            return word[..^2];
        return word[^2] is 's' or 'u' or 'i' ? word : word[..^1];
    }

    private static string Strip(string word, (string Ending, string Becomes)[] endings)
    {
        foreach (var (ending, becomes) in endings)
        {
            if (word.Length - ending.Length + becomes.Length >= ShortestStem && word.EndsWith(ending, StringComparison.Ordinal))
                return string.Concat(word.AsSpan(0, word.Length - ending.Length), becomes);
        }
        return word;
    }
}
