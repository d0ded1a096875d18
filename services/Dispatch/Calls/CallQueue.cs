using EServices.Platform.Storage;

namespace EServices.Dispatch.Calls;

/// <summary>Where a call-back stands.</summary>
/// <param name="Position">1 is called back next.</param>
/// <param name="EstimatedWaitMinutes">By how many calls the helpline answered in the last hour.</param>
/// <param name="Flood">So many wait that callers should be told.</param>
internal sealed record QueuePlace(long Position, long Waiting, int EstimatedWaitMinutes, bool Flood);

/// <summary>The call-back list: who waited longest comes first, however often others ring.</summary>
internal sealed class CallQueue(DocumentStore<Call> calls, DispatchRules rules, TimeProvider time)
{
    /// <summary>Null for a call that does not wait.</summary>
    public async Task<QueuePlace?> PlaceOfAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.State != CallState.Callback)
            return null;
        var waiting = CallDocuments.ByState.Where(CallState.Callback);
        var ahead = await calls.CountAsync(waiting.LessThan(call.QueuedAt), cancellationToken);
        // A call that is about to be saved is not counted by the store yet.
        var all = await calls.CountAsync(waiting, cancellationToken) + (call.Version == 0 ? 1 : 0);
        var answered = await calls.CountAsync(CallDocuments.ByAnswer.All.AtLeast(time.GetUtcNow().AddHours(-1)), cancellationToken);
        var perMinute = answered > 0 ? answered / 60.0 : (double)rules.Desks / rules.CallMinutes;
        return new QueuePlace(ahead + 1, all, (int)Math.Min(Math.Ceiling((ahead + 1) / perMinute), 7 * 1440), all >= rules.FloodAt);
    }
}
