namespace EServices.Platform.Web;

/// <summary>Indian mobile numbers: kept as E.164, <c>+91</c> and ten digits of which the first is 6 to 9.</summary>
public static class Mobile
{
    /// <summary>Accepts <c>+91…</c>, <c>0091…</c>, <c>91…</c>, <c>0…</c> and the bare ten digits, with spaces or hyphens between.</summary>
    public static bool TryNormalise(string? text, out string normalised)
    {
        normalised = "";
        if (text is null || text.Length > 20)
            return false;
        var plus = text.TrimStart().StartsWith('+');
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        if (text.Any(character => !char.IsAsciiDigit(character) && character is not (' ' or '-' or '+')))
            return false;
        var national = digits switch
        {
            { Length: 10 } when !plus => digits,
            { Length: 11 } when digits[0] == '0' && !plus => digits[1..],
            { Length: 12 } when digits.StartsWith("91", StringComparison.Ordinal) => digits[2..],
            { Length: 14 } when digits.StartsWith("0091", StringComparison.Ordinal) && !plus => digits[4..],
            _ => "",
        };
        if (national.Length != 10 || national[0] < '6')
            return false;
        normalised = "+91" + national;
        return true;
    }

    /// <summary>For logs and screens of people who need not know it: the last two digits.</summary>
    public static string Masked(string mobile) => mobile.Length < 4 ? "…" : $"{mobile[..3]}••••••••{mobile[^2..]}";
}
