using EServices.Payment.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Payment.Tests.Ledger;

public sealed class LedgerEndpointTests
{
    [Fact]
    public async Task Entries_OfABill_SayWhatMoved()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bill = await host.BillAsync();
        await host.Operator("stf_9").PayAsync(bill.Id, "cash");
        var entry = Assert.Single((await host.Finance().JsonAsync("/api/v1/ledger/entries?billId=" + bill.Id)).GetProperty("items").EnumerateArray());
        Assert.Equal(["debit cash-in-hand:stf_9 2000", "credit government-revenue:revenue 2000"],
            entry.GetProperty("lines").EnumerateArray().Select(line => $"{line.Text("side")} {line.Text("account")} {line.Number("paise")}"));
        Assert.Equal(1, (await host.Finance().JsonAsync("/api/v1/ledger/entries?day=2026-03-02")).GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await host.Finance().JsonAsync("/api/v1/ledger/entries?day=2026-03-03")).GetProperty("items").GetArrayLength());
        await (await host.Finance().GetAsync("/api/v1/ledger/entries")).ProblemAsync(400, "invalid-request");
    }

    [Fact]
    public async Task TrialBalance_OverDaysClosedAndOpen_IsTheSumOfAllEntries()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var books = host.Services.GetRequiredService<Books>();
        for (var day = 1; day <= 3; day++)
        {
            var bill = await host.BillAsync($"app_{day}");
            (await host.Operator().PayAsync(bill.Id, "cash")).EnsureSuccessStatusCode();
            host.Clock.Advance(TimeSpan.FromDays(day));
            await books.CloseAsync(CancellationToken.None);
            await books.CloseAsync(CancellationToken.None);
        }
        var last = await host.BillAsync("app_4");
        (await host.Operator().PayAsync(last.Id, "cash")).EnsureSuccessStatusCode();

        var closed = await host.Store<ClosedBooks>().FirstAsync(ClosedBooks.ByDay.All.Descending(), CancellationToken.None);
        Assert.Equal(6000, closed!.Accounts.Single(account => account.Account == "csc-share" || account.Account.StartsWith("government", StringComparison.Ordinal)).Totals.Credit.Value);
        var balance = await host.Finance().JsonAsync("/api/v1/ledger/trial-balance");
        Assert.Equal((8000L, 8000L, true), (balance.Number("debitPaise"), balance.Number("creditPaise"), balance.GetProperty("balanced").GetBoolean()));
    }

    [Fact]
    public async Task Day_IsNotClosedBeforeItsLastEntryMustBeIn()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        (await host.Operator().PayAsync((await host.BillAsync()).Id, "cash")).EnsureSuccessStatusCode();
        var books = host.Services.GetRequiredService<Books>();
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 2, 19, 0, 0, TimeSpan.Zero));
        await books.CloseAsync(CancellationToken.None);
        Assert.Null(await host.Store<ClosedBooks>().FirstAsync(ClosedBooks.ByDay.All, CancellationToken.None));
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 2, 19, 31, 0, TimeSpan.Zero));
        await books.CloseAsync(CancellationToken.None);
        Assert.NotNull(await host.Store<ClosedBooks>().FirstAsync(ClosedBooks.ByDay.All, CancellationToken.None));
    }
}
