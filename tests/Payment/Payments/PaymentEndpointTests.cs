using System.Net;
using System.Net.Http.Json;
using EServices.Contracts.Payment;
using EServices.Payment.Bills;

namespace EServices.Payment.Tests.Payments;

public sealed class PaymentEndpointTests
{
    [Fact]
    public async Task Cash_TakenByAnOperator_SettlesWithANumberedReceipt()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bill = await host.BillAsync();
        var answer = await host.Operator().PayAsync(bill.Id, "cash");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var payment = await answer.JsonAsync();
        Assert.Equal(("succeeded", 2000L), (payment.Text("state"), payment.Number("amountPaise")));
        Assert.Equal($"/api/v1/payments/{payment.Text("id")}", answer.Headers.Location?.ToString());

        var settled = await host.PublishedAsync<BillSettled>();
        Assert.Equal((bill.Id, "cash", "RCP/2025-26/000001", payment.Text("receiptId")), (settled.BillId, settled.Method, settled.ReceiptNumber, settled.ReceiptId));

        var receipt = await host.Owner().JsonAsync("/api/v1/receipts/" + payment.Text("receiptId"));
        Assert.Equal(("RCP/2025-26/000001", 2000L, "cash", "stf_operator"), (receipt.Text("number"), receipt.Number("totalPaise"), receipt.Text("method"), receipt.Text("takenBy")));
        Assert.Equal(("certificate-basic", 1L), (receipt.GetProperty("why").Text("feeRuleId"), receipt.GetProperty("why").Number("feeRuleVersion")));
        Assert.Equal(1, receipt.GetProperty("lines").GetArrayLength());

