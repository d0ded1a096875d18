using EServices.Application.Clock;
using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Application.Tests;

/// <summary>A calendar small enough to count by hand: Sundays and second Saturdays off; 2026 and 2027 known, 2028 not.</summary>
internal static class Calendars
{
    public static readonly TimeZoneInfo India = TimeZoneInfo.CreateCustomTimeZone("India", TimeSpan.FromMinutes(330), "India", "India");

    public static readonly WorkingCalendar Usual = Of(
        India, new(2026, 3, 4), new(2026, 3, 21), new(2026, 12, 25), new(2027, 1, 1), new(2027, 1, 26));

    /// <summary>As <see cref="Usual"/>, with the holidays of 2028 published.</summary>
    public static readonly WorkingCalendar Later = new(
        new HolidayCalendar(
            [
                Year(2026, new(2026, 3, 4), new(2026, 3, 21), new(2026, 12, 25)), Year(2027, new(2027, 1, 1), new(2027, 1, 26)), Year(2028, new(2028, 1, 3), new(2028, 1, 4)),
            ],
            Offs), India);

    private static IReadOnlyList<WeeklyOff> Offs => [new WeeklyOff(DayOfWeek.Sunday, []), new WeeklyOff(DayOfWeek.Saturday, [2])];

    public static WorkingCalendar Of(TimeZoneInfo zone, params DateOnly[] holidays) =>
        new(new HolidayCalendar([.. new[] { 2026, 2027 }.Select(year => Year(year, [.. holidays.Where(day => day.Year == year)]))], Offs), zone);

    /// <summary>An instant of a day in India.</summary>
    public static DateTimeOffset At(int year, int month, int day, int hour = 10, int minute = 0) =>
        new DateTimeOffset(year, month, day, hour, minute, 0, TimeSpan.FromMinutes(330)).ToUniversalTime();

    private static CalendarYear Year(int year, params DateOnly[] holidays) => new(
        year, "test", [.. holidays.Select(day => new Holiday(day, Localised.English($"Holiday of {day:d MMMM}"), Basis.Cited, false, day == new DateOnly(2026, 3, 21) ? ["kashmir"] : []))]);
}
