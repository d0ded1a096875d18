using EServices.Platform.Storage;

namespace EServices.Platform.Web;

/// <summary>
/// That a request with an idempotency key ended in a failure of ours. Its repeat is told the same, rather than tried again in a state that nobody knows.
/// Refusals are not kept: they changed nothing, and may be allowed tomorrow.
/// </summary>
internal sealed class FailedRequest : Document
{
    public static readonly DocumentMap<FailedRequest> Map = new("failed_requests");
    public static readonly DocumentIndex<FailedRequest> ByExpiry = Map.Index("by_expiry", request => request.ExpiresAt);

    public FailedRequest(string key, string bodyHash, DateTimeOffset expiresAt)
        : base(key) => (BodyHash, ExpiresAt) = (bodyHash, expiresAt);

    private FailedRequest() => BodyHash = "";

    public string BodyHash { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }
}