        var seen = await host.Owner().JsonAsync("/api/v1/bills/" + bill.Id);
        Assert.Equal(("paid", "RCP/2025-26/000001"), (seen.Text("state"), seen.Text("receiptNumber")));
    }

    [Fact]
    public async Task Cash_ByACitizen_Is403AndNothingIsPaid()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bill = await host.BillAsync();
        await (await host.Owner().PayAsync(bill.Id, "cash")).ProblemAsync(403, "cash-needs-operator");
        Assert.Equal(BillState.Due, (await host.ReadBillAsync()).State);
    }

    [Fact]
    public async Task SameKey_Again_GetsTheFirstAnswerAndPaysOnce()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bill = await host.BillAsync();
        var first = await (await host.Operator().PayAsync(bill.Id, "cash", "key-1")).JsonAsync();
        var again = await host.Operator().PayAsync(bill.Id, "cash", "key-1");
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(first.ToString(), (await again.JsonAsync()).ToString());
        Assert.Single((await host.ReadBillAsync()).Payments);

        await (await host.Operator().PayAsync(bill.Id, "upi", "key-1")).ProblemAsync(422, "idempotency-key-reused");
        await (await host.Operator().PayAsync(bill.Id, "cash", "key-2")).ProblemAsync(409, "bill-already-paid");
        await (await host.Operator().PostAsJsonAsync("/api/v1/payments", new { billId = bill.Id, method = "cash" })).ProblemAsync(400, "idempotency-key-missing");
    }

    [Fact]
    public async Task ManyPaymentsAtOnce_OneWins_TheOthersAreToldItIsPaid()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bill = await host.BillAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => host.Operator($"stf_{number}").PayAsync(bill.Id, "cash")));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        foreach (var loser in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
            await loser.ProblemAsync(409, "bill-already-paid");
        var paid = await host.ReadBillAsync();
        Assert.Single(paid.Entries);
        Assert.Single(paid.Payments);
    }

    [Fact]
    public async Task ManyBillsAtOnce_GetNumbersWithoutGapsOrRepeats()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        const int Bills = 25;
        var bills = await Task.WhenAll(Enumerable.Range(1, Bills).Select(number => host.BillAsync($"app_{number}")));
        var answers = await Task.WhenAll(bills.Select(bill => host.Operator().PayAsync(bill.Id, "cash")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        var numbers = await Task.WhenAll(Enumerable.Range(1, Bills).Select(async number => (await host.ReadBillAsync($"app_{number}")).Receipt!.Number!));
        Assert.Equal(Enumerable.Range(1, Bills).Select(number => $"RCP/2025-26/{number:000000}"), numbers.Order());
    }

    [Fact]
    public async Task Receipt_AfterMarch_BeginsTheNextFinancialYear()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var (march, april) = (await host.BillAsync("app_1"), await host.BillAsync("app_2"));
        // 18:29 UTC on 31 March is 23:59 in India.
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 31, 18, 29, 0, TimeSpan.Zero));
        (await host.Operator().PayAsync(march.Id, "cash")).EnsureSuccessStatusCode();
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 31, 18, 31, 0, TimeSpan.Zero));
        (await host.Operator().PayAsync(april.Id, "cash")).EnsureSuccessStatusCode();
        Assert.Equal("RCP/2025-26/000001", (await host.ReadBillAsync("app_1")).Receipt!.Number);
        Assert.Equal("RCP/2026-27/000001", (await host.ReadBillAsync("app_2")).Receipt!.Number);
    }

    [Fact]
    public async Task Settlement_WhoseNumberingWasCutOff_IsFinishedByTheSweep()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bill = await host.BillAsync();
        // As a crash leaves it: the payment is saved, the number is not.
        bill.PayCash("pay_1", "opr_7", host.Clock.GetUtcNow(), new DateOnly(2026, 3, 2));
        await host.Store<Bill>().SaveAsync(bill, CancellationToken.None);
        var sweep = (PaymentSweep)host.Services.GetService(typeof(PaymentSweep))!;
        await sweep.RunOnceAsync(CancellationToken.None);
        await sweep.RunOnceAsync(CancellationToken.None);
        Assert.Equal("RCP/2025-26/000001", (await host.PublishedAsync<BillSettled>()).ReceiptNumber);
        Assert.Single(host.Published.OfType<BillSettled>());
    }

    [Fact]
    public async Task Upi_GivesALinkAndAPicture_AndTheSandboxFinishesItByASignedNotice()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bill = await host.BillAsync();
        var begun = await (await host.Owner().PayAsync(bill.Id, "upi")).JsonAsync();
        Assert.Equal("pending", begun.Text("state"));
        var link = begun.GetProperty("upi").Text("link")!;
        Assert.StartsWith("upi://pay?pa=", link, StringComparison.Ordinal);
        Assert.EndsWith("&am=20.00&cu=INR", link, StringComparison.Ordinal);
        Assert.Contains("&tr=" + begun.Text("id")!.Replace("_", "", StringComparison.Ordinal), link, StringComparison.Ordinal);
        var picture = begun.GetProperty("upi").Text("qr")!;
        Assert.Contains("<svg", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(picture["data:image/svg+xml;base64,".Length..])), StringComparison.Ordinal);
        Assert.Equal(BillState.Due, (await host.ReadBillAsync()).State);

        var finished = await host.Anonymous().PostAsync($"/sandbox/payments/{begun.Text("id")}/succeed", null);
        Assert.Equal("succeeded", (await finished.JsonAsync()).Text("state"));
        Assert.Equal(("upi", 2000L), ((await host.PublishedAsync<BillSettled>()).Method, (await host.PublishedAsync<BillSettled>()).TotalPaise));
        Assert.Equal("provider-clearing:sandbox", Assert.Single((await host.ReadBillAsync()).Entries).Lines[0].Account);
    }

    [Fact]
    public async Task Upi_Declined_LeavesTheBillDueForAnotherTry()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bill = await host.BillAsync();
        var begun = await (await host.Owner().PayAsync(bill.Id, "upi")).JsonAsync();
        (await host.Anonymous().PostAsync($"/sandbox/payments/{begun.Text("id")}/fail", null)).EnsureSuccessStatusCode();
        var seen = await host.Owner().JsonAsync("/api/v1/payments/" + begun.Text("id"));
        Assert.Equal("failed", seen.Text("state"));
        Assert.Equal(HttpStatusCode.Created, (await host.Owner().PayAsync(bill.Id, "upi")).StatusCode);
    }

    [Fact]
    public async Task OtherPeoplesRecords_AreNotThere()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var bill = await host.BillAsync();
        var payment = await (await host.Operator().PayAsync(bill.Id, "cash")).JsonAsync();
        var stranger = host.Stranger();
        await (await stranger.GetAsync("/api/v1/bills/" + bill.Id)).ProblemAsync(404, "not-found");
        await (await stranger.GetAsync("/api/v1/payments/" + payment.Text("id"))).ProblemAsync(404, "not-found");
        await (await stranger.GetAsync("/api/v1/receipts/" + payment.Text("receiptId"))).ProblemAsync(404, "not-found");
        await (await stranger.PayAsync(bill.Id, "upi")).ProblemAsync(404, "not-found");
        Assert.Equal(0, (await stranger.JsonAsync("/api/v1/bills?applicationId=app_1")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await host.Owner().JsonAsync("/api/v1/bills?applicationId=app_1")).GetProperty("items").GetArrayLength());
        foreach (var client in new[] { host.Operator(), host.Finance(), host.As("helpline", "stf_1") })
            Assert.Equal(bill.Id, (await client.JsonAsync("/api/v1/bills/" + bill.Id)).Text("id"));
    }

    [Fact]
    public async Task WithoutTokenOrRole_IsRefused()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        await (await host.Anonymous().GetAsync("/api/v1/bills/bil_1")).ProblemAsync(401, "token-required");
        await (await host.Anonymous().PayAsync("bil_1", "cash")).ProblemAsync(401, "token-required");
        await (await host.Finance().PayAsync("bil_1", "cash")).ProblemAsync(403, "role-required");
        await (await host.Operator().GetAsync("/api/v1/ledger/trial-balance")).ProblemAsync(403, "role-required");
    }

    [Theory]
    [InlineData("{}", "/billId")]
    [InlineData("""{"billId":"bil_1"}""", "/method")]
    [InlineData("""{"billId":"bil_1","method":"free"}""", "/method")]
    [InlineData("""{"billId":"bil_1","method":"cowries"}""", "/method")]
    [InlineData("""{"billId":7,"method":"cash"}""", "/billId")]
    public async Task Payment_OfABadRequest_Is400AtTheField(string body, string pointer)
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/payments") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "key-1");
        var answer = await host.Operator().SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(pointer, (await answer.JsonAsync()).GetProperty("errors")[0].Text("pointer"));
    }

    [Fact]
    public async Task UnknownIds_Are404()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        await (await host.Operator().PayAsync("bil_none", "cash")).ProblemAsync(404, "not-found");
        await (await host.Operator().GetAsync("/api/v1/bills/bil_none")).ProblemAsync(404, "not-found");
        await (await host.Operator().GetAsync("/api/v1/payments/pay_none")).ProblemAsync(404, "not-found");
        await (await host.Operator().GetAsync("/api/v1/receipts/rcp_none")).ProblemAsync(404, "not-found");
        await (await host.Anonymous().PostAsync("/sandbox/payments/pay_none/succeed", null)).ProblemAsync(404, "not-found");
        await (await host.Operator().GetAsync("/api/v1/bills")).ProblemAsync(400, "invalid-request");
    }

    [Fact]
    public async Task OutsideASandbox_ThereIsNoSandboxProvider()
    {
        await using var host = new PaymentHost();
        host.Settings.Clear();
        await host.DeliverAsync(Testing.Samples.Domicile());
        var bill = await host.BillAsync();
        await (await host.Owner().PayAsync(bill.Id, "upi")).ProblemAsync(409, "method-unavailable");
        await (await host.Anonymous().PostAsync("/sandbox/payments/pay_1/succeed", null)).ProblemAsync(404, "not-found");
        await (await host.NoticeAsync(PaymentHost.Succeeded("pay_1", 2000))).ProblemAsync(404, "not-found");
    }
}
