using System.Text;

namespace EServices.Benchmarks.Search;

/// <summary>A word in the three ways in which it may be written.</summary>
internal readonly record struct MadeWord(string Latin, string Devanagari, string PersoArabic);

/// <summary>
/// Words that are none but could be, as names of schemes, villages, crops and firms are: two to four syllables. A few are drawn often and most seldom (Zipf's
/// law), so that a growing catalogue brings ever new words, as real ones do (Heaps' law).
/// </summary>
internal sealed class MadeWords
{
    private static readonly (string Latin, string Devanagari, string PersoArabic)[] Consonants =
    [
        ("k", "क", "ک"), ("kh", "ख", "کھ"), ("g", "ग", "گ"), ("ch", "च", "چ"), ("j", "ज", "ج"), ("t", "त", "ت"), ("d", "द", "د"), ("n", "न", "ن"), ("p", "प", "پ"),
        ("b", "ब", "ب"), ("bh", "भ", "بھ"), ("m", "म", "م"), ("y", "य", "ی"), ("r", "र", "ر"), ("l", "ल", "ل"), ("v", "व", "و"), ("s", "स", "س"), ("sh", "श", "ش"),
        ("h", "ह", "ہ"), ("z", "ज़", "ز"),
    ];

    private static readonly (string Latin, string Devanagari, string PersoArabic)[] Vowels =
        [("a", "", ""), ("a", "ा", "ا"), ("i", "ि", ""), ("i", "ी", "ی"), ("u", "ु", ""), ("u", "ू", "و"), ("e", "े", "ی"), ("o", "ो", "و")];

    private readonly List<MadeWord> words = [];

    public MadeWords(int count, Random random)
    {
        var had = new HashSet<string>(StringComparer.Ordinal);
        while (words.Count < count)
        {
            var word = Make(random);
            if (had.Add(word.Latin))
                words.Add(word);
        }
    }

    /// <summary>The cube of an even draw: half of the draws fall on an eighth of the words.</summary>
    public MadeWord Draw(Random random) => words[(int)(Math.Pow(random.NextDouble(), 3) * words.Count)];

    private static MadeWord Make(Random random)
    {
        var (latin, devanagari, persoArabic) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        for (var syllables = random.Next(2, 5); syllables > 0; syllables--)
        {
            Add(Consonants[random.Next(Consonants.Length)]);
            Add(Vowels[random.Next(Vowels.Length)]);
        }
        if (random.Next(2) == 0)
            Add(Consonants[random.Next(Consonants.Length)]);
        return new MadeWord(latin.ToString(), devanagari.ToString(), persoArabic.ToString());

        void Add((string Latin, string Devanagari, string PersoArabic) part)
        {
            latin.Append(part.Latin);
            devanagari.Append(part.Devanagari);
            persoArabic.Append(part.PersoArabic);
        }
    }
}
