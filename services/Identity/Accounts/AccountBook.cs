using EServices.Identity.Staff;
using EServices.Platform.Storage;

namespace EServices.Identity.Accounts;

/// <summary>Someone who may sign in, citizen or staff, as tokens tell of them.</summary>
/// <param name="Generation">Sessions and refresh tokens of an earlier one are void.</param>
/// <param name="Methods">How they sign in: the claim <c>amr</c> (RFC 8176). A second factor will add to it.</param>
/// <param name="Context">The claim <c>acr</c>.</param>
internal sealed record Account(
    string Subject, string Name, IReadOnlyList<string> Roles, string? Mobile, string? Email, string? Office, int Generation,
    IReadOnlyList<string> Methods, string Context)
{
    public const string ByCode = "urn:eservices:acr:otp";
    public const string ByPassword = "urn:eservices:acr:password";

    public bool IsStaff => Email is not null;

    public static Account Of(Citizen citizen) =>
        new(citizen.Id, citizen.Name, [Platform.Web.Roles.Citizen], citizen.Mobile, null, null, 0, ["otp", "sms"], ByCode);

    public static Account Of(StaffMember member) =>
        new(member.Id, member.Name, member.Roles, null, member.Email, member.Office, member.Generation, ["pwd"], ByPassword);
}

internal sealed class AccountBook(DocumentStore<Citizen> citizens, DocumentStore<StaffMember> staff)
{
    /// <summary>The account as it is now; null when there is none, or it is disabled.</summary>
    public async Task<Account?> FindAsync(string? subject, CancellationToken cancellationToken) => subject switch
    {
        ['c', 'i', 't', '_', ..] => await citizens.FindAsync(subject, cancellationToken) is { } citizen ? Account.Of(citizen) : null,
        ['s', 't', 'f', '_', ..] => await staff.FindAsync(subject, cancellationToken) is { Disabled: false } member ? Account.Of(member) : null,
        _ => null,
    };
}
