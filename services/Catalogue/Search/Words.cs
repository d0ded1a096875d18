using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EServices.Catalogue.Search;

/// <summary>
/// Words as the index compares them, so that what is typed in several ways is one: compatibility forms, case, digits of any script, accents and vowel marks,
/// invisible characters; the Devanagari nukta, candrabindu and nasals (पेन्शन, पेंशन); letters of the Arabic script that keyboards have twice.
/// </summary>
internal static partial class Words
{
    private const int LongestWord = 64;

    public static List<string> Of(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var character in Normalised(text))
        {
            if (!IsOfAWord(character))
            {
                End();
                continue;
            }
            if (word.Length == LongestWord)
                End();
            word.Append(character);
        }
        End();
        return words;

        void End()
        {
            if (word.Length > 0)
                words.Add(word.ToString());
            word.Clear();
        }
    }

    /// <summary>Neighbours written together.</summary>
    public static IEnumerable<string> Joined(IReadOnlyList<string> words) => words.Zip(words.Skip(1), (one, other) => one + other);

    /// <summary>Whether exactly one inserted, left out, changed or swapped letter makes the one word of the other.</summary>
    public static bool OneSlipApart(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > 1)
            return false;
        var (shorter, longer) = one.Length <= other.Length ? (one, other) : (other, one);
        var same = 0;
        while (same < shorter.Length && shorter[same] == longer[same])
            same++;
        if (shorter.Length != longer.Length)
            return shorter.AsSpan(same).SequenceEqual(longer.AsSpan(same + 1));
        if (same == shorter.Length)
            return false;
        return shorter.AsSpan(same + 1).SequenceEqual(longer.AsSpan(same + 1))
            || (same + 1 < shorter.Length && shorter[same] == longer[same + 1] && shorter[same + 1] == longer[same] && shorter.AsSpan(same + 2).SequenceEqual(longer.AsSpan(same + 2)));
    }

    private static string Normalised(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var character in Readable(text).Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            if (!IsLeftOut(character))
                folded.Append(Folded(character));
        }
        // Marks between which something was left out may stand in another order than their own.
        return Nasal().Replace(folded.ToString().Normalize(NormalizationForm.FormKD), "ं");
    }

    /// <summary>Normalisation refuses halves of surrogate pairs and U+FFFE, which anyone can send.</summary>
    private static string Readable(string text)
    {
        var readable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            readable.Append(rune.Value == 0xFFFE ? Rune.ReplacementChar : rune);
        return readable.ToString();
    }

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

    /// <summary>A nasal without its vowel before a consonant that is none: an anusvara by another spelling.</summary>
    [GeneratedRegex("[\u0919\u091E\u0923\u0928\u092E]\u094D(?=[\u0915-\u0918\u091A-\u091D\u091F-\u0922\u0924-\u0927\u092A-\u092D\u0936-\u0938])", RegexOptions.CultureInvariant)]
    private static partial Regex Nasal();
}
