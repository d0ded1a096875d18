using EServices.Dispatch.Routing.Travel;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Visits;

namespace EServices.Dispatch.Days;

/// <summary>A visit as an operator's day sees it.</summary>
/// <param name="Window">What the citizen was told: the operator comes within it.</param>
/// <param name="Service">Time at the door.</param>
/// <param name="State">What has happened of it; <see cref="VisitState.Scheduled"/> also for one that is only thought of.</param>
internal sealed record Stop(string VisitId, Window Window, TimeSpan Service, TravelPlace Place, VisitState State = VisitState.Scheduled)
{
    /// <summary>When the operator left for it, where that is known.</summary>
    public DateTimeOffset? DepartedAt { get; init; }

    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>The seat it takes; empty for one that is only thought of.</summary>
    public string Seat { get; init; } = "";

    public IReadOnlyList<string> Turns { get; init; } = [];

    /// <summary>As it was read; null for one that is only thought of.</summary>
    public Visit? Visit { get; init; }

    /// <summary>Somebody is there or was: nothing about it can be planned any more.</summary>
    public bool Met => State is VisitState.Arrived or VisitState.Confirmed or VisitState.Completed;

    /// <summary>Met or being driven to: it stays where it is, whatever else moves.</summary>
    public bool Locked => Met || State == VisitState.OnTheWay;
}
