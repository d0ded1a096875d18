using System.Globalization;

namespace EServices.Dispatch;

/// <summary>Amounts as people read them: <c>₹70.00</c>.</summary>
internal static class Rupees
{
    public static string Of(long paise) => string.Create(CultureInfo.InvariantCulture, $"₹{paise / 100}.{paise % 100:00}");
}
