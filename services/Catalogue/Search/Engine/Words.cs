using System.Globalization;
using System.Text;

namespace EServices.Catalogue.Search.Engine;

/// <summary>
/// Words as the index compares them, so that what is typed in several ways is one: compatibility forms, case, digits of any script, accents and vowel marks,
/// invisible characters; the Devanagari nukta, candrabindu and nasals (पेन्शन, पेंशन); letters of the Arabic script that keyboards have twice.
/// </summary>
internal static class Words
{
    /// <summary>Longer ones are cut into pieces: nobody types them, but somebody sends them.</summary>
    public const int LongestWord = 64;

    /// <summary>The folded words of a text.</summary>
    public static List<string> Of(string text)
    {
        var words = new List<string>();
        var reader = new WordReader(text);
        while (reader.Next(out var start, out var length))
        {
            foreach (var piece in Pieces(Fold(text.AsSpan(start, length))))
                words.Add(piece);
        }
        return words;
    }

    /// <summary>A word as read, folded; compatibility forms may hold several words (ﷺ) and invisible characters none, so the answer may hold spaces or be empty.</summary>
    public static string Fold(ReadOnlySpan<char> raw)
    {
        if (Ascii.IsValid(raw))
        {
            Span<char> lower = stackalloc char[raw.Length];
            Ascii.ToLower(raw, lower, out _);
            return new string(lower);
        }
        var folded = new StringBuilder(raw.Length);
        // Normalisation refuses halves of surrogate pairs and U+FFFE, which anyone can send: enumerating runes replaces the former.
        foreach (var rune in raw.EnumerateRunes())
            folded.Append(rune.Value == 0xFFFE ? Rune.ReplacementChar : rune);
        var marked = folded.ToString().Normalize(NormalizationForm.FormKD).ToLowerInvariant().Normalize(NormalizationForm.FormKD);
        folded.Clear();
        foreach (var character in marked)
        {
            if (!IsLeftOut(character))
                folded.Append(IsOfAWord(character) ? Folded(character) : ' ');
        }
        Nasals(folded);
        // Marks between which something was left out may stand in another order than their own.
        return folded.ToString().Normalize(NormalizationForm.FormKD);
    }

    /// <summary>
    /// The same as <see cref="Fold"/> without a string, for words of letters that no normalisation changes: nearly all that anyone writes.
    /// </summary>
    /// <param name="folded">At least as long as the word.</param>
    /// <returns>Whether it could be done so.</returns>
    public static bool TryFoldPlain(ReadOnlySpan<char> raw, Span<char> folded, out int length)
    {
        length = 0;
        if (raw.Length > folded.Length)
            return false;
        foreach (var character in raw)
        {
            var plain = Plain[character];
            if (plain == '\0')
                return false;
            // A nasal with the sign that takes its vowel away may become an anusvara, by what follows.
            if (length > 0 && plain == '\u094D' && IsNasal(folded[length - 1]))
                return false;
            folded[length++] = plain;
        }
        return true;
    }

    /// <summary>A folded word's pieces: nearly always itself.</summary>
    public static string[] Pieces(string folded)
    {
        if (folded.Length is > 0 and <= LongestWord && !folded.Contains(' ', StringComparison.Ordinal))
            return [folded];
        var pieces = new List<string>();
        foreach (var word in folded.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            for (var at = 0; at < word.Length; at += LongestWord)
                pieces.Add(word.Substring(at, Math.Min(LongestWord, word.Length - at)));
        }
        return [.. pieces];
    }

