using EServices.Dispatch.Routing.Planning;

namespace EServices.Routing.Tests.Planning;

public sealed class AnnealingTests
{
    [Fact]
    public void At_Anything_CoolsToTheSameCold()
    {
        foreach (var (depth, warm) in ((double, bool)[])[(10, false), (100_000, false), (100_000, true)])
        {
            var annealing = new Annealing(1000, warm);
            var last = double.PositiveInfinity;
            for (var done = 0; done <= 10; done++)
            {
                annealing.At(done / 10.0, depth);
                Assert.True(annealing.Temperature < last, $"At {done} tenths it is {annealing.Temperature} after {last}.");
                last = annealing.Temperature;
            }
            Assert.Equal(3, last, 6);
        }
    }

    [Fact]
    public void At_TheBegin_IsHotterTheMoreStepsEachVisitGets_AndLeastWhereAPlanStands()
    {
        Assert.True(Begin(depth: 2000, warm: false) > Begin(depth: 300, warm: false));
        Assert.True(Begin(depth: 300, warm: false) > Begin(depth: 10, warm: false));
        Assert.True(Begin(depth: 10, warm: false) > Begin(depth: 2000, warm: true));

        static double Begin(double depth, bool warm)
        {
            var annealing = new Annealing(1000, warm);
            annealing.At(0, depth);
            return annealing.Temperature;
        }
    }

    [Theory]
    [InlineData(2000, false, 0.5, true)]
    [InlineData(2000, false, 0.9, false)]
    [InlineData(10, false, 0.5, false)]
    [InlineData(2000, true, 0.5, false)]
    public void LeftCost_OnlyADeepSearchFromNothing_AndNotAtItsEnd(double depth, bool warm, double done, bool priced)
    {
        var annealing = new Annealing(1000, warm);
        annealing.At(done, depth);

        Assert.Equal(priced, annealing.LeftCost is not null);
    }
}
