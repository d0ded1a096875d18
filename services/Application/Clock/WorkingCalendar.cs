using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Application.Clock;

/// <summary>Which days the law counts: in the state's own time zone, without its weekly offs and public holidays.</summary>
/// <param name="holidaysExcluded">False for a state whose act counts every day.</param>
internal sealed class WorkingCalendar(HolidayCalendar calendar, TimeZoneInfo zone, bool holidaysExcluded = true)
{
    public static WorkingCalendar Of(StatePack pack) => new(pack.Calendar, pack.About.TimeZone, pack.About.Act.HolidaysExcluded);

    /// <summary>The date in the state at an instant.</summary>
    public DateOnly DateAt(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>The first instant that is no longer this date in the state.</summary>
    public DateTimeOffset EndOf(DateOnly date)
    {
        var midnight = date.AddDays(1).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    /// <summary>Whether the holidays of that year are known. Where they are not, a count over its days is only an estimate.</summary>
    public bool Covers(int year) => !holidaysExcluded || calendar.Covers(year);

    /// <summary>Why the law does not count a date; null for a working day.</summary>
    /// <param name="division">The division whose own holidays are kept too.</param>
    public UncountedDay? WhyNotCounted(DateOnly date, string? division)
    {
        if (!holidaysExcluded)
            return null;
        if (calendar.On(date, division) is { } holiday)
            return new UncountedDay(date, UncountedReason.PublicHoliday, holiday.Name, holiday.MoonSighting || holiday.Basis == Basis.Assumed);
        return calendar.WeeklyOffOn(date) is null ? null : new UncountedDay(date, UncountedReason.WeeklyOff, Localised.English(date.DayOfWeek.ToString()), false);
    }
}

/// <summary>A day that does not count, and why.</summary>
/// <param name="Assumed">The holiday hangs on moon sighting or on an order not yet published.</param>
internal sealed record UncountedDay(DateOnly Date, UncountedReason Reason, Localised Why, bool Assumed);
