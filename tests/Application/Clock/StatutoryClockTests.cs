using CsCheck;
using EServices.Application.Clock;

namespace EServices.Application.Tests.Clock;

public sealed class StatutoryClockTests
{
    private static readonly WorkingCalendar Usual = Calendars.Usual;

    [Fact]
    public void Start_OnAMonday_CountsFromTheNextDay()
    {
        // Monday 9 March 2026; the days after it that count: 10, 11, 12, 13 (14 is a second Saturday, 15 a Sunday), 16.
        var clock = Start(Calendars.At(2026, 3, 9), 5);

        Assert.Equal(new DateOnly(2026, 3, 16), clock.DueOn);
        Assert.Equal(5, clock.Counted);
        Assert.Equal([(new DateOnly(2026, 3, 14), "Saturday"), (new DateOnly(2026, 3, 15), "Sunday")], clock.Uncounted.Select(day => (day.Date, day.Why.In("en"))));
    }

    [Fact]
    public void Start_BeforeAHoliday_LeavesItOutByName()
    {
        var clock = Start(Calendars.At(2026, 3, 3), 1);

        Assert.Equal(new DateOnly(2026, 3, 5), clock.DueOn);
        var left = Assert.Single(clock.Uncounted);
        Assert.Equal((new DateOnly(2026, 3, 4), UncountedReason.PublicHoliday, "Holiday of 4 March"), (left.Date, left.Reason, left.Why.In("en")));
    }

    [Theory]
    [InlineData("kashmir", 23)]
    [InlineData("jammu", 21)]
    [InlineData(null, 21)]
    public void Start_BeforeADivisionsHoliday_LeavesItOutThereOnly(string? division, int due) =>
        // Saturday 21 March is kept in one division, Sunday the 22nd everywhere.
        Assert.Equal(new DateOnly(2026, 3, due), StatutoryClock.Start(Calendars.At(2026, 3, 20), 1, division, Usual).DueOn);

    [Fact]
    public void Start_OnADayOff_CountsFromTheNextWorkingDay() => Assert.Equal(new DateOnly(2026, 3, 16), Start(Calendars.At(2026, 3, 15), 1).DueOn);

    [Theory]
    // 18:29 UTC is still Monday 9 March in India, a minute later it is Tuesday.
    [InlineData(18, 29, 10)]
    [InlineData(18, 30, 11)]
    public void Start_AroundMidnight_GoesByTheStatesDate(int hourUtc, int minuteUtc, int due) =>
        Assert.Equal(new DateOnly(2026, 3, due), Start(new DateTimeOffset(2026, 3, 9, hourUtc, minuteUtc, 0, TimeSpan.Zero), 1).DueOn);

    [Fact]
    public void Start_BeforeAYearEnds_GoesOnInTheNext()
    {
        // Thursday 24 December 2026: 25 holiday, 26 Saturday (the fourth) counts, 27 Sunday, 28, 29, 30, 31, 1 January holiday, 2.
        var clock = Start(Calendars.At(2026, 12, 24), 6);

        Assert.Equal(new DateOnly(2027, 1, 2), clock.DueOn);
        Assert.Empty(clock.UncertainYears);
    }

    [Fact]
    public void Start_IntoAYearWithoutCalendar_SaysSoAndIsPutRightLater()
    {
        // Thursday 30 December 2027; 31, then 2028: 1 January is a Saturday (the first) and counts, 2 Sunday, 3.
        var clock = Start(Calendars.At(2027, 12, 30), 3);
        Assert.Equal([2028], clock.UncertainYears);
        Assert.Equal(new DateOnly(2028, 1, 3), clock.DueOn);

        var known = clock.Recount(Calendars.Later);
        Assert.Empty(known.UncertainYears);
        Assert.Equal(new DateOnly(2028, 1, 5), known.DueOn);
    }

    [Fact]
    public void Start_WithoutHolidaysExcluded_CountsEveryDay()
    {
        var every = new WorkingCalendar(new EServices.Platform.Packs.HolidayCalendar([], []), Calendars.India, holidaysExcluded: false);

        var clock = StatutoryClock.Start(Calendars.At(2026, 3, 13), 3, null, every);

        Assert.Equal((new DateOnly(2026, 3, 16), 0), (clock.DueOn!.Value, clock.UncertainYears.Count));
    }

    [Fact]
    public void Start_WithNoDays_IsDueTheSameDay() => Assert.Equal(new DateOnly(2026, 3, 9), Start(Calendars.At(2026, 3, 9), 0).DueOn);

    [Fact]
    public void Start_WithACalendarWithoutWorkingDays_IsABugThatIsNoticed()
    {
        var never = new WorkingCalendar(
            new EServices.Platform.Packs.HolidayCalendar([], [.. Enum.GetValues<DayOfWeek>().Select(day => new EServices.Platform.Packs.WeeklyOff(day, []))]), Calendars.India);
        Assert.Throws<InvalidOperationException>(() => StatutoryClock.Start(Calendars.At(2026, 3, 9), 1, null, never));
    }

