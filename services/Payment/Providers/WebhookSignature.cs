using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EServices.Payment.Providers;

/// <summary>A secret shared with a provider, written <c>whsec_</c> and base 64.</summary>
internal sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private readonly byte[] key;

    private WebhookSecret(byte[] key) => this.key = key;

    public static WebhookSecret Parse(string text)
    {
        var bytes = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        var key = new byte[bytes.Length];
        return Convert.TryFromBase64String(bytes, key, out var length) && length is >= 24 and <= 64
            ? new WebhookSecret(key[..length])
            : throw new FormatException("A webhook secret is 'whsec_' and 24 to 64 bytes in base 64.");
    }

    public static string New(Platform.Time.IChance chance)
    {
        var key = new byte[32];
        chance.Fill(key);
        return Prefix + Convert.ToBase64String(key);
    }

    /// <summary>HMAC-SHA256 over <c>{id}.{timestamp}.{body}</c>.</summary>
    public byte[] Sign(string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}

/// <summary>What Standard Webhooks 1.0 sends in its headers <c>webhook-id</c>, <c>webhook-timestamp</c> and <c>webhook-signature</c>.</summary>
internal sealed record WebhookSignature(string Id, string Timestamp, string Signatures)
{
    /// <summary>How far the sender's clock and the way here may be off.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const string Scheme = "v1,";
    private const int MostSignatures = 10;
    private const int LongestId = 200;

    public static WebhookSignature Of(string id, DateTimeOffset at, ReadOnlySpan<byte> body, WebhookSecret secret)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new WebhookSignature(id, timestamp, Scheme + Convert.ToBase64String(secret.Sign(id, timestamp, body)));
    }

    /// <summary>Whether one of the signatures was made with one of the secrets, now. Several of each are usual while a secret rotates.</summary>
    public bool Holds(ReadOnlySpan<byte> body, IReadOnlyList<WebhookSecret> secrets, DateTimeOffset now)
    {
        if (Id.Length is 0 or > LongestId
            || !long.TryParse(Timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) > (decimal)Window.TotalSeconds)
            return false;

        var holds = false;
        var given = Signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(signature => signature.StartsWith(Scheme, StringComparison.Ordinal)).Take(MostSignatures).ToList();
        foreach (var secret in secrets)
        {
            var expected = secret.Sign(Id, Timestamp, body);
            foreach (var signature in given)
            {
                var bytes = new byte[signature.Length];
                // Every pair is compared, and in constant time: how long it takes tells nothing.
                holds |= Convert.TryFromBase64String(signature[Scheme.Length..], bytes, out var length) && CryptographicOperations.FixedTimeEquals(expected, bytes.AsSpan(0, length));
            }
        }
        return holds;
    }
}
