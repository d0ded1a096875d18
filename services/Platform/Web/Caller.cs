using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EServices.Platform.Web;

/// <summary>Names of roles, as tokens carry them in the claim <c>role</c>.</summary>
public static class Roles
{
    public const string Citizen = "citizen";
    public const string Helpline = "helpline";
    public const string Operator = "operator";
    public const string Officer = "officer";
    public const string Appellate = "appellate";
    public const string CatalogueManager = "catalogue-manager";
    public const string Finance = "finance";
    public const string Operations = "operations";
    public const string Administrator = "administrator";

    public static readonly IReadOnlyList<string> All =
        [Citizen, Helpline, Operator, Officer, Appellate, CatalogueManager, Finance, Operations, Administrator];
}

/// <summary>Who is asking, read from a validated token. An endpoint takes it as a parameter.</summary>
/// <param name="Subject">Account id; empty for someone without a token.</param>
/// <param name="Mobile">A citizen's confirmed number in E.164, the key of their records; null for staff.</param>
/// <param name="Email">A member of staff's official address; null for citizens.</param>
/// <param name="Office">LGD code of the office or territory, where the account has one.</param>
public sealed record Caller(string Subject, string Name, IReadOnlyList<string> Roles, string? Mobile, string? Email, string? Office)
{
    public static readonly Caller Nobody = new("", "", [], null, null, null);

    public bool Is(string role) => Roles.Contains(role, StringComparer.Ordinal);

    public bool IsCitizen => Is(Web.Roles.Citizen);

    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(From(context.User));

    public static Caller From(ClaimsPrincipal user) => user.Identity?.IsAuthenticated != true
        ? Nobody
        : new Caller(
            user.FindFirstValue("sub") ?? "", user.FindFirstValue("name") ?? "", [.. user.FindAll("role").Select(claim => claim.Value)],
            user.FindFirstValue("phone_number"), user.FindFirstValue("email"), user.FindFirstValue("lgd"));
}

public static class CallerExtensions
{
    /// <summary>Only callers with one of these roles: others get 403, callers without a token 401.</summary>
    public static TBuilder Allow<TBuilder>(this TBuilder endpoint, params string[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(roles));
}
