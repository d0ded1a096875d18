using EServices.Platform.Packs;
using EServices.Platform.Web;

namespace EServices.Identity.Staff;

/// <summary>
/// Staff accounts only on the state's own mail domains (EM1), contractors on theirs (EM4). The whole domain has to be listed: neither a subdomain nor a
/// look-alike in another script (<c>xn--…</c>) is what the list says.
/// </summary>
internal sealed class OfficialMail(StatePack pack)
{
    private const int LongestLocalPart = 64;

    public IReadOnlyList<string> Domains => pack.About.Mail.Official;

    public static string Normalise(string? email) => (email ?? "").Trim().ToLowerInvariant();

    /// <param name="email">Normalised.</param>
    public bool Accepts(string email, IReadOnlyList<string> roles)
    {
        var parts = email.Split('@');
        if (parts is not [{ Length: >= 1 and <= LongestLocalPart } local, { } domain] || !local.All(IsLocal) || local[0] == '.' || local[^1] == '.')
            return false;
        return pack.About.Mail.Official.Contains(domain, StringComparer.Ordinal)
            || (roles is [Roles.Operator] && pack.About.Mail.Contractor.Contains(domain, StringComparer.Ordinal));
    }

    private static bool IsLocal(char character) => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-' or '_' or '+';
}
