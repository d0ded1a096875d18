using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EServices.Platform.Time;
using Konscious.Security.Cryptography;

namespace EServices.Identity.Passwords;

internal enum Verdict
{
    Wrong,
    Right,

    /// <summary>Right, but hashed at another cost than today's: hash it again while it is at hand.</summary>
    RightButOutdated,
}

/// <summary>
/// Argon2id in the PHC string format, which carries its own cost and salt: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>.
/// The cost is the least that OWASP advises (19 MiB, two passes), about a tenth of a second on one core.
/// </summary>
internal sealed class PasswordHasher(IChance chance) : IDisposable
{
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    private static readonly Cost Today = new(MemoryKiB: 19_456, Passes: 2, Lanes: 1);

    // Each hash holds its memory while it runs: more at once than there are cores would only let a flood of guesses exhaust it.
    private readonly SemaphoreSlim seats = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>What an account without a password is compared with, so that it takes as long as any other.</summary>
    private readonly Lazy<string> nobodys = new(() => Format(Today, new byte[SaltBytes], new byte[HashBytes]));

    public async Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        var salt = new byte[SaltBytes];
        chance.Fill(salt);
        return Format(Today, salt, await ComputeAsync(password, salt, Today, cancellationToken));
    }

    /// <summary>Takes as long for null (no account, no password) as for a hash, and is then always wrong.</summary>
    public async Task<Verdict> VerifyAsync(string password, string? stored, CancellationToken cancellationToken)
    {
        if (password.Length == 0)
            return Verdict.Wrong;
        var (cost, salt, hash) = Parse(stored ?? nobodys.Value);
        var same = CryptographicOperations.FixedTimeEquals(await ComputeAsync(password, salt, cost, cancellationToken), hash);
        return !same || stored is null ? Verdict.Wrong : cost == Today ? Verdict.Right : Verdict.RightButOutdated;
    }

    public void Dispose() => seats.Dispose();

    private async Task<byte[]> ComputeAsync(string password, byte[] salt, Cost cost, CancellationToken cancellationToken)
    {
        await seats.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () =>
                {
                    // NFKC: the same password typed on another keyboard is the same password. Nothing is cut off.
                    using var argon = new Argon2id(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)))
                    {
                        Salt = salt,
                        MemorySize = cost.MemoryKiB,
                        Iterations = cost.Passes,
                        DegreeOfParallelism = cost.Lanes,
                    };
                    return argon.GetBytes(HashBytes);
                },
                cancellationToken);
        }
        finally
        {
            seats.Release();
        }
    }

    private static string Format(Cost cost, byte[] salt, byte[] hash) =>
        string.Create(CultureInfo.InvariantCulture, $"$argon2id$v=19$m={cost.MemoryKiB},t={cost.Passes},p={cost.Lanes}${Unpadded(salt)}${Unpadded(hash)}");

    private static (Cost Cost, byte[] Salt, byte[] Hash) Parse(string stored)
    {
        var parts = stored.Split('$');
        if (parts is not ["", "argon2id", "v=19", _, _, _])
            throw new FormatException("A stored password hash has another form than this version writes.");
        var numbers = parts[3].Split(',').Select(part => int.Parse(part.AsSpan(2), CultureInfo.InvariantCulture)).ToArray();
        return (new Cost(numbers[0], numbers[1], numbers[2]), Padded(parts[4]), Padded(parts[5]));
    }

    private static string Unpadded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Padded(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));

    private sealed record Cost(int MemoryKiB, int Passes, int Lanes);
}
