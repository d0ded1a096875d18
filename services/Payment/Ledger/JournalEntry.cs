using System.Text.Json.Serialization;
using EServices.Contracts;
using EServices.Payment.Money;

namespace EServices.Payment.Ledger;

[JsonConverter(typeof(CamelCaseEnumConverter<Side>))]
internal enum Side
{
    Debit,
    Credit,
}

/// <param name="Paise">More than zero; the side says the direction.</param>
internal sealed record JournalLine(string Account, Side Side, Paise Paise);

/// <summary>
/// One movement of money in double entry. It can't exist unbalanced, neither made nor read back from the store.
/// Its id follows from what it records, so the same movement can't be entered twice.
/// </summary>
internal sealed record JournalEntry
{
    public JournalEntry(string id, string billId, string narration, DateTimeOffset postedAt, DateOnly postedOn, IReadOnlyList<JournalLine> lines)
    {
        if (lines.Any(line => line.Paise <= Paise.Zero))
            throw new ArgumentException($"Entry {id} has a line that is not more than zero.", nameof(lines));
        var (debit, credit) = (Total(lines, Side.Debit), Total(lines, Side.Credit));
        if (debit != credit || debit == Paise.Zero)
            throw new ArgumentException($"Entry {id} does not balance: debit {debit.Value}, credit {credit.Value} paise.", nameof(lines));
        (Id, BillId, Narration, PostedAt, PostedOn, Lines) = (id, billId, narration, postedAt, postedOn, lines);
    }

    public string Id { get; }

    public string BillId { get; }

    public string Narration { get; }

    public DateTimeOffset PostedAt { get; }

    /// <summary>The date in the state: the day of the books.</summary>
    public DateOnly PostedOn { get; }

    public IReadOnlyList<JournalLine> Lines { get; }

    private static Paise Total(IReadOnlyList<JournalLine> lines, Side side) => lines.Where(line => line.Side == side).Sum(line => line.Paise);
}
