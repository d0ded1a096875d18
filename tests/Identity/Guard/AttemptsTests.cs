using EServices.Identity.Guard;

namespace EServices.Identity.Tests.Guard;

public sealed class AttemptsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 4, 30, 0, TimeSpan.Zero);
    private static readonly BackOff BackOff = new(3, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30), TimeSpan.FromHours(1));

    [Fact]
    public void Take_AfterTheFreeOnes_WaitsTwiceAsLongEachTimeUpToTheLimit()
    {
        var (attempts, now) = (new Attempts("att_1"), Now);
        for (var free = 0; free < 3; free++)
            Assert.Equal(TimeSpan.Zero, attempts.Take(BackOff, now));

        foreach (var wait in new[] { 2, 4, 8, 16, 30, 30 })
        {
            Assert.Equal(TimeSpan.FromSeconds(wait), attempts.Take(BackOff, now));
            now = now.AddSeconds(wait);
            Assert.Equal(TimeSpan.Zero, attempts.Take(BackOff, now));
        }
    }

    [Fact]
    public void Take_TooEarly_MakesTheWaitNoLonger()
    {
        var attempts = new Attempts("att_1");
        for (var free = 0; free < 3; free++)
            attempts.Take(BackOff, Now);

        for (var again = 0; again < 100; again++)
            Assert.Equal(TimeSpan.FromSeconds(2), attempts.Take(BackOff, Now));
    }

    [Fact]
    public void Take_AfterAQuietWhile_BeginsAnew()
    {
        var attempts = new Attempts("att_1");
        for (var free = 0; free < 3; free++)
            attempts.Take(BackOff, Now);

        var later = Now.AddHours(1).AddSeconds(1);
        for (var free = 0; free < 3; free++)
            Assert.Equal(TimeSpan.Zero, attempts.Take(BackOff, later));
        Assert.Equal(TimeSpan.FromSeconds(2), attempts.Take(BackOff, later));
    }

    [Fact]
    public void GiveBack_TakesOneAway_AndForgetAll()
    {
        var attempts = new Attempts("att_1");
        for (var free = 0; free < 3; free++)
            attempts.Take(BackOff, Now);

        attempts.GiveBack(BackOff);
        Assert.Equal(TimeSpan.Zero, attempts.Take(BackOff, Now));
        Assert.Equal(TimeSpan.FromSeconds(2), attempts.Take(BackOff, Now));

        attempts.Forget();
        Assert.Equal(TimeSpan.Zero, attempts.Take(BackOff, Now));
    }
}
