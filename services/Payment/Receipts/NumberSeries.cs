using System.Globalization;
using EServices.Platform.Storage;

namespace EServices.Payment.Receipts;

/// <summary>
/// The receipt numbers of one financial year, without gaps and without repeats. A number is reserved for a bill that is already settled, so no reservation
/// can come to nothing; the same bill asked for twice has the same number; a reservation ends when the bill carries its number. <see cref="ReceiptNumbers"/>
/// never reserves a second one for a bill; if it was done all the same, that number is handed back and the next bill gets it.
/// </summary>
internal sealed class NumberSeries : Document
{
    public NumberSeries(FinancialYear financialYear)
        : base(IdOf(financialYear)) => Year = financialYear.ToString();

    private NumberSeries()
    {
    }

    public string Year { get; private set; } = "";

    public int Last { get; private set; }

    public IReadOnlyList<Reservation> Open { get; private set; } = [];

    /// <summary>Numbers handed back, given out before new ones.</summary>
    public IReadOnlyList<int> Spare { get; private set; } = [];

    public static string IdOf(FinancialYear year) => $"receipts-{year}";

    public string Reserve(string billId)
    {
        if (Open.FirstOrDefault(reservation => reservation.BillId == billId) is { } earlier)
            return Text(earlier.Number);
        var number = Spare.Count > 0 ? Spare.Min() : Last + 1;
        Spare = [.. Spare.Where(spare => spare != number)];
        Last = Math.Max(Last, number);
        Open = [.. Open, new Reservation(billId, number)];
        return Text(number);
    }

    /// <summary>Ends a reservation: the bill carries <paramref name="carried"/>. A number it does not carry is free again.</summary>
    public void Close(string billId, string carried)
    {
        if (Open.FirstOrDefault(reservation => reservation.BillId == billId) is not { } closing)
            return;
        Open = [.. Open.Where(reservation => reservation != closing)];
        if (Text(closing.Number) != carried)
            Spare = [.. Spare, closing.Number];
    }

    private string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"RCP/{Year}/{number:000000}");
}

internal sealed record Reservation(string BillId, int Number);

internal static class NumberSeriesDocuments
{
    public static readonly DocumentMap<NumberSeries> Map = new("number_series");
    public static readonly DocumentIndex<NumberSeries> ByYear = Map.Unique("by_year", series => series.Year);
}
