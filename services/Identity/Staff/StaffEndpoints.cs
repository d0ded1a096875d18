using EServices.Identity.Passwords;
using EServices.Platform;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Identity.Staff;

/// <param name="Lgd">What the person answers for, as the pack writes territories (<c>district:5</c>); may be left out.</param>
internal sealed record NewStaff(string? Email, string? Name, IReadOnlyList<string>? Roles, string? Lgd);

/// <param name="Secret">What the account can be entered by: <c>none</c>, <c>oneTime</c> or <c>password</c>.</param>
internal sealed record StaffView(
    string Id, string Email, string Name, IReadOnlyList<string> Roles, string? Lgd, bool Disabled, string Secret, DateTimeOffset CreatedAt, DateTimeOffset? LastSignInAt);

/// <param name="OneTimeSecret">Told this once; only its hash is kept. All it can do is to set a password.</param>
internal sealed record SecretIssued(string Id, string Email, string OneTimeSecret, DateTimeOffset ExpiresAt);

internal sealed record SandboxCast(IReadOnlyList<SandboxPlayer> Items);

internal sealed record SandboxPlayer(string Email, string Name, IReadOnlyList<string> Roles, string? Lgd);

internal static class StaffEndpoints
{
    private static readonly TimeSpan SecretLife = TimeSpan.FromHours(72);

    public static void MapStaff(this IEndpointRouteBuilder api)
    {
        var staff = api.MapGroup("/identity/staff").Allow(Roles.Administrator).WithTags("Identity").ProducesProblem(401).ProducesProblem(403);
        staff.MapPost("", CreateAsync).WithName("createStaff").WithSummary("Makes a staff account; its one-time secret is in this answer and nowhere else")
            .ProducesProblem(400).ProducesProblem(409);
        staff.MapGet("", ListAsync).WithName("listStaff").WithSummary("Staff accounts by address").ProducesProblem(400);
        staff.MapPost("/{id}/actions/{action}", ActAsync).WithName("actOnStaff").WithSummary("reset-secret, disable or enable")
            .ProducesProblem(404).ProducesProblem(409);
    }

