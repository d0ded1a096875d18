using System.Text;
using EServices.Payment.Providers;

namespace EServices.Payment.Tests.Providers;

public sealed class WebhookSignatureTests
{
    // The example that implementations of the standard test themselves with.
    private static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    private static readonly WebhookSignature Good = new("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void Signature_OfTheStandardsExample_Holds()
    {
        Assert.True(Good.Holds(Body, [Secret], At));
        Assert.Equal(Good, WebhookSignature.Of(Good.Id, At, Body, Secret));
    }

    [Fact]
    public void Signature_OverAnythingElse_DoesNotHold()
    {
        Assert.False(Good.Holds([.. Body, (byte)' '], [Secret], At));
        Assert.False((Good with { Id = "msg_other" }).Holds(Body, [Secret], At));
        Assert.False((Good with { Timestamp = "1614265331" }).Holds(Body, [Secret], At));
        Assert.False(Good.Holds(Body, [WebhookSecret.Parse("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")], At));
        Assert.False(Good.Holds(Body, [], At));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("v1,!!!not base 64!!!")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt")]
    public void Signature_MalformedOrOfAnotherScheme_DoesNotHold(string signatures) => Assert.False((Good with { Signatures = signatures }).Holds(Body, [Secret], At));

    [Fact]
    public void SeveralSignaturesAndSecrets_WhileASecretRotates_OnePairIsEnough()
    {
        var next = WebhookSecret.Parse("whsec_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB");
        var both = Good with { Signatures = $"{WebhookSignature.Of(Good.Id, At, Body, next).Signatures} {Good.Signatures}" };
        Assert.True(both.Holds(Body, [Secret], At));
        Assert.True(both.Holds(Body, [next], At));
        Assert.True(Good.Holds(Body, [next, Secret], At));
    }

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void Timestamp_OnlyWithinFiveMinutes_Holds(int secondsOff, bool holds) => Assert.Equal(holds, Good.Holds(Body, [Secret], At.AddSeconds(secondsOff)));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-1614265330")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    public void Timestamp_ThatIsNone_DoesNotHold(string timestamp) => Assert.False((Good with { Timestamp = timestamp }).Holds(Body, [Secret], At));

    [Theory]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_???")]
    public void Secret_TooShortOrMalformed_IsRefused(string text) => Assert.Throws<FormatException>(() => WebhookSecret.Parse(text));
}
