using EServices.Dispatch.Codes;
using EServices.Dispatch.Tests.Support;
using EServices.Platform.Time;

namespace EServices.Dispatch.Tests.Codes;

public class OneTimeCodeTests
{
    private static readonly DateTimeOffset Now = CallSamples.Now;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private static string WrongFor(string clear) => clear == "000000" ? "000001" : "000000";

    [Fact]
    public void New_KeepsNoDigits()
    {
        var code = OneTimeCode.New(new SeededChance(1), "cal_1", Now, Life, out var clear);

        Assert.Matches("^[0-9]{6}$", clear);
        Assert.DoesNotContain(clear, code.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void New_SameDigitsTwice_AreHashedDifferently()
    {
        var one = OneTimeCode.New(new FixedDigits(), "cal_1", Now, Life, out var first);
        var two = OneTimeCode.New(new FixedDigits(saltBegins: 9), "cal_1", Now, Life, out var second);

        Assert.Equal(first, second);
        Assert.NotEqual(one.Hash, two.Hash);
    }

    [Fact]
    public void Check_TheCode_Passes()
    {
        var code = OneTimeCode.New(new SeededChance(1), "cal_1", Now, Life, out var clear);

        Assert.Null(code.Check(clear, "cal_1", Now, out _));
    }

    [Fact]
    public void Check_ForAnotherPurpose_IsWrong()
    {
        var code = OneTimeCode.New(new SeededChance(1), "vis_1\n7000", Now, Life, out var clear);

        Assert.Equal("code-wrong", code.Check(clear, "vis_1\n25000", Now, out _)?.Code);
    }

    [Fact]
    public void Check_SixthTry_IsLockedEvenWithTheRightCode()
    {
        var code = OneTimeCode.New(new SeededChance(1), "cal_1", Now, Life, out var clear);
        for (var left = 4; left >= 0; left--)
        {
            var refusal = code.Check(WrongFor(clear), "cal_1", Now, out code);
            Assert.Equal(("code-wrong", left), (refusal?.Code, code.TriesLeft));
        }

        Assert.Equal("code-locked", code.Check(clear, "cal_1", Now, out _)?.Code);
    }

    [Theory]
    [InlineData(599, null)]
    [InlineData(600, "code-expired")]
    public void Check_AtTheEndOfItsLife_Expires(int seconds, string? refused)
    {
        var code = OneTimeCode.New(new SeededChance(1), "cal_1", Now, Life, out var clear);

        Assert.Equal(refused, code.Check(clear, "cal_1", Now.AddSeconds(seconds), out _)?.Code);
    }

    [Theory]
    [InlineData(1, 29, "resend-too-soon")]
    [InlineData(1, 30, null)]
    [InlineData(6, 30, "codes-used-up")]
    public void MayResend_IsThrottledAndBounded(int issue, int seconds, string? refused)
    {
        var code = OneTimeCode.New(new SeededChance(1), "cal_1", Now, Life, out _, issue);

        Assert.Equal(refused, code.MayResend(Now.AddSeconds(seconds), CallSamples.Rules)?.Code);
    }

    /// <summary>Always the digits 0; the salt begins with a byte of choice.</summary>
    private sealed class FixedDigits(byte saltBegins = 0) : IChance
    {
        public void Fill(Span<byte> bytes)
        {
            bytes.Clear();
            if (bytes.Length == 16)
                bytes[0] = saltBegins;
        }
    }
}
