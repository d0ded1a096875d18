using System.Security.Claims;
using EServices.Identity.Accounts;
using EServices.Identity.Clients;
using EServices.Identity.Front;
using EServices.Identity.Guard;
using EServices.Identity.OneTimeCodes;
using EServices.Platform.Web;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Extensions;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace EServices.Identity.OpenIdConnect;

/// <summary>The endpoints that OpenIddict has checked the protocol of, and lets us decide: who is it, and what do tokens say of them.</summary>
internal static class OpenIdConnectEndpoints
{
    private const string Server = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void MapOpenIdConnect(this WebApplication app)
    {
        var connect = app.MapGroup("/connect").AllowAnonymous().ExcludeFromDescription();
        connect.MapMethods("/authorize", ["GET", "POST"], AuthorizeAsync);
        connect.MapPost("/token", TokenAsync);
        connect.MapMethods("/userinfo", ["GET", "POST"], (Delegate)UserInfoAsync);
        connect.MapMethods("/logout", ["GET", "POST"], LogoutAsync);
    }

    private static async Task<IResult> AuthorizeAsync(HttpContext http, Pages pages, TimeProvider time)
    {
        if (http.GetOpenIddictServerResponse() is { Error: { } error } refused)
            return pages.Error(http, error, refused.ErrorDescription);
        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict passed on a request that it did not read.");

        var session = await Session.FindAsync(http);
        var isFresh = session is not null
            && !request.HasPromptValue(PromptValues.Login) && !request.HasPromptValue(PromptValues.SelectAccount)
            && (request.MaxAge is null || time.GetUtcNow() - session.Since <= TimeSpan.FromSeconds(request.MaxAge.Value));
        if (isFresh)
            return SignIn(Principals.Of(session!.Account, session.Since, request.GetScopes()));
        return request.HasPromptValue(PromptValues.None)
            ? Refuse(Errors.LoginRequired, "Nobody is signed in, or not lately enough.")
            : Results.Redirect($"/connect/sign-in?{Pages.ReturnParameter}={Uri.EscapeDataString(ReturnTo(request))}");
    }

