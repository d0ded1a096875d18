using System.Text;
using EServices.Identity.Passwords;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.WebUtilities;

namespace EServices.Identity.Front;

/// <summary>The pages people meet on the way to a token: plain HTML that needs no script and nothing from elsewhere, read from right to left where the language is.</summary>
internal sealed class Pages(PageLanguages languages, IAntiforgery antiforgery)
{
    public const string ReturnParameter = "return";

    public const string Style =
        """
        :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, "Noto Sans", "Noto Sans Devanagari", "Noto Nastaliq Urdu", sans-serif; }
        body { max-inline-size: 30rem; margin: 0 auto; padding: 1.5rem; }
        :lang(ur) { line-height: 2.2; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-block-start: 2rem; }
        label { display: block; margin-block: .75rem .25rem; font-weight: 600; }
        input { inline-size: 100%; box-sizing: border-box; padding: .6rem; font: inherit; border: 1px solid #767676; border-radius: .25rem; }
        button { margin-block-start: 1rem; padding: .65rem 1.4rem; font: inherit; font-weight: 600; color: #fff; background: #0b4f8a; border: 0; border-radius: .25rem; cursor: pointer; }
        :focus-visible { outline: 3px solid #d97b00; outline-offset: 2px; }
        [role=alert] { padding: .75rem 1rem; border-inline-start: .3rem solid #b00020; background: #b0002014; }
        .ltr { direction: ltr; text-align: start; }
        """;

    public IResult SignIn(HttpContext http, string returnTo, Func<Words, string>? error = null, string? email = null, int status = StatusCodes.Status200OK)
    {
        var words = languages.For(http, returnTo);
        var hint = QueryHelpers.ParseQuery(QueryOf(returnTo)).GetValueOrDefault("login_hint").ToString();
        var hintIsMail = hint.Contains('@', StringComparison.Ordinal);
        return Page(http, words, words["title"], returnTo, status, Markup.Of($"""
            {Alert(words, error)}
            <section aria-labelledby="citizens">
              <h2 id="citizens">{words["citizens"]}</h2>
              <p id="citizens-hint">{words["citizensHint"]}</p>
              {Form(http, "/connect/sign-in/mobile", returnTo, Markup.Of($"""
                <label for="mobile">{words["mobile"]}</label>
                <input class="ltr" id="mobile" name="mobile" type="tel" inputmode="tel" autocomplete="tel" required maxlength="20" aria-describedby="citizens-hint" value="{(hintIsMail ? "" : hint)}">
                <button>{words["sendCode"]}</button>
                """))}
            </section>
            <section aria-labelledby="staff">
              <h2 id="staff">{words["staff"]}</h2>
              {Form(http, "/connect/sign-in/staff", returnTo, Markup.Of($"""
                <label for="email">{words["email"]}</label>
                <input class="ltr" id="email" name="email" type="email" autocomplete="username" required maxlength="320" value="{email ?? (hintIsMail ? hint : "")}">
                <label for="password">{words["password"]}</label>
                <input class="ltr" id="password" name="password" type="password" autocomplete="current-password" required>
                <button>{words["signIn"]}</button>
                """))}
            </section>
            """));
    }

    /// <param name="ticket">Whose code it is, sealed.</param>
    public IResult Code(HttpContext http, string returnTo, string ticket, string maskedMobile, Func<Words, string>? error = null, int status = StatusCodes.Status200OK)
    {
        var words = languages.For(http, returnTo);
        return Page(http, words, words["codeTitle"], returnTo, status, Markup.Of($"""
            {Alert(words, error)}
            <p id="hint">{words.Fill("codeHint", $"\u2068{maskedMobile}\u2069")}</p>
            {Form(http, "/connect/sign-in/code", returnTo, Markup.Of($"""
              <input type="hidden" name="ticket" value="{ticket}">
              <label for="code">{words["code"]}</label>
              <input class="ltr" id="code" name="code" inputmode="numeric" pattern="[0-9]*" autocomplete="one-time-code" required maxlength="6" aria-describedby="hint" autofocus>
              <button>{words["signIn"]}</button>
              """))}
            <p><a href="/connect/sign-in?{ReturnParameter}={Uri.EscapeDataString(returnTo)}">{words["otherNumber"]}</a></p>
            """));
    }

