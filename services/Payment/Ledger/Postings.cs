using EServices.Payment.Money;
using EServices.Payment.Quotes;

namespace EServices.Payment.Ledger;

/// <summary>Derives entries from what happened to a bill.</summary>
internal static class Postings
{
    /// <summary>A bill was paid: one debit of the whole, one credit for each account it is owed to.</summary>
    public static JournalEntry Settlement(
        string billId, IReadOnlyList<PricedLine> lines, string paidInto, string departmentId, string? operatorId, DateTimeOffset at, DateOnly on) =>
        new(EntryId(billId), billId, "Bill settled", at, on,
        [
            new JournalLine(paidInto, Side.Debit, lines.Sum(line => line.Paise)),
            .. lines.Where(line => line.Paise > Paise.Zero)
                .GroupBy(line => Accounts.Owed(line.Payee, departmentId, operatorId))
                .Select(owed => new JournalLine(owed.Key, Side.Credit, owed.Sum(line => line.Paise))),
        ]);

    /// <summary>Money came in that settles nothing (the bill was paid already, or withdrawn, or the amount differs): it is kept for its payer.</summary>
    public static JournalEntry RefundDue(string billId, string paymentId, Paise amount, string paidInto, string why, DateTimeOffset at, DateOnly on) =>
        new(EntryId(paymentId), billId, $"Refund due: {why}", at, on,
        [
            new JournalLine(paidInto, Side.Debit, amount),
            new JournalLine(Accounts.RefundDue, Side.Credit, amount),
        ]);

    /// <summary><c>bil_01J…</c> or <c>pay_01J…</c> gives <c>jrn_01J…</c>.</summary>
    internal static string EntryId(string cause) => $"jrn_{cause[(cause.IndexOf('_', StringComparison.Ordinal) + 1)..]}";
}
