using EServices.Contracts;

namespace EServices.Platform.Packs;

/// <summary>Public holidays by year. How days are counted with it is the business of the statutory clock.</summary>
public sealed class HolidayCalendar(IReadOnlyList<CalendarYear> years, IReadOnlyList<WeeklyOff> weeklyOffs)
{
    private readonly Dictionary<int, CalendarYear> byYear = years.ToDictionary(year => year.Year);
    private readonly ILookup<DateOnly, Holiday> byDate = years.SelectMany(year => year.Holidays).ToLookup(holiday => holiday.Date);

    public IReadOnlyList<CalendarYear> Years { get; } = years;

    public IReadOnlyList<WeeklyOff> WeeklyOffs { get; } = weeklyOffs;

    /// <summary>Whether the pack has the holidays of that year; without them a due date is only an estimate.</summary>
    public bool Covers(int year) => byYear.ContainsKey(year);

    /// <summary>The public holiday on a date, of the whole state or of the given division.</summary>
    public Holiday? On(DateOnly date, string? division = null) =>
        byDate[date].FirstOrDefault(holiday => holiday.Divisions.Count == 0 || (division is not null && holiday.Divisions.Contains(division)));

    public WeeklyOff? WeeklyOffOn(DateOnly date) => WeeklyOffs.FirstOrDefault(off => off.Falls(date));
}

public sealed record CalendarYear(int Year, string Source, IReadOnlyList<Holiday> Holidays);

/// <param name="Basis">Assumed where the date hangs on moon sighting or on an order not yet published.</param>
/// <param name="MoonSighting">The date may still move by a day.</param>
/// <param name="Divisions">Ids of the divisions that keep it; empty for the whole state.</param>
public sealed record Holiday(DateOnly Date, Localised Name, Basis Basis, bool MoonSighting, IReadOnlyList<string> Divisions);
