using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EServices.Application.Certificates;

/// <summary>Signed statements in JWS compact form (RFC 7515), ES256 only. What is signed is what was sent: nothing is re-serialised before it is checked.</summary>
internal static class Jws
{
    public static string Sign(ECDsa key, string kid, string type, object claims)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "ES256", kid, typ = type });
        var payload = JsonSerializer.SerializeToUtf8Bytes(claims, JsonSerializerOptions.Web);
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>Takes a compact form apart; null for what is none.</summary>
    public static JwsParts? Read(string compact)
    {
        var parts = compact.Split('.');
        if (parts.Length != 3)
            return null;
        try
        {
            var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))?.AsObject();
            var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))?.AsObject();
            return header is null || claims is null
                ? null
                : new JwsParts(Text(header, "alg"), Text(header, "kid"), Text(header, "typ"), claims, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static string Text(JsonObject members, string name) =>
        members.TryGetPropertyValue(name, out var value) && value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
}

internal sealed record JwsParts(string Algorithm, string Kid, string Type, JsonObject Claims, byte[] Signed, byte[] Signature)
{
    public bool IsSignedBy(ECDsa key) => Signature.Length == 64 && key.VerifyData(Signed, Signature, HashAlgorithmName.SHA256);
}
