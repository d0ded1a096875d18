using EServices.Contracts;
using EServices.Dispatch.Places;
using EServices.Platform;
using EServices.Platform.CatalogueCopy;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EServices.Dispatch.Calls;

internal static class CallEndpoints
{
    private const int RaceAttempts = 8;

    public static void MapCalls(this RouteGroupBuilder api)
    {
        var calls = api.MapGroup("/calls").WithTags("Calls").ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);
        calls.MapPost("", ReceiveAsync).Allow(Roles.Helpline).Once<Call>()
            .WithName("ReceiveCall").WithSummary("Records a call. Answered, its number gets a code; unanswered, it waits to be called back, one place per number.")
            .ProducesProblem(409).ProducesProblem(422);
        calls.MapGet("", ListAsync).Allow(Roles.Helpline, Roles.Operations)
            .WithName("ListCalls").WithSummary("Calls in a state; state=callback is the call-back list, the longest waiting first.");
        calls.MapGet("/dispositions", Codes).Allow(Roles.Helpline, Roles.Operations)
            .WithName("ListDispositions").WithSummary("The codes with which a call can be closed.");
        calls.MapGet("/{id}", GetAsync).Allow(Roles.Helpline, Roles.Operations, Roles.Citizen)
            .WithName("GetCall").WithSummary("A call, what is still open before someone can be sent, and what can be done now.").ProducesProblem(404);

