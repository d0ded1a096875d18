using System.Net;
using EServices.Contracts.Payment;
using EServices.Payment.Bills;
using EServices.Payment.Payments;

namespace EServices.Payment.Tests.Providers;

public sealed class WebhookEndpointTests
{
    [Fact]
    public async Task Notice_RepeatedTogetherAndLate_SettlesOnce()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var payment = await BeginAsync(host);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => host.NoticeAsync(PaymentHost.Succeeded(payment, 2000))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
        host.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(HttpStatusCode.NoContent, (await host.NoticeAsync(PaymentHost.Succeeded(payment, 2000))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await host.NoticeAsync(PaymentHost.Succeeded(payment, 2000), id: "msg_other")).StatusCode);
        await host.PublishedAsync<BillSettled>();
        Assert.Single(host.Published.OfType<BillSettled>());
        Assert.Single((await host.ReadBillAsync()).Entries);
    }

    [Fact]
    public async Task Notices_InTheWrongOrder_EndPaid()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var payment = await BeginAsync(host);
        await host.NoticeAsync(PaymentHost.Failed(payment), "msg_2");
        Assert.Equal(PaymentState.Failed, (await host.ReadBillAsync()).Payment(payment)!.State);
        await host.NoticeAsync(PaymentHost.Succeeded(payment, 2000), "msg_1");
        await host.NoticeAsync(PaymentHost.Failed(payment), "msg_3");
        Assert.Equal(BillState.Paid, (await host.ReadBillAsync()).State);
    }

    [Fact]
    public async Task UpiThatSucceedsAfterCashWasTaken_IsKeptInSuspense()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var payment = await BeginAsync(host);
        (await host.Operator().PayAsync((await host.ReadBillAsync()).Id, "cash")).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NoContent, (await host.NoticeAsync(PaymentHost.Succeeded(payment, 2000))).StatusCode);
        var seen = await host.Owner().JsonAsync("/api/v1/payments/" + payment);
        Assert.Equal("refundDue", seen.Text("state"));
        var balance = await host.Finance().JsonAsync("/api/v1/ledger/trial-balance");
        Assert.True(balance.GetProperty("balanced").GetBoolean());
        Assert.Equal((4000L, 4000L), (balance.Number("debitPaise"), balance.Number("creditPaise")));
        Assert.Contains(balance.GetProperty("accounts").EnumerateArray(), account => account.Text("account") == "suspense:refund-due" && account.Number("balancePaise") == -2000);
    }

    [Fact]
    public async Task Notice_NotSignedByTheProvider_Is401AndChangesNothing()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var payment = await BeginAsync(host);
        var notice = PaymentHost.Succeeded(payment, 2000);
        var other = "whsec_" + Convert.ToBase64String(new byte[32]);
        var forged = new[]
        {
            await host.NoticeAsync(notice, secret: other),
            await host.NoticeAsync(notice, at: host.Clock.GetUtcNow().AddMinutes(-6)),
            await host.NoticeAsync(notice, at: host.Clock.GetUtcNow().AddMinutes(6)),
            await host.NoticeAsync(notice, spoil: request => request.Headers.Remove("webhook-signature")),
            await host.NoticeAsync(notice, spoil: request => request.Headers.Remove("webhook-id")),
            await host.NoticeAsync(notice, spoil: request => request.Content = new StringContent("""{"type":"payment.succeeded"}""", System.Text.Encoding.UTF8, "application/json")),
        };
        foreach (var answer in forged)
            await answer.ProblemAsync(401, "webhook-signature-invalid");
        var bill = await host.ReadBillAsync();
        Assert.Equal((BillState.Due, PaymentState.Pending), (bill.State, bill.Payment(payment)!.State));
        Assert.Empty(bill.Entries);
    }

    [Fact]
    public async Task Notice_OfAnUnknownProvider_Is404()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        await (await host.NoticeAsync(PaymentHost.Succeeded("pay_1", 2000), provider: "nobody")).ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Notice_OfAPaymentThatWeNeverBegan_IsKeptForFinanceOnce()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        for (var times = 0; times < 2; times++)
            Assert.Equal(HttpStatusCode.NoContent, (await host.NoticeAsync(PaymentHost.Succeeded("pay_none", 5000))).StatusCode);
        var kept = Assert.Single((await host.Finance().JsonAsync("/api/v1/ledger/unmatched-notices")).GetProperty("items").EnumerateArray());
        Assert.Equal(("pay_none", 5000L), (kept.Text("paymentId"), kept.Number("amountPaise")));
    }

    [Fact]
    public async Task Notice_OfAnotherKind_IsAcceptedAndLeftAlone()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await host.NoticeAsync(new { type = "settlement.report" })).StatusCode);
    }

    [Fact]
    public async Task Notice_SignedButMalformed_Is400()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        await (await host.NoticeAsync("no object")).ProblemAsync(400, "malformed-json");
        await (await host.NoticeAsync(new { type = "payment.succeeded" })).ProblemAsync(400, "invalid-request");
        await (await host.NoticeAsync(PaymentHost.Succeeded("pay_1", 0))).ProblemAsync(400, "invalid-request");
        await (await host.NoticeAsync(new { type = "payment.succeeded", data = new { paymentId = "pay_1", amountPaise = 20.5 } })).ProblemAsync(400, "malformed-json");
    }

    [Fact]
    public async Task Sandbox_WithoutAConfiguredSecret_DrawsOneAndKeepsItOverRestarts()
    {
        using var folder = new TemporaryFolder();
        var secrets = new List<string>();
        for (var start = 0; start < 2; start++)
        {
            await using var host = new PaymentHost();
            host.Settings.Remove("Payment:Providers:sandbox:Secrets:0");
            host.Settings["ConnectionStrings:payment"] = $"sqlite:{folder.Path}/payment.db";
            secrets.Add((await host.Store<EServices.Payment.Providers.SandboxSecret>().GetAsync("sandbox", CancellationToken.None)).Secret);
        }
        Assert.StartsWith("whsec_", secrets[0], StringComparison.Ordinal);
        Assert.Equal(secrets[0], secrets[1]);
    }

    private static async Task<string> BeginAsync(PaymentHost host)
    {
        var bill = await host.BillAsync();
        return (await (await host.Owner().PayAsync(bill.Id, "upi")).JsonAsync()).Text("id")!;
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("eservices-test-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
