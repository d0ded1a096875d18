using System.Net;
using EServices.Gateway.Limits;
using EServices.Gateway.Tests.Hosting;
using EServices.Testing;
using Microsoft.AspNetCore.Http;

namespace EServices.Gateway.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task Caller_WhoAsksTooMuch_IsToldWhenToComeAgain_AndOthersAreNotHeldUp()
    {
        await using var gateway = await GatewayHost.StartAsync(settings: [("Gateway:Limits:citizen:Burst", "3"), ("Gateway:Limits:citizen:PerMinute", "2")]);
        using var eager = gateway.As("citizen", "cit_eager");
        using var other = gateway.As("citizen", "cit_other");
        using var staff = gateway.As("officer", "stf_1");
        for (var count = 0; count < 3; count++)
            Assert.Equal(HttpStatusCode.OK, (await eager.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken)).StatusCode);

        using var refused = await eager.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken);

        await Assert.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken)).StatusCode);
        for (var count = 0; count < 10; count++)
            Assert.Equal(HttpStatusCode.OK, (await staff.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("quotes", "/api/v1/services/domicile-certificate/quote")]
    [InlineData("signIns", "/api/v1/identity/codes")]
    [InlineData("signIns", "/connect/token")]
    public async Task QuotesAndSignIns_HaveASmallerBucket_BesideTheUsualOne(string limit, string path)
    {
        await using var gateway = await GatewayHost.StartAsync(settings: [($"Gateway:Limits:{limit}:Burst", "2"), ($"Gateway:Limits:{limit}:PerMinute", "1")]);
        for (var count = 0; count < 2; count++)
            Assert.Equal(HttpStatusCode.OK, (await gateway.Client.PostAsync(path, null, TestContext.Current.CancellationToken)).StatusCode);

        await Assert.IsProblemAsync(await gateway.Client.PostAsync(path, null, TestContext.Current.CancellationToken), HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Bucket_FillsUpAgain()
    {
        await using var gateway = await GatewayHost.StartAsync(settings: [("Gateway:Limits:anonymous:Burst", "1"), ("Gateway:Limits:anonymous:PerMinute", "60")]);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await gateway.Client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken)).StatusCode);

        await Eventually.HoldsAsync(
            async () => (await gateway.Client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.OK, () => "still refused");
    }

    [Theory]
    [InlineData("100", 100)]
    [InlineData("0", 100)]
    public async Task Factor_RaisesEveryLimit_OrSwitchesThemOff(string factor, int calls)
    {
        await using var gateway = await GatewayHost.StartAsync(settings: [("Gateway:Limits:anonymous:Burst", "1"), ("Gateway:Limits:signIns:Burst", "1"), ("Gateway:Limits:Factor", factor)]);

        for (var count = 0; count < calls; count++)
            Assert.Equal(HttpStatusCode.OK, (await gateway.Client.PostAsync("/connect/token", null, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Probes_AreNeverRefused()
    {
        await using var gateway = await GatewayHost.StartAsync(settings: [("Gateway:Limits:anonymous:Burst", "1"), ("Gateway:Limits:anonymous:PerMinute", "1")]);

        for (var count = 0; count < 5; count++)
            Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Address_BehindATrustedProxy_IsTheForwardedOne_AndElseIsNot()
    {
        (string, string)[] one = [("Gateway:Limits:anonymous:Burst", "1"), ("Gateway:Limits:anonymous:PerMinute", "1")];
        await using var trusting = await GatewayHost.StartAsync(settings: [.. one, ("Gateway:TrustedProxies:0", "127.0.0.0/8")]);
        await using var alone = await GatewayHost.StartAsync(settings: one);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await AskAsync(trusting, "198.51.100.1", "198.51.100.2"));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], await AskAsync(alone, "198.51.100.1", "198.51.100.2"));

        static async Task<HttpStatusCode[]> AskAsync(GatewayHost gateway, params string[] addresses)
        {
            var answers = new List<HttpStatusCode>();
            foreach (var address in addresses)
            {
                using var client = gateway.NewClient(("X-Forwarded-For", address));
                answers.Add((await client.GetAsync("/api/v1/slots", TestContext.Current.CancellationToken)).StatusCode);
            }
            return [.. answers];
        }
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010db800010002")]
    public void Key_OfAnAddress_IsWhatOneSubscriberHolds(string address, string key)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

        Assert.Equal(key, CallerLimits.KeyOf(context));
    }
}
