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

    private static string Pairs(string digits) => digits.Length <= 2 ? digits : $"{Pairs(digits[..^2])},{digits[^2..]}";

    private static ulong Magnitude(this long paise) => paise < 0 ? (ulong)-(paise + 1) + 1 : (ulong)paise;
}
