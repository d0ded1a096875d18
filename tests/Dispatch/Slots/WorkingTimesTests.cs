using EServices.Dispatch.Operators;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Tests.Support;

namespace EServices.Dispatch.Tests.Slots;

public class WorkingTimesTests
{
    private static readonly WorkingTimes Times = new(TinyState.Pack(), new DispatchRules());
    private static readonly Operator Ali = new(TinyState.Ali());

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)] // holiday of the whole state
    [InlineData(6, true)] // holiday of another division
    [InlineData(7, true)]
    [InlineData(8, false)] // not one of Ali's days
    public void Works_OnWorkingDaysOnly(int day, bool works) => Assert.Equal(works, Times.Works(new DateOnly(2026, 3, day), Ali));

    [Fact]
    public void Works_OnAWeeklyOffOfOffices_IfTheOperatorDoes()
    {
        var told = TinyState.Ali() with { Shift = new Platform.Packs.Shift(new TimeOnly(9, 0), new TimeOnly(18, 0), [DayOfWeek.Sunday]) };

        Assert.True(Times.Works(new DateOnly(2026, 3, 8), new Operator(told)));
    }

    [Fact]
    public void Works_HolidayOfTheOwnDivision_IsOff()
    {
        var dev = new Operator(TinyState.Person("dev", "Dev", "21", "2", 32.7, 74.8, [], ["ur"]));

        Assert.False(Times.Works(new DateOnly(2026, 3, 6), dev));
    }

    [Fact]
    public void On_ShiftThatBeginsBetweenWindows_BeginsWithTheNext()
    {
        var told = TinyState.Ali() with { Shift = new Platform.Packs.Shift(new TimeOnly(9, 30), new TimeOnly(13, 15), [DayOfWeek.Tuesday]) };

        var windows = Times.On(new DateOnly(2026, 3, 3), new Operator(told)).ToList();

        // 10:30 to 12:00 in the state; 12:00 to 13:30 would end after the shift.
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 5, 0, 0, TimeSpan.Zero), Assert.Single(windows).StartsAt);
    }

    [Fact]
    public void On_TheNightClocksGoForward_LeavesOutTheHourThatIsMissing()
    {
        var berlin = TinyState.Pack();
        var zone = TimeZoneInfo.CreateCustomTimeZone(
            "summer", TimeSpan.FromHours(1), "summer", "standard", "daylight",
            [
                TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
                    DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
                    TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 3, 0, 0), 3, 3),
                    TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 25)),
            ]);
        var pack = With(berlin, zone);
        var night = TinyState.Ali() with { Shift = new Platform.Packs.Shift(new TimeOnly(0, 0), new TimeOnly(6, 0), [DayOfWeek.Tuesday]) };

        var windows = new WorkingTimes(pack, new DispatchRules()).On(new DateOnly(2026, 3, 3), new Operator(night)).ToList();

        Assert.Equal([23.0, 0.5, 2.5], windows.Select(window => window.StartsAt.TimeOfDay.TotalHours));
    }

    private static Platform.Packs.StatePack With(Platform.Packs.StatePack pack, TimeZoneInfo zone) => new()
    {
        Folder = "",
        About = pack.About with { TimeZone = zone },
        Geography = pack.Geography,
        Sources = null!,
        Departments = null!,
        Designations = null!,
        Documents = null!,
        Forms = null!,
        Fees = null!,
        Services = null!,
        Calendar = pack.Calendar,
        Operators = pack.Operators,
        Staff = null!,
        Messages = null!,
    };
}

public class SlotIdTests
{
    [Fact]
    public void Id_SaysOperatorAndBegin_AndIsReadBack()
    {
        var slot = new Slot("leh-road-2", new DateTimeOffset(2026, 3, 3, 3, 30, 0, TimeSpan.Zero));

        Assert.Equal("slt_leh-road-2_20260303T0330", slot.Id);
        Assert.True(Slot.TryParse(slot.Id, out var read));
        Assert.Equal(slot, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("slt_")]
    [InlineData("slt__20260303T0330")]
    [InlineData("slt_ali")]
    [InlineData("slt_ali_20261303T0330")]
    [InlineData("slt_ali_20260303T0330Z")]
    [InlineData("vis_ali_20260303T0330")]
    public void TryParse_NoSlotId_IsRefused(string? id) => Assert.False(Slot.TryParse(id, out _));
}
