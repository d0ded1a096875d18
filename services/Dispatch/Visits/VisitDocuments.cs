using EServices.Platform.Storage;

namespace EServices.Dispatch.Visits;

internal static class VisitDocuments
{
    public static readonly DocumentMap<Visit> Map = new("visits");

    /// <summary>One visit in an operator's window: the guard against double booking.</summary>
    public static readonly DocumentIndex<Visit> Slot = Map.Unique("slot", visit => visit.HeldBy, visit => visit.StartsAt);

    /// <summary>As many visits a day as an operator has seats: the guard against overfilled days.</summary>
    public static readonly DocumentIndex<Visit> Seat = Map.Unique("seat", visit => visit.Seat);

    /// <summary>Visits come into a day one after another, each knowing those before: the guard against two that can't both be kept.</summary>
    public static readonly DocumentIndex<Visit> Turn = Map.Unique("turn", visit => visit.Turns);

    /// <summary>One live visit for a call.</summary>
    public static readonly DocumentIndex<Visit> OpenCall = Map.Unique("open_call", visit => visit.OpenCall);

    public static readonly DocumentIndex<Visit> ByOperatorDay = Map.Index("by_operator_day", visit => visit.OperatorId, visit => visit.Day, visit => visit.StartsAt);
    public static readonly DocumentIndex<Visit> ByCitizen = Map.Index("by_citizen", visit => visit.Order.Citizen.Mobile, visit => visit.StartsAt);
    public static readonly DocumentIndex<Visit> ByState = Map.Index("by_state", visit => visit.State, visit => visit.StartsAt);
    public static readonly DocumentIndex<Visit> ByStateDay = Map.Index("by_state_day", visit => visit.State, visit => visit.Day);

    /// <summary>What the sweep asks.</summary>
    public static readonly DocumentIndex<Visit> Awaited = Map.Index("awaited", visit => visit.AwaitedUntil);
}
