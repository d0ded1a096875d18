using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>
/// Operations on the dead letters of this service, for the role <c>operations</c>. The gateway asks every service, and describes them in the API document.
/// </summary>
internal static class DeadLetterEndpoints
{
    /// <summary>Letters that are looked at for one answer. A page may be shorter than its limit and still have a next one.</summary>
    private const int MostLookedAt = 1_000;

    public static void MapDeadLetters(this WebApplication app)
    {
        var operations = app.MapApi().MapGroup("/operations").Allow(Roles.Operations).ExcludeFromDescription();
        operations.MapGet("/dead-letters", ListAsync);
        operations.MapGet("/dead-letters/{id}", ReadAsync);
        operations.MapPost("/dead-letters/{id}/retry", RetryAsync);
        operations.MapPost("/dead-letters/{id}/discard", DiscardAsync);
        operations.MapPost("/dead-letters/retry", RetryManyAsync).Once<OperationsAct>();
        operations.MapGet("/acts", ListActsAsync);
    }

    private static async Task<Ok<DeadLetterList>> ListAsync(
        DeadLetterQuestion question, Paging paging, DocumentStore<DeadLetter> letters, ServiceName service, CancellationToken cancellationToken)
    {
        if (question.Filter.Service is { } other && other != service.Value)
            return TypedResults.Ok(new DeadLetterList([], null));
        var query = question.Filter.Query(question.State).Descending();
        var (found, next) = await FindAsync(letters, query, question.Filter, paging, cancellationToken);
        return TypedResults.Ok(new DeadLetterList([.. found.Select(letter => DeadLetterView.Of(letter, service.Value) with { Cursor = letters.CursorBehind(letter, query) })], next));
    }

    private static async Task<Results<Ok<DeadLetterDetail>, ProblemHttpResult>> ReadAsync(
        string id, DocumentStore<DeadLetter> letters, ServiceName service, CancellationToken cancellationToken) =>
        await letters.FindAsync(id, cancellationToken) is { } letter ? TypedResults.Ok(DeadLetterDetail.Of(letter, service.Value)) : Problems.NotFound("dead letter", id);

    private static async Task<Results<Accepted<DeadLetterView>, ProblemHttpResult>> RetryAsync(
        string id, RetryOne? wanted, Caller caller, OperationsDesk desk, ServiceName service, CancellationToken cancellationToken)
    {
        if (new Checks().That(wanted?.Reason is not { Length: > 500 }, "/reason", "too-long", "At most 500 characters.") is { Passed: false } wrong)
            return wrong.Problem();
        var (letter, refusal) = await desk.RetryAsync(id, caller, wanted?.Reason, cancellationToken);
        return letter is null ? Problems.NotFound("dead letter", id)
            : refusal is not null ? Problems.Of(refusal)
            : TypedResults.Accepted($"/api/v1/operations/dead-letters/{id}", DeadLetterView.Of(letter, service.Value));
    }

    private static async Task<Results<Ok<DeadLetterView>, ProblemHttpResult>> DiscardAsync(
        string id, DiscardOne wanted, Caller caller, OperationsDesk desk, ServiceName service, CancellationToken cancellationToken)
    {
        var reason = wanted.Reason?.Trim();
        var checks = new Checks().Required(reason, "/reason", 500);
        if (!checks.That(string.IsNullOrEmpty(reason) || reason.Length >= 3, "/reason", "too-short", "At least 3 characters: it is all that will be known.").Passed)
            return checks.Problem();
        var (letter, refusal) = await desk.DiscardAsync(id, caller, reason!, cancellationToken);
        return letter is null ? Problems.NotFound("dead letter", id)
            : refusal is not null ? Problems.Of(refusal)
            : TypedResults.Ok(DeadLetterView.Of(letter, service.Value));
    }

    private static async Task<Results<Ok<RetriedMany>, ProblemHttpResult>> RetryManyAsync(
        RetryMany wanted, Caller caller, Once once, OperationsDesk desk, DocumentStore<DeadLetter> letters, DocumentStore<OperationsAct> acts, ServiceName service,
        CancellationToken cancellationToken)
    {
        if (wanted.Check() is { Passed: false } wrong)
            return wrong.Problem();
        var filter = wanted.Filter ?? new DeadLetterFilter();
        if (filter.Service is { } other && other != service.Value)
            return Problems.Of(StatusCodes.Status409Conflict, "other-service", $"This is '{service.Value}', not '{other}'.");
        // The oldest first, so that the same request again goes on where this one ended.
        var (chosen, next) = await FindAsync(letters, filter.Query(DeadLetterState.Parked), filter, new Paging(null, wanted.Limit ?? Paging.Most), cancellationToken);
        var act = await desk.BeginManyAsync(caller, wanted.Reason, filter, wanted.DryRun!.Value, [.. chosen.Select(letter => letter.Id)], cancellationToken);
        var retried = act.DryRun ? [] : await desk.RetryAllAsync(act, cancellationToken);
        act.End(retried.Count);
        var views = (act.DryRun ? chosen : retried).Select(letter => DeadLetterView.Of(letter, service.Value)).ToList();
        return await once.SaveAsync(
            acts, act, TypedResults.Ok(new RetriedMany(service.Value, act.DryRun, chosen.Count, retried.Count, next is not null, act.Id, views)), cancellationToken);
    }

    private static async Task<Ok<OperationsActList>> ListActsAsync(Paging paging, DocumentStore<OperationsAct> acts, ServiceName service, CancellationToken cancellationToken)
    {
        var query = OperationsAct.ByTime.All.Descending();
        var page = await acts.ListAsync(query, paging.Cursor, paging.Limit, cancellationToken);
        return TypedResults.Ok(new OperationsActList([.. page.Items.Select(act => OperationsActView.Of(act, service.Value) with { Cursor = acts.CursorBehind(act, query) })], page.Next));
    }

    private static async Task<(IReadOnlyList<DeadLetter> Found, string? Next)> FindAsync(
        DocumentStore<DeadLetter> letters, IndexQuery<DeadLetter> query, DeadLetterFilter filter, Paging paging, CancellationToken cancellationToken)
    {
        var found = new List<DeadLetter>();
        var cursor = paging.Cursor;
        for (var looked = 0; looked < MostLookedAt;)
        {
            var page = await letters.ListAsync(query, cursor, paging.Limit, cancellationToken);
            looked += Math.Max(1, page.Items.Count);
            foreach (var (letter, last) in page.Items.Select((letter, at) => (letter, at == page.Items.Count - 1)))
            {
                if (!filter.Matches(letter))
                    continue;
                found.Add(letter);
                if (found.Count == paging.Limit)
                    return (found, last && page.Next is null ? null : letters.CursorBehind(letter, query));
            }
            cursor = page.Next;
            if (cursor is null)
                break;
        }
        return (found, cursor);
    }
}
