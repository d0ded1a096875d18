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

    public static Script ScriptOf(ReadOnlySpan<char> folded)
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
    public static string Of(string folded, Script script)
    {
        var length = Of(folded, script, out var last);
        return length == folded.Length ? folded : string.Concat(folded.AsSpan(0, length - 1), [last]);
    }

    /// <summary>How long the stem is: as many letters of the word, but for the last, which may be another.</summary>
    public static int Of(ReadOnlySpan<char> folded, Script script, out char last)
    {
        last = folded.Length > 0 ? folded[^1] : '\0';
        return script switch
        {
            Script.Latin => Latin(folded, ref last),
            Script.Devanagari => Strip(folded, Devanagari, ref last),
            Script.Arabic => Strip(folded, Arabic, ref last),
            _ => folded.Length,
        };
    }

    private static int Latin(ReadOnlySpan<char> word, ref char last)
    {
        if (word.Length <= ShortestStem || word[^1] != 's')
            return word.Length;
        if (word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4)
        {
            last = 'y';
            return word.Length - 2;
        }
        var esPlural = word.EndsWith("ches", StringComparison.Ordinal) || word.EndsWith("shes", StringComparison.Ordinal) || word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal);
        if (!esPlural && word[^2] is 's' or 'u' or 'i')
            return word.Length;
        var length = word.Length - (esPlural ? 2 : 1);
        last = word[length - 1];
        return length;
    }

    private static int Strip(ReadOnlySpan<char> word, (string Ending, string Becomes)[] endings, ref char last)
    {
        foreach (var (ending, becomes) in endings)
        {
            var length = word.Length - ending.Length + becomes.Length;
            if (length < ShortestStem || !word.EndsWith(ending, StringComparison.Ordinal))
                continue;
            last = becomes.Length > 0 ? becomes[^1] : word[length - 1];
            return length;
        }
        return word.Length;
    }
}

/// <summary>What a folded word is.</summary>
/// <param name="StemLength">In letters.</param>
/// <param name="StemLast">The last letter of the stem; those before it are the word's own.</param>
internal readonly record struct WordForm(Script Script, byte StemLength, char StemLast)
{
    /// <param name="folded">At most <see cref="Words.LongestWord"/> long.</param>
    public static WordForm Of(ReadOnlySpan<char> folded)
    {
        var script = Stems.ScriptOf(folded);
        var length = Stems.Of(folded, script, out var last);
        return new WordForm(script, (byte)length, last);
    }

    /// <param name="room">At least as long as the word.</param>
    public ReadOnlySpan<char> StemOf(ReadOnlySpan<char> folded, Span<char> room)
    {
        if (StemLength == folded.Length)
            return folded;
        folded[..StemLength].CopyTo(room);
        room[StemLength - 1] = StemLast;
        return room[..StemLength];
    }

    public bool HasStem(ReadOnlySpan<char> folded, ReadOnlySpan<char> stem) =>
        stem.Length == StemLength && stem.Length > 0 && stem[^1] == StemLast && folded[..(StemLength - 1)].SequenceEqual(stem[..^1]);
}
