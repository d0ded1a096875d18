using EServices.Platform.Storage;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace EServices.Simulation.Storage;

/// <summary>The storage port over memory: the same words as MongoDB and SQLite, held to them by the same contract suite. Every call ends at once.</summary>
internal sealed class MemoryKeeper(MemoryStore store) : IKeeper
{
    public Task PrepareAsync(DocumentMap map, CancellationToken cancellationToken) => At(cancellationToken).Do(() => store.Prepare(map));

    public Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
        store.Of(collection).Documents.TryGetValue(id, out var found) ? Read(found) : null);

    public Task<SaveOutcome> SaveAsync(DocumentMap map, DocumentWrite write, CancellationToken cancellationToken) => At(cancellationToken).Do(() => Save(map, write));

    public Task DeleteAsync(string collection, string id, long version, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
    {
        var kept = store.Of(collection);
        _ = Look(kept, id, version);
        if (kept.Unsent.Concat(kept.Parked).Any(one => one.DocumentId == id))
            throw new ConflictException(collection, id, version, "has events that were neither sent nor discarded");
        kept.Remove(id);
        foreach (var key in kept.Answers.Where(answer => answer.Value.DocumentId == id).Select(answer => answer.Key).ToList())
            kept.Answers.Remove(key);
        return true;
    });

    public Task<IReadOnlyList<StoredDocument>> QueryAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
        (IReadOnlyList<StoredDocument>)[.. store.Of(map.Collection).Range(range).Take(range.Limit).Select(Read)]);

    public Task<long> CountAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
        (long)store.Of(map.Collection).Range(range with { After = null }).Count());

    public Task<StoredAnswer?> AnswerAsync(string collection, string key, DateTimeOffset now, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
        store.Of(collection).Answers.TryGetValue(key, out var kept) && kept.Answer.ExpiresAt > Moment(now) ? kept.Answer : null);

    public Task<IReadOnlyList<string>> DueAsync(string collection, DateTimeOffset now, int limit, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
        (IReadOnlyList<string>)[.. store.Of(collection).Unsent.DistinctBy(one => one.DocumentId).Where(first => first.Event.DueAt <= Moment(now))
            .OrderBy(first => first.Event.DueAt).ThenBy(first => first.DocumentId, StringComparer.Ordinal).Take(limit).Select(first => first.DocumentId)]);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<UnsentEvent>>> UnsentAsync(
        string collection, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
        (IReadOnlyDictionary<string, IReadOnlyList<UnsentEvent>>)store.Of(collection).Unsent.Where(one => ids.Contains(one.DocumentId)).GroupBy(one => one.DocumentId).ToDictionary(
            document => document.Key, IReadOnlyList<UnsentEvent> (document) => [.. document.Select(one => one.Event)], StringComparer.Ordinal));

    public Task SentAsync(string collection, IReadOnlyList<SentEvents> sent, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
        sent.Sum(document => store.Of(collection).Unsent.RemoveAll(one => one.DocumentId == document.DocumentId && document.EventIds.Contains(one.Event.EventId))));

    public Task FailedAsync(string collection, string id, string eventId, int attempts, DateTimeOffset? dueAt, string error, CancellationToken cancellationToken) =>
        At(cancellationToken).Do(() =>
        {
            var kept = store.Of(collection);
            if (Find(kept.Unsent, id, eventId) is not (>= 0 and var place))
                return false;
            var failed = kept.Unsent[place];
            if (dueAt is { } due)
            {
                kept.Unsent[place] = failed with { Event = failed.Event with { Attempts = attempts, DueAt = Moment(due) }, Error = error };
                return true;
            }
            kept.Unsent.RemoveAt(place);
            kept.Parked.Add(failed with { Event = failed.Event with { Attempts = attempts }, Error = error });
            return true;
        });

    public Task<IReadOnlyList<ParkedEvent>> ParkedAsync(string collection, int limit, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
        (IReadOnlyList<ParkedEvent>)[.. store.Of(collection).Parked
            .OrderBy(one => one.Event.RaisedAt).ThenBy(one => one.DocumentId, StringComparer.Ordinal).ThenBy(one => one.Seq).Take(limit)
            .Select(one => new ParkedEvent(one.DocumentId, one.Event, one.Error ?? ""))]);

    public Task<bool> UnparkAsync(string collection, string id, string eventId, DateTimeOffset? dueAt, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
    {
        var kept = store.Of(collection);
        if (Find(kept.Parked, id, eventId) is not (>= 0 and var place))
            return false;
        var parked = kept.Parked[place];
        kept.Parked.RemoveAt(place);
        if (dueAt is not { } due)
            return true;
        var back = kept.Unsent.FindIndex(one => one.Seq > parked.Seq);
        kept.Unsent.Insert(back < 0 ? kept.Unsent.Count : back, parked with { Event = parked.Event with { Attempts = 0, DueAt = Moment(due) }, Error = null });
        return true;
    });

    public Task<DateTimeOffset?> OldestUnsentAsync(string collection, CancellationToken cancellationToken) => At(cancellationToken).Do(() =>
        store.Of(collection).Unsent.Min(one => (DateTimeOffset?)one.Event.RaisedAt));

    public Task PingAsync(CancellationToken cancellationToken) => At(cancellationToken).Do(() => true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private SaveOutcome Save(DocumentMap map, DocumentWrite write)
    {
        var kept = store.Of(map.Collection);
        var isNew = write.ExpectedVersion == 0;
        if (!isNew)
            _ = Look(kept, write.Id, write.ExpectedVersion);
        else if (kept.Documents.ContainsKey(write.Id))
            throw new DuplicateKeyException(map.Collection, DuplicateKeyException.Id);
        var keys = kept.KeysOf(write.Body);
        if (kept.Taken(write.Id, keys) is { } index)
            throw new DuplicateKeyException(map.Collection, index);
        if (write.Answer is { } given && kept.Answers.TryGetValue(given.Key, out var earlier) && earlier.Answer.ExpiresAt > Moment(write.Now))
            throw new DuplicateKeyException(map.Collection, DuplicateKeyException.Answer);

        var earlierUnsent = write.Events.Count > 0 && kept.Unsent.Any(one => one.DocumentId == write.Id);
        kept.Put(new MemoryDocument(write.Id, write.ExpectedVersion + 1, write.Body.ToBson(), keys));
        foreach (var unsent in write.Events)
            kept.Unsent.Add(new MemoryEvent(write.Id, ++store.LastSeq, unsent with { RaisedAt = Moment(unsent.RaisedAt), DueAt = Moment(unsent.DueAt) }));
        if (write.Answer is { } answer)
            kept.Answers[answer.Key] = new MemoryAnswer(write.Id, answer with { ExpiresAt = Moment(answer.ExpiresAt) });
        return new SaveOutcome(write.ExpectedVersion + 1, earlierUnsent);
    }

    private static MemoryDocument Look(MemoryCollection kept, string id, long version)
    {
        if (!kept.Documents.TryGetValue(id, out var found))
            throw new DocumentNotFoundException(kept.Map.Collection, id);
        return found.Version == version ? found : throw new ConflictException(kept.Map.Collection, id, version);
    }

    private static StoredDocument Read(MemoryDocument document) => new(document.Id, document.Version, BsonSerializer.Deserialize<BsonDocument>(document.Body));

    private static int Find(List<MemoryEvent> events, string id, string eventId) => events.FindIndex(one => one.DocumentId == id && one.Event.EventId == eventId);

    /// <summary>Stores keep milliseconds.</summary>
    private static DateTimeOffset Moment(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private Turn At(CancellationToken cancellationToken) => new(store, cancellationToken);

    private readonly struct Turn(MemoryStore store, CancellationToken cancellationToken)
    {
        public Task<T> Do<T>(Func<T> act)
        {
            if (cancellationToken.IsCancellationRequested)
                return Task.FromCanceled<T>(cancellationToken);
            try
            {
                lock (store.Gate)
                    return Task.FromResult(act());
            }
            catch (Exception refused)
            {
                return Task.FromException<T>(refused);
            }
        }
    }
}
