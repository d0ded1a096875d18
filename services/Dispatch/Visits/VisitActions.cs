using EServices.Dispatch.Slots;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Dispatch.Visits;

/// <summary>What operator, citizen and helpline do to a visit.</summary>
internal static class VisitActions
{
    /// <summary>Other operators that are tried, the best first, before a declined visit goes back to the helpline.</summary>
    private const int SuccessorsTried = 5;

    public static void MapVisitActions(this RouteGroupBuilder actions)
    {
        actions.MapPost("/accept", AcceptAsync).Allow(Roles.Operator).WithName("AcceptVisit").WithSummary("The operator will come.");
        actions.MapPost("/decline", DeclineAsync).Allow(Roles.Operator).WithName("DeclineVisit")
            .WithSummary("The operator can't come: the next best takes over in the same window, or the helpline finds another.");
        actions.MapPost("/depart", DepartAsync).Allow(Roles.Operator).WithName("DepartToVisit").WithSummary("The operator is on the way.");
        actions.MapPost("/arrive", ArriveAsync).Allow(Roles.Operator).WithName("ArriveAtVisit")
            .WithSummary("The operator is at the door: the citizen, and only the citizen, gets the code and the total.");
        actions.MapPost("/resend-code", ResendCodeAsync).Allow(Roles.Operator, Roles.Helpline, Roles.Citizen).WithName("ResendVisitCode")
            .WithSummary("Sends the citizen another code; the earlier one counts no more.").ProducesProblem(429);
        actions.MapPost("/confirm", ConfirmAsync).Allow(Roles.Operator).WithName("ConfirmVisit")
            .WithSummary("The citizen's code confirms exactly the total that was told; another total is refused and recorded.");
        actions.MapPost("/complete", CompleteAsync).Allow(Roles.Operator).WithName("CompleteVisit").WithSummary("The visit is done; names the application handed in.");
        actions.MapPost("/no-show", NoShowAsync).Allow(Roles.Operator).WithName("NobodyAtVisit").WithSummary("The operator waited at the door and nobody opened.");
        actions.MapPost("/reschedule", RescheduleAsync).Allow(Roles.Helpline, Roles.Citizen).WithName("RescheduleVisit")
            .WithSummary("Moves the visit to another slot in one step: the old one is free exactly when the new one is held.");
        actions.MapPost("/cancel", CancelAsync).Allow(Roles.Helpline, Roles.Citizen).WithName("CancelVisit").WithSummary("Nobody comes; the slot is free again.");
    }

    internal static Task<Results<Ok<VisitView>, ProblemHttpResult>> AcceptAsync(string id, [AsParameters] VisitAct act, CancellationToken cancellationToken) =>
        act.AsOperatorAsync(id, (visit, by, now) => visit.Accept(by, now), cancellationToken);

    internal static Task<Results<Ok<VisitView>, ProblemHttpResult>> DepartAsync(string id, [AsParameters] VisitAct act, CancellationToken cancellationToken) =>
        act.AsOperatorAsync(id, (visit, by, now) => visit.Depart(by, now), cancellationToken);

    internal static Task<Results<Ok<VisitView>, ProblemHttpResult>> ArriveAsync(
        string id, [AsParameters] VisitAct act, SlotFinder finder, IChance chance, CancellationToken cancellationToken) =>
        act.AsOperatorAsync(id, (visit, by, now) => visit.Arrive(by, now, finder.Today, chance, act.Rules), cancellationToken);

    internal static Task<Results<Ok<VisitView>, ProblemHttpResult>> ResendCodeAsync(
        string id, [AsParameters] VisitAct act, IChance chance, CancellationToken cancellationToken) =>
        act.OnAsync(id, VisitEndpoints.IsSeenBy, [Roles.Operator, Roles.Citizen, Roles.Helpline], (visit, by, now) => visit.ResendCode(by, now, chance, act.Rules), cancellationToken);

