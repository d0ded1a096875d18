using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>Does what operations ask for, and writes down who asked: first that it was begun, then the thing itself, then how it ended.</summary>
internal sealed class OperationsDesk(
    DocumentStore<DeadLetter> letters, DocumentStore<OperationsAct> acts, RedeliveryPlan plan, DeadLetterBell bell, Ids ids, TimeProvider time)
{
    /// <returns>The letter as it is now, null where there is none.</returns>
    public Task<(DeadLetter? Letter, Refusal? Refusal)> RetryAsync(string id, Caller caller, string? reason, CancellationToken cancellationToken) =>
        ActAsync(OperationsActKind.Retry, id, caller, reason, (letter, act) => letter.Retry(act, time.GetUtcNow(), plan.TriesOfARetry), cancellationToken);

    /// <returns>The letter as it is now, null where there is none.</returns>
    public Task<(DeadLetter? Letter, Refusal? Refusal)> DiscardAsync(string id, Caller caller, string reason, CancellationToken cancellationToken) =>
        ActAsync(OperationsActKind.Discard, id, caller, reason, (letter, act) => letter.Discard(act, time.GetUtcNow()), cancellationToken);

    public async Task<OperationsAct> BeginManyAsync(
        Caller caller, string? reason, DeadLetterFilter filter, bool dryRun, IReadOnlyList<string> chosen, CancellationToken cancellationToken)
    {
        var act = new OperationsAct(ids.New("act"), OperationsActKind.RetryMany, caller, time.GetUtcNow(), reason, filter, dryRun, chosen);
        await acts.SaveAsync(act, cancellationToken);
        return act;
    }

    /// <summary>Makes the letters of an act due; those that someone else dealt with meanwhile are left out.</summary>
    public async Task<IReadOnlyList<DeadLetter>> RetryAllAsync(OperationsAct act, CancellationToken cancellationToken)
    {
        var retried = new List<DeadLetter>();
        foreach (var id in act.Letters)
        {
            if (await ChangeAsync(id, letter => letter.Retry(act.Id, time.GetUtcNow(), plan.TriesOfARetry), cancellationToken) is { Refusal: null, Letter: { } letter } && letter.LastAct == act.Id)
                retried.Add(letter);
        }
        bell.Ring();
        return retried;
    }

    private async Task<(DeadLetter? Letter, Refusal? Refusal)> ActAsync(
        OperationsActKind kind, string id, Caller caller, string? reason, Func<DeadLetter, string, Refusal?> change, CancellationToken cancellationToken)
    {
        if (await letters.FindAsync(id, cancellationToken) is null)
            return (null, null);
        var act = new OperationsAct(ids.New("act"), kind, caller, time.GetUtcNow(), reason, null, false, [id]);
        await acts.SaveAsync(act, cancellationToken);
        var outcome = await ChangeAsync(id, letter => change(letter, act.Id), cancellationToken);
        act.End(outcome is { Letter: not null, Refusal: null } ? 1 : 0, outcome.Letter is null ? "not-found" : outcome.Refusal?.Code);
        await acts.SaveAsync(act, cancellationToken);
        bell.Ring();
        return outcome;
    }

    private async Task<(DeadLetter? Letter, Refusal? Refusal)> ChangeAsync(string id, Func<DeadLetter, Refusal?> change, CancellationToken cancellationToken)
    {
        try
        {
            return await letters.UpdateAsync(
                id,
                letter => ((DeadLetter?)letter, change(letter)),
                cancellationToken);
        }
        catch (DocumentNotFoundException)
        {
            return (null, null);
        }
    }
}
