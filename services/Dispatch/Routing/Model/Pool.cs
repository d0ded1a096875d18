namespace EServices.Dispatch.Routing;

/// <summary>Everything that one day's plan is made of.</summary>
public sealed record Pool
{
    public required IReadOnlyList<PoolOperator> Operators { get; init; }

    public required IReadOnlyList<PoolVisit> Visits { get; init; }

    public required TravelTimes Travel { get; init; }

    /// <summary>
    /// Whether no two promised windows of an operator may share time (or be the same), as where a window is what is booked. Only what is locked is taken as it is.
    /// </summary>
    public bool WindowsApart { get; init; }

    /// <summary>Seconds from the day's start: nothing that isn't locked begins before, neither travel nor service. 0 for a day to come.</summary>
    public int Now { get; init; }
}
