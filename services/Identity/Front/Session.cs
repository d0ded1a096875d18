using System.Globalization;
using System.Security.Claims;
using EServices.Identity.Accounts;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace EServices.Identity.Front;

/// <summary>Who is signed in on this browser, between the sign-in page and the authorization endpoint. No API takes it.</summary>
internal sealed record Session(Account Account, DateTimeOffset Since)
{
    public const string Scheme = "session";

    private const string GenerationClaim = "generation";
    private const string SinceClaim = "since";
    private static readonly TimeSpan Life = TimeSpan.FromHours(8);

    public static void Add(WebApplicationBuilder app)
    {
        var secure = app.Configuration.PublicUrl().Scheme == Uri.UriSchemeHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        app.Services.AddAuthentication().AddCookie(Scheme, options =>
        {
            options.Cookie.Name = "eservices-session";
            options.Cookie.Path = "/connect";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = secure;
            options.ExpireTimeSpan = Life;
            options.SlidingExpiration = false;
            options.Events.OnValidatePrincipal = StillHoldsAsync;
        });
        app.Services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "eservices-form";
            options.Cookie.Path = "/connect";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = secure;
            options.SuppressXFrameOptionsHeader = true;
        });
    }

    public static Task StartAsync(HttpContext http, Account account, DateTimeOffset now)
    {
        var identity = new ClaimsIdentity(Scheme);
        identity.AddClaim(new Claim("sub", account.Subject));
        identity.AddClaim(new Claim(GenerationClaim, account.Generation.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(SinceClaim, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        // Not persistent: it ends with the browser, which may be one that many people share.
        return http.SignInAsync(Scheme, new ClaimsPrincipal(identity));
    }

    public static Task EndAsync(HttpContext http) => http.SignOutAsync(Scheme);

    /// <summary>Null when nobody is signed in, or the account does not allow it any more.</summary>
    public static async Task<Session?> FindAsync(HttpContext http)
    {
        var result = await http.AuthenticateAsync(Scheme);
        return result.Succeeded && http.Items[typeof(Account)] is Account account
            ? new Session(account, DateTimeOffset.FromUnixTimeSeconds(long.Parse(result.Principal.FindFirstValue(SinceClaim)!, CultureInfo.InvariantCulture)))
            : null;
    }

    private static async Task StillHoldsAsync(CookieValidatePrincipalContext context)
    {
        var accounts = context.HttpContext.RequestServices.GetRequiredService<AccountBook>();
        var account = await accounts.FindAsync(context.Principal?.FindFirstValue("sub"), context.HttpContext.RequestAborted);
        if (account is null || account.Generation.ToString(CultureInfo.InvariantCulture) != context.Principal!.FindFirstValue(GenerationClaim))
            context.RejectPrincipal();
        else
            context.HttpContext.Items[typeof(Account)] = account;
    }
}
