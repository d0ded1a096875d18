using EServices.Platform.Storage;

namespace EServices.Containers.Tests.Messaging;

/// <summary>A store that answers nothing while it is away.</summary>
internal sealed class FailingKeeper(IKeeper inner) : IKeeper
{
    private int refused;

    public bool Away { get; set; }

    /// <summary>Saves that were refused.</summary>
    public int Refused => Volatile.Read(ref refused);

    public Task PrepareAsync(DocumentMap map, CancellationToken cancellationToken) => inner.PrepareAsync(map, cancellationToken);

    public Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken) => Reach().FindAsync(collection, id, cancellationToken);

    public Task<SaveOutcome> SaveAsync(DocumentMap map, DocumentWrite write, CancellationToken cancellationToken) => Reach().SaveAsync(map, write, cancellationToken);

    public Task DeleteAsync(string collection, string id, long version, CancellationToken cancellationToken) => Reach().DeleteAsync(collection, id, version, cancellationToken);

    public Task<IReadOnlyList<StoredDocument>> QueryAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken) => inner.QueryAsync(map, range, cancellationToken);

    public Task<long> CountAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken) => inner.CountAsync(map, range, cancellationToken);

    public Task<StoredAnswer?> AnswerAsync(string collection, string key, DateTimeOffset now, CancellationToken cancellationToken) => inner.AnswerAsync(collection, key, now, cancellationToken);

    public Task<IReadOnlyList<string>> DueAsync(string collection, DateTimeOffset now, int limit, CancellationToken cancellationToken) => inner.DueAsync(collection, now, limit, cancellationToken);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<UnsentEvent>>> UnsentAsync(
        string collection, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => inner.UnsentAsync(collection, ids, cancellationToken);

    public Task SentAsync(string collection, IReadOnlyList<SentEvents> sent, CancellationToken cancellationToken) => inner.SentAsync(collection, sent, cancellationToken);

    public Task FailedAsync(string collection, string id, string eventId, int attempts, DateTimeOffset? dueAt, string error, CancellationToken cancellationToken) =>
        inner.FailedAsync(collection, id, eventId, attempts, dueAt, error, cancellationToken);

    public Task<IReadOnlyList<ParkedEvent>> ParkedAsync(string collection, int limit, CancellationToken cancellationToken) => inner.ParkedAsync(collection, limit, cancellationToken);

    public Task<bool> UnparkAsync(string collection, string id, string eventId, DateTimeOffset? dueAt, CancellationToken cancellationToken) => inner.UnparkAsync(collection, id, eventId, dueAt, cancellationToken);

    public Task<DateTimeOffset?> OldestUnsentAsync(string collection, CancellationToken cancellationToken) => inner.OldestUnsentAsync(collection, cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) => inner.PingAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private IKeeper Reach()
    {
        if (!Away)
            return inner;
        Interlocked.Increment(ref refused);
        throw new StoreBusyException("The store is away.", TimeSpan.FromSeconds(1));
    }
}