        var actions = calls.MapGroup("/{id}/actions").Allow(Roles.Helpline).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        actions.MapPost("/answer", AnswerAsync).WithName("AnswerCall").WithSummary("The waiting caller was called back and is on the line.");
        actions.MapPost("/confirm-number", ConfirmNumberAsync).WithName("ConfirmCallerNumber").WithSummary("The caller names the code that was sent to the number.");
        actions.MapPost("/resend-code", ResendCodeAsync).WithName("ResendCallCode").WithSummary("Sends another code; the earlier one counts no more.").ProducesProblem(429);
        actions.MapPost("/choose-service", ChooseServiceAsync).WithName("ChooseCallService").WithSummary("The service that is asked for; it has to be offered at the door.");
        actions.MapPost("/confirm-document", ConfirmDocumentAsync).WithName("ConfirmCallDocument").WithSummary("The caller has this document, or an alternative to it, at hand.");
        actions.MapPost("/name", NameAsync).WithName("NameCaller").WithSummary("Whom the operator asks for.");
        actions.MapPost("/set-address", SetAddressAsync).WithName("SetCallAddress").WithSummary("Where to come to; its parts have to fit each other.");
        actions.MapPost("/dispose", DisposeAsync).WithName("DisposeCall").WithSummary("Closes the call without a visit.");
    }

    /// <summary>Helpline and operations see every call, a citizen those of the own number.</summary>
    public static bool IsSeenBy(this Call call, Caller caller) =>
        caller.Is(Roles.Helpline) || caller.Is(Roles.Operations) || (caller.IsCitizen && caller.Mobile == call.From);

    internal static async Task<Results<Created<CallView>, Ok<CallView>, ProblemHttpResult>> ReceiveAsync(
        ReceiveCall request, Caller caller, Once once, DocumentStore<Call> calls, CallQueue queue, StatePack pack, Ids ids, IChance chance, TimeProvider time,
        DispatchRules rules, CancellationToken cancellationToken)
    {
        var checks = new Checks()
            .Mobile(request.From, "/from", out var from)
            .That(pack.About.Languages.Any(language => language.Tag == request.Language), "/language", "unknown",
                $"One of: {string.Join(", ", pack.About.Languages.Select(language => language.Tag))}.");
        if (!checks.Passed)
            return checks.Problem();
        var by = Actor.Of(caller, Roles.Helpline);
        var answered = request.Answered ?? true;
        for (var attempt = 1; ; attempt++)
        {
            var now = time.GetUtcNow();
            try
            {
                if (await calls.FirstAsync(CallDocuments.Waiting.Where(from), cancellationToken) is { } waiting)
                {
                    // The number waits already: it keeps its place, or is served now.
                    if (answered)
                        waiting.Answer(by, now, chance, rules);
                    else
                        waiting.RingAgain(now);
                    var same = TypedResults.Ok(CallView.Of(waiting, now, await queue.PlaceOfAsync(waiting, cancellationToken)));
                    return await once.SaveAsync(calls, waiting, same, cancellationToken);
                }
                var call = answered
                    ? Call.Answered(ids.New("cal"), from, request.Language!, by, now, chance, rules)
                    : Call.Unanswered(ids.New("cal"), from, request.Language!, by, now);
                var created = TypedResults.Created($"/api/v1/calls/{call.Id}", CallView.Of(call, now, await queue.PlaceOfAsync(call, cancellationToken)));
                return await once.SaveAsync(calls, call, created, cancellationToken);
            }
            catch (Exception race) when (race is ConflictException or DuplicateKeyException { Index: "waiting" } && attempt < RaceAttempts)
            {
                // The same number rang at the same moment, or the helpline took it up: look again.
            }
        }
    }

    internal static async Task<Results<Ok<Page<CallView>>, ProblemHttpResult>> ListAsync(
        [FromQuery] string? state, Paging paging, DocumentStore<Call> calls, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Enum.TryParse<CallState>(state, ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted) || int.TryParse(state, out _))
            return new Checks().That(false, "?state", "unknown", "One of: callback, open, scheduled, disposed.").Problem();
        var page = await calls.ListAsync(CallDocuments.ByState.Where(wanted), paging.Cursor, paging.Limit, cancellationToken);
        var now = time.GetUtcNow();
        return TypedResults.Ok(page.Select(call => CallView.Of(call, now)));
    }

    internal static Ok<DispositionsView> Codes() => TypedResults.Ok(new DispositionsView(Dispositions.All));

    internal static async Task<Results<Ok<CallView>, ProblemHttpResult>> GetAsync(
        string id, Caller caller, HttpContext http, DocumentStore<Call> calls, CallQueue queue, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await calls.FindAsync(id, cancellationToken) is not { } call || !call.IsSeenBy(caller))
            return Problems.NotFound("call", id);
        http.Tell(call);
        return TypedResults.Ok(CallView.Of(call, time.GetUtcNow(), await queue.PlaceOfAsync(call, cancellationToken)));
    }

    internal static Task<Results<Ok<CallView>, ProblemHttpResult>> AnswerAsync(
        string id, [AsParameters] CallAct act, IChance chance, DispatchRules rules, CancellationToken cancellationToken) =>
        act.OnAsync(id, (call, by, now) => call.Answer(by, now, chance, rules), cancellationToken);

    internal static async Task<Results<Ok<CallView>, ProblemHttpResult>> ConfirmNumberAsync(
        string id, ConfirmNumber request, [AsParameters] CallAct act, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(request.Code, "/code", 20);
        return checks.Passed
            ? await act.OnAsync(id, (call, by, now) => call.ConfirmNumber(request.Code!, by, now), cancellationToken)
            : checks.Problem();
    }

    internal static Task<Results<Ok<CallView>, ProblemHttpResult>> ResendCodeAsync(
        string id, [AsParameters] CallAct act, IChance chance, DispatchRules rules, CancellationToken cancellationToken) =>
        act.OnAsync(id, (call, by, now) => call.ResendCode(by, now, chance, rules), cancellationToken);

    internal static async Task<Results<Ok<CallView>, ProblemHttpResult>> ChooseServiceAsync(
        string id, ChooseService request, [AsParameters] CallAct act, KnownServices services, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(request.ServiceId, "/serviceId");
        if (!checks.Passed)
            return checks.Problem();
        var known = await services.CurrentAsync(request.ServiceId!, cancellationToken);
        if (known is null)
            return new Checks().That(false, "/serviceId", "unknown", "No such service has been launched.").Problem();
        if (known.Suspended is { } reason)
            return Problems.Of(Refusal.Conflict("service-suspended", $"The service is suspended: {reason}"));
        var launched = known.Launched;
        if (!launched.Channels.Contains(Channel.Doorstep))
            return Problems.Of(Refusal.Conflict("not-at-the-door", "The service does not come to the door; it is offered online or at a centre."));
        var chosen = new ChosenService(launched.ServiceId, launched.Version, launched.Name, launched.Documents, launched.Skills, launched.DoorstepMinutes);
        return await act.OnAsync(id, (call, by, now) => call.Choose(chosen, by, now), cancellationToken);
    }

    internal static Task<Results<Ok<CallView>, ProblemHttpResult>> ConfirmDocumentAsync(
        string id, ConfirmDocument request, [AsParameters] CallAct act, CancellationToken cancellationToken) =>
        act.OnAsync(id, (call, by, now) => call.ConfirmDocument(request.DocumentId, request.Alternative, by, now), cancellationToken);

    internal static async Task<Results<Ok<CallView>, ProblemHttpResult>> NameAsync(
        string id, NameCaller request, [AsParameters] CallAct act, CancellationToken cancellationToken)
    {
        var checks = new Checks().Required(request.Name, "/name", 100);
        return checks.Passed
            ? await act.OnAsync(id, (call, by, now) => call.NameCaller(request.Name!, by, now), cancellationToken)
            : checks.Problem();
    }

    internal static async Task<Results<Ok<CallView>, ProblemHttpResult>> SetAddressAsync(
        string id, AddressGiven request, [AsParameters] CallAct act, AddressBook book, CancellationToken cancellationToken) =>
        book.Match(request, out var address) is { } refusal
            ? Problems.Of(refusal)
            : await act.OnAsync(id, (call, by, now) => call.SetAddress(address!, by, now), cancellationToken);

    internal static Task<Results<Ok<CallView>, ProblemHttpResult>> DisposeAsync(
        string id, DisposeCall request, [AsParameters] CallAct act, DispatchRules rules, CancellationToken cancellationToken) =>
        act.OnAsync(id, (call, by, now) => call.Close(request.Code ?? "", by, now, rules), cancellationToken);
}

