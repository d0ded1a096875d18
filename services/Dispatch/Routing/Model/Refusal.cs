namespace EServices.Dispatch.Routing;

public enum RefusalCode
{
    /// <summary>An earlier one of the pool has this id.</summary>
    DuplicateId,

    /// <summary>The id is empty.</summary>
    MissingId,

    /// <summary>A place that the travel times don't know.</summary>
    UnknownPlace,

    /// <summary>A time, duration, load, cost or capacity below zero.</summary>
    Negative,

    /// <summary>A time after the third day, or a priority or cost out of its range.</summary>
    OutOfRange,

    /// <summary>A window, shift or break that ends before it begins, or a break longer than its shift allows.</summary>
    EmptyWindow,

    /// <summary>No shift, or shifts that overlap.</summary>
    NoShift,

    /// <summary>A locked stop of an unknown visit, of one locked already, or at no time of the day.</summary>
    BadLock,

    /// <summary>There is no operator at all.</summary>
    NoOperators,

    /// <summary>No operator has all the skills.</summary>
    NoSkill,

    /// <summary>No operator with the skills has the devices.</summary>
    NoDevice,

    /// <summary>No operator with skills and devices speaks one of the languages.</summary>
    NoLanguage,

    /// <summary>No operator who could serve it serves the territory.</summary>
    NoTerritory,

    /// <summary>The only operator allowed isn't there or can't serve it.</summary>
    OnlyOperatorUnfit,

    /// <summary>Every operator who could serve it has been ruled out for it.</summary>
    Excluded,

    /// <summary>Its own windows, promise and deadline leave no time to begin.</summary>
    NoTimeLeft,

    /// <summary>No way leads there and back for anyone who could serve it.</summary>
    Unreachable,

    /// <summary>Not even an operator with an otherwise empty tour could be there in time and back by the end of the shift.</summary>
    NoWindowReachable,

    /// <summary>Its load is more than any operator who could serve it may carry.</summary>
    TooLarge,

    /// <summary>Every operator who could serve it has as many visits or as much load as they may.</summary>
    CapacityTaken,

    /// <summary>Every operator who could serve it is taken by other visits at the times that it allows.</summary>
    TimeTaken,

    /// <summary>The operator has another visit whose promised window shares time with the one asked for.</summary>
    WindowTaken,

    /// <summary>The way from the visit before (or from where the tour begins) is too long to come within the window.</summary>
    ComesTooLate,

    /// <summary>The service would end after the time until which the operator serves.</summary>
    EndsTooLate,

    /// <summary>The visit after it couldn't be begun in time.</summary>
    NextTooLate,

    /// <summary>The operator would be home after the end of the shift.</summary>
    HomeTooLate,
}

public enum RefusalSubject
{
    Visit,
    Operator,
    Pool,
}

/// <summary>Something of a pool that can't be used: which, and why. The rest is planned.</summary>
/// <param name="Index">Where it stands in its list, from 0; -1 for the pool as a whole.</param>
/// <param name="Id">Its id as given.</param>
public sealed record Refusal(RefusalSubject Subject, int Index, string Id, RefusalCode Code, string Why);