    [Fact]
    public void Pause_StandsStill_AndResumeExtendsByThePausedDays()
    {
        var clock = Start(Calendars.At(2026, 3, 9), 5);

        // Sent back on Wednesday the 11th: two days are used up (10, 11).
        var paused = clock.Pause(Calendars.At(2026, 3, 11), Usual);
        Assert.True(paused.Paused);
        Assert.Null(paused.DueOn);
        Assert.Equal(2, paused.Counted);

        // In again on Tuesday the 17th, which does not count; then 18, 19, 20.
        var resumed = paused.Resume(Calendars.At(2026, 3, 17), Usual);
        Assert.True(resumed.Running);
        Assert.Equal(new DateOnly(2026, 3, 20), resumed.DueOn);
        Assert.Equal([12, 13, 14, 15, 16, 17], resumed.Uncounted.Where(day => day.Reason == UncountedReason.Paused).Select(day => day.Date.Day));
    }

    [Fact]
    public void Pause_MendedTheSameDay_MovesNothing()
    {
        var clock = Start(Calendars.At(2026, 3, 9), 5);
        Assert.Equal(clock.DueOn, clock.Pause(Calendars.At(2026, 3, 11, 9), Usual).Resume(Calendars.At(2026, 3, 11, 18), Usual).DueOn);
    }

    [Fact]
    public void Pause_AfterTheDueDate_DoesNotUndoIt()
    {
        var clock = Start(Calendars.At(2026, 3, 9), 1);
        Assert.Equal(new DateOnly(2026, 3, 10), clock.Pause(Calendars.At(2026, 3, 12), Usual).Resume(Calendars.At(2026, 3, 20), Usual).DueOn);
    }

    [Fact]
    public void IsOverdue_OnTheLastDayNot_OnTheNextYes()
    {
        var clock = Start(Calendars.At(2026, 3, 9), 1);
        Assert.False(clock.IsOverdue(new DateOnly(2026, 3, 10)));
        Assert.True(clock.IsOverdue(new DateOnly(2026, 3, 11)));
        Assert.False(clock.Stop(Calendars.At(2026, 3, 10)).IsOverdue(new DateOnly(2026, 3, 11)));
    }

    private static readonly Gen<DateTimeOffset> Instants = Gen.Int[0, (2 * 365 * 24 * 60) - 1].Select(minutes => Calendars.At(2026, 1, 1, 0).AddMinutes(minutes));

    [Fact]
    public void DueDate_IsAlwaysAWorkingDayAfterTheStart_WithExactlySoManyCountedBetween() =>
        Gen.Select(Instants, Gen.Int[1, 60]).Sample((at, days) =>
        {
            var clock = Start(at, days);
            Assert.Null(Usual.WhyNotCounted(clock.DueOn!.Value, null));
            Assert.True(clock.DueOn > clock.StartedOn);
            var between = Enumerable.Range(clock.StartedOn.DayNumber + 1, clock.DueOn.Value.DayNumber - clock.StartedOn.DayNumber).Select(DateOnly.FromDayNumber).ToList();
            Assert.Equal(days, between.Count(day => Usual.WhyNotCounted(day, null) is null));
            Assert.Equal(between.Where(day => Usual.WhyNotCounted(day, null) is not null), clock.Uncounted.Select(day => day.Date));
        });

    [Fact]
    public void DueDate_NeverComesEarlierForALaterStartOrALongerLimit() =>
        Gen.Select(Instants, Gen.Int[0, 60], Gen.Int[0, 10_000]).Sample((at, days, laterMinutes) =>
        {
            var due = Start(at, days).DueOn;
            Assert.True(Start(at.AddMinutes(laterMinutes), days).DueOn >= due);
            Assert.True(Start(at, days + 1).DueOn > due);
        });

    [Fact]
    public void Pauses_NeverTakeAWorkingDayFromTheOfficer_NorGiveOne() =>
        Gen.Select(Instants, Gen.Int[1, 40], Gen.Int[0, 40_000], Gen.Int[0, 60_000]).Sample((at, days, untilPause, length) =>
        {
            var clock = Start(at, days);
            var paused = clock.Pause(at.AddMinutes(untilPause), Usual);
            var resumed = paused.Resume(at.AddMinutes(untilPause + length), Usual);
            Assert.True(resumed.DueOn >= clock.DueOn);
            var worked = Enumerable.Range(resumed.StartedOn.DayNumber + 1, resumed.DueOn!.Value.DayNumber - resumed.StartedOn.DayNumber).Select(DateOnly.FromDayNumber)
                .Count(day => Usual.WhyNotCounted(day, null) is null && !resumed.Pauses[0].Covers(day));
            Assert.Equal(days, worked);
        });

    private static StatutoryClock Start(DateTimeOffset at, int days) => StatutoryClock.Start(at, days, null, Usual);
}
