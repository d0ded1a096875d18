using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EServices.Payment.Money;

/// <summary>An amount of money in hundredths of a rupee. Whole, checked (an overflow throws, it never wraps), in JSON an integer.</summary>
[JsonConverter(typeof(PaiseJsonConverter))]
internal readonly record struct Paise(long Value) : IComparable<Paise>
{
    public static readonly Paise Zero;

    /// <summary>ISO 4217 code of the currency whose hundredth this is.</summary>
    public const string Currency = "INR";

    private static readonly CultureInfo Indian = MakeIndian();

    public static Paise operator +(Paise left, Paise right) => new(checked(left.Value + right.Value));

    public static Paise operator -(Paise left, Paise right) => new(checked(left.Value - right.Value));

    public static Paise operator -(Paise amount) => new(checked(-amount.Value));

    public static Paise operator *(Paise amount, int times) => new(checked(amount.Value * times));

    public static bool operator <(Paise left, Paise right) => left.Value < right.Value;

    public static bool operator >(Paise left, Paise right) => left.Value > right.Value;

    public static bool operator <=(Paise left, Paise right) => left.Value <= right.Value;

    public static bool operator >=(Paise left, Paise right) => left.Value >= right.Value;

    public int CompareTo(Paise other) => Value.CompareTo(other.Value);

    /// <summary>Rupees with two decimals and a point, as payment links take them: <c>123456.50</c>.</summary>
    public string Rupees => (Value / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>For people: <c>₹1,23,456.50</c>, grouped as India groups.</summary>
    public override string ToString() => string.Create(Indian, $"{(Value < 0 ? "-" : "")}₹{Math.Abs(Value / 100m):N2}");

    private static CultureInfo MakeIndian()
    {
        // Not CultureInfo("en-IN"): a machine in invariant-globalization mode has no such culture.
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberGroupSizes = [3, 2];
        return culture;
    }
}

internal static class PaiseExtensions
{
    public static Paise Sum<T>(this IEnumerable<T> items, Func<T, Paise> amount) => items.Aggregate(Paise.Zero, (sum, item) => sum + amount(item));
}

internal sealed class PaiseJsonConverter : JsonConverter<Paise>
{
    public override Paise Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var paise)
            ? new Paise(paise)
            : throw new JsonException("An amount is a whole number of paise.");

    public override void Write(Utf8JsonWriter writer, Paise value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
