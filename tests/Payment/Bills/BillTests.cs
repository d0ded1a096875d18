using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Payment;
using EServices.Payment.Bills;
using EServices.Payment.Money;
using EServices.Payment.Payments;
using EServices.Payment.Quotes;
using EServices.Testing;

namespace EServices.Payment.Tests.Bills;

public sealed class BillTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 4, 30, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly Paise Total = new(2000);

    [Fact]
    public void Cash_SettlesAtOnceWithEntryAndReceipt()
    {
        var bill = Due();
        Assert.Null(bill.PayCash("pay_1", "opr_7", Now, Today));
        Assert.Equal(BillState.Paid, bill.State);
        Assert.Equal("opr_7", bill.Settlement!.TakenBy);
        Assert.Single(bill.Entries);
        Assert.NotNull(bill.Receipt);
        Assert.DoesNotContain(bill.Raised, fact => fact is BillSettled);
    }

    [Fact]
    public void Settlement_IsToldOnceTheReceiptHasItsNumber()
    {
        var bill = Due();
        bill.PayCash("pay_1", "opr_7", Now, Today);
        Assert.True(bill.NumberReceipt("RCP/2025-26/000001"));
        Assert.True(bill.NumberReceipt("RCP/2025-26/000001"));
        Assert.False(bill.NumberReceipt("RCP/2025-26/000002"));
        var settled = Assert.Single(bill.Raised.OfType<BillSettled>());
        Assert.Equal(("RCP/2025-26/000001", "cash", 2000L), (settled.ReceiptNumber, settled.Method, settled.TotalPaise));
    }

    [Fact]
    public void PaidBill_TakesNothingMore()
    {
        var bill = Due();
        bill.PayCash("pay_1", "opr_7", Now, Today);
        Assert.Equal("bill-already-paid", bill.PayCash("pay_2", "opr_7", Now, Today)?.Code);
        Assert.Equal("bill-already-paid", bill.BeginUpi("pay_3", "sandbox", Now)?.Code);
        Assert.Single(bill.Payments);
        Assert.Single(bill.Entries);
    }

    [Fact]
    public void TwoUpiPayments_BothSucceeding_SettleOnceAndKeepTheSecondForRefund()
    {
        var bill = WithUpi("pay_1", "pay_2");
        bill.ProviderSucceeded("pay_1", Total, "rrn-1", Now, Today);
        bill.ProviderSucceeded("pay_2", Total, "rrn-2", Now, Today);
        Assert.Equal(PaymentState.Succeeded, bill.Payment("pay_1")!.State);
        Assert.Equal(PaymentState.RefundDue, bill.Payment("pay_2")!.State);
        Assert.Equal(["government-revenue:revenue", "suspense:refund-due"], bill.Entries.Select(entry => entry.Lines[1].Account));
    }

    [Fact]
    public void Success_HeardTwice_IsEnteredOnce()
    {
        var bill = WithUpi("pay_1", "pay_2");
        for (var times = 0; times < 2; times++)
        {
            bill.ProviderSucceeded("pay_1", Total, "rrn-1", Now, Today);
            bill.ProviderSucceeded("pay_2", Total, "rrn-2", Now, Today);
        }
        Assert.Equal(2, bill.Entries.Count);
    }

    [Fact]
    public void FailureAfterSuccess_ChangesNothing_AndSuccessAfterFailureCounts()
    {
        var late = WithUpi("pay_1");
        late.ProviderSucceeded("pay_1", Total, null, Now, Today);
        late.ProviderFailed("pay_1", "declined", Now);
        Assert.Equal(PaymentState.Succeeded, late.Payment("pay_1")!.State);

        var early = WithUpi("pay_1");
        early.ProviderFailed("pay_1", "declined", Now);
        Assert.Equal(PaymentState.Failed, early.Payment("pay_1")!.State);
        early.ProviderSucceeded("pay_1", Total, null, Now, Today);
        Assert.Equal((BillState.Paid, PaymentState.Succeeded), (early.State, early.Payment("pay_1")!.State));
    }

    [Theory]
    [InlineData(1999)]
    [InlineData(2001)]
    public void AnotherAmount_DoesNotSettleAndIsKeptForRefund(long paise)
    {
        var bill = WithUpi("pay_1");
        bill.ProviderSucceeded("pay_1", new Paise(paise), "rrn-1", Now, Today);
        Assert.Equal(BillState.Due, bill.State);
        Assert.Equal((PaymentState.RefundDue, new Paise(paise)), (bill.Payment("pay_1")!.State, bill.Payment("pay_1")!.Amount));
        Assert.Equal(new Paise(paise), Assert.Single(bill.Entries).Lines[0].Paise);
    }

    [Fact]
    public void WithdrawnBill_TakesNoPayment_AndWhatStillArrivesIsKeptForRefund()
    {
        var bill = WithUpi("pay_1");
        bill.Cancel("withdrawn");
        Assert.Equal("bill-cancelled", bill.PayCash("pay_2", "opr_7", Now, Today)?.Code);
        bill.ProviderSucceeded("pay_1", Total, "rrn-1", Now, Today);
        Assert.Equal((BillState.Cancelled, PaymentState.RefundDue), (bill.State, bill.Payment("pay_1")!.State));
        Assert.Single(bill.Entries);
    }

    [Fact]
    public void PaidBill_Withdrawn_StaysPaid()
    {
        var bill = Due();
        bill.PayCash("pay_1", "opr_7", Now, Today);
        bill.Cancel("withdrawn");
        Assert.Equal(BillState.Paid, bill.State);
    }

    [Fact]
    public void NothingToPay_IsSettledAtOnceWithoutAnEntry()
    {
        var bill = Due(0);
        Assert.Equal((BillState.Paid, PaymentMethod.Free), (bill.State, bill.Settlement!.Method));
        Assert.Empty(bill.Entries);
        Assert.NotNull(bill.NumberDueSince);
    }

    [Fact]
    public void CashForAVisit_OnlyByTheOperatorWhoMadeIt()
    {
        var bill = Due(2000, visitId: "vis_1", operatorId: "opr_7");
        Assert.Equal("not-your-visit", bill.PayCash("pay_1", "opr_8", Now, Today)?.Code);
        Assert.Null(bill.PayCash("pay_1", "opr_7", Now, Today));
    }

    [Fact]
    public void Payments_BeyondTheMost_AreRefused()
    {
        var bill = WithUpi([.. Enumerable.Range(0, Bill.MostPayments).Select(number => $"pay_{number}")]);
        Assert.Equal("too-many-payments", bill.BeginUpi("pay_more", "sandbox", Now)?.Code);
    }

    private static Bill Due(long paise = 2000, string? visitId = null, string? operatorId = null) => Bill.Issue(
        new ApplicationSubmitted("app_1", "JK-1", "domicile-certificate", 1, Localised.English("Domicile"), Channel.Online, Samples.Citizen, "5", visitId, "cit_1", Now),
        "revenue",
        new Price([new PricedLine("fee", Localised.English("Fee"), new Paise(paise), "government", "prescribed")], new FeeBasis("rule", 1, Today, "assumed"), null, operatorId),
        Now, Today);

    private static Bill WithUpi(params string[] payments)
    {
        var bill = Due();
        foreach (var payment in payments)
            Assert.Null(bill.BeginUpi(payment, "sandbox", Now));
        return bill;
    }
}