    /// <summary>The same request again, without the prompts that signing in answers; a stale sign-in is measured anew by <c>max_age</c>.</summary>
    private static string ReturnTo(OpenIddictRequest request)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in request.GetParameters())
        {
            var text = name == Parameters.Prompt
                ? string.Join(' ', request.GetPromptValues().Where(prompt => prompt is not (PromptValues.Login or PromptValues.SelectAccount)))
                : (string?)value;
            if (!string.IsNullOrEmpty(text))
                query.Add(name, text);
        }
        return $"/connect/authorize{query}";
    }

    private static async Task<IResult> TokenAsync(
        HttpContext http, AccountBook accounts, CitizenDoor door, IOpenIddictApplicationManager clients, TimeProvider time, CancellationToken cancellationToken)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict passed on a request that it did not read.");
        if (request.IsAuthorizationCodeGrantType() || request.IsRefreshTokenGrantType())
            return await ContinueAsync(http, accounts, cancellationToken);
        if (request.IsClientCredentialsGrantType())
        {
            var client = await clients.FindByClientIdAsync(request.ClientId!, cancellationToken) ?? throw new InvalidOperationException("The client that was authenticated is gone.");
            var name = await clients.GetDisplayNameAsync(client, cancellationToken) ?? request.ClientId!;
            return SignIn(Principals.OfMachine(request.ClientId!, name, await ClientEndpoints.RolesOfAsync(clients, client, cancellationToken), request.GetScopes()));
        }
        return request.GrantType == OpenIdConnectHosting.OtpGrant
            ? await ByCodeAsync(http, request, door, time, cancellationToken)
            : Refuse(Errors.UnsupportedGrantType, "This grant is not offered.");
    }

    /// <summary>A code or a refresh token speaks for an account as it is now: its roles may have changed, or it was disabled.</summary>
    private static async Task<IResult> ContinueAsync(HttpContext http, AccountBook accounts, CancellationToken cancellationToken)
    {
        var then = (await http.AuthenticateAsync(Server)).Principal ?? throw new InvalidOperationException("OpenIddict passed on a grant that it did not read.");
        var account = await accounts.FindAsync(then.GetClaim(Claims.Subject), cancellationToken);
        if (account is null || then.GetClaim(Principals.Generation) != account.Generation.ToString(System.Globalization.CultureInfo.InvariantCulture))
            return Refuse(Errors.InvalidGrant, "The account no longer allows this; sign in again.");
        var since = DateTimeOffset.FromUnixTimeSeconds(long.Parse(then.FindFirstValue(Claims.AuthenticationTime)!, System.Globalization.CultureInfo.InvariantCulture));
        return SignIn(Principals.Of(account, since, then.GetScopes()));
    }

    private static async Task<IResult> ByCodeAsync(HttpContext http, OpenIddictRequest request, CitizenDoor door, TimeProvider time, CancellationToken cancellationToken)
    {
        var digits = ((string?)request["code"])?.Trim();
        if (!Mobile.TryNormalise((string?)request["mobile"], out var mobile) || string.IsNullOrEmpty(digits) || digits.Length > 10)
            return Refuse(Errors.InvalidRequest, "'mobile' and 'code' are required.");
        var tried = await door.TryAsync(mobile, digits, (string?)request["language"], Throttle.AddressOf(http), cancellationToken);
        if (tried.Citizen is { } citizen)
            return SignIn(Principals.Of(Account.Of(citizen), time.GetUtcNow(), request.GetScopes()));
        if (tried.Wait > TimeSpan.Zero)
        {
            http.Response.Headers.RetryAfter = TooManyExtensions.Seconds(tried.Wait).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Refuse(Errors.SlowDown, "Too many attempts; Retry-After says when to come again.");
        }
        return Refuse(Errors.InvalidGrant, tried.Outcome == CodeOutcome.Wrong
            ? "The code is not right."
            : "There is no code to try: it has ended, was used or was tried too often. Ask for another one.");
    }

    private static async Task<IResult> UserInfoAsync(HttpContext http)
    {
        var user = (await http.AuthenticateAsync(Server)).Principal ?? throw new InvalidOperationException("OpenIddict passed on a token that it did not read.");
        var told = new Dictionary<string, object> { [Claims.Subject] = user.GetClaim(Claims.Subject)! };
        Tell(Scopes.Profile, Claims.Name);
        Tell(Scopes.Email, Claims.Email);
        Tell(Scopes.Phone, Claims.PhoneNumber);
        Tell(Scopes.Roles, Principals.Lgd);
        if (user.HasScope(Scopes.Roles))
            told[Claims.Role] = user.GetClaims(Claims.Role);
        return Results.Json(told);

        void Tell(string scope, string claim)
        {
            if (user.HasScope(scope) && user.GetClaim(claim) is { } value)
                told[claim] = value;
        }
    }

    /// <summary>
    /// Signs out at once where the request shows whose session it means (id_token_hint) or the person has said so on our page;
    /// a bare link must not sign people out.
    /// </summary>
    private static async Task<IResult> LogoutAsync(HttpContext http, Pages pages, IAntiforgery antiforgery)
    {
        if (http.GetOpenIddictServerResponse() is { Error: { } error } refused)
            return pages.Error(http, error, refused.ErrorDescription);
        var session = await Session.FindAsync(http);
        if (session is not null)
        {
            var hinted = (await http.AuthenticateAsync(Server)).Principal?.GetClaim(Claims.Subject);
            var isMeant = hinted == session.Account.Subject || (HttpMethods.IsPost(http.Request.Method) && await antiforgery.IsRequestValidAsync(http));
            if (!isMeant)
                return pages.ConfirmSignOut(http);
            await Session.EndAsync(http);
        }
        return Results.SignOut(new AuthenticationProperties { RedirectUri = "/connect/signed-out" }, [Server]);
    }

    private static IResult SignIn(ClaimsPrincipal principal) => Results.SignIn(principal, authenticationScheme: Server);

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [Server]);
}
