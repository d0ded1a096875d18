using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Identity.Accounts;

/// <param name="Mobile">Citizens: E.164. Null for staff and machines.</param>
/// <param name="Email">Staff: the official address.</param>
/// <param name="Lgd">Staff: what the person answers for.</param>
/// <param name="Language">Citizens: BCP 47 tag of the language they are written to in.</param>
internal sealed record Me(string Subject, string Name, IReadOnlyList<string> Roles, string? Mobile, string? Email, string? Lgd, string? Language);

internal sealed record Introduction(string? Name, string? Language);

internal static class MeEndpoints
{
    public static void MapMe(this IEndpointRouteBuilder api)
    {
        api.MapGet("/identity/me", GetAsync).RequireAuthorization()
            .WithName("getMe").WithTags("Identity").WithSummary("Who the token speaks for").ProducesProblem(401);
        api.MapPut("/identity/me", PutAsync).Allow(Roles.Citizen)
            .WithName("putMe").WithTags("Identity").WithSummary("A citizen tells their name and language")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<Ok<Me>> GetAsync(Caller caller, DocumentStore<Citizen> citizens, CancellationToken cancellationToken)
    {
        // The account knows the name and language told since the token was issued.
        var citizen = caller.IsCitizen ? await citizens.FindAsync(caller.Subject, cancellationToken) : null;
        return TypedResults.Ok(new Me(
            caller.Subject, citizen?.Name ?? caller.Name, caller.Roles, caller.Mobile, caller.Email, caller.Office, citizen?.Language));
    }

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> PutAsync(
        Introduction told, Caller caller, DocumentStore<Citizen> citizens, StatePack pack, CancellationToken cancellationToken)
    {
        var languages = pack.About.Languages.Select(language => language.Tag).ToList();
        var checks = new Checks()
            .Required(told.Name, "/name", 100)
            .That(told.Language is not null && languages.Contains(told.Language), "/language", "language", $"One of {string.Join(", ", languages)}.");
        if (!checks.Passed)
            return checks.Problem();
        if (await citizens.FindAsync(caller.Subject, cancellationToken) is null)
            return Problems.NotFound("account", caller.Subject);
        var citizen = await citizens.UpdateAsync(caller.Subject, account =>
        {
            account.Introduce(told.Name!.Trim(), told.Language!);
            return account;
        }, cancellationToken);
        return TypedResults.Ok(new Me(caller.Subject, citizen.Name, caller.Roles, caller.Mobile, null, null, citizen.Language));
    }
}
