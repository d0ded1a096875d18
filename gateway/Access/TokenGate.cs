using System.Globalization;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace EServices.Gateway.Access;

/// <summary>
/// A forged or expired token ends here. A request without one goes on: the service knows what is public. The header itself is forwarded, and every service
/// checks it again.
/// </summary>
internal static class TokenGate
{
    public static void UseTokenGate(this WebApplication app) => app.Use(CheckAsync);

    private static async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var authorization = context.Request.Headers.Authorization;
        if (authorization.Count == 0 || context.User.Identity?.IsAuthenticated == true)
        {
            await next(context);
            return;
        }
        // Clients of Identity name themselves in a Basic header at the token endpoint.
        if (authorization.Count == 1 && !authorization[0]!.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }
        var failure = (await context.AuthenticateAsync()).Failure;
        if (failure is SecurityTokenSignatureKeyNotFoundException && !await KeysAreKnownAsync(context))
        {
            context.Response.Headers.RetryAfter = 2.ToString(CultureInfo.InvariantCulture);
            await Problems.Of(StatusCodes.Status503ServiceUnavailable, "identity-unavailable", "The token can't be checked now, because the keys of 'identity' can't be read. Try again shortly.")
                .ExecuteAsync(context);
            return;
        }
        await context.ChallengeAsync(JwtBearerDefaults.AuthenticationScheme);
        var expired = failure is SecurityTokenExpiredException or SecurityTokenInvalidLifetimeException;
        await Problems.Of(StatusCodes.Status401Unauthorized, expired ? "token-expired" : "token-invalid",
            expired ? "The access token has expired; get a new one." : "The access token is not one of ours: its form, signature, issuer or audience is wrong.").ExecuteAsync(context);
    }

    /// <summary>A key that is not found is the token's fault only where keys could be read.</summary>
    private static async Task<bool> KeysAreKnownAsync(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme);
        try
        {
            return options.ConfigurationManager is null || (await options.ConfigurationManager.GetConfigurationAsync(context.RequestAborted)).SigningKeys.Count > 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