    internal static async Task<Results<Ok<VisitView>, ProblemHttpResult>> ConfirmAsync(
        string id, ConfirmVisit request, [AsParameters] VisitAct act, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(request.Code, "/code", 20)
            .That(request.TotalPaise is >= 0, "/totalPaise", "required", "The total that is taken, in paise.");
        return checks.Passed
            ? await act.AsOperatorAsync(id, (visit, by, now) => visit.Confirm(request.Code!, request.TotalPaise!.Value, by, now, act.Rules), cancellationToken)
            : checks.Problem();
    }

    internal static async Task<Results<Ok<VisitView>, ProblemHttpResult>> CompleteAsync(
        string id, CompleteVisit request, [AsParameters] VisitAct act, CancellationToken cancellationToken)
    {
        var checks = new Checks().That(
            request.ApplicationId is null || (request.ApplicationId.Length <= 60 && request.ApplicationId.StartsWith("app_", StringComparison.Ordinal)),
            "/applicationId", "application", "The id of an application, or nothing if none was handed in.");
        return checks.Passed
            ? await act.AsOperatorAsync(id, (visit, by, now) => visit.Complete(request.ApplicationId, by, now), cancellationToken)
            : checks.Problem();
    }

    internal static Task<Results<Ok<VisitView>, ProblemHttpResult>> NoShowAsync(string id, [AsParameters] VisitAct act, CancellationToken cancellationToken) =>
        act.AsOperatorAsync(id, (visit, by, now) => visit.NoShow(by, now, act.Rules), cancellationToken);

    internal static async Task<Results<Ok<VisitView>, ProblemHttpResult>> CancelAsync(
        string id, GiveReason request, [AsParameters] VisitAct act, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(request.Reason, "/reason", 500);
        return checks.Passed
            ? await act.OnAsync(id, IsOfCitizenOrHelpline, [Roles.Helpline, Roles.Citizen], (visit, by, now) => visit.Cancel(request.Reason!, by, now), cancellationToken)
            : checks.Problem();
    }

    internal static async Task<Results<Ok<VisitView>, ProblemHttpResult>> RescheduleAsync(
        string id, RescheduleVisit request, [AsParameters] VisitAct act, SlotFinder finder, Booking booking, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(request.SlotId, "/slotId");
        if (!checks.Passed)
            return checks.Problem();
        if (await act.ReadAsync(id, IsOfCitizenOrHelpline, cancellationToken) is not { } visit)
            return Problems.NotFound("visit", id);
        if (act.Http.Precondition(visit) is { } changed)
            return changed;
        // A repeat after a lost answer: its own window must not look taken to it, nor count as another move.
        if (Slot.TryParse(request.SlotId, out var wanted) && visit.Holds(wanted))
        {
            act.Http.Tell(visit);
            return TypedResults.Ok(VisitView.Of(visit, act.Caller));
        }
        var by = Actor.Of(act.Caller, Roles.Helpline, Roles.Citizen);
        var need = visit.Order.Need;
        var (offer, refusal) = await finder.ChosenAsync(need, request.SlotId, cancellationToken, moving: id);
        refusal ??= await booking.TakeAsync(need, offer!, async place =>
        {
            visit = await act.Visits.GetAsync(id, cancellationToken);
            // Another sending of the same request was quicker.
            if (visit.Holds(offer!.Slot))
                return null;
            if (visit.Reschedule(offer!, place, by, act.Time.GetUtcNow(), act.Rules) is { } notNow)
                return notNow;
            await act.Visits.SaveAsync(visit, cancellationToken);
            return null;
        }, cancellationToken, moving: id);
        if (refusal is not null)
            return await finder.RefusedAsync(refusal, need, request.SlotId, cancellationToken);
        act.Http.Tell(visit);
        return TypedResults.Ok(VisitView.Of(visit, act.Caller));
    }

