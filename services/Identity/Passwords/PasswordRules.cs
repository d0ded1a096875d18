using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using EServices.Platform;

namespace EServices.Identity.Passwords;

/// <summary>
/// What a password has to be (PW1, PW5): long enough to stand alone, and not what a guesser tries first. No rule on kinds of characters:
/// those make passwords worse. Counted in code points after NFKC.
/// </summary>
/// <param name="contextWords">Words of this state and platform that a guesser knows; those of the account are added per check.</param>
internal sealed class PasswordRules(IEnumerable<string> contextWords)
{
    /// <summary>While a password is the only factor. With a second one, 8 suffice.</summary>
    public const int Shortest = 15;

    /// <summary>Far above the 64 that must be accepted; refused rather than cut off.</summary>
    public const int Longest = 256;

    /// <summary>So many letters must be left when the words a guesser knows are taken away.</summary>
    private const int OwnLetters = 8;

    /// <summary>A phrase of this many common words is no longer a common password.</summary>
    private const int CommonWords = 3;

    private readonly string[] context = [.. contextWords.SelectMany(Words).Distinct()];

    /// <summary>Everything that is wrong with it; empty when it may be used.</summary>
    public IReadOnlyList<FieldError> Check(string? password, string pointer, params string[] accountTexts)
    {
        var errors = new List<FieldError>();
        var normalised = (password ?? "").Normalize(NormalizationForm.FormKC);
        var length = normalised.EnumerateRunes().Count();
        if (length < Shortest)
            errors.Add(new FieldError(pointer, "too-short", $"At least {Shortest} characters, as long as it is the only proof of who you are."));
        if (length > Longest)
            errors.Add(new FieldError(pointer, "too-long", $"At most {Longest} characters."));
        if (length is >= Shortest and <= Longest && IsGuessable(normalised, accountTexts))
            errors.Add(new FieldError(pointer, "guessable", "Too easy to guess: it is built from common words, a sequence, a repetition, or from your name, office or state."));
        return errors;
    }

    private bool IsGuessable(string password, string[] accountTexts)
    {
        var lower = password.ToLowerInvariant();
        if (IsRepetition(lower) || IsSequence(lower) || CommonPasswords.Contains(lower))
            return true;
        string[] known = [.. context, .. accountTexts.SelectMany(Words)];
        return Foldings(lower).Any(letters => IsMadeOfCommonWords(letters) || IsMadeOfContext(letters, known));
    }

    private static bool IsRepetition(string text)
    {
        for (var unit = 1; unit <= text.Length / 2; unit++)
        {
            var period = unit;
            if (Enumerable.Range(period, text.Length - period).All(at => text[at] == text[at - period]))
                return true;
        }
        return false;
    }

    private static bool IsSequence(string text)
    {
        // 1234567890123456 and abcdefgh…: each next to the one before, nines and zeros included.
        var steps = Enumerable.Range(1, text.Length - 1).Select(at => Step(text[at - 1], text[at])).Distinct().ToList();
        return steps is [1] or [-1];

        static int Step(char one, char next) => (one, next) switch
        {
            ('9', '0') => 1,
            ('0', '9') => -1,
            _ => next - one,
        };
    }

    private static bool IsMadeOfCommonWords(string letters)
    {
        // The fewest common words that cover the letters up to each place; what the digits and signs between them were does not matter.
        var fewest = new int[letters.Length + 1];
        for (var end = 1; end <= letters.Length; end++)
        {
            fewest[end] = int.MaxValue;
            for (var start = Math.Max(0, end - CommonPasswords.LongestWord); start < end; start++)
            {
                if (fewest[start] < CommonWords && CommonPasswords.Contains(letters[start..end]))
                    fewest[end] = Math.Min(fewest[end], fewest[start] + 1);
            }
        }
        return letters.Length > 0 && fewest[letters.Length] <= CommonWords;
    }

    private static bool IsMadeOfContext(string letters, string[] words)
    {
        var left = words.OrderByDescending(word => word.Length).Aggregate(letters, (rest, word) => rest.Replace(word, "", StringComparison.Ordinal));
        return left.Length < letters.Length && left.Length < OwnLetters;
    }

    /// <summary>Its letters alone; and its letters with the usual disguises taken off, less what was put before and behind: <c>P@ssw0rd-2026</c> is <c>password</c>.</summary>
    private static string[] Foldings(string lower)
    {
        var first = lower.AsSpan().IndexOfAnyInRange('a', 'z');
        var last = lower.AsSpan().LastIndexOfAnyInRange('a', 'z');
        var core = first < 0 ? "" : lower[first..(last + 1)];
        return [string.Concat(lower.Where(char.IsLetter)), string.Concat(core.Select(Undisguised).Where(char.IsLetter))];
    }

    private static char Undisguised(char character) => character switch
    {
        '@' or '4' => 'a',
        '3' => 'e',
        '!' or '1' => 'i',
        '0' => 'o',
        '$' or '5' => 's',
        '7' => 't',
        _ => character,
    };

    private static IEnumerable<string> Words(string text) =>
        text.ToLower(CultureInfo.InvariantCulture).Split([' ', '.', '@', '-', '_', '+', ',', '&'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(word => word.Length >= 2 && word is not ("and" or "of" or "the" or "in" or "gov"));
}

/// <summary>Passwords and words that guessers try first; a modest list, read once from the assembly.</summary>
internal static class CommonPasswords
{
    private static readonly FrozenSet<string> All = Read();

    public static int LongestWord { get; } = All.Max(word => word.Length);

    public static int Count => All.Count;

    public static bool Contains(string lower) => All.Contains(lower);

    private static FrozenSet<string> Read()
    {
        using var resource = typeof(CommonPasswords).Assembly.GetManifestResourceStream("common-passwords.txt")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
