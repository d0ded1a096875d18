using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Payment;
using EServices.Payment.Bills;
using EServices.Testing;

namespace EServices.Payment.Tests.Bills;

/// <summary>Every event once, twice, late and out of order.</summary>
public sealed class ReactionTests
{
    [Fact]
    public async Task Submission_IsBilledByTheRuleForItsChannel()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        await host.DeliverAsync(host.Submission());
        var issued = await host.PublishedAsync<BillIssued>();
        Assert.Equal((2000L, "certificate-basic", 1), (issued.TotalPaise, issued.FeeRuleId, issued.FeeRuleVersion));
        Assert.Equal(["government-fee"], issued.Lines.Select(line => line.Code));
    }

    [Fact]
    public async Task Submission_DeliveredTwiceAndAsAnotherEvent_IsBilledOnce()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        await host.DeliverAsync(host.Submission(), "evt_1");
        await host.DeliverAsync(host.Submission(), "evt_1");
        await host.DeliverAsync(host.Submission(), "evt_2");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.DeliverAsync(host.Submission("app_2"))));
        await host.PublishedAsync<BillIssued>(issued => issued.ApplicationId == "app_1");
        await host.PublishedAsync<BillIssued>(issued => issued.ApplicationId == "app_2");
        Assert.Equal(["app_1", "app_2"], host.Published.OfType<BillIssued>().Select(issued => issued.ApplicationId).Order());
    }

    [Fact]
    public async Task Submission_AfterItsBillWasPaid_ChangesNothing()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bill = await host.BillAsync();
        (await host.Operator().PayAsync(bill.Id, "cash")).EnsureSuccessStatusCode();
        await host.DeliverAsync(host.Submission(), "evt_late");
        Assert.Equal(BillState.Paid, (await host.ReadBillAsync()).State);
        // Published behind all that its bill raised before.
        await host.PublishedAsync<BillSettled>();
        Assert.Single(host.Published.OfType<BillIssued>());
    }

    [Fact]
    public async Task Submission_BeforeItsServiceIsKnown_IsTriedAgain()
    {
        await using var host = new PaymentHost();
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.DeliverAsync(host.Submission()));
        await host.DeliverAsync(Samples.Domicile());
        await host.DeliverAsync(host.Submission());
        Assert.Equal(2000, (await host.ReadBillAsync()).Total.Value);
    }

    [Fact]
    public async Task Submission_StaysWithTheVersionItIsPinnedTo()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var dearer = Samples.Domicile(version: 2);
        await host.DeliverAsync(dearer with { Fee = dearer.Fee with { Version = 2, Lines = [.. dearer.Fee.Lines.Select(line => line with { Paise = line.Paise * 3 })] } });
        Assert.Equal(2000, (await host.BillAsync()).Total.Value);
    }

    [Fact]
    public async Task Visit_IsBilledByTheQuoteThatWasConfirmed_NotByTheRuleOfTheDay()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var quote = await (await host.Anonymous().PostAsync("/api/v1/services/domicile-certificate/quote", Json("""{"channel":"doorstep"}"""))).JsonAsync();
        var dearer = Samples.Domicile(version: 2);
        await host.DeliverAsync(dearer with { Fee = dearer.Fee with { Version = 2, Lines = [.. dearer.Fee.Lines.Select(line => line with { Paise = line.Paise * 3 })] } });

        await host.DeliverAsync(host.Confirmation("vis_1", quote.Text("quoteId")!, 7000));
        await host.DeliverAsync(host.Confirmation("vis_1", quote.Text("quoteId")!, 7000));
        await host.DeliverAsync(host.Submission(channel: Channel.Doorstep, visitId: "vis_1") with { ServiceVersion = 2 });

        var bill = await host.ReadBillAsync();
        Assert.Equal((7000L, quote.Text("quoteId"), "opr_7", 1), (bill.Total.Value, bill.QuoteId, bill.OperatorId, bill.Basis.RuleVersion));
    }

    [Fact]
    public async Task VisitsSubmission_BeforeItsConfirmation_IsTriedAgain()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var quote = await (await host.Anonymous().PostAsync("/api/v1/services/domicile-certificate/quote", Json("""{"channel":"doorstep"}"""))).JsonAsync();
        var submission = host.Submission(channel: Channel.Doorstep, visitId: "vis_1");
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.DeliverAsync(submission, "evt_1"));
        await host.DeliverAsync(host.Confirmation("vis_1", quote.Text("quoteId")!, 7000));
        await host.DeliverAsync(submission, "evt_1");
        Assert.Equal(7000, (await host.ReadBillAsync()).Total.Value);
    }

    [Fact]
    public async Task VisitsSubmission_ForAnotherService_IsBilledByThatServicesRule()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var quote = await (await host.Anonymous().PostAsync("/api/v1/services/domicile-certificate/quote", Json("""{"channel":"doorstep"}"""))).JsonAsync();
        await host.DeliverAsync(Samples.Domicile("income-certificate"));
        await host.DeliverAsync(host.Confirmation("vis_1", quote.Text("quoteId")!, 7000));
        await host.DeliverAsync(host.Submission(channel: Channel.Doorstep, visitId: "vis_1") with { ServiceId = "income-certificate" });
        var bill = await host.ReadBillAsync();
        Assert.Equal((7000L, (string?)null, "opr_7"), (bill.Total.Value, bill.QuoteId, bill.OperatorId));
    }

    [Fact]
    public async Task Withdrawal_BeforeAndAfterTheSubmission_CancelsTheBill()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        foreach (var (id, first) in new[] { ("app_1", true), ("app_2", false) })
        {
            var withdrawn = new ApplicationWithdrawn(id, "JK-" + id, "domicile-certificate", Samples.Citizen, host.Clock.GetUtcNow());
            if (first)
                await host.DeliverAsync(withdrawn);
            await host.DeliverAsync(host.Submission(id));
            await host.DeliverAsync(withdrawn);
            await host.DeliverAsync(withdrawn);
            await host.DeliverAsync(host.Submission(id));
            Assert.Equal(BillState.Cancelled, (await host.ReadBillAsync(id)).State);
        }
    }

    [Fact]
    public async Task ServiceThatCostsNothing_IsSettledAtOnceWithAReceipt()
    {
        var free = Samples.Domicile();
        await using var host = await PaymentHost.WithDomicileAsync(free with { Fee = free.Fee with { Lines = [] } });
        await host.DeliverAsync(host.Submission());
        await host.DeliverAsync(host.Submission());
        var settled = await host.PublishedAsync<BillSettled>();
        Assert.Equal((0L, "free", "RCP/2025-26/000001"), (settled.TotalPaise, settled.Method, settled.ReceiptNumber));
        Assert.Single(host.Published.OfType<BillSettled>());
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");
}
