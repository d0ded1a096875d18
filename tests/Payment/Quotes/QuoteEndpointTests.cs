using System.Net;
using System.Net.Http.Json;
using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Contracts.Payment;
using EServices.Testing;

namespace EServices.Payment.Tests.Quotes;

public sealed class QuoteEndpointTests
{
    private const string Path = "/api/v1/services/domicile-certificate/quote";

    [Fact]
    public async Task Quote_AtTheDoor_HasALineForEachPayeeAndSaysWhy()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var answer = await host.Anonymous().PostAsJsonAsync(Path, new { channel = "doorstep", callId = "cal_1" });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var quote = await answer.JsonAsync();
        Assert.Equal((7000L, "INR", 1L), (quote.Number("totalPaise"), quote.Text("currency"), quote.Number("feeRuleVersion")));
        var lines = quote.GetProperty("lines").EnumerateArray().ToList();
        Assert.Equal([2000L, 1000L, 4000L], lines.Select(line => line.Number("paise")));
        Assert.Equal(["government", "csc", "operator"], lines.Select(line => line.Text("payee")));
        Assert.All(lines, line => Assert.NotEmpty(line.Text("why")!));
        Assert.Equal(host.Clock.GetUtcNow().AddDays(7), quote.GetProperty("expiresAt").GetDateTimeOffset());

        var given = await host.PublishedAsync<QuoteGiven>();
        Assert.Equal((quote.Text("quoteId"), "cal_1", 7000L, Channel.Doorstep), (given.QuoteId, given.CallId, given.TotalPaise, given.Channel));
        Assert.Equal(quote.ToString(), (await host.Anonymous().JsonAsync("/api/v1/quotes/" + quote.Text("quoteId"))).ToString());
    }

    [Fact]
    public async Task Quote_Online_LeavesOutTheLinesOfTheDoor()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var quote = await (await host.Anonymous().PostAsJsonAsync(Path, new { channel = "online" })).JsonAsync();
        Assert.Equal((2000L, 1), (quote.Number("totalPaise"), quote.GetProperty("lines").GetArrayLength()));
    }

    [Fact]
    public async Task Quote_OfAnUnknownService_Is404()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        await (await host.Anonymous().PostAsJsonAsync("/api/v1/services/nothing/quote", new { channel = "online" })).ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Quote_OfASuspendedService_Is409WithTheReason()
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        await host.DeliverAsync(new ServiceSuspended("domicile-certificate", 1, "forms are reprinted"));
        var problem = await (await host.Anonymous().PostAsJsonAsync(Path, new { channel = "online" })).ProblemAsync(409, "service-suspended");
        Assert.Contains("forms are reprinted", problem.Text("detail")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quote_OnAChannelThatIsNotOffered_Is409AtTheField()
    {
        await using var host = await PaymentHost.WithDomicileAsync(Samples.Domicile() with { Channels = [Channel.Online] });
        var problem = await (await host.Anonymous().PostAsJsonAsync(Path, new { channel = "doorstep" })).ProblemAsync(409, "channel-not-offered");
        Assert.Equal("/channel", problem.GetProperty("errors")[0].Text("pointer"));
    }

    [Theory]
    [InlineData("{}", "/channel")]
    [InlineData("""{"channel":"pigeon"}""", "/channel")]
    [InlineData("""{"channel":1}""", "/channel")]
    [InlineData("""{"channel":"online","districtCode":"0"}""", "/districtCode")]
    [InlineData("""{"channel":"online","callId":""}""", "/callId")]
    [InlineData("""{"channel":""", null)]
    [InlineData("[]", null)]
    public async Task Quote_OfABadRequest_Is400AtTheField(string body, string? pointer)
    {
        await using var host = await PaymentHost.WithDomicileAsync();
        var answer = await host.Anonymous().PostAsync(Path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.JsonAsync();
        if (pointer is not null)
            Assert.Equal(pointer, problem.GetProperty("errors")[0].Text("pointer"));
    }

    [Fact]
    public async Task Quote_AfterTheRulesLastDay_IsRefusedByTheStatesCalendar()
    {
        var until = Samples.Domicile();
        await using var host = await PaymentHost.WithDomicileAsync(until with { Fee = until.Fee with { EffectiveTo = new DateOnly(2026, 3, 2) } });
        // 18:29 UTC is still 2 March in India, 18:31 is not.
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 2, 18, 29, 0, TimeSpan.Zero));
        Assert.Equal(HttpStatusCode.OK, (await host.Anonymous().PostAsJsonAsync(Path, new { channel = "online" })).StatusCode);
        host.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 2, 18, 31, 0, TimeSpan.Zero));
        await (await host.Anonymous().PostAsJsonAsync(Path, new { channel = "online" })).ProblemAsync(409, "no-fee-rule");
    }
}
