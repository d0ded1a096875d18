using System.Globalization;

namespace EServices.Notification.Wording;

/// <summary>Amounts as India writes them: the last three digits together, then pairs. <c>₹1,00,000.00</c>.</summary>
internal static class Rupees
{
    private const string Sign = "₹";

    public static string Of(long paise)
    {
        var (rupees, rest) = Math.DivRem(paise.Magnitude(), 100UL);
        var digits = rupees.ToString(CultureInfo.InvariantCulture);
        var grouped = digits.Length <= 3 ? digits : $"{Pairs(digits[..^3])},{digits[^3..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{(paise < 0 ? "−" : "")}{Sign}{grouped}.{rest:00}");
    }

    /// <summary>Reads an amount that another service wrote, however it grouped it: <c>₹100000.00</c>.</summary>
    public static bool TryRead(string text, out long paise)
    {
        paise = 0;
        if (!text.StartsWith(Sign, StringComparison.Ordinal)
            || !decimal.TryParse(text.AsSpan(Sign.Length).Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var amount)
            || amount * 100 != decimal.Truncate(amount * 100) || amount > long.MaxValue / 100)
            return false;
        paise = (long)(amount * 100);
        return true;
    }

    private static string Pairs(string digits) => digits.Length <= 2 ? digits : $"{Pairs(digits[..^2])},{digits[^2..]}";

    private static ulong Magnitude(this long paise) => paise < 0 ? (ulong)-(paise + 1) + 1 : (ulong)paise;
}