    /// <param name="ticket">Whose password it is, sealed.</param>
    public IResult ChangePassword(HttpContext http, string returnTo, string ticket, Func<Words, string>? error = null, int status = StatusCodes.Status200OK)
    {
        var words = languages.For(http, returnTo);
        return Page(http, words, words["changeTitle"], returnTo, status, Markup.Of($"""
            {Alert(words, error)}
            <p id="hint">{words.Fill("changeHint", PasswordRules.Shortest)}</p>
            {Form(http, "/connect/sign-in/password", returnTo, Markup.Of($"""
              <input type="hidden" name="ticket" value="{ticket}">
              <label for="new">{words["newPassword"]}</label>
              <input class="ltr" id="new" name="newPassword" type="password" autocomplete="new-password" required aria-describedby="hint" autofocus>
              <label for="repeat">{words["repeatPassword"]}</label>
              <input class="ltr" id="repeat" name="repeatPassword" type="password" autocomplete="new-password" required>
              <button>{words["save"]}</button>
              """))}
            """));
    }

    /// <summary>Asks before signing out; the answer repeats the request.</summary>
    public IResult ConfirmSignOut(HttpContext http)
    {
        var words = languages.For(http, $"{http.Request.Path}{http.Request.QueryString}");
        var given = http.Request.HasFormContentType ? http.Request.Form.AsEnumerable() : http.Request.Query;
        var repeated = string.Concat(given.Where(field => !field.Key.StartsWith("__", StringComparison.Ordinal)).Select(field =>
            Markup.Of($"""<input type="hidden" name="{field.Key}" value="{field.Value.ToString()}">""").Html));
        return Page(http, words, words["signOutTitle"], "", StatusCodes.Status200OK, Markup.Of($"""
            <p>{words["signOutAsk"]}</p>
            {Form(http, "/connect/logout", "", Markup.Of($"""{new Markup(repeated)}<button>{words["signOut"]}</button>"""))}
            """));
    }

    public IResult SignedOut(HttpContext http)
    {
        var words = languages.For(http, "");
        return Page(http, words, words["signOutTitle"], "", StatusCodes.Status200OK, Markup.Of($"<p>{words["signedOut"]}</p>"));
    }

    /// <summary>For requests that can't be sent back to an app, because it isn't known which.</summary>
    public IResult Error(HttpContext http, string error, string? description)
    {
        var words = languages.For(http, "");
        return Page(http, words, words["errorTitle"], "", StatusCodes.Status400BadRequest, Markup.Of($"""
            <p>{words["errorHint"]}</p>
            <p class="ltr" lang="en"><code>{error}</code> {description}</p>
            """));
    }

    private static Markup Alert(Words words, Func<Words, string>? error) => error is null
        ? Markup.Nothing
        : Markup.Of($"""<p role="alert" id="error"><strong>{words["error"]}</strong> {error(words)}</p>""");

    private Markup Form(HttpContext http, string action, string returnTo, Markup fields)
    {
        var tokens = antiforgery.GetAndStoreTokens(http);
        var back = returnTo.Length == 0 ? Markup.Nothing : Markup.Of($"""<input type="hidden" name="{ReturnParameter}" value="{returnTo}">""");
        return Markup.Of($"""
            <form method="post" action="{action}">
              <input type="hidden" name="{tokens.FormFieldName}" value="{tokens.RequestToken}">{back}
              {fields}
            </form>
            """);
    }

    private static IResult Page(HttpContext http, Words words, string title, string returnTo, int status, Markup body)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'self'; form-action 'self'{TargetOf(http, returnTo)}; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        headers.ContentLanguage = words.Tag;
        headers.Vary = "Accept-Language";
        return Results.Content(Markup.Of($"""
            <!doctype html>
            <html lang="{words.Tag}" dir="{words.Direction}">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>{title}</title>
              <link rel="stylesheet" href="/connect/style.css">
            </head>
            <body>
            <main>
              <h1>{title}</h1>
              {body}
            </main>
            </body>
            </html>

            """).Html, "text/html", Encoding.UTF8, status);
    }

    /// <summary>
    /// Browsers hold the redirects that follow a form to <c>form-action</c> too, so the app that waits for the code has to be in it.
    /// Whether it may have a code at all is checked at the authorization endpoint, not here.
    /// </summary>
    private static string TargetOf(HttpContext http, string returnTo)
    {
        var query = returnTo.Length > 0 ? QueryOf(returnTo) : http.Request.QueryString.Value ?? "";
        var fields = QueryHelpers.ParseQuery(query);
        var target = fields.GetValueOrDefault("redirect_uri", fields.GetValueOrDefault("post_logout_redirect_uri")).ToString();
        return Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.IdnHost.All(IsHostCharacter)
            ? $" {uri.Scheme}://{uri.IdnHost}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}"
            : "";
    }

    private static bool IsHostCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '[' or ']' or ':';

    private static string QueryOf(string address)
    {
        var start = address.IndexOf('?', StringComparison.Ordinal);
        return start < 0 ? "" : address[start..];
    }
}
