using MongoDB.Bson;

namespace EServices.Platform.Storage;

/// <summary>
/// The port to a store. Two keepers stand behind it, MongoDB and SQLite, and one contract test suite holds both to the same words.
/// A keeper knows BSON, versions, keys and unsent events; it knows no document type. Every call ends: with its result, with a
/// <see cref="StorageException"/>, or by its cancellation token.
/// </summary>
public interface IKeeper : IAsyncDisposable
{
    /// <summary>Makes the collection and its declared indexes where they lack, before anything is read or written.</summary>
    /// <exception cref="InvalidOperationException">An index can't be made or is of another shape; the message names it.</exception>
    Task PrepareAsync(DocumentMap map, CancellationToken cancellationToken);

    Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken);

    /// <summary>One atomic write of state, unsent events and answer. Returns once it is durable.</summary>
    /// <exception cref="DuplicateKeyException"/>
    /// <exception cref="ConflictException"/>
    /// <exception cref="DocumentNotFoundException">A version above 0 was expected of a document that does not exist.</exception>
    /// <exception cref="StoreBusyException"/>
    Task<SaveOutcome> SaveAsync(DocumentMap map, DocumentWrite write, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a document of that version with its answers. Its events must all have been sent or discarded, parked ones too: otherwise a <see cref="ConflictException"/>,
    /// since they would be lost with it.
    /// </summary>
    Task DeleteAsync(string collection, string id, long version, CancellationToken cancellationToken);

    /// <summary>Documents in the order of the index, at most <see cref="KeyRange.Limit"/>.</summary>
    Task<IReadOnlyList<StoredDocument>> QueryAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken);

    Task<long> CountAsync(DocumentMap map, KeyRange range, CancellationToken cancellationToken);

    /// <summary>The answer stored with an effect in this collection under an idempotency key, if it has not expired.</summary>
    Task<StoredAnswer?> AnswerAsync(string collection, string key, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Ids of documents in the collection whose first unsent, unparked event is due at <paramref name="now"/>, the longest due first. The events behind it wait for it,
    /// so a document that is backing off does not stand before others.
    /// </summary>
    Task<IReadOnlyList<string>> DueAsync(string collection, DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>The unsent, unparked events of these documents, of each in the order they were raised. A document that has none is left out.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<UnsentEvent>>> UnsentAsync(string collection, IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>Clears events that the broker confirmed. Not a change of the document: its version stays.</summary>
    Task SentAsync(string collection, IReadOnlyList<SentEvents> sent, CancellationToken cancellationToken);

    /// <summary>Records a failed attempt: when to try next, or that the event is parked (<paramref name="dueAt"/> null).</summary>
    Task FailedAsync(string collection, string id, string eventId, int attempts, DateTimeOffset? dueAt, string error, CancellationToken cancellationToken);

    Task<IReadOnlyList<ParkedEvent>> ParkedAsync(string collection, int limit, CancellationToken cancellationToken);

    /// <summary>Makes a parked event due again (<paramref name="dueAt"/>) in its old place and with no attempts counted, or discards it (null). False if it was not parked.</summary>
    Task<bool> UnparkAsync(string collection, string id, string eventId, DateTimeOffset? dueAt, CancellationToken cancellationToken);

    /// <summary>When the oldest event that waits to be sent was raised; null when none waits. Parked ones do not count.</summary>
    Task<DateTimeOffset?> OldestUnsentAsync(string collection, CancellationToken cancellationToken);

    /// <summary>Answers if the store can be read and written, else throws.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}

public static class KeeperReads
{
    /// <inheritdoc cref="IKeeper.UnsentAsync"/>
    public static async Task<IReadOnlyList<UnsentEvent>> UnsentAsync(this IKeeper keeper, string collection, string id, CancellationToken cancellationToken) =>
        (await keeper.UnsentAsync(collection, [id], cancellationToken)).GetValueOrDefault(id, []);
}

/// <param name="Body">The document's state, without identity and version.</param>
public sealed record StoredDocument(string Id, long Version, BsonDocument Body);

/// <param name="ExpectedVersion">0 for a new document, else the version it was read at; the write makes it one more.</param>
/// <param name="Now">By the service's clock; expired answers may be dropped by it.</param>
public sealed record DocumentWrite(
    string Id, long ExpectedVersion, BsonDocument Body, IReadOnlyList<UnsentEvent> Events, StoredAnswer? Answer, DateTimeOffset Now);

/// <param name="EarlierUnsent">Events of earlier saves still wait, so the new ones must not be sent before them.</param>
public sealed record SaveOutcome(long Version, bool EarlierUnsent);

/// <summary>An event that waits in its document until the broker has confirmed it.</summary>
/// <param name="Type">Full name of the contract, the same in every service.</param>
/// <param name="Body">The contract as JSON.</param>
/// <param name="DueAt">When the sweep may take it; the fast path does not wait for it.</param>
public sealed record UnsentEvent(
    string EventId, string Type, string Body, DateTimeOffset RaisedAt, DateTimeOffset DueAt,
    string? TraceParent = null, string? TraceState = null, string? Baggage = null, int Attempts = 0);

public sealed record SentEvents(string DocumentId, IReadOnlyList<string> EventIds);

public sealed record ParkedEvent(string DocumentId, UnsentEvent Event, string Error);

/// <summary>What was answered to a request with an idempotency key, kept in the same write as its effect.</summary>
/// <param name="Key">Hash of caller, route and key.</param>
/// <param name="BodyHash">Hash of the request's body, to tell a repeat from another request under the same key.</param>
public sealed record StoredAnswer(string Key, string BodyHash, int Status, string? Location, string? ETag, string Body, DateTimeOffset ExpiresAt);

/// <summary>A range of one index.</summary>
/// <param name="After">Continue behind this position, from the page before.</param>
public sealed record KeyRange(
    DocumentIndex Index, IReadOnlyList<BsonValue> Equal, BsonValue? From, BsonValue? Below, bool Backwards, int Limit, IndexPosition? After);

/// <summary>Where a page ended: the key parts behind the equal ones of its last document, and its id.</summary>
public sealed record IndexPosition(IReadOnlyList<BsonValue> Keys, string Id);
