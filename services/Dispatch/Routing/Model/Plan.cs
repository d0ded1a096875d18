namespace EServices.Dispatch.Routing;

/// <summary>Who comes to which doors and when. Tours without visits are left out.</summary>
public sealed record Plan(IReadOnlyList<PlannedTour> Tours, IReadOnlyList<UnservedVisit> Unserved, PlanObjective Objective)
{
    public static Plan Empty { get; } = new([], [], new PlanObjective(0, 0, 0, 0, 0, 0, 0, 0, 0));
}

/// <summary>One working period of one operator. Seconds from the day's start.</summary>
/// <param name="Operator">The operator's id.</param>
/// <param name="Shift">Which of the operator's shifts, from 0.</param>
/// <param name="DepartAt">Leaving the start place (or beginning the break there) as late as the first visit allows; of a tour with locked stops, the shift's begin.</param>
/// <param name="ReturnAt">Arrival at the end place.</param>
/// <param name="BreakAt">When the break begins; null where the shift has none.</param>
/// <param name="TravelSeconds">Seconds on the way, without breaks and waiting; of a tour with locked stops, from the last of them on.</param>
/// <param name="TravelMetres">Metres, alike.</param>
public sealed record PlannedTour(
    string Operator, int Shift, int DepartAt, IReadOnlyList<PlannedStop> Stops, int ReturnAt, int? BreakAt, long TravelSeconds, long TravelMetres);

/// <summary>A visit within a tour: arrival, begin and end of the service, in seconds from the day's start. Locked stops arrive when they begin.</summary>
public sealed record PlannedStop(string Visit, int ArriveAt, int StartAt, int EndAt, bool Locked = false);

/// <summary>A visit that nobody comes to, and why.</summary>
public sealed record UnservedVisit(string Visit, RefusalCode Code, string Why);

/// <summary>A plan's worth, in the order of its parts. Less is better in each up to <see cref="Served"/>, which only tells.</summary>
/// <param name="OwedLeftOut">Sum of priorities of the visits left out that are promised or due by law within the day.</param>
/// <param name="LeftOut">Sum of priorities of all visits left out.</param>
/// <param name="Goal">Operators who go out, or the sum of squared begun hours of service per operator, by <see cref="PlanSettings.Goal"/>; 0 without one.</param>
/// <param name="Cost">Travel by its measure and each operator's rate, fixed costs and disruption.</param>
/// <param name="TravelSeconds">Of all tours.</param>
/// <param name="TravelMetres">Of all tours.</param>
/// <param name="Operators">Operators with at least one visit.</param>
/// <param name="Disruption">The part of the cost that comes of changes to the known plan.</param>
/// <param name="Served">Visits served, locked ones included.</param>
public sealed record PlanObjective(
    long OwedLeftOut, long LeftOut, long Goal, long Cost, long TravelSeconds, long TravelMetres, int Operators, long Disruption, int Served) : IComparable<PlanObjective>
{
    public int CompareTo(PlanObjective? other) =>
        other is null ? -1 : (OwedLeftOut, LeftOut, Goal, Cost).CompareTo((other.OwedLeftOut, other.LeftOut, other.Goal, other.Cost));

    public static bool operator <(PlanObjective left, PlanObjective right) => left.CompareTo(right) < 0;

    public static bool operator >(PlanObjective left, PlanObjective right) => left.CompareTo(right) > 0;

    public static bool operator <=(PlanObjective left, PlanObjective right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PlanObjective left, PlanObjective right) => left.CompareTo(right) >= 0;
}

/// <summary>What a search did.</summary>
/// <param name="FirstPlan">Time until the first whole plan stood.</param>
/// <param name="Elapsed">Time of the whole search.</param>
/// <param name="Iterations">Of all threads.</param>
/// <param name="Improvements">How often a new best was found, by the thread that won.</param>
public sealed record PlanStatistics(TimeSpan FirstPlan, TimeSpan Elapsed, long Iterations, long Improvements);

/// <summary>A sign of life from a search: what its best plan is so far.</summary>
public sealed record PlanProgress(TimeSpan Elapsed, long Iterations, int Served, int LeftOut, long Cost);

/// <summary>A plan, what of the pool could not be used and why, and what the search did.</summary>
public sealed record PlanResult(Plan Plan, IReadOnlyList<Refusal> Refusals, PlanStatistics Statistics);
