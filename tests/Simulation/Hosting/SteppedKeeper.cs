using EServices.Platform.Storage;
using EServices.Simulation.Running;
using MongoDB.Bson;

namespace EServices.Simulation.Hosting;

/// <summary>The store as one process reaches it: each call is a step of the run, and can meet what befalls steps.</summary>
internal sealed class SteppedKeeper(World world, Instance instance, IKeeper keeper) : IKeeper
{
    private static readonly Fault[] AtPreparing = [Fault.CrashBefore, Fault.CrashAfter];
    private static readonly Fault[] AtReading = [Fault.CrashBefore, Fault.CrashAfter, Fault.Refused];
    private static readonly Fault[] AtWriting = [Fault.CrashBefore, Fault.CrashAfter, Fault.Refused, Fault.AnswerLost];
    private static readonly Fault[] AtChanging = [Fault.CrashBefore, Fault.CrashAfter, Fault.Refused, Fault.AnswerLost, Fault.Conflict];

    public Task PrepareAsync(DocumentMap map, CancellationToken cancellationToken) =>
        StepAsync("prepare", map.Collection, AtPreparing, () => keeper.PrepareAsync(map, cancellationToken));

    public Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken) =>
        StepAsync("find", $"{collection}/{id}", AtReading, () => keeper.FindAsync(collection, id, cancellationToken));

    public Task<SaveOutcome> SaveAsync(DocumentMap map, DocumentWrite write, CancellationToken cancellationToken)
    {
        if (world.Mutant == Mutant.ForgetsInbox)
            write = write with { Body = Without(write.Body, "handled") };
        if (world.Mutant == Mutant.PublishesBeforeSaving)
        {
            foreach (var unsent in write.Events)
                world.Broker.Route(unsent);
        }
        var about = write.Events.Count == 0
            ? $"{map.Collection}/{write.Id} v{write.ExpectedVersion + 1}"
            : $"{map.Collection}/{write.Id} v{write.ExpectedVersion + 1} with {string.Join(", ", write.Events.Select(one => $"{one.Type[(one.Type.LastIndexOf('.') + 1)..]} {one.EventId}"))}";
        var saving = StepAsync("save", about, write.ExpectedVersion == 0 ? AtWriting : AtChanging, () => keeper.SaveAsync(map, write, cancellationToken), done =>
        {
            foreach (var unsent in write.Events)
                world.Saved.TryAdd(unsent.EventId, unsent);
        }, new ConflictException(map.Collection, write.Id, write.ExpectedVersion));
        return world.Mutant == Mutant.AnswersBeforeSaving ? Task.FromResult(new SaveOutcome(write.ExpectedVersion + 1, true)) : saving;
    }

    public Task DeleteAsync(string collection, string id, long version, CancellationToken cancellationToken) =>
        StepAsync("delete", $"{collection}/{id}", AtWriting, () => keeper.DeleteAsync(collection, id, version, cancellationToken));

    public Task<IReadOnlyList<StoredDocument>> QueryAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken) =>
        StepAsync("query", $"{map.Collection}.{range.Index.Name}", AtReading, () => keeper.QueryAsync(map, range, cancellationToken));

    public Task<long> CountAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken) =>
        StepAsync("count", $"{map.Collection}.{range.Index.Name}", AtReading, () => keeper.CountAsync(map, range, cancellationToken));

    public Task<StoredAnswer?> AnswerAsync(string collection, string key, DateTimeOffset now, CancellationToken cancellationToken) =>
        StepAsync("look up answer", collection, AtReading, () => keeper.AnswerAsync(collection, key, now, cancellationToken));

    /// <summary>Nothing is due in most collections most of the time; that alone is no step, or every round of the outbox would be a dozen.</summary>
    public Task<IReadOnlyList<string>> DueAsync(string collection, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        keeper.DueAsync(collection, now, limit, cancellationToken) is { Result.Count: 0 } none
            ? none
            : StepAsync("look up due", collection, AtReading, () => keeper.DueAsync(collection, now, limit, cancellationToken));

    public Task<IReadOnlyDictionary<string, IReadOnlyList<UnsentEvent>>> UnsentAsync(
        string collection, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        StepAsync("read unsent", $"{collection}/{string.Join(", ", ids)}", AtReading, () => keeper.UnsentAsync(collection, ids, cancellationToken));

    public Task SentAsync(string collection, IReadOnlyList<SentEvents> sent, CancellationToken cancellationToken) =>
        StepAsync("mark sent", $"{collection}/{string.Join(", ", sent.SelectMany(one => one.EventIds))}", AtWriting, () => keeper.SentAsync(collection, sent, cancellationToken));

    public Task FailedAsync(string collection, string id, string eventId, int attempts, DateTimeOffset? dueAt, string error, CancellationToken cancellationToken) =>
        StepAsync("mark failed", $"{collection}/{id} {eventId}", AtWriting, () => keeper.FailedAsync(collection, id, eventId, attempts, dueAt, error, cancellationToken));

    public Task<IReadOnlyList<ParkedEvent>> ParkedAsync(string collection, int limit, CancellationToken cancellationToken) =>
        StepAsync("read parked", collection, AtReading, () => keeper.ParkedAsync(collection, limit, cancellationToken));

    public Task<bool> UnparkAsync(string collection, string id, string eventId, DateTimeOffset? dueAt, CancellationToken cancellationToken) =>
        StepAsync("unpark", $"{collection}/{id} {eventId}", AtWriting, () => keeper.UnparkAsync(collection, id, eventId, dueAt, cancellationToken));

    public Task<DateTimeOffset?> OldestUnsentAsync(string collection, CancellationToken cancellationToken) =>
        StepAsync("look up oldest", collection, AtReading, () => keeper.OldestUnsentAsync(collection, cancellationToken));

    public Task PingAsync(CancellationToken cancellationToken) => keeper.PingAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<bool> StepAsync(string what, string about, Fault[] possible, Func<Task> call) => StepAsync(what, about, possible, () =>
    {
        call().GetAwaiter().GetResult();
        return Task.FromResult(true);
    });

    private Task<T> StepAsync<T>(string what, string about, Fault[] possible, Func<Task<T>> call, Action<T>? done = null, ConflictException? conflict = null) =>
        world.StepAsync(instance, instance.Name, what, about, possible, () =>
        {
            // The keeper below ends at once.
            var result = call().GetAwaiter().GetResult();
            done?.Invoke(result);
            return result;
        }, fault => fault == Fault.Conflict && conflict is not null
            ? conflict
            : new StoreBusyException($"{what} {about}: the store does not answer.", TimeSpan.FromSeconds(1), mayBeKept: fault == Fault.AnswerLost));

    private static BsonDocument Without(BsonDocument body, string element)
    {
        var less = (BsonDocument)body.DeepClone();
        less.Remove(element);
        return less;
    }
}

/// <summary>The broker as one process reaches it.</summary>
internal sealed class SteppedSender(World world, Instance instance) : Platform.Messaging.IEventSender
{
    private static readonly Fault[] AtPublishing = [Fault.CrashBefore, Fault.CrashAfter, Fault.Refused, Fault.AnswerLost];

    public bool Connected => true;

    public Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken) =>
        world.StepAsync(instance, instance.Name, "publish", $"{unsent.Type[(unsent.Type.LastIndexOf('.') + 1)..]} {unsent.EventId}", AtPublishing, () => world.Broker.Route(unsent),
            _ => new TimeoutException("The broker did not confirm."));
}
