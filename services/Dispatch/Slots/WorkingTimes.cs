using EServices.Platform.Packs;
using Operator = EServices.Dispatch.Operators.Operator;

namespace EServices.Dispatch.Slots;

/// <summary>
/// When operators can come. Windows lie on one grid for the whole state, from midnight on, so that a window promised to a citizen can pass from one
/// operator to another, and two windows of an operator are either the same or apart.
/// </summary>
internal sealed class WorkingTimes(StatePack pack, DispatchRules rules)
{
    public DateOnly DayOf(DateTimeOffset at) => pack.About.DateAt(at);

    /// <summary>The operator's windows on a day, in order; none on days off and public holidays.</summary>
    public IEnumerable<Window> On(DateOnly day, Operator person)
    {
        if (!Works(day, person))
            yield break;
        var zone = pack.About.TimeZone;
        for (var minute = 0; minute < 1440; minute += rules.WindowMinutes)
        {
            var (begin, end) = (TimeSpan.FromMinutes(minute), TimeSpan.FromMinutes(minute + rules.WindowMinutes));
            if (begin < person.ShiftStart.ToTimeSpan() || end > person.ShiftEnd.ToTimeSpan())
                continue;
            var local = day.ToDateTime(TimeOnly.FromTimeSpan(begin));
            // Where clocks are put forward, some times of day do not exist.
            if (zone.IsInvalidTime(local))
                continue;
            var startsAt = new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(local, zone), TimeSpan.Zero);
            yield return new Window(day, startsAt, startsAt + rules.Window);
        }
    }

    /// <summary>Begin and end of the operator's working day, on whatever date.</summary>
    public (DateTimeOffset Start, DateTimeOffset End) ShiftOn(DateOnly day, Operator person) => (At(day, person.ShiftStart), At(day, person.ShiftEnd));

    private DateTimeOffset At(DateOnly day, TimeOnly timeOfDay)
    {
        var (local, zone) = (day.ToDateTime(timeOfDay), pack.About.TimeZone);
        // Where clocks are put forward over it, the shift begins when they have been.
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(local) ? local.AddHours(1) : local, zone), TimeSpan.Zero);
    }

    /// <summary>Days off are the operator's own; the weekly offs of offices are not theirs, public holidays are.</summary>
    public bool Works(DateOnly day, Operator person) =>
        person.WorkingDays.Contains(day.DayOfWeek)
        && pack.Calendar.On(day, pack.Geography.Districts.Find(pack.Geography.Tehsils.Find(person.HomeTehsil)?.DistrictCode)?.Division) is null;
}
