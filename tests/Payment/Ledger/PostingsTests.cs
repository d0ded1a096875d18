using CsCheck;
using EServices.Contracts;
using EServices.Payment.Ledger;
using EServices.Payment.Money;
using EServices.Payment.Quotes;

namespace EServices.Payment.Tests.Ledger;

public sealed class PostingsTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 4, 30, 0, TimeSpan.Zero);
    private static readonly DateOnly On = new(2026, 3, 2);

    private static readonly string[] Payees = ["government", "csc", "operator", "district-council"];

    private static readonly Gen<List<PricedLine>> Lines =
        Gen.Select(Gen.Long[0, 1_000_000_000], Gen.Int[0, Payees.Length - 1])
            .Select((paise, payee) => new PricedLine("line", Localised.English("Line"), new Paise(paise), Payees[payee], "because"))
            .List[1, 12].Where(lines => lines.Any(line => line.Paise > Paise.Zero));

    [Fact]
    public void Settlement_OfAnyBill_Balances() => Lines.Sample(lines =>
    {
        var entry = Postings.Settlement("bil_1", lines, "cash-in-hand:op", "revenue", "op", At, On);
        return Total(entry, Side.Debit) == Total(entry, Side.Credit) && Total(entry, Side.Debit) == lines.Sum(line => line.Paise.Value);
    });

    [Fact]
    public void Settlement_SplitAmongPayees_LosesNoPaisa() => Lines.Sample(lines =>
    {
        var entry = Postings.Settlement("bil_1", lines, "cash-in-hand:op", "revenue", "op", At, On);
        return lines.GroupBy(line => Accounts.Owed(line.Payee, "revenue", "op")).All(payee =>
            entry.Lines.Where(line => line.Account == payee.Key).Sum(line => line.Paise.Value) == payee.Sum(line => line.Paise.Value));
    });

    [Fact]
    public void Settlement_NamesWhoHoldsAndWhoIsOwed()
    {
        PricedLine[] lines = [Line(2000, "government"), Line(1000, "csc"), Line(4000, "operator")];
        var entry = Postings.Settlement("bil_1", lines, Accounts.CashInHand("opr_7"), "revenue", "opr_7", At, On);
        Assert.Equal(
            [
                new JournalLine("cash-in-hand:opr_7", Side.Debit, new Paise(7000)),
                new JournalLine("government-revenue:revenue", Side.Credit, new Paise(2000)),
                new JournalLine("csc-share", Side.Credit, new Paise(1000)),
                new JournalLine("operator-share:opr_7", Side.Credit, new Paise(4000)),
            ],
            entry.Lines);
        Assert.Equal("jrn_1", entry.Id);
    }

    [Fact]
    public void Entry_OutOfBalance_CannotExist() =>
        Gen.Select(Gen.Long[1, 1_000_000], Gen.Long[1, 1_000_000]).Where((debit, credit) => debit != credit).Sample((debit, credit) =>
        {
            Assert.Throws<ArgumentException>(() => Entry(
                new JournalLine("a", Side.Debit, new Paise(debit)), new JournalLine("b", Side.Credit, new Paise(credit))));
        });

    [Fact]
    public void Entry_OfNothingOrBackwards_CannotExist()
    {
        Assert.Throws<ArgumentException>(() => Entry());
        Assert.Throws<ArgumentException>(() => Entry(new JournalLine("a", Side.Debit, Paise.Zero), new JournalLine("b", Side.Credit, Paise.Zero)));
        Assert.Throws<ArgumentException>(() => Entry(new JournalLine("a", Side.Debit, new Paise(-5)), new JournalLine("b", Side.Credit, new Paise(-5))));
    }

    private static JournalEntry Entry(params JournalLine[] lines) => new("jrn_1", "bil_1", "test", At, On, lines);

    private static PricedLine Line(long paise, string payee) => new(payee, Localised.English(payee), new Paise(paise), payee, "because");

    private static long Total(JournalEntry entry, Side side) => entry.Lines.Where(line => line.Side == side).Sum(line => line.Paise.Value);
}
