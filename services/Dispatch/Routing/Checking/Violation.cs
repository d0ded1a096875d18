namespace EServices.Dispatch.Routing.Checking;

public enum ViolationKind
{
    /// <summary>A tour of an operator or shift that isn't in the pool, or can't be used.</summary>
    UnknownTour,

    /// <summary>A shift has two tours.</summary>
    TourTwice,

    /// <summary>A visit that isn't in the pool, or can't be used.</summary>
    UnknownVisit,

    /// <summary>A visit is served twice, or served and left out.</summary>
    VisitTwice,

    /// <summary>A visit of the pool is neither served nor said to be left out.</summary>
    VisitForgotten,

    /// <summary>A locked stop is missing, elsewhere, or at another time.</summary>
    LockBroken,

    Skill,
    Device,
    Language,
    Territory,
    OnlyOperator,

    /// <summary>The operator was ruled out for the visit.</summary>
    Excluded,

    /// <summary>Service begins outside the allowed windows.</summary>
    Window,

    /// <summary>Service begins outside the promised window.</summary>
    Promise,

    /// <summary>Service begins after the deadline by law.</summary>
    Deadline,

    /// <summary>Service is shorter or longer than its visit's duration.</summary>
    Duration,

    /// <summary>A stop is reached, or begins, sooner than travel (and break) allow.</summary>
    Travel,

    /// <summary>No way leads from one stop to the next.</summary>
    NoWay,

    /// <summary>Promised windows of an operator share time, and the pool wants them apart.</summary>
    WindowShared,

    /// <summary>The tour begins before the shift (or before now), serves for too long or ends after the shift.</summary>
    Shift,

    /// <summary>The break is missing, outside its window, during a service, or there though none is due.</summary>
    Break,

    /// <summary>More visits than the operator may have.</summary>
    Visits,

    /// <summary>More load than the operator may carry.</summary>
    Load,

    /// <summary>The travel, or a part of the objective, that the plan states isn't what its tours come to.</summary>
    Figure,
}

/// <summary>A rule that a plan breaks: where, and how.</summary>
/// <param name="Operator">The tour's operator, if it is about one.</param>
/// <param name="Visit">The visit, if it is about one.</param>
public sealed record Violation(ViolationKind Kind, string? Operator, string? Visit, string Why)
{
    public override string ToString() => $"{Kind} ({Operator ?? "-"}, {Visit ?? "-"}): {Why}";
}

/// <summary>What a check found, and the objective recomputed from the tours' own times.</summary>
public sealed record CheckedPlan(IReadOnlyList<Violation> Violations, PlanObjective Objective)
{
    public bool Sound => Violations.Count == 0;
}
