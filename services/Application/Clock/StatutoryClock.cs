using System.Text.Json.Serialization;
using EServices.Contracts;

namespace EServices.Application.Clock;

[JsonConverter(typeof(CamelCaseEnumConverter<UncountedReason>))]
internal enum UncountedReason
{
    WeeklyOff,
    PublicHoliday,

    /// <summary>The application was back with the applicant.</summary>
    Paused,
}

/// <summary>A stretch in which the application was with the applicant. The day it was sent back still counts, the day it came in again does not: like the day of the acknowledgement.</summary>
internal sealed record ClockPause(DateTimeOffset From, DateOnly FromOn, DateTimeOffset? Until, DateOnly? UntilOn)
{
    public bool Covers(DateOnly date) => date > FromOn && (UntilOn is null || date <= UntilOn);
}

/// <summary>
/// The time a service is owed in, as the law counts it: so many working days after the day of the acknowledgement. A value: every change makes a new one,
/// counted out with each day that was left out, so that what was promised keeps its reasons whatever becomes of the calendar.
/// </summary>
/// <param name="DueOn">The last day by law; null while paused.</param>
/// <param name="Counted">Working days used up by the due date or, while paused, by the pause.</param>
/// <param name="UncertainYears">Years the count touches whose holidays are not published: the date is an estimate, and can only move later.</param>
/// <param name="StoppedAt">When the decision was given.</param>
internal sealed record StatutoryClock(
    DateTimeOffset StartedAt, DateOnly StartedOn, int WorkingDays, string? Division, IReadOnlyList<ClockPause> Pauses,
    DateOnly? DueOn, int Counted, IReadOnlyList<int> UncertainYears, IReadOnlyList<UncountedDay> Uncounted, DateTimeOffset? StoppedAt)
{
    /// <summary>A calendar without any working day would be counted for ever.</summary>
    private const int LongestRest = 366;

    public bool Paused => StoppedAt is null && Pauses.Count > 0 && Pauses[^1].UntilOn is null;

    public bool Running => StoppedAt is null && !Paused;

    public static StatutoryClock Start(DateTimeOffset at, int workingDays, string? division, WorkingCalendar calendar)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workingDays);
        return new StatutoryClock(at, calendar.DateAt(at), workingDays, division, [], null, 0, [], [], null).Recount(calendar);
    }

    public StatutoryClock Pause(DateTimeOffset at, WorkingCalendar calendar) =>
        Running
            ? (this with { Pauses = [.. Pauses, new ClockPause(at, calendar.DateAt(at), null, null)] }).Recount(calendar)
            : throw new InvalidOperationException("Only a running clock can be paused.");

    public StatutoryClock Resume(DateTimeOffset at, WorkingCalendar calendar) =>
        Paused
            ? (this with { Pauses = [.. Pauses.SkipLast(1), Pauses[^1] with { Until = at, UntilOn = calendar.DateAt(at) }] }).Recount(calendar)
            : throw new InvalidOperationException("Only a paused clock can be resumed.");

    public StatutoryClock Stop(DateTimeOffset at) => this with { StoppedAt = StoppedAt ?? at };

    public bool IsOverdue(DateOnly today) => Running && today > DueOn;

    /// <summary>Counts out again with what the calendar knows now.</summary>
    public StatutoryClock Recount(WorkingCalendar calendar)
    {
        var (uncounted, uncertain) = (new List<UncountedDay>(), new SortedSet<int>());
        var (date, counted, rest) = (StartedOn, 0, 0);
        while (counted < WorkingDays)
        {
            var next = date.AddDays(1);
            var pause = Pauses.FirstOrDefault(stretch => stretch.Covers(next));
            if (pause is { UntilOn: null })
                return this with { DueOn = null, Counted = counted, UncertainYears = [.. uncertain], Uncounted = uncounted };
            date = next;
            if (pause is not null)
            {
                uncounted.Add(new UncountedDay(date, UncountedReason.Paused, Localised.English("Waiting for the applicant"), false));
                continue;
            }
            if (!calendar.Covers(date.Year))
                uncertain.Add(date.Year);
            if (calendar.WhyNotCounted(date, Division) is not { } why)
            {
                (counted, rest) = (counted + 1, 0);
                continue;
            }
            uncounted.Add(why);
            if (++rest > LongestRest)
                throw new InvalidOperationException($"The calendar has no working day in the year before {date:O}.");
        }
        return this with { DueOn = date, Counted = counted, UncertainYears = [.. uncertain], Uncounted = uncounted };
    }
}
