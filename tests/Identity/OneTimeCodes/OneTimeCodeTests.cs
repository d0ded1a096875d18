using EServices.Contracts.Identity;
using EServices.Identity.OneTimeCodes;

namespace EServices.Identity.Tests.OneTimeCodes;

public sealed class OneTimeCodeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 4, 30, 0, TimeSpan.Zero);
    private static readonly byte[] Salt = new byte[16];

    [Fact]
    public void Issue_RaisesTheCodeForItsMessage_AndKeepsItNowhere()
    {
        var code = Issued("123456");

        var fact = Assert.IsType<OneTimeCodeIssued>(Assert.Single(code.Raised));
        Assert.Equal(("+919906000001", "ur", "otp-sign-in", "123456", Now.AddMinutes(5)), (fact.Mobile, fact.Language, fact.Template, fact.Code, fact.ExpiresAt));
        Assert.DoesNotContain("123456", code.Hash, StringComparison.Ordinal);
    }

    [Fact]
    public void Try_Right_WorksOnce()
    {
        var code = Issued("123456");

        Assert.Equal(CodeOutcome.Right, code.Try("123456", Now.AddMinutes(4)));
        Assert.Equal(CodeOutcome.None, code.Try("123456", Now.AddMinutes(4)));
    }

    [Fact]
    public void Try_AfterFiveMinutes_HasNoCode()
    {
        Assert.Equal(CodeOutcome.None, Issued("123456").Try("123456", Now.AddMinutes(5)));
    }

    [Fact]
    public void Try_FiveTimesWrong_EndsTheCode()
    {
        var code = Issued("123456");

        for (var attempt = 0; attempt < 5; attempt++)
            Assert.Equal(CodeOutcome.Wrong, code.Try("000000", Now));
        Assert.Equal(CodeOutcome.None, code.Try("123456", Now));
    }

    [Fact]
    public void Issue_Again_ReplacesTheCodeBefore()
    {
        var code = Issued("123456");

        Assert.Equal(TimeSpan.Zero, code.Issue("654321", Salt, "ur", Now.AddSeconds(30)));

        Assert.Equal(CodeOutcome.Wrong, code.Try("123456", Now.AddSeconds(31)));
        Assert.Equal(CodeOutcome.Right, code.Try("654321", Now.AddSeconds(31)));
    }

    [Fact]
    public void Issue_UnusedAgainAndAgain_HasToWaitTwiceAsLongEachTime()
    {
        var code = Issued("123456");
        var now = Now;

        foreach (var pause in new[] { 30, 60, 120, 240, 480, 900, 900 })
        {
            Assert.Equal(TimeSpan.FromSeconds(1), code.Issue("123456", Salt, "ur", now.AddSeconds(pause - 1)));
            now = now.AddSeconds(pause);
            Assert.Equal(TimeSpan.Zero, code.Issue("123456", Salt, "ur", now));
        }
    }

    [Fact]
    public void Issue_AfterAUsedCode_NeedNotWait()
    {
        var code = Issued("123456");
        code.Try("123456", Now.AddSeconds(5));

        Assert.Equal(TimeSpan.Zero, code.Issue("222222", Salt, "ur", Now.AddSeconds(6)));
    }

    private static OneTimeCode Issued(string digits)
    {
        var code = new OneTimeCode("+919906000001");
        Assert.Equal(TimeSpan.Zero, code.Issue(digits, Salt, "ur", Now));
        return code;
    }
}
