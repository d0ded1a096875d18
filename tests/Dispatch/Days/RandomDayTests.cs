using EServices.Dispatch.Operators;
using EServices.Dispatch.Places;
using EServices.Dispatch.Tests.Support;

namespace EServices.Dispatch.Tests.Days;

/// <summary>Days filled at random, as far as they say that they can be: the routing core's checker must find nothing wrong with any of them.</summary>
public sealed class RandomDayTests
{
    private static readonly (int Hour, int Minute)[] Windows = [(9, 0), (10, 30), (12, 0), (13, 30), (15, 0), (16, 30)];

    [Fact]
    public void DayThatTakesWhatItCan_IsSound_AndRefusesTheRestWithAReason()
    {
        var person = new Operator(TinyState.Ali(most: 5));
        int taken = 0, refused = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var day = Sketch.Day(person, Sketch.Tuesday);
            for (var number = 0; number < 12; number++)
            {
                var (hour, minute) = Windows[random.Next(Windows.Length)];
                var place = new Point(34.0 + (random.NextDouble() * 0.5) - 0.25, 74.8 + (random.NextDouble() * 0.5) - 0.25);
                var stop = Sketch.Stop($"vis_{number}", Sketch.At(hour, minute), place, minutes: 10 + random.Next(80));
                var insertion = day.Try(stop);
                if (insertion.Refused is not null)
                {
                    refused++;
                    continue;
                }
                var before = day.Timetable.Travel;
                day = Sketch.Day(person, Sketch.Tuesday, [.. day.Stops, stop]);
                Assert.Equal(before + insertion.Added, day.Timetable.Travel);
                Assert.Equal(insertion.StartsAt, day.Timetable.Timings.Single(timing => timing.Stop == stop).StartsAt);
                taken++;
            }
            Routed.AssertSound(day);
        }
        Assert.True(taken > 900 && refused > 900, $"taken {taken}, refused {refused}");
    }
}
