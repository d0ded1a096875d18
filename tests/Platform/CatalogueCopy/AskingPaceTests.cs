using EServices.Platform.CatalogueCopy;

namespace EServices.Platform.Tests.CatalogueCopy;

public sealed class AskingPaceTests
{
    private readonly AskingPace pace = new(Of(1.5), Of(0.5), Of(10), Of(2));

    [Fact]
    public void FirstLook_Asks_AndAQuestionUnderWayIsNotRepeated()
    {
        Assert.True(pace.Asks(0, answered: false, Of(0)));
        Assert.False(pace.Asks(0, answered: false, Of(5)));
        Assert.True(pace.Asks(0, answered: false, Of(10)));
    }

    [Fact]
    public void WhileMoreArrives_NothingIsAsked_UntilItHasBeenQuiet()
    {
        Assert.True(pace.Asks(0, answered: false, Of(0)));
        for (var second = 1; second < 30; second++)
            Assert.False(pace.Asks(second, answered: false, Of(second)));
        Assert.False(pace.Asks(29, answered: false, Of(30.4)));
        Assert.True(pace.Asks(29, answered: false, Of(30.5)));
    }

    [Fact]
    public void AfterTheAnswer_ASmallQuietIsEnough()
    {
        Assert.True(pace.Asks(0, answered: false, Of(0)));
        Assert.False(pace.Asks(3, answered: true, Of(1)));
        Assert.True(pace.Asks(3, answered: true, Of(1.5)));
    }

    [Fact]
    public void AnswersThatBringNothing_AreAskedForEverMoreSeldom()
    {
        var (asked, now) = (new List<double>(), 0.0);
        for (; now < 12; now += 0.25)
        {
            if (pace.Asks(0, answered: now > 0, Of(now)))
                asked.Add(now);
        }
        var pauses = asked.Zip(asked.Skip(1), (one, next) => next - one).ToList();
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(2, pauses[^1]);
    }

    [Fact]
    public void QuestionThatDidNotGetOut_IsAskedAtTheNextLook()
    {
        Assert.True(pace.Asks(0, answered: false, Of(0)));
        pace.Failed();
        Assert.True(pace.Asks(0, answered: false, Of(0.25)));
    }

    private static TimeSpan Of(double seconds) => TimeSpan.FromSeconds(seconds);
}
