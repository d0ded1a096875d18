namespace EServices.Platform.Storage;

/// <summary>What a store refuses. Nothing of a refused write is kept (but see <see cref="StoreBusyException.MayBeKept"/>).</summary>
public abstract class StorageException(string message) : Exception(message);

/// <summary>Another document already has this key in a unique index; <see cref="Index"/> is <see cref="Id"/> for the identity itself.</summary>
public sealed class DuplicateKeyException(string collection, string index)
    : StorageException($"{collection}: another document has the same key in index '{index}'.")
{
    /// <summary><see cref="Index"/> of the identity itself.</summary>
    public const string Id = "id";

    /// <summary><see cref="Index"/> of answers: one was already given under the idempotency key.</summary>
    public const string Answer = "answer";

    public string Collection { get; } = collection;
    public string Index { get; } = index;
}

/// <summary>The document was saved by someone else since it was read at <see cref="Version"/>.</summary>
public sealed class ConflictException(string collection, string id, long version, string? why = null)
    : StorageException($"{collection}/{id} {why ?? $"is no longer at version {version}"}.")
{
    public string Collection { get; } = collection;
    public string Id { get; } = id;
    public long Version { get; } = version;
}

public sealed class DocumentNotFoundException(string collection, string id)
    : StorageException($"{collection}/{id} does not exist.")
{
    public string Collection { get; } = collection;
    public string Id { get; } = id;
}

/// <summary>The store takes no more work now: its queue is full, or it did not answer within the deadline. Try again after <see cref="RetryAfter"/>.</summary>
public sealed class StoreBusyException(string message, TimeSpan retryAfter, bool mayBeKept = false) : StorageException(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>The one refusal that can't promise that nothing was kept: the write had begun when the store stopped answering.</summary>
    public bool MayBeKept { get; } = mayBeKept;
}
