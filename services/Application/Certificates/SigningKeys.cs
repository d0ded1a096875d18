using EServices.Platform.Storage;

namespace EServices.Application.Certificates;

/// <summary>Signs, and knows every key that ever signed.</summary>
internal sealed partial class SigningKeys(DocumentStore<KeyRing> rings, TimeProvider time, IConfiguration configuration, ILogger<SigningKeys> logger)
{
    private static readonly TimeSpan Trusted = TimeSpan.FromMinutes(5);

    private readonly TimeSpan life = TimeSpan.FromDays(configuration.GetValue("Certificates:KeyDays", 365));
    private volatile Known? known;

    /// <summary>What signs now. Made at first use; replaced once it is older than <c>Certificates:KeyDays</c>.</summary>
    public async Task<Signer> SignerAsync(CancellationToken cancellationToken) => new((await RingAsync(Trusted, cancellationToken)).Current);

    public async Task<IReadOnlyList<SigningKey>> AllAsync(CancellationToken cancellationToken) => (await RingAsync(Trusted, cancellationToken)).Keys;

    /// <summary>The key of that name, looked for in the store when it is not known here: another instance may have made it.</summary>
    public async Task<SigningKey?> FindAsync(string kid, CancellationToken cancellationToken) =>
        (await RingAsync(Trusted, cancellationToken)).Keys.FirstOrDefault(key => key.Kid == kid)
        ?? (await RingAsync(TimeSpan.FromSeconds(5), cancellationToken)).Keys.FirstOrDefault(key => key.Kid == kid);

    private async Task<KeyRing> RingAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (known is { } fresh && now - fresh.ReadAt < age && now - fresh.Ring.Current.CreatedAt < life)
            return fresh.Ring;
        var ring = await rings.FindAsync(KeyRing.Key, cancellationToken);
        if (ring is null || now - ring.Current.CreatedAt >= life)
            ring = await MakeAsync(ring, now, cancellationToken);
        known = new Known(ring, now);
        return ring;
    }

    private async Task<KeyRing> MakeAsync(KeyRing? ring, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            if (ring is null)
                ring = new KeyRing(now);
            else
                ring.Rotate(now);
            await rings.SaveAsync(ring, cancellationToken);
            KeyMade(ring.Current.Kid, ring.Keys.Count - 1);
            return ring;
        }
        catch (Exception race) when (race is DuplicateKeyException or ConflictException)
        {
            // Another instance was first: its key is the key.
            return await rings.GetAsync(KeyRing.Key, cancellationToken);
        }
    }

    [LoggerMessage(EventName = "SigningKeyMade", Level = LogLevel.Information, Message = "Key {Kid} signs from now on; {Retired} retired keys stay published")]
    private partial void KeyMade(string kid, int retired);

    private sealed record Known(KeyRing Ring, DateTimeOffset ReadAt);
}

/// <summary>Signs statements with one key.</summary>
internal sealed class Signer(SigningKey key)
{
    public string Kid => key.Kid;

    public string Sign(string type, object claims)
    {
        using var opened = key.Open();
        return Jws.Sign(opened, key.Kid, type, claims);
    }
}
