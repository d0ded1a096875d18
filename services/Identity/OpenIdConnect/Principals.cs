using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using EServices.Identity.Accounts;
using EServices.Platform.Web;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace EServices.Identity.OpenIdConnect;

/// <summary>What tokens say of whom.</summary>
internal static class Principals
{
    public const string Lgd = "lgd";

    /// <summary>Only in codes and refresh tokens: whether the account still allows what it allowed then.</summary>
    public const string Generation = "generation";

    private static readonly TimeSpan StaffMayBeAway = TimeSpan.FromHours(12);
    private static readonly TimeSpan CitizensMayBeAway = TimeSpan.FromDays(30);

    public static ClaimsPrincipal Of(Account account, DateTimeOffset since, ImmutableArray<string> scopes)
    {
        var identity = Begin(account.Subject, account.Name, account.Roles);
        Add(identity, Claims.PhoneNumber, account.Mobile);
        Add(identity, Claims.Email, account.Email);
        Add(identity, Lgd, account.Office);
        AddAll(identity, Claims.AuthenticationMethodReference, account.Methods);
        Add(identity, Claims.AuthenticationContextReference, account.Context);
        identity.AddClaim(new Claim(Claims.AuthenticationTime, since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64));
        Add(identity, Generation, account.Generation.ToString(CultureInfo.InvariantCulture));
        return Finish(identity, scopes).SetRefreshTokenLifetime(account.IsStaff ? StaffMayBeAway : CitizensMayBeAway);
    }

    public static ClaimsPrincipal OfMachine(string clientId, string name, IReadOnlyList<string> roles, ImmutableArray<string> scopes) =>
        Finish(Begin(clientId, name, roles), scopes);

    private static ClaimsIdentity Begin(string subject, string name, IReadOnlyList<string> roles)
    {
        var identity = new ClaimsIdentity("eservices", Claims.Name, Claims.Role);
        Add(identity, Claims.Subject, subject);
        Add(identity, Claims.Name, name);
        AddAll(identity, Claims.Role, roles);
        return identity;
    }

    private static ClaimsPrincipal Finish(ClaimsIdentity identity, ImmutableArray<string> scopes)
    {
        var principal = new ClaimsPrincipal(identity).SetScopes(scopes).SetResources(Tokens.Audience);
        principal.SetDestinations(claim => DestinationsOf(claim, scopes));
        return principal;
    }

    /// <summary>Services need all of it; a front end is told what it asked for.</summary>
    private static string[] DestinationsOf(Claim claim, ImmutableArray<string> scopes)
    {
        string? scope = claim.Type switch
        {
            Claims.Name => Scopes.Profile,
            Claims.Email => Scopes.Email,
            Claims.PhoneNumber => Scopes.Phone,
            Claims.Role or Lgd => Scopes.Roles,
            _ => null,
        };
        return claim.Type == Generation ? []
            : scope is null || scopes.Contains(scope) ? [Destinations.AccessToken, Destinations.IdentityToken]
            : [Destinations.AccessToken];
    }

    private static void Add(ClaimsIdentity identity, string type, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            identity.AddClaim(new Claim(type, value));
    }

    /// <summary>Always an array in JSON, also when there is one.</summary>
    private static void AddAll(ClaimsIdentity identity, string type, IReadOnlyList<string> values) =>
        identity.AddClaim(new Claim(type, JsonSerializer.Serialize(values), JsonClaimValueTypes.JsonArray));
}