/// <summary>What every action on a call needs.</summary>
internal sealed record CallAct(HttpContext Http, Caller Caller, DocumentStore<Call> Calls, CallQueue Queue, TimeProvider Time)
{
    public async Task<Results<Ok<CallView>, ProblemHttpResult>> OnAsync(
        string id, Func<Call, Actor, DateTimeOffset, Refusal?> act, CancellationToken cancellationToken)
    {
        if (await Calls.FindAsync(id, cancellationToken) is not { } call)
            return Problems.NotFound("call", id);
        var now = Time.GetUtcNow();
        var by = Actor.Of(Caller, Roles.Helpline);
        return await Http.ActAsync(Calls, call, same => act(same, by, now), cancellationToken) is { } problem
            ? problem
            : TypedResults.Ok(CallView.Of(call, now, await Queue.PlaceOfAsync(call, cancellationToken)));
    }
}

/// <param name="From">The caller's mobile number.</param>
/// <param name="Language">One of the state's languages.</param>
/// <param name="Answered">False for a call that rang in vain; true if not given.</param>
internal sealed record ReceiveCall(string? From, string? Language, bool? Answered);

internal sealed record ConfirmNumber(string? Code);

internal sealed record ChooseService(string? ServiceId);

/// <param name="Alternative">The document that is shown instead; leave out for the document itself.</param>
internal sealed record ConfirmDocument(string? DocumentId, string? Alternative);

internal sealed record NameCaller(string? Name);

internal sealed record DisposeCall(string? Code);

internal sealed record DispositionsView(IReadOnlyList<Disposition> Items);
