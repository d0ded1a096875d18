using System.Security.Cryptography;
using System.Text;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Identity.Staff;

internal enum SecretKind
{
    /// <summary>Seeded from the pack: nobody can sign in until a secret is issued.</summary>
    None,

    /// <summary>Random, told once; all it can do is to set a password.</summary>
    OneTime,

    Password,
}

/// <summary>Someone who works for the state or on its behalf, known by an official address.</summary>
internal sealed class StaffMember : Document
{
    public static readonly DocumentMap<StaffMember> Map = new("staff");
    public static readonly DocumentIndex<StaffMember> ByEmail = Map.Unique("by_email", member => member.Email);

    /// <summary>Addresses that signed in lately, so that a flood of guesses from elsewhere does not slow their owner down.</summary>
    private const int AddressesKnown = 8;

    public StaffMember(string id, string email, string name, IReadOnlyList<string> roles, string? office, DateTimeOffset now)
        : base(id) => (Email, Name, Roles, Office, CreatedAt) = (email, name, roles, office, now);

    private StaffMember()
    {
    }

    /// <summary>In small letters.</summary>
    public string Email { get; private set; } = "";

    public string Name { get; private set; } = "";

    public IReadOnlyList<string> Roles { get; private set; } = [];

    /// <summary>The claim <c>lgd</c>: what the person answers for, as the pack writes territories.</summary>
    public string? Office { get; private set; }

    public SecretKind SecretKind { get; private set; }

    public string? SecretHash { get; private set; }

    /// <summary>When an unused one-time secret ends; null for none.</summary>
    public DateTimeOffset? SecretExpiresAt { get; private set; }

    public bool Disabled { get; private set; }

    /// <summary>One more with whatever ends all sessions: sessions and refresh tokens of an earlier generation are void.</summary>
    public int Generation { get; private set; }

    public IReadOnlyList<string> KnownAddresses { get; private set; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? LastSignInAt { get; private set; }

    public void IssueSecret(string hash, DateTimeOffset? expiresAt)
    {
        (SecretKind, SecretHash, SecretExpiresAt) = (SecretKind.OneTime, hash, expiresAt);
        Generation++;
    }

    /// <summary>The one-time secret ends with this, and so does every session.</summary>
    public void SetPassword(string hash)
    {
        (SecretKind, SecretHash, SecretExpiresAt) = (SecretKind.Password, hash, null);
        Generation++;
    }

    public void Rehash(string hash) => SecretHash = hash;

    /// <summary>Whether what is kept may still be used at all.</summary>
    public bool HasUsableSecret(DateTimeOffset now) => !Disabled && SecretKind != SecretKind.None && (SecretExpiresAt is null || now < SecretExpiresAt);

    public Refusal? Disable(string by)
    {
        if (by == Id)
            return Refusal.Conflict("own-account", "You can't disable your own account; ask another administrator.");
        if (!Disabled)
            Generation++;
        Disabled = true;
        return null;
    }

    public void Enable() => Disabled = false;

    public void SignedIn(DateTimeOffset now, string address)
    {
        LastSignInAt = now;
        var mark = MarkOf(address);
        KnownAddresses = [.. KnownAddresses.Where(known => known != mark).TakeLast(AddressesKnown - 1), mark];
    }

    public bool Knows(string address) => KnownAddresses.Contains(MarkOf(address));

    private string MarkOf(string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Id}\n{address}")).AsSpan(0, 12));
}
