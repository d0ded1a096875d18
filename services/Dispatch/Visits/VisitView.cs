using EServices.Contracts;
using EServices.Dispatch.Calls;
using EServices.Dispatch.Places;
using EServices.Dispatch.Slots;
using EServices.Platform.Web;

namespace EServices.Dispatch.Visits;

/// <param name="Citizen">An operator sees the number only while it is theirs to come.</param>
/// <param name="Operator">Null while nobody comes.</param>
/// <param name="Code">The code that is under way to the citizen; its digits are in the citizen's message alone.</param>
/// <param name="TotalPaise">What the citizen was told, and all that may be taken.</param>
/// <param name="Next">Actions that this caller could take now.</param>
internal sealed record VisitView(
    string Id, string CallId, VisitState State, VisitServiceView Service, Person Citizen, Address Address, OperatorName? Operator,
    DateTimeOffset StartsAt, DateTimeOffset EndsAt, double DistanceKm, string Why, string QuoteId, long TotalPaise, CodeView? Code,
    DateTimeOffset? ArrivedAt, string? ApplicationId, IReadOnlyList<string> Next, IReadOnlyList<DeedView> Timeline)
{
    private static readonly VisitState[] Over = [VisitState.Completed, VisitState.Cancelled, VisitState.NoShow];

    public static VisitView Of(Visit visit, Caller caller)
    {
        var (order, citizen) = (visit.Order, visit.Order.Citizen);
        var needsNumber = caller.Is(Roles.Helpline) || caller.Is(Roles.Operations) || visit.IsOf(caller) || (visit.IsOperatedBy(caller) && !Over.Contains(visit.State));
        if (!needsNumber)
            citizen = citizen with { Mobile = Mobile.Masked(citizen.Mobile) };
        return new VisitView(
            visit.Id, order.CallId, visit.State, new VisitServiceView(order.ServiceId, order.ServiceVersion, order.ServiceName), citizen, order.Address,
            visit.OperatorId is null ? null : new OperatorName(visit.OperatorId, visit.OperatorName!),
            visit.StartsAt, visit.EndsAt, visit.DistanceKm, visit.Why, order.QuoteId, order.TotalPaise,
            visit.Code is { } code ? new CodeView(code.SentAt, code.ExpiresAt, code.TriesLeft) : null,
            visit.ArrivedAt, visit.ApplicationId, Allowed(visit, caller), [.. visit.Timeline.Select(DeedView.Of)]);
    }

    private static List<string> Allowed(Visit visit, Caller caller)
    {
        var next = new List<string>();
        if (visit.IsOperatedBy(caller))
        {
            next.AddRange(visit.State switch
            {
                VisitState.Scheduled => ["accept", "decline"],
                VisitState.Accepted => ["depart", "arrive", "decline"],
                VisitState.OnTheWay => ["arrive", "decline"],
                VisitState.Arrived => ["confirm", "resend-code", "no-show"],
                VisitState.Confirmed => ["complete"],
                _ => Array.Empty<string>(),
            });
        }
        if (caller.Is(Roles.Helpline) || visit.IsOf(caller))
        {
            if (visit.State is not (VisitState.Confirmed or VisitState.Completed or VisitState.Cancelled or VisitState.NoShow))
                next.AddRange(["reschedule", "cancel"]);
            if (visit.State == VisitState.Arrived)
                next.Add("resend-code");
        }
        return [.. next.Distinct()];
    }
}

internal sealed record VisitServiceView(string Id, int Version, Localised Name);
