using System.Text.Json.Nodes;
using EServices.Application.Applications;
using EServices.Platform.Storage;

namespace EServices.Application.Certificates;

/// <param name="Reasons">Why it is not valid; empty when it is. Codes: not-a-jws, algorithm-not-allowed, unknown-key, bad-signature, not-ours, not-registered, revoked, expired.</param>
/// <param name="Kind"><c>certificate</c> or <c>promise</c>; null where the signature says nothing.</param>
/// <param name="Claims">What it says; null unless the signature is good.</param>
internal sealed record Verdict(bool Valid, IReadOnlyList<Doubt> Reasons, string? Kind, JsonObject? Claims);

internal sealed record Doubt(string Code, string Detail);

/// <summary>Looks a signed statement over: first what it says by itself, then what the register says.</summary>
internal sealed class CertificateCheck(SigningKeys keys, DocumentStore<ServiceApplication> applications, TimeProvider time)
{
    public async Task<Verdict> CheckAsync(string compact, CancellationToken cancellationToken)
    {
        if (Jws.Read(compact) is not { } parts)
            return Doubtful("not-a-jws", "This is not a signed statement in compact form.");
        if (parts.Algorithm != "ES256")
            return Doubtful("algorithm-not-allowed", "Certificates are signed with ES256 and nothing else.");
        if (await keys.FindAsync(parts.Kid, cancellationToken) is not { } key)
            return Doubtful("unknown-key", "It was not signed with a key of ours.");
        using var opened = key.Open();
        if (!parts.IsSignedBy(opened))
            return Doubtful("bad-signature", "It was changed since it was signed, or never signed by us.");

        return parts.Type switch
        {
            CertificateClaims.Type => Judge("certificate", parts.Claims, await RegisterAsync(parts.Claims, compact, cancellationToken)),
            PromiseClaims.Type => Judge("promise", parts.Claims, []),
            _ => Doubtful("not-ours", "It is signed by us, but no certificate and no promise."),
        };
    }

    private Verdict Judge(string kind, JsonObject claims, List<Doubt> doubts)
    {
        if (claims["exp"] is JsonValue exp && exp.TryGetValue<long>(out var until) && time.GetUtcNow().ToUnixTimeSeconds() >= until)
            doubts.Add(new Doubt("expired", "It was valid until a day that has passed."));
        return new Verdict(doubts.Count == 0, doubts, kind, claims);
    }

    private async Task<List<Doubt>> RegisterAsync(JsonObject claims, string compact, CancellationToken cancellationToken)
    {
        var id = claims["jti"] is JsonValue jti && jti.TryGetValue<string>(out var text) ? text : "";
        var registered = (await applications.FirstAsync(ApplicationDocuments.ByCertificate.Where(id), cancellationToken))?.Certificate;
        if (registered is null || registered.Compact.Split('.')[1] != compact.Split('.')[1])
            return [new Doubt("not-registered", "The signature is ours, but no such certificate is in the register.")];
        return registered.RevokedAt is { } revoked ? [new Doubt("revoked", $"It was revoked on {revoked:yyyy-MM-dd}.")] : [];
    }

    private static Verdict Doubtful(string code, string detail) => new(false, [new Doubt(code, detail)], null, null);
}
