namespace EServices.Dispatch.Routing.Vrptw;

/// <summary>Why a customer is in no route.</summary>
public enum VrptwRefusal
{
    /// <summary>A ready, due or service time is missing or negative, or beyond what can be counted.</summary>
    BadTime,

    /// <summary>The window closes before it opens.</summary>
    WindowInsideOut,

    /// <summary>The demand is negative.</summary>
    NegativeDemand,

    /// <summary>One vehicle cannot hold the demand.</summary>
    AboveCapacity,

    /// <summary>There is no road from the depot or back to it.</summary>
    NoRoad,

    /// <summary>A vehicle that leaves when the depot opens arrives after the window has closed.</summary>
    WindowOutOfReach,

    /// <summary>A vehicle that serves the customer as early as possible comes back after the depot has closed.</summary>
    ReturnTooLate,

    /// <summary>The vehicles were full or out of time; within the time given, no plan that includes this customer was found.</summary>
    NoVehicleLeft,
}

/// <summary>A customer that is in no route, and why.</summary>
public readonly record struct VrptwUnserved(int Customer, VrptwRefusal Reason);

/// <summary>How the search went. <paramref name="FirstFeasible"/> is null if no plan served all customers that can be served.</summary>
public sealed record VrptwStatistics(TimeSpan? FirstFeasible, TimeSpan Elapsed, long Iterations);

/// <summary>A better plan while the search goes on: when, and what it costs.</summary>
public readonly record struct VrptwProgress(TimeSpan Elapsed, int Vehicles, long Distance);

/// <summary>
/// A plan: every route keeps its windows and its vehicle's capacity. Routes name customers 1 to n in the order of service, without
/// the depot; <paramref name="Distance"/> is in the problem's unit.
/// </summary>
public sealed record VrptwSolution(int[][] Routes, long Distance, IReadOnlyList<VrptwUnserved> Unserved, VrptwStatistics Statistics)
{
    public int Vehicles => Routes.Length;
}