    internal static async Task<Results<Ok<VisitView>, ProblemHttpResult>> DeclineAsync(
        string id, GiveReason request, [AsParameters] VisitAct act, SlotFinder finder, Booking booking, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(request.Reason, "/reason", 500);
        if (!checks.Passed)
            return checks.Problem();
        if (await act.ReadAsync(id, VisitEndpoints.IsOperatedBy, cancellationToken) is not { } visit)
            return Problems.NotFound("visit", id);
        if (act.Http.Precondition(visit) is { } changed)
            return changed;
        var by = Actor.Of(act.Caller, Roles.Operator);
        var declining = visit.OperatorId!;
        var successors = await finder.ForWindowAsync(visit.Order.Need, visit.Window, [.. visit.DeclinedBy, declining], cancellationToken);
        foreach (var successor in successors.Take(SuccessorsTried))
        {
            var refusal = await booking.TakeAsync(visit.Order.Need, successor, place => DeclineTo(successor, place), cancellationToken);
            if (refusal is null)
                return TypedResults.Ok(VisitView.Of(visit, act.Caller));
            if (refusal.Code != Booking.SlotTaken)
                return Problems.Of(refusal);
        }
        return await DeclineTo(null, null) is { } refused ? Problems.Of(refused) : TypedResults.Ok(VisitView.Of(visit, act.Caller));

        async Task<Refusal?> DeclineTo(Offer? successor, DayPlace? place)
        {
            visit = await act.Visits.GetAsync(id, cancellationToken);
            if (visit.OperatorId != declining)
                return Refusal.Conflict("not-now", "The visit has passed to someone else meanwhile.");
            if (visit.Decline(request.Reason!, successor, place, by, act.Time.GetUtcNow(), act.Rules) is { } notNow)
                return notNow;
            await act.Visits.SaveAsync(visit, cancellationToken);
            return null;
        }
    }

    private static bool IsOfCitizenOrHelpline(Visit visit, Caller caller) => caller.Is(Roles.Helpline) || visit.IsOf(caller);
}

/// <summary>What every action on a visit needs.</summary>
internal sealed record VisitAct(HttpContext Http, Caller Caller, DocumentStore<Visit> Visits, TimeProvider Time, DispatchRules Rules)
{
    /// <summary>For the operator who comes, and nobody else.</summary>
    public Task<Results<Ok<VisitView>, ProblemHttpResult>> AsOperatorAsync(
        string id, Func<Visit, Actor, DateTimeOffset, Refusal?> act, CancellationToken cancellationToken) =>
        OnAsync(id, VisitEndpoints.IsOperatedBy, [Roles.Operator], act, cancellationToken);

    public async Task<Results<Ok<VisitView>, ProblemHttpResult>> OnAsync(
        string id, Func<Visit, Caller, bool> may, IReadOnlyList<string> roles, Func<Visit, Actor, DateTimeOffset, Refusal?> act, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, may, cancellationToken) is not { } visit)
            return Problems.NotFound("visit", id);
        var (by, now) = (Actor.Of(Caller, roles), Time.GetUtcNow());
        return await Http.ActAsync(Visits, visit, same => act(same, by, now), cancellationToken) is { } problem
            ? problem
            : TypedResults.Ok(VisitView.Of(visit, Caller));
    }

    /// <summary>The visit, or null if there is none that this caller may act on.</summary>
    public async Task<Visit?> ReadAsync(string id, Func<Visit, Caller, bool> may, CancellationToken cancellationToken) =>
        await Visits.FindAsync(id, cancellationToken) is { } visit && may(visit, Caller) ? visit : null;
}

internal sealed record GiveReason(string? Reason);

/// <param name="TotalPaise">What is taken from the citizen.</param>
internal sealed record ConfirmVisit(string? Code, long? TotalPaise);

/// <param name="ApplicationId">What was handed in at the door, if anything was.</param>
internal sealed record CompleteVisit(string? ApplicationId);

internal sealed record RescheduleVisit(string? SlotId);
