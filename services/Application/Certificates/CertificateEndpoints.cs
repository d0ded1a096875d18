using EServices.Application.Applications;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using QRCoder;

namespace EServices.Application.Certificates;

/// <param name="Jws">Compact form, ES256; verifiable with the keys at <c>/.well-known/jwks.json</c> alone.</param>
/// <param name="QrSvg">The compact form as a QR code.</param>
internal sealed record CertificateView(
    string CertificateId, string Number, string Kind, string Jws, string QrSvg, DateTimeOffset IssuedAt, DateOnly? ValidUntil, DateTimeOffset? RevokedAt, string? RevokedBecause);

internal sealed record CertificateToVerify(string? Certificate);

/// <summary>Public keys as RFC 7517 has them.</summary>
internal sealed record KeySet(IReadOnlyList<PublicKey> Keys);

internal sealed record PublicKey(string Kty, string Crv, string X, string Y, string Kid, string Use, string Alg);

internal static class CertificateEndpoints
{
    private const int Longest = 8 * 1024;
    private const int LargestBody = 16 * 1024;

    public static void MapCertificates(this IEndpointRouteBuilder api)
    {
        api.MapGet("/applications/{id}/certificate", ReadAsync)
            .Allow(Roles.Citizen, Roles.Operator, Roles.Helpline, Roles.Officer)
            .WithName("ReadCertificate").WithTags("Certificates")
            .WithSummary("The certificate of an approved application, signed and as a QR code.")
            .ProducesProblem(404);
        api.MapPost("/certificates/verify", VerifyAsync)
            .AllowAnonymous()
            .WithMetadata(new RequestSizeLimitAttribute(LargestBody))
            .WithName("VerifyCertificate").WithTags("Certificates")
            .WithSummary("Whether a certificate (or an acknowledgement's promise) is ours, unchanged, registered, not revoked and not expired; if not, every reason why.")
            .ProducesProblem(400).ProducesProblem(413);
    }

    /// <summary>At the root, where verifiers look.</summary>
    public static void MapSigningKeys(this IEndpointRouteBuilder app) =>
        app.MapGet("/.well-known/jwks.json", KeysAsync)
            .AllowAnonymous()
            .WithName("SigningKeys").WithTags("Certificates")
            .WithSummary("The public keys of certificates and promises, retired ones too.");

    private static async Task<Results<Ok<CertificateView>, ProblemHttpResult>> ReadAsync(string id, Caller caller, Cases cases, HttpContext http, CancellationToken cancellationToken)
    {
        if (await cases.OpenAsync(id, caller, cancellationToken) is not { Application: { Certificate: { } certificate } application })
            return Problems.NotFound("certificate of application", id);
        http.Tell(application);
        return TypedResults.Ok(new CertificateView(
            certificate.CertificateId, certificate.Number, certificate.Kind, certificate.Compact, Qr(certificate.Compact), certificate.IssuedAt, certificate.ValidUntil,
            certificate.RevokedAt, certificate.RevokedBecause));
    }

    private static async Task<Results<Ok<Verdict>, ProblemHttpResult>> VerifyAsync(CertificateToVerify given, CertificateCheck check, CancellationToken cancellationToken)
    {
        var compact = given.Certificate?.Trim();
        var checks = new Checks().Required(compact, "/certificate", Longest);
        return checks.Passed ? TypedResults.Ok(await check.CheckAsync(compact!, cancellationToken)) : checks.Problem();
    }

    private static async Task<Ok<KeySet>> KeysAsync(SigningKeys keys, HttpContext http, CancellationToken cancellationToken)
    {
        // The key is made at first use: whoever asks for the keys before the first promise gets the one that will sign it.
        var all = await keys.AllAsync(cancellationToken);
        http.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Ok(new KeySet([.. all.Select(key => new PublicKey("EC", "P-256", key.X, key.Y, key.Kid, "sig", "ES256"))]));
    }

    private static string Qr(string compact)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(compact, QRCodeGenerator.ECCLevel.L);
        using var svg = new SvgQRCode(data);
        return svg.GetGraphic(4);
    }
}
