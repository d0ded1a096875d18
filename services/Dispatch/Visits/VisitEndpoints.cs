using EServices.Dispatch.Calls;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Slots;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EServices.Dispatch.Visits;

internal static class VisitEndpoints
{
    public static void MapVisits(this RouteGroupBuilder api)
    {
        var visits = api.MapGroup("/visits").WithTags("Visits").ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
        visits.MapPost("", ScheduleAsync).Allow(Roles.Helpline, Roles.Citizen).Once<Visit>()
            .WithName("ScheduleVisit").WithSummary("Holds a slot for a call that is ready. One of two who want the same slot gets it; the other is told the next best.")
            .ProducesProblem(409).ProducesProblem(422);
        visits.MapGet("", ListAsync).Allow(Roles.Operator, Roles.Helpline, Roles.Operations, Roles.Citizen)
            .WithName("ListVisits").WithSummary("An operator's day (operator=me&date=), visits in a state (helpline), or a citizen's own; by time.");
        visits.MapGet("/{id}", GetAsync).Allow(Roles.Operator, Roles.Helpline, Roles.Operations, Roles.Citizen)
            .WithName("GetVisit").WithSummary("A visit with its timeline, for the citizen, the operator who comes, helpline and operations.");
        visits.MapGroup("/{id}/actions").ProducesProblem(409).ProducesProblem(412).MapVisitActions();
    }

    public static bool IsOf(this Visit visit, Caller caller) => caller.IsCitizen && caller.Mobile == visit.Order.Citizen.Mobile;

    public static bool IsOperatedBy(this Visit visit, Caller caller) =>
        caller.Is(Roles.Operator) && visit.OperatorEmail is not null && string.Equals(caller.Email, visit.OperatorEmail, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whom a visit does not concern is not even told that it exists.</summary>
    public static bool IsSeenBy(this Visit visit, Caller caller) =>
        caller.Is(Roles.Helpline) || caller.Is(Roles.Operations) || visit.IsOf(caller) || visit.IsOperatedBy(caller);

    internal static async Task<Results<Created<VisitView>, ProblemHttpResult>> ScheduleAsync(
        ScheduleVisit request, Caller caller, Once once, DocumentStore<Call> calls, DocumentStore<Visit> visits, SlotFinder finder, Booking booking,
        Ids ids, TimeProvider time, DispatchRules rules, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(request.CallId, "/callId").Required(request.SlotId, "/slotId")
            .That(request.Urgent != true || caller.Is(Roles.Helpline), "/urgent", "helpline", "Only the helpline can take a window without the usual lead time.");
        if (!checks.Passed)
            return checks.Problem();
        if (await calls.FindAsync(request.CallId!, cancellationToken) is not { } call || !call.IsSeenBy(caller))
            return Problems.NotFound("call", request.CallId!);
        if (call.Order(time.GetUtcNow(), out var order) is { } notReady)
            return Problems.Of(notReady);
        if (await visits.FirstAsync(VisitDocuments.OpenCall.Where(call.Id), cancellationToken) is { } earlier)
            return Problems.Of(Refusal.Conflict("visit-exists", $"The visit {earlier.Id} is scheduled for this call already."));
        var (offer, refusal) = await finder.ChosenAsync(order!.Need, request.SlotId, cancellationToken, urgent: request.Urgent == true);
        Created<VisitView>? created = null;
        refusal ??= await booking.TakeAsync(order!.Need, offer!, async place =>
        {
            var visit = Visit.Schedule(ids.New("vis"), order, offer!, place, Actor.Of(caller, Roles.Helpline, Roles.Citizen), time.GetUtcNow(), rules);
            created = await once.SaveAsync(visits, visit, TypedResults.Created($"/api/v1/visits/{visit.Id}", VisitView.Of(visit, caller)), cancellationToken);
            return null;
        }, cancellationToken);
        return refusal is null ? created! : await finder.RefusedAsync(refusal, order.Need, request.SlotId, cancellationToken);
    }

    internal static async Task<Results<Ok<Page<VisitView>>, ProblemHttpResult>> ListAsync(
        [FromQuery(Name = "operator")] string? who, [FromQuery] DateOnly? date, [FromQuery] string? state, Paging paging, Caller caller,
        DocumentStore<Visit> visits, DocumentStore<Operator> operators, SlotFinder finder, CancellationToken cancellationToken)
    {
        var office = caller.Is(Roles.Helpline) || caller.Is(Roles.Operations);
        IndexQuery<Visit>? query = null;
        if (who == "me" || (caller.Is(Roles.Operator) && !office))
        {
            var self = caller.Email is null ? null : await operators.FirstAsync(OperatorDocuments.ByEmail.Where(caller.Email.ToLowerInvariant()), cancellationToken);
            if (self is null || (who is not (null or "me") && who != self.Id))
                return Problems.NotFound("operator", who ?? "me");
            query = VisitDocuments.ByOperatorDay.Where(self.Id, date ?? finder.Today);
        }
        else if (office && who is not null)
        {
            query = VisitDocuments.ByOperatorDay.Where(who, date ?? finder.Today);
        }
        else if (office)
        {
            if (!Enum.TryParse<VisitState>(state, ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted) || int.TryParse(state, out _))
                return new Checks().That(false, "?state", "unknown", "A state such as missed, unassigned or scheduled; or name an operator.").Problem();
            query = VisitDocuments.ByState.Where(wanted);
        }
        else if (caller.Mobile is { } mobile)
        {
            query = VisitDocuments.ByCitizen.Where(mobile).Descending();
        }
        if (query is null)
            return TypedResults.Ok(new Page<VisitView>([], null));
        var page = await visits.ListAsync(query, paging.Cursor, paging.Limit, cancellationToken);
        return TypedResults.Ok(page.Select(visit => VisitView.Of(visit, caller)));
    }

    internal static async Task<Results<Ok<VisitView>, ProblemHttpResult>> GetAsync(
        string id, Caller caller, HttpContext http, DocumentStore<Visit> visits, CancellationToken cancellationToken)
    {
        if (await visits.FindAsync(id, cancellationToken) is not { } visit || !visit.IsSeenBy(caller))
            return Problems.NotFound("visit", id);
        http.Tell(visit);
        return TypedResults.Ok(VisitView.Of(visit, caller));
    }

    /// <summary>A refusal to hold a slot; whoever was too late gets the next best ones in the same answer.</summary>
    internal static async Task<ProblemHttpResult> RefusedAsync(
        this SlotFinder finder, Refusal refusal, Need need, string? slotId, CancellationToken cancellationToken)
    {
        var problem = Problems.Of(refusal);
        if (refusal.Code == Booking.SlotTaken && Slot.TryParse(slotId, out var slot))
        {
            var next = await finder.FindAsync(need, finder.DayOf(slot), days: 7, limit: 5, cancellationToken);
            problem.ProblemDetails.Extensions["slots"] = next.Select(SlotView.Of).ToArray();
        }
        return problem;
    }
}

/// <param name="Urgent">The slot was offered without the usual lead time; for the helpline.</param>
internal sealed record ScheduleVisit(string? CallId, string? SlotId, bool? Urgent = null);
