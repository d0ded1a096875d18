using System.Security.Cryptography;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace EServices.Identity.Keys;

/// <summary>
/// The keys of tokens: ES256 signs what others check, AES-256 hides codes and refresh tokens, which only this service reads. Made at the first start and kept,
/// so that tokens outlive a restart; several instances on one store agree on the first one's.
/// </summary>
internal sealed class TokenKeys(DocumentStore<StoredKey> store, TimeProvider time)
{
    private ECDsaSecurityKey? signing;
    private SymmetricSecurityKey? encryption;

    public ECDsaSecurityKey Signing => signing ?? throw NotLoaded();

    public SymmetricSecurityKey Encryption => encryption ?? throw NotLoaded();

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var pkcs8 = await KeepAsync("token-signing", () =>
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return made.ExportPkcs8PrivateKey();
        }, cancellationToken);
        var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(pkcs8, out _);
        signing = new ECDsaSecurityKey(ecdsa);
        signing.KeyId = Base64UrlEncoder.Encode(signing.ComputeJwkThumbprint());
        encryption = new SymmetricSecurityKey(await KeepAsync("token-encryption", () =>
        {
            using var made = Aes.Create();
            made.KeySize = 256;
            return made.Key;
        }, cancellationToken));
    }

    private async Task<byte[]> KeepAsync(string purpose, Func<byte[]> make, CancellationToken cancellationToken)
    {
        var id = $"key_{purpose}_1";
        if (await store.FindAsync(id, cancellationToken) is not { } kept)
        {
            kept = new StoredKey(id, purpose, Convert.ToBase64String(make()), time.GetUtcNow());
            try
            {
                await store.SaveAsync(kept, cancellationToken);
            }
            catch (DuplicateKeyException)
            {
                kept = await store.GetAsync(id, cancellationToken);
            }
        }
        return Convert.FromBase64String(kept.Material);
    }

    private static InvalidOperationException NotLoaded() => new("The keys of tokens are read at start, before anything is served.");
}

/// <summary>This service checks tokens by the keys it holds; asking itself over HTTP for them would tie its start to its own answers.</summary>
internal sealed class OwnConfiguration(TokenKeys keys, IConfiguration configuration) : IConfigurationManager<OpenIdConnectConfiguration>
{
    private readonly Lazy<OpenIdConnectConfiguration> current = new(() => new OpenIdConnectConfiguration
    {
        Issuer = configuration.PublicUrl().ToString(),
        SigningKeys = { keys.Signing },
    });

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => Task.FromResult(current.Value);

    public void RequestRefresh()
    {
        // They change by a restart only.
    }
}