    /// <summary>Only in a sandbox, where a demonstration has to act as the pack's staff: a fresh secret for an account, so that no default password need exist.</summary>
    public static void MapSandboxStaff(this WebApplication app)
    {
        if (!app.Configuration.GetValue("ESERVICES_SANDBOX", false))
            return;
        app.MapGet("/sandbox/staff", ListInSandboxAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/sandbox/staff/{email}/secret", IssueInSandboxAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<Results<Created<SecretIssued>, ProblemHttpResult>> CreateAsync(
        NewStaff wanted, OfficialMail mail, StatePack pack, DocumentStore<StaffMember> store, PasswordHasher hasher, Ids ids, IChance chance, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var email = OfficialMail.Normalise(wanted.Email);
        var roles = wanted.Roles?.Distinct().ToArray() ?? [];
        var checks = new Checks()
            .Required(wanted.Email, "/email", 320)
            .Required(wanted.Name, "/name", 100)
            .That(roles.Length > 0, "/roles", "required", "At least one role.")
            .That(roles.All(StaffRoles.All.Contains), "/roles", "role", $"Roles are {string.Join(", ", StaffRoles.All)}.")
            .That(wanted.Lgd is null || (Territory.TryParse(wanted.Lgd, out var territory) && pack.Geography.Knows(territory)), "/lgd", "territory", "A territory of the state, such as 'state' or 'district:5'.");
        if (email.Length > 0)
            checks.That(mail.Accepts(email, roles), "/email", "domain", $"An official address, on {string.Join(", ", mail.Domains)}; operators may have a contractor's.");
        if (!checks.Passed)
            return checks.Problem();

        var now = time.GetUtcNow();
        var secret = OneTimeSecret.New(chance);
        var member = new StaffMember(ids.New("stf"), email, wanted.Name!.Trim(), roles, wanted.Lgd, now);
        member.IssueSecret(await hasher.HashAsync(secret, cancellationToken), now + SecretLife);
        try
        {
            await store.SaveAsync(member, cancellationToken);
        }
        catch (DuplicateKeyException)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "staff-exists", "There is an account with this address already.");
        }
        return TypedResults.Created($"/api/v1/identity/staff/{member.Id}", new SecretIssued(member.Id, email, secret, now + SecretLife));
    }

    private static async Task<Ok<Page<StaffView>>> ListAsync(Paging paging, DocumentStore<StaffMember> store, CancellationToken cancellationToken) =>
        TypedResults.Ok((await store.ListAsync(StaffMember.ByEmail.All, paging.Cursor, paging.Limit, cancellationToken)).Select(View));

    private static async Task<Results<Ok<SecretIssued>, Ok<StaffView>, ProblemHttpResult>> ActAsync(
        string id, string action, Caller caller, DocumentStore<StaffMember> store, PasswordHasher hasher, IChance chance, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } member)
            return Problems.NotFound("staff account", id);
        switch (action)
        {
            case "reset-secret":
                return TypedResults.Ok(await IssueAsync(member, store, hasher, chance, time, cancellationToken));
            case "disable":
                Refusal? refusal = null;
                member = await store.UpdateAsync(id, current =>
                {
                    refusal = current.Disable(caller.Subject);
                    return current;
                }, cancellationToken);
                return refusal is null ? TypedResults.Ok(View(member)) : Problems.Of(refusal);
            case "enable":
                return TypedResults.Ok(View(await store.UpdateAsync(id, current =>
                {
                    current.Enable();
                    return current;
                }, cancellationToken)));
            default:
                return Problems.Of(StatusCodes.Status404NotFound, "unknown-action", "Actions are reset-secret, disable and enable.");
        }
    }

    /// <summary>Who can be played in this sandbox, so that a front end need not read the pack.</summary>
    private static async Task<Ok<SandboxCast>> ListInSandboxAsync(string? role, DocumentStore<StaffMember> store, CancellationToken cancellationToken)
    {
        var cast = new List<SandboxPlayer>();
        await foreach (var member in store.AllAsync(StaffMember.ByEmail.All, cancellationToken))
        {
            if (!member.Disabled && (role is null || member.Roles.Contains(role)))
                cast.Add(new SandboxPlayer(member.Email, member.Name, member.Roles, member.Office));
        }
        return TypedResults.Ok(new SandboxCast(cast));
    }

    private static async Task<Results<Ok<SecretIssued>, ProblemHttpResult>> IssueInSandboxAsync(
        string email, DocumentStore<StaffMember> store, PasswordHasher hasher, IChance chance, TimeProvider time, CancellationToken cancellationToken) =>
        await store.FirstAsync(StaffMember.ByEmail.Where(OfficialMail.Normalise(email)), cancellationToken) is { } member
            ? TypedResults.Ok(await IssueAsync(member, store, hasher, chance, time, cancellationToken))
            : Problems.NotFound("staff account", email);

    private static async Task<SecretIssued> IssueAsync(
        StaffMember member, DocumentStore<StaffMember> store, PasswordHasher hasher, IChance chance, TimeProvider time, CancellationToken cancellationToken)
    {
        var secret = OneTimeSecret.New(chance);
        var hash = await hasher.HashAsync(secret, cancellationToken);
        var expiresAt = time.GetUtcNow() + SecretLife;
        await store.UpdateAsync(member.Id, current =>
        {
            current.IssueSecret(hash, expiresAt);
            return true;
        }, cancellationToken);
        return new SecretIssued(member.Id, member.Email, secret, expiresAt);
    }

    private static StaffView View(StaffMember member) => new(
        member.Id, member.Email, member.Name, member.Roles, member.Office, member.Disabled,
        System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(member.SecretKind.ToString()), member.CreatedAt, member.LastSignInAt);
}
