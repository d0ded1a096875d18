using EServices.Payment.Bills;
using EServices.Payment.Money;
using EServices.Platform.Storage;

namespace EServices.Payment.Ledger;

/// <summary>The totals of every account up to the end of a day. The entries themselves are in the bills; this is only so that nobody has to add them all up again.</summary>
internal sealed class ClosedBooks : Document
{
    public static readonly DocumentMap<ClosedBooks> Map;
    public static readonly DocumentIndex<ClosedBooks> ByDay;

    static ClosedBooks()
    {
        PaiseStorage.Register();
        Map = new DocumentMap<ClosedBooks>("closed_books");
        ByDay = Map.Unique("by_day", books => books.Day);
    }

    public ClosedBooks(DateOnly day, IReadOnlyDictionary<string, AccountTotals> totals)
        : base($"{day:yyyy-MM-dd}") => (Day, Accounts) = (day, [.. totals.Select(account => new ClosedAccount(account.Key, account.Value))]);

    private ClosedBooks()
    {
    }

    public DateOnly Day { get; private set; }

    public IReadOnlyList<ClosedAccount> Accounts { get; private set; } = [];
}

internal sealed record ClosedAccount(string Account, AccountTotals Totals);

internal sealed record AccountTotals(Paise Debit, Paise Credit)
{
    public static readonly AccountTotals None = new(Paise.Zero, Paise.Zero);

    public AccountTotals With(JournalLine line) =>
        line.Side == Side.Debit ? this with { Debit = Debit + line.Paise } : this with { Credit = Credit + line.Paise };
}

/// <summary>Adds up the entries: from the last closed day on, one day after the other.</summary>
internal sealed class Books(DocumentStore<Bill> bills, DocumentStore<ClosedBooks> closed, PaymentTerms terms, TimeProvider time)
{
    /// <summary>How long after midnight a day's last entry may still be on its way into the store.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromHours(1);

    public async Task<IReadOnlyDictionary<string, AccountTotals>> BalanceAsync(CancellationToken cancellationToken) =>
        (await AddUpAsync(terms.DateAt(time.GetUtcNow()), cancellationToken)).Totals;

    /// <summary>Closes the days that have ended. Done twice, or by two processes, it comes to the same totals.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        var until = terms.DateAt(time.GetUtcNow() - Settling).AddDays(-1);
        var (totals, last) = await AddUpAsync(until, cancellationToken);
        if (totals.Count == 0 || last >= until)
            return;
        try
        {
            await closed.SaveAsync(new ClosedBooks(until, totals), cancellationToken);
        }
        catch (DuplicateKeyException)
        {
        }
    }

    /// <summary>The totals at the end of a day, and the closed day they start from.</summary>
    private async Task<(SortedDictionary<string, AccountTotals> Totals, DateOnly? Last)> AddUpAsync(DateOnly until, CancellationToken cancellationToken)
    {
        var totals = new SortedDictionary<string, AccountTotals>(StringComparer.Ordinal);
        var last = await closed.FirstAsync(ClosedBooks.ByDay.All.Descending(), cancellationToken);
        foreach (var account in last?.Accounts ?? [])
            totals[account.Account] = account.Totals;
        var first = last?.Day.AddDays(1) ?? (await bills.FirstAsync(BillDocuments.ByFirstPosting.All, cancellationToken))?.FirstPostedOn;
        for (var day = first; day <= until; day = day.Value.AddDays(1))
        {
            await foreach (var bill in bills.AllAsync(BillDocuments.ByPostingDay.Where(day.Value), cancellationToken))
            {
                foreach (var line in bill.Entries.Where(entry => entry.PostedOn == day).SelectMany(entry => entry.Lines))
                    totals[line.Account] = totals.GetValueOrDefault(line.Account, AccountTotals.None).With(line);
            }
        }
        return (totals, last?.Day);
    }
}
