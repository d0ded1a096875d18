using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EServices.Platform.Storage;

namespace EServices.Application.Certificates;

/// <summary>The keys that certificates and promises are signed with. One document, so that two instances that start together end up with the same key.</summary>
internal sealed class KeyRing : Document
{
    public const string Key = "ring";
    public static readonly DocumentMap<KeyRing> Map = new("signing_keys");

    public KeyRing(DateTimeOffset now)
        : base(Key) => Rotate(now);

    private KeyRing()
    {
    }

    /// <summary>Oldest first; the last one signs. Retired ones stay published, for what they signed stays valid.</summary>
    public IReadOnlyList<SigningKey> Keys { get; private set; } = [];

    public SigningKey Current => Keys[^1];

    public void Rotate(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Keys = [.. Keys.Select(old => old.RetiredAt is null ? old with { RetiredAt = now } : old), SigningKey.From(key, now)];
    }
}

/// <param name="Kid">The key's RFC 7638 thumbprint.</param>
/// <param name="Private">PKCS #8.</param>
/// <param name="X">Base64url, as in a JWK.</param>
internal sealed record SigningKey(string Kid, byte[] Private, string X, string Y, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt)
{
    public static SigningKey From(ECDsa key, DateTimeOffset now)
    {
        var point = key.ExportParameters(false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var thumbprint = SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""));
        return new SigningKey(Base64Url.EncodeToString(thumbprint), key.ExportPkcs8PrivateKey(), x, y, now, null);
    }

    public ECDsa Open()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Private, out _);
        return key;
    }
}
