using EServices.Payment.Bills;
using EServices.Payment.Receipts;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Payment.Tests.Receipts;

public sealed class ReceiptNumbersTests
{
    private static readonly DateOnly Today = new(2026, 4, 2);

    [Fact]
    public async Task WhoeverReadTheBillBeforeAnotherNumberedIt_TakesNoSecondNumber()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var numbers = host.Services.GetRequiredService<ReceiptNumbers>();
        await SettledAsync(host, "app_1");
        var late = await host.ReadBillAsync("app_1");
        await numbers.NumberAsync(await host.ReadBillAsync("app_1"), CancellationToken.None);
        // The next one's write strikes the reservation off: the series knows nothing of the first bill any more.
        await numbers.NumberAsync(await SettledAsync(host, "app_2"), CancellationToken.None);

        var numbered = await numbers.NumberAsync(late, CancellationToken.None);

        Assert.Equal("RCP/2026-27/000001", numbered.Receipt!.Number);
        var series = await host.Store<NumberSeries>().GetAsync(NumberSeries.IdOf(FinancialYear.Of(Today)), CancellationToken.None);
        Assert.Equal((2, 0), (series.Last, series.Spare.Count));
        Assert.Equal("RCP/2026-27/000003", (await numbers.NumberAsync(await SettledAsync(host, "app_3"), CancellationToken.None)).Receipt!.Number);
    }

    [Fact]
    public async Task ManyWhoNumberTheSameBills_LeaveNoGapAndNothingToSpare()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bills = new List<Bill>();
        for (var number = 0; number < 20; number++)
            bills.Add(await SettledAsync(host, $"app_{number}"));
        // Another process, with turns of its own.
        using var other = new ReceiptNumbers(host.Store<Bill>(), host.Store<NumberSeries>());
        var numbers = host.Services.GetRequiredService<ReceiptNumbers>();

        await Task.WhenAll(bills.SelectMany((bill, place) => Enumerable.Range(0, 6).Select(async time =>
        {
            var read = await host.ReadBillAsync(bill.ApplicationId);
            await Task.Delay(TimeSpan.FromMilliseconds((place * 7 + time * 13) % 40));
            await (time % 2 == 0 ? numbers : other).NumberAsync(read, CancellationToken.None);
        })));

        var given = new List<string>();
        foreach (var bill in bills)
            given.Add((await host.ReadBillAsync(bill.ApplicationId)).Receipt!.Number!);
        Assert.Equal(Enumerable.Range(1, bills.Count).Select(number => $"RCP/2026-27/{number:000000}"), given.Order());
        var series = await host.Store<NumberSeries>().GetAsync(NumberSeries.IdOf(FinancialYear.Of(Today)), CancellationToken.None);
        Assert.Equal((bills.Count, 0), (series.Last, series.Spare.Count));
    }

    /// <summary>Paid and not yet numbered, as a crash leaves a bill.</summary>
    private static async Task<Bill> SettledAsync(PaymentHost host, string applicationId)
    {
        var bill = await host.BillAsync(applicationId);
        Assert.Null(bill.PayCash($"pay_{applicationId}", "opr_7", host.Clock.GetUtcNow(), Today));
        await host.Store<Bill>().SaveAsync(bill, CancellationToken.None);
        return await host.ReadBillAsync(applicationId);
    }
}
