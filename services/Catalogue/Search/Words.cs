using System.Globalization;
using System.Text;

namespace EServices.Catalogue.Search;

/// <summary>
/// Words as the index compares them: compatibility forms folded (NFKC), lower case, no joiners; Arabic-script letters that are typed in several ways become one,
/// vowel marks and the Devanagari nukta go, candrabindu becomes anusvara.
/// </summary>
internal static class Words
{
    private const int LongestWord = 64;

    public static List<string> Of(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var character in text.Normalize(NormalizationForm.FormKC).ToLowerInvariant())
        {
            if (Folded(character) is not { } folded)
                continue;
            // Devanagari vowel signs are marks, and part of the word.
            if ((char.IsLetterOrDigit(folded) || CharUnicodeInfo.GetUnicodeCategory(folded) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark) && word.Length < LongestWord)
                word.Append(folded);
            else
                End();
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

    private static char? Folded(char character) => character switch
    {
        '\u093C' or '\u200C' or '\u200D' or '\u0640' or '\u0670' => null,
        >= '\u064B' and <= '\u0652' => null,
        'ँ' => 'ं',
        'ي' or 'ى' or 'ې' => 'ی',
        'ك' => 'ک',
        'ة' or 'ه' or 'ۃ' => 'ہ',
        'أ' or 'إ' or 'ٱ' => 'ا',
        'ؤ' => 'و',
        _ => character,
    };

    /// <summary>Whether one inserted, left out, changed or swapped letter makes the one word of the other.</summary>
    public static bool OneSlipApart(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > 1)
            return false;
        var (shorter, longer) = one.Length <= other.Length ? (one, other) : (other, one);
        var same = 0;
        while (same < shorter.Length && shorter[same] == longer[same])
            same++;
        if (same == shorter.Length)
            return true;
        if (shorter.Length != longer.Length)
            return shorter.AsSpan(same).SequenceEqual(longer.AsSpan(same + 1));
        return shorter.AsSpan(same + 1).SequenceEqual(longer.AsSpan(same + 1))
            || (same + 1 < shorter.Length && shorter[same] == longer[same + 1] && shorter[same + 1] == longer[same] && shorter.AsSpan(same + 2).SequenceEqual(longer.AsSpan(same + 2)));
    }
}
