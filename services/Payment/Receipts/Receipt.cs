using System.Globalization;

namespace EServices.Payment.Receipts;

/// <param name="Number"><c>RCP/2026-27/000001</c>, without gaps in a financial year; null for the moment between the settlement and its numbering.</param>
internal sealed record Receipt(string Id, string? Number);

/// <summary>A financial year, April to March.</summary>
internal readonly record struct FinancialYear(int Begins)
{
    public static FinancialYear Of(DateOnly day) => new(day.Month >= 4 ? day.Year : day.Year - 1);

    /// <summary><c>2026-27</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Begins}-{(Begins + 1) % 100:00}");
}
