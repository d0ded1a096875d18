using CsCheck;
using EServices.Payment.Receipts;

namespace EServices.Payment.Tests.Receipts;

public sealed class NumberSeriesTests
{
    [Fact]
    public void SameBill_AskedAgain_HasTheSameNumber()
    {
        var series = Year();
        Assert.Equal("RCP/2026-27/000001", series.Reserve("bil_a"));
        Assert.Equal("RCP/2026-27/000002", series.Reserve("bil_b"));
        Assert.Equal("RCP/2026-27/000001", series.Reserve("bil_a"));
    }

    [Fact]
    public void NumberThatItsBillDoesNotCarry_IsGivenOutAgain()
    {
        var series = Year();
        series.Reserve("bil_a");
        series.Close("bil_a", "RCP/2026-27/000001");
        // A late process reserved for a bill that was numbered meanwhile.
        Assert.Equal("RCP/2026-27/000002", series.Reserve("bil_a"));
        series.Close("bil_a", "RCP/2026-27/000001");
        Assert.Equal("RCP/2026-27/000002", series.Reserve("bil_b"));
    }

    [Fact]
    public void AnyOrderOfReservationsRacesAndEnds_LeavesNoGapAndNoRepeat() =>
        // Each step: a bill asks for a number (perhaps again, perhaps after it has one), or one reservation is struck off.
        Gen.Select(Gen.Int[0, 30], Gen.Bool).List[1, 200].Sample(steps =>
        {
            var series = Year();
            var carried = new Dictionary<string, string>();
            foreach (var (bill, asks) in steps)
            {
                var id = $"bil_{bill}";
                if (asks)
                    carried.TryAdd(id, series.Reserve(id));
                else if (carried.TryGetValue(id, out var number))
                    series.Close(id, number);
            }
            // Every bill ends up numbered and closed; then what was handed back is used up by further bills.
            foreach (var (id, number) in carried)
                series.Close(id, number);
            for (var more = 0; series.Spare.Count > 0; more++)
                carried[$"more_{more}"] = series.Reserve($"more_{more}");
            var numbers = carried.Values.Select(number => int.Parse(number[^6..], System.Globalization.CultureInfo.InvariantCulture)).Order().ToList();
            Assert.Equal(Enumerable.Range(1, carried.Count), numbers);
        });

    [Theory]
    [InlineData("2026-03-31", "2025-26")]
    [InlineData("2026-04-01", "2026-27")]
    [InlineData("2099-12-31", "2099-00")]
    public void FinancialYear_RunsFromAprilToMarch(string day, string year) =>
        Assert.Equal(year, FinancialYear.Of(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)).ToString());

    private static NumberSeries Year() => new(new FinancialYear(2026));
}
