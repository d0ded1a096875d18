using System.Globalization;
using System.Text;

namespace EServices.Benchmarks.Search;

/// <summary>One typing error in a text: a letter left out, twice, another one, or two swapped; in a word of four letters and more, never in its first.</summary>
internal static class Slips
{
    private const int ShortestWord = 4;

    /// <summary>The text itself where no word is long enough.</summary>
    public static string Into(string text, Random random)
    {
        var words = text.Split(' ');
        var long_ = Enumerable.Range(0, words.Length).Where(word => Letters(words[word]).Count >= ShortestWord).ToList();
        if (long_.Count == 0)
            return text;
        var at = long_[random.Next(long_.Count)];
        words[at] = Slip(Letters(words[at]), random);
        return string.Join(' ', words);
    }

    /// <summary>Letters with their marks: a vowel sign is typed by itself, but what stands combined in one code point is one.</summary>
    private static List<string> Letters(string word) => [.. word.Normalize(NormalizationForm.FormC).EnumerateRunes().Select(rune => rune.ToString())];

    private static string Slip(List<string> letters, Random random)
    {
        var at = random.Next(1, letters.Count);
        switch (random.Next(4))
        {
            case 0:
                letters.RemoveAt(at);
                break;
            case 1:
                letters.Insert(at, letters[at]);
                break;
            case 2:
                letters[at] = Near(letters[at], random);
                break;
            default:
                var other = at > 1 ? at - 1 : at + 1;
                if (other < letters.Count)
                    (letters[at], letters[other]) = (letters[other], letters[at]);
                break;
        }
        return string.Concat(letters);
    }

    /// <summary>A letter of the same script and kind.</summary>
    private static string Near(string letter, Random random)
    {
        var rune = Rune.GetRuneAt(letter, 0);
        string alphabet = rune.Value switch
        {
            >= 0x0900 and <= 0x097F => Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherLetter ? "कखगचजटडतदनपबमयरलवसहश" : "ािीुूेोंै",
            >= 0x0600 and <= 0x06FF => "ابپتٹجچحدڈرزسشعفقکگلمنوہی",
            _ => "abcdefghijklmnopqrstuvwxyz",
        };
        return alphabet[random.Next(alphabet.Length)].ToString();
    }
}
