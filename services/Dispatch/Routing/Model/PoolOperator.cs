namespace EServices.Dispatch.Routing;

/// <summary>Someone who drives to doors, as one day sees them. Words (skills, devices, languages, territories) are compared exactly.</summary>
public sealed record PoolOperator
{
    /// <summary>One of a kind within a pool.</summary>
    public required string Id { get; init; }

    /// <summary>The day's working periods, apart from each other. Each is a tour of its own, from its start place to its end place.</summary>
    public required IReadOnlyList<Shift> Shifts { get; init; }

    public IReadOnlyList<string> Skills { get; init; } = [];

    public IReadOnlyList<string> Devices { get; init; } = [];

    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Where this operator may serve; empty: anywhere.</summary>
    public IReadOnlyList<string> Territories { get; init; } = [];

    /// <summary>Visits in the whole day, those locked included.</summary>
    public int MaxVisits { get; init; } = int.MaxValue;

    /// <summary>Sum of the visits' loads in the whole day, in the pool's own unit.</summary>
    public int MaxLoad { get; init; } = int.MaxValue;

    /// <summary>What it costs that this operator goes out at all, in units of travel (see <see cref="PlanSettings.Travel"/>).</summary>
    public int FixedCost { get; init; }

    /// <summary>What this operator's travel costs beside others', in percent.</summary>
    public int TravelCostPercent { get; init; } = 100;
}

/// <summary>A working period: leaves <paramref name="StartPlace"/> not before <paramref name="From"/> and is at <paramref name="EndPlace"/> by <paramref name="Until"/> (seconds from the day's start).</summary>
/// <param name="StartPlace">Place index: a home base, or where the operator is now.</param>
/// <param name="EndPlace">Place index.</param>
public sealed record Shift(int From, int Until, int StartPlace, int EndPlace)
{
    /// <summary>Taken once if the tour goes out at all; null where there is none (or it is over).</summary>
    public Break? Break { get; init; }

    /// <summary>No service that isn't locked ends later; null where only the way home counts.</summary>
    public int? ServeUntil { get; init; }

    /// <summary>
    /// The part that doesn't move any more: visits done, under way, or being driven to, in order and with their times. It stands at the tour's beginning and is
    /// taken as fact: nothing in it is checked against windows, skills or travel. The rest of the tour leaves from the last one's place when it ends.
    /// </summary>
    public IReadOnlyList<LockedStop> Locked { get; init; } = [];
}

/// <summary>
/// A pause of <paramref name="Duration"/> seconds that begins within [<paramref name="From"/>, <paramref name="Until"/>], in one piece, anywhere on the way:
/// before leaving, between visits, while driving (the way pauses), or back at the end place within the shift; never during a service.
/// </summary>
/// <param name="TakenAt">When it began, if it did already: then it is as locked as a visit under way.</param>
public sealed record Break(int Duration, int From, int Until, int? TakenAt = null);

/// <summary>A visit that doesn't move: its service begins (began) at <paramref name="StartAt"/> and ends at <paramref name="EndAt"/>.</summary>
public sealed record LockedStop(string Visit, int StartAt, int EndAt);
