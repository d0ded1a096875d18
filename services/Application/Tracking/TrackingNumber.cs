using System.Globalization;
using EServices.Platform.Time;

namespace EServices.Application.Tracking;

/// <summary>
/// A number to write down and read out: <c>JK-26-7M3QX9D-4</c>. State, year, seven random characters, and a check character by ISO 7064 MOD 37-2, which notices
/// every single wrong character and every swap of neighbours. Random, so that nobody finds other people's numbers by counting.
/// </summary>
internal static class TrackingNumber
{
    /// <summary>Base 32 without I, L, O and U: what is misread as 1, 0 or V.</summary>
    public const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private const string CheckAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
    private const int Body = 7;

    /// <param name="prefix">Two to five capital letters.</param>
    /// <param name="year">The year in the state.</param>
    public static string New(string prefix, int year, IChance chance)
    {
        var head = prefix + (year % 100).ToString("00", CultureInfo.InvariantCulture);
        while (true)
        {
            var body = string.Create(Body, chance, static (span, source) =>
            {
                foreach (ref var character in span)
                    character = Alphabet[source.Below(Alphabet.Length)];
            });
            // The scheme's check character is one of 37; a number with one that is easily misread is drawn again.
            var check = CheckOf(head + body);
            if (Alphabet.Contains(check, StringComparison.Ordinal))
                return $"{prefix}-{head[^2..]}-{body}-{check}";
        }
    }

    /// <summary>Reads a number as people type it: any case, with or without hyphens and spaces, O for 0 and I or L for 1. False when the check character does not fit.</summary>
    public static bool TryParse(string? text, out string number)
    {
        number = "";
        if (text is null || text.Length > 40)
            return false;
        var plain = string.Concat(text.Where(character => character is not ('-' or ' '))).ToUpperInvariant();
        var letters = plain.Length - 2 - Body - 1;
        if (letters is < 2 or > 5 || !plain[..letters].All(char.IsAsciiLetterUpper))
            return false;
        var rest = plain[letters..].Replace('O', '0').Replace('I', '1').Replace('L', '1');
        if (!rest.All(character => Alphabet.Contains(character, StringComparison.Ordinal)) || !rest[..2].All(char.IsAsciiDigit))
            return false;
        if (CheckOf(plain[..letters] + rest[..^1]) != rest[^1])
            return false;
        number = $"{plain[..letters]}-{rest[..2]}-{rest[2..^1]}-{rest[^1]}";
        return true;
    }

    private static char CheckOf(string payload)
    {
        var sum = payload.Aggregate(0, (carry, character) => (carry + CheckAlphabet.IndexOf(character, StringComparison.Ordinal)) * 2 % 37);
        return CheckAlphabet[(38 - sum) % 37];
    }
}
