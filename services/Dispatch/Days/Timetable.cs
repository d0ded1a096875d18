namespace EServices.Dispatch.Days;

/// <summary>When an operator is where: the visits still to come, in order, and home again.</summary>
/// <param name="HomeAt">Back at the centre; null where no way leads there, or to one of the visits.</param>
internal sealed record Timetable(IReadOnlyList<Timing> Timings, DateTimeOffset? HomeAt, TimeSpan Travel, long Metres)
{
    /// <summary>Visits that begin after what the citizen was told.</summary>
    public IEnumerable<Timing> Late => Timings.Where(timing => timing.Late > TimeSpan.Zero);
}

/// <param name="StartsAt">The service begins: on arrival, but not before its window.</param>
/// <param name="Travel">From the stop before.</param>
internal sealed record Timing(Stop Stop, DateTimeOffset ArrivesAt, DateTimeOffset StartsAt, DateTimeOffset EndsAt, TimeSpan Travel)
{
    /// <summary>By how much the operator comes after the window; negative while there is room.</summary>
    public TimeSpan Late => StartsAt - Stop.Window.EndsAt;
}

/// <summary>What it would mean to take one more visit into a day.</summary>
/// <param name="Refused">Why it can't be, as the end of a sentence; null if it can.</param>
/// <param name="StartsAt">When the service would begin; null where it can't be.</param>
/// <param name="Added">Time on the road that it adds.</param>
internal sealed record Insertion(string? Refused, DateTimeOffset? StartsAt, TimeSpan Added);
