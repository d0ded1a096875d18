using EServices.Identity.Guard;
using EServices.Identity.Staff;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Identity.Passwords;

/// <param name="Secret">The one-time secret that was told once; or else <paramref name="CurrentPassword"/>.</param>
internal sealed record PasswordChange(string? Email, string? Secret, string? CurrentPassword, string? NewPassword);

internal static class PasswordEndpoints
{
    public static void MapPasswords(this IEndpointRouteBuilder api) =>
        api.MapPost("/identity/password", ChangeAsync).AllowAnonymous()
            .WithName("changePassword").WithTags("Identity").WithSummary("Sets a staff password, by a one-time secret or by the present password")
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(429);

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangeAsync(
        PasswordChange wanted, StaffDoor door, HttpContext http, CancellationToken cancellationToken)
    {
        var presented = wanted.Secret ?? wanted.CurrentPassword;
        var checks = new Checks()
            .Required(wanted.Email, "/email", 320)
            .That(!string.IsNullOrEmpty(presented), "/secret", "required", "The one-time secret, or currentPassword.")
            .That(!string.IsNullOrEmpty(wanted.NewPassword), "/newPassword", "required", "A value is required.");
        if (!checks.Passed)
            return checks.Problem();

        var answer = await door.KnockAsync(wanted.Email, presented, Throttle.AddressOf(http), cancellationToken);
        if (answer.Knock == Knock.Later)
            return http.TooMany(answer.Wait);
        if (answer.Member is not { } member)
            return Problems.Of(StatusCodes.Status403Forbidden, "secret-refused", "The address and the secret don't belong together, or the secret has been used or has ended.");

        var errors = await door.CheckAsync(member, wanted.NewPassword, "/newPassword", cancellationToken);
        if (errors.Count > 0)
            return Problems.Of(StatusCodes.Status400BadRequest, "password-refused", "The new password can't be taken; 'errors' says why.", errors);
        return await door.SetPasswordAsync(member, wanted.NewPassword!, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.Of(StatusCodes.Status403Forbidden, "secret-refused", "The secret was used or replaced in the meantime.");
    }
}