    private static readonly CharacterKind[] Kinds = [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => Kind((char)code))];

    /// <summary>What a letter, digit or vowel sign of the three scripts is folded to, whatever stands beside it; 0 for what needs a closer look.</summary>
    private static readonly char[] Plain = [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => IsPlain((char)code) ? Folded(char.ToLowerInvariant((char)code)) : '\0')];

    /// <summary>Letters that normalisation would take apart, what is left out, and marks that it may put into another order are not.</summary>
    private static bool IsPlain(char character) => character is (>= '0' and <= '9') or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z')
        or (>= '\u0901' and <= '\u0928') or (>= '\u092A' and <= '\u0930') or '\u0932' or '\u0933' or (>= '\u0935' and <= '\u0939') or (>= '\u093D' and <= '\u094D')
        or (>= '\u0966' and <= '\u096F') or '\u0621' or (>= '\u0627' and <= '\u063A') or (>= '\u0641' and <= '\u064A') or (>= '\u0660' and <= '\u0669')
        or (>= '\u0671' and <= '\u0674') or (>= '\u0679' and <= '\u06BF') or '\u06C1' or (>= '\u06C3' and <= '\u06D2') or (>= '\u06F0' and <= '\u06F9');

    public static CharacterKind KindOf(char character) => Kinds[character];

    private static CharacterKind Kind(char character) =>
        IsLeftOut(character) ? CharacterKind.LeftOut : IsOfAWord(character) || char.IsSurrogate(character) ? CharacterKind.OfAWord : CharacterKind.Between;

    /// <summary>Devanagari vowel signs are marks, and part of the word.</summary>
    private static bool IsOfAWord(char character) =>
        char.IsLetterOrDigit(character) || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>Accents, Arabic vowel and Koranic marks, nukta, tatweel, variation selectors; joiners and marks of direction.</summary>
    private static bool IsLeftOut(char character) =>
        character is (>= '\u0300' and <= '\u036F') or (>= '\u0610' and <= '\u061A') or (>= '\u064B' and <= '\u065F') or '\u0640' or '\u0670' or (>= '\u06D6' and <= '\u06ED')
            or (>= '\u08D3' and <= '\u08FF') or '\u093C' or (>= '\uFE00' and <= '\uFE0F')
        || CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.Format;

    private static char Folded(char character) => character switch
    {
        'ँ' => 'ं',
        'ي' or 'ى' or 'ې' => 'ی',
        'ك' => 'ک',
        'ة' or 'ه' or 'ۃ' or 'ە' or 'ھ' => 'ہ',
        'ٱ' => 'ا',
        _ => CharUnicodeInfo.GetDecimalDigitValue(character) is >= 0 and var digit ? (char)('0' + digit) : character,
    };

    /// <summary>A nasal without its vowel before a consonant that is none is an anusvara by another spelling.</summary>
    private static void Nasals(StringBuilder text)
    {
        for (var at = 0; at + 2 < text.Length; at++)
        {
            if (!IsNasal(text[at]) || text[at + 1] != '\u094D' || !IsOral(text[at + 2]))
                continue;
            text[at] = 'ं';
            text.Remove(at + 1, 1);
        }
    }

    private static bool IsNasal(char character) => character is '\u0919' or '\u091E' or '\u0923' or '\u0928' or '\u092E';

    private static bool IsOral(char character) => character is (>= '\u0915' and <= '\u0918') or (>= '\u091A' and <= '\u091D') or (>= '\u091F' and <= '\u0922')
        or (>= '\u0924' and <= '\u0927') or (>= '\u092A' and <= '\u092D') or (>= '\u0936' and <= '\u0938');
}

internal enum CharacterKind : byte
{
    Between,

    /// <summary>Also halves of pairs: letters beyond the first plane (mathematical, styled) fold into plain ones, and what doesn't is dropped there.</summary>
    OfAWord,

    /// <summary>Within a word not seen, and never its beginning.</summary>
    LeftOut,
}

/// <summary>Where words begin and end in a text as it was typed. Invisible characters within a word don't end it.</summary>
internal ref struct WordReader(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> text = text;
    private int at = 0;

    public bool Next(out int start, out int length)
    {
        start = length = 0;
        while (at < text.Length && Words.KindOf(text[at]) != CharacterKind.OfAWord)
            at++;
        if (at >= text.Length)
            return false;
        start = at;
        while (at < text.Length && Words.KindOf(text[at]) != CharacterKind.Between && at - start < Words.LongestWord)
            at++;
        // A pair is not cut in two.
        if (at < text.Length && char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]))
            at++;
        length = at - start;
        return true;
    }
}
