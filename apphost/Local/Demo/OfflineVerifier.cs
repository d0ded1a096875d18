using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EServices.Local.Demo;

/// <summary>
/// What a bank's counter would do without a connection: check a certificate's signature (JWS compact, ES256) with nothing but the published key set.
/// Deliberately shares no code with the service that signs.
/// </summary>
internal static class OfflineVerifier
{
    /// <summary>The claims of a genuine certificate.</summary>
    /// <exception cref="CryptographicException">It is not signed by any of these keys, or was changed.</exception>
    public static JsonObject Verify(string compact, JsonObject keys)
    {
        var parts = compact.Split('.');
        var header = Json(parts[0]);
        if (parts.Length != 3 || (string?)header["alg"] != "ES256")
            throw new CryptographicException("Not a compact JWS signed with ES256.");
        var key = keys["keys"]!.AsArray().Select(candidate => candidate!.AsObject()).FirstOrDefault(candidate => (string?)candidate["kid"] == (string?)header["kid"])
            ?? throw new CryptographicException($"No published key '{header["kid"]}'.");
        using var curve = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars((string)key["x"]!), Y = Base64Url.DecodeFromChars((string)key["y"]!) },
        });
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        if (!curve.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
            throw new CryptographicException("The signature does not belong to this content.");
        return Json(parts[1]);
    }

    public static string KeyId(string compact) => (string?)Json(compact.Split('.')[0])["kid"] ?? "";

    private static JsonObject Json(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
}
