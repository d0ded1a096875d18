using EServices.Identity.Guard;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Identity.OneTimeCodes;

/// <param name="Language">BCP 47 tag of the message; the pack's first language where it has no such.</param>
internal sealed record CodeRequest(string? Mobile, string? Language);

/// <param name="ResendAt">Not before this will another code be sent to the same number.</param>
internal sealed record CodeRequested(DateTimeOffset ExpiresAt, DateTimeOffset ResendAt);

internal static class OneTimeCodeEndpoints
{
    public static void MapOneTimeCodes(this IEndpointRouteBuilder api) =>
        api.MapPost("/identity/otp", SendAsync).AllowAnonymous()
            .WithName("sendSignInCode").WithTags("Identity").WithSummary("Sends a one-time code to a mobile number, to sign in with")
            .ProducesProblem(400).ProducesProblem(429);

    private static async Task<Results<Accepted<CodeRequested>, ProblemHttpResult>> SendAsync(
        CodeRequest wanted, CitizenDoor door, HttpContext http, CancellationToken cancellationToken)
    {
        var checks = new Checks().Mobile(wanted.Mobile, "/mobile", out var mobile);
        if (!checks.Passed)
            return checks.Problem();
        var sent = await door.SendAsync(mobile, wanted.Language, Throttle.AddressOf(http), cancellationToken);
        return sent.Wait > TimeSpan.Zero
            ? http.TooMany(sent.Wait)
            : TypedResults.Accepted((string?)null, new CodeRequested(sent.ExpiresAt, sent.NextAt));
    }
}
