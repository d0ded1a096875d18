using System.Security.Cryptography;
using System.Text;
using EServices.Contracts.Identity;
using EServices.Platform.Storage;

namespace EServices.Identity.OneTimeCodes;

internal enum CodeOutcome
{
    Right,
    Wrong,

    /// <summary>There is no code now: none was asked for, it has ended, was used, or was tried too often.</summary>
    None,
}

/// <summary>
/// The sign-in code of one mobile number: at most one at a time, the newest. Kept is a salted hash; the code in clear is only in the event that takes
/// it to the person, which leaves the store once it is sent.
/// </summary>
internal sealed class OneTimeCode : Document
{
    public const int Digits = 6;
    public const int Tries = 5;
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    public static readonly DocumentMap<OneTimeCode> Map = new("one_time_codes");
    public static readonly DocumentIndex<OneTimeCode> ByIssued = Map.Index("by_issued", code => code.IssuedAt);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Forget = TimeSpan.FromHours(1);

    // Six digits are a million guesses: at this cost a stolen store gives a core its code in about an hour, long after the code has ended.
    private const int HashPasses = 20_000;

    public OneTimeCode(string mobile)
        : base(IdOf(mobile)) => Mobile = mobile;

    private OneTimeCode()
    {
    }

    public string Mobile { get; private set; } = "";

    public string? Salt { get; private set; }

    public string? Hash { get; private set; }

    public DateTimeOffset IssuedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public int TriesLeft { get; private set; }

    /// <summary>How often in a row a code was sent that nobody used; each makes the pause before the next longer.</summary>
    public int Unused { get; private set; }

    public DateTimeOffset NextAt { get; private set; }

    public static string IdOf(string mobile) => $"otc_{mobile}";

    /// <summary>Zero when issued, else how long to wait: messages cost money, and a stranger must not make someone's phone ring all night.</summary>
    public TimeSpan Issue(string code, ReadOnlySpan<byte> salt, string language, DateTimeOffset now)
    {
        if (now < NextAt)
            return NextAt - now;
        if (now - IssuedAt > Forget)
            Unused = 0;
        Unused++;
        NextAt = now + TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(Unused - 1, 10)));
        Salt = Convert.ToHexStringLower(salt);
        Hash = HashOf(code, salt);
        (IssuedAt, ExpiresAt, TriesLeft) = (now, now + Life, Tries);
        Raise(new OneTimeCodeIssued(Mobile, language, "otp-sign-in", code, new Dictionary<string, string>(), ExpiresAt));
        return TimeSpan.Zero;
    }

    /// <summary>Counts the try, whatever comes of it: save it before answering. A code that was right can't be used again.</summary>
    public CodeOutcome Try(string code, DateTimeOffset now)
    {
        if (Hash is null || Salt is null || now >= ExpiresAt || TriesLeft == 0)
            return CodeOutcome.None;
        TriesLeft--;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(code, Convert.FromHexString(Salt))), Encoding.ASCII.GetBytes(Hash)))
            return CodeOutcome.Wrong;
        (Hash, Salt, Unused, NextAt) = (null, null, 0, now);
        return CodeOutcome.Right;
    }

    private static string HashOf(string code, ReadOnlySpan<byte> salt) =>
        Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(code), salt, HashPasses, HashAlgorithmName.SHA256, 32));
}
