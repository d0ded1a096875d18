namespace EServices.Dispatch.Routing;

/// <summary>What comes after serving as much as possible and before travel.</summary>
public enum OperatorGoal
{
    /// <summary>Nothing: less travel is next.</summary>
    None,

    /// <summary>Fewer operators go out.</summary>
    FewestOperators,

    /// <summary>
    /// Work is spread fairly: the sum over operators of squared hours of service is small. Begun hours count whole, so that a fair day still leaves room for
    /// less travel.
    /// </summary>
    FairSpread,
}

public enum TravelMeasure
{
    Seconds,
    Metres,
}

/// <summary>
/// What a good plan is. In order: the priorities of visits that are owed (promised, or due by law within the day) and left out; those of all visits left out;
/// the <see cref="Goal"/>; travel, with fixed costs and the cost of disruption.
/// </summary>
public sealed record PlanSettings
{
    public OperatorGoal Goal { get; init; } = OperatorGoal.None;

    /// <summary>What travel is counted in; the unit of every cost.</summary>
    public TravelMeasure Travel { get; init; } = TravelMeasure.Seconds;

    /// <summary>The plan that people know already; null for a day planned afresh.</summary>
    public Plan? Known { get; init; }

    /// <summary>Cost of giving a visit of <see cref="Known"/> to another operator.</summary>
    public int ChangedOperatorCost { get; init; }

    /// <summary>Cost of beginning a visit of <see cref="Known"/> more than <see cref="MovedTolerance"/> earlier or later than known.</summary>
    public int MovedCost { get; init; }

    /// <summary>Seconds.</summary>
    public int MovedTolerance { get; init; } = 900;
}

/// <summary>How long and how to search. At least one of <see cref="Time"/> and <see cref="Iterations"/> is given; what comes first ends the search.</summary>
public sealed record PlanLimits
{
    /// <summary>Wall-clock time, the first plan included.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>What <see cref="Time"/> is counted by instead of the wall's clock: a measurement on a busy machine counts the searching thread's own.</summary>
    internal Func<TimeSpan>? Clock { get; init; }

    /// <summary>Iterations of each thread. With these alone the same pool, settings and seed give the same plan on every machine.</summary>
    public long? Iterations { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Independent searches from seeds that follow <see cref="Seed"/>; the best plan counts.</summary>
    public int Threads { get; init; } = 1;
}
