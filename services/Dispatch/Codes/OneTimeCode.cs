using System.Security.Cryptography;
using System.Text;
using EServices.Platform;
using EServices.Platform.Time;

namespace EServices.Dispatch.Codes;

/// <summary>
/// A one-time code as it is kept: never its digits, only a salted, deliberately slow hash. The hash covers what the code stands for as well
/// (which call, which visit, which total), so a code can't vouch for anything else than what its message said.
/// </summary>
/// <param name="Issue">1 for the first code, one more with every resend.</param>
internal sealed record OneTimeCode(string Salt, string Hash, int Issue, int TriesLeft, DateTimeOffset SentAt, DateTimeOffset ExpiresAt)
{
    public const int Digits = 6;
    public const int Tries = 5;

    /// <summary>The refusal after which the document is saved all the same: the try counts.</summary>
    public const string Wrong = "code-wrong";

    /// <summary>The refusal that is answered with 429.</summary>
    public const string TooSoon = "resend-too-soon";

    // A million codes are soon hashed by who has the store; at some milliseconds each it takes longer than a code lives.
    private const int Iterations = 20_000;

    /// <param name="clear">The digits, for the message that carries them and for nothing else.</param>
    public static OneTimeCode New(IChance chance, string purpose, DateTimeOffset now, TimeSpan lifetime, out string clear, int issue = 1)
    {
        clear = chance.Digits(Digits);
        Span<byte> salt = stackalloc byte[16];
        chance.Fill(salt);
        var kept = Convert.ToBase64String(salt);
        return new OneTimeCode(kept, Hashed(clear, kept, purpose), issue, Tries, now, now + lifetime);
    }

    /// <summary>Whether another code may be sent now.</summary>
    public Refusal? MayResend(DateTimeOffset now, DispatchRules rules)
    {
        if (Issue >= rules.CodesMost)
            return Refusal.Conflict("codes-used-up", $"{rules.CodesMost} codes were sent already; no more are.");
        var wait = SentAt.AddSeconds(rules.CodeResendSeconds) - now;
        return wait > TimeSpan.Zero
            ? Refusal.Conflict(TooSoon, $"A code was sent just now. Another one can be sent in {Math.Ceiling(wait.TotalSeconds):F0} s.")
            : null;
    }

    /// <summary>Null if <paramref name="given"/> is the code. <paramref name="after"/> is what is left of it: one try fewer after a wrong one.</summary>
    public Refusal? Check(string given, string purpose, DateTimeOffset now, out OneTimeCode after)
    {
        after = this;
        if (now >= ExpiresAt)
            return Refusal.Conflict("code-expired", "The code is too old. Have another one sent.");
        if (TriesLeft == 0)
            return Refusal.Conflict("code-locked", "Too many wrong codes. Have another one sent.");
        if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Hashed(given, Salt, purpose)), Encoding.UTF8.GetBytes(Hash)))
            return null;
        after = this with { TriesLeft = TriesLeft - 1 };
        return Refusal.Invalid(Wrong, $"That is not the code. Tries left: {after.TriesLeft}.", new FieldError("/code", Wrong, "Another code was sent."));
    }

    private static string Hashed(string code, string salt, string purpose) =>
        Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2($"{purpose}\n{code}", Convert.FromBase64String(salt), Iterations, HashAlgorithmName.SHA256, 32));
}
