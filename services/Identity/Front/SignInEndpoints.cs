using EServices.Identity.Accounts;
using EServices.Identity.Guard;
using EServices.Identity.OneTimeCodes;
using EServices.Identity.Passwords;
using EServices.Identity.Staff;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Antiforgery;

namespace EServices.Identity.Front;

/// <summary>The forms behind the pages. Each ends in a session and goes back to the authorization endpoint it came from.</summary>
internal static class SignInEndpoints
{
    private const long FormLimit = 16 * 1024;

    public static void MapSignIn(this WebApplication app)
    {
        var connect = app.MapGroup("/connect").AllowAnonymous().ExcludeFromDescription();
        connect.MapGet("/sign-in", (HttpContext http, Pages pages) =>
            ReturnOf(http.Request.Query[Pages.ReturnParameter]) is { } returnTo ? pages.SignIn(http, returnTo) : Lost(http, pages));
        connect.MapGet("/signed-out", (HttpContext http, Pages pages) => pages.SignedOut(http));
        connect.MapGet("/style.css", (HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public, max-age=3600";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            return Results.Text(Pages.Style, "text/css");
        });

        var forms = connect.MapGroup("/sign-in").WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(FormLimit)).AddEndpointFilter(OnlyOwnFormsAsync);
        forms.MapPost("/mobile", SendCodeAsync);
        forms.MapPost("/code", TryCodeAsync);
        forms.MapPost("/staff", KnockAsync);
        forms.MapPost("/password", ChangePasswordAsync);
    }

    /// <summary>Only forms that this service gave to this browser (antiforgery), and that lead back to the authorization endpoint and nowhere else.</summary>
    private static async ValueTask<object?> OnlyOwnFormsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var pages = http.RequestServices.GetRequiredService<Pages>();
        if (!http.Request.HasFormContentType)
            return Lost(http, pages);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (ReturnOf(form[Pages.ReturnParameter]) is not { } returnTo)
            return Lost(http, pages);
        return await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http)
            ? await next(context)
            : pages.SignIn(http, returnTo, words => words["formEnded"], status: StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> SendCodeAsync(HttpContext http, Pages pages, PageLanguages languages, CitizenDoor door, Tickets tickets, CancellationToken cancellationToken)
    {
        var returnTo = Field(http, Pages.ReturnParameter);
        if (!Mobile.TryNormalise(Field(http, "mobile"), out var mobile))
            return pages.SignIn(http, returnTo, words => words["mobileWrong"], status: StatusCodes.Status400BadRequest);
        var sent = await door.SendAsync(mobile, languages.For(http, returnTo).Tag, Throttle.AddressOf(http), cancellationToken);
        return sent.Wait > TimeSpan.Zero
            ? pages.SignIn(http, returnTo, TooMany(http, sent.Wait), status: StatusCodes.Status429TooManyRequests)
            : pages.Code(http, returnTo, tickets.Seal(Tickets.Code, mobile, 0), Mobile.Masked(mobile));
    }

    private static async Task<IResult> TryCodeAsync(
        HttpContext http, Pages pages, PageLanguages languages, CitizenDoor door, Tickets tickets, TimeProvider time, CancellationToken cancellationToken)
    {
        var returnTo = Field(http, Pages.ReturnParameter);
        if (tickets.Open(Tickets.Code, Field(http, "ticket")) is not { Subject: var mobile })
            return pages.SignIn(http, returnTo, words => words["ended"], status: StatusCodes.Status400BadRequest);
        var digits = Field(http, "code").Trim();
        var tried = await door.TryAsync(mobile, digits[..Math.Min(digits.Length, 10)], languages.For(http, returnTo).Tag, Throttle.AddressOf(http), cancellationToken);
        if (tried.Citizen is { } citizen)
        {
            await Session.StartAsync(http, Account.Of(citizen), time.GetUtcNow());
            return Results.LocalRedirect(returnTo);
        }
        var ticket = tickets.Seal(Tickets.Code, mobile, 0);
        return tried.Wait > TimeSpan.Zero
            ? pages.Code(http, returnTo, ticket, Mobile.Masked(mobile), TooMany(http, tried.Wait), StatusCodes.Status429TooManyRequests)
            : pages.Code(http, returnTo, ticket, Mobile.Masked(mobile), words => words[tried.Outcome == CodeOutcome.Wrong ? "codeWrong" : "codeNone"], StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> KnockAsync(HttpContext http, Pages pages, StaffDoor door, Tickets tickets, TimeProvider time, CancellationToken cancellationToken)
    {
        var (returnTo, email) = (Field(http, Pages.ReturnParameter), Field(http, "email"));
        var answer = await door.KnockAsync(email, Field(http, "password"), Throttle.AddressOf(http), cancellationToken);
        switch (answer.Knock)
        {
            case Knock.Accepted:
                await Session.StartAsync(http, Account.Of(answer.Member!), time.GetUtcNow());
                return Results.LocalRedirect(returnTo);
            case Knock.MustChange:
                return pages.ChangePassword(http, returnTo, tickets.Seal(Tickets.Password, answer.Member!.Id, answer.Member.Generation));
            case Knock.Later:
                return pages.SignIn(http, returnTo, TooMany(http, answer.Wait), email, StatusCodes.Status429TooManyRequests);
            default:
                return pages.SignIn(http, returnTo, words => words["passwordWrong"], email, StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext http, Pages pages, StaffDoor door, DocumentStore<StaffMember> staff, Tickets tickets, TimeProvider time, CancellationToken cancellationToken)
    {
        var returnTo = Field(http, Pages.ReturnParameter);
        var sealedTicket = Field(http, "ticket");
        if (tickets.Open(Tickets.Password, sealedTicket) is not { } ticket
            || await staff.FindAsync(ticket.Subject, cancellationToken) is not { } member || member.Generation != ticket.Generation)
            return Ended();

        var wanted = Field(http, "newPassword");
        if (wanted != Field(http, "repeatPassword"))
            return pages.ChangePassword(http, returnTo, sealedTicket, words => words["differ"], StatusCodes.Status400BadRequest);
        var errors = await door.CheckAsync(member, wanted, "/newPassword", cancellationToken);
        if (errors.Count > 0)
        {
            var limit = errors[0].Code == "too-long" ? PasswordRules.Longest : PasswordRules.Shortest;
            return pages.ChangePassword(http, returnTo, sealedTicket, words => words.Fill(errors[0].Code, limit), StatusCodes.Status400BadRequest);
        }
        if (!await door.SetPasswordAsync(member, wanted, cancellationToken))
            return Ended();
        await Session.StartAsync(http, Account.Of(await staff.GetAsync(member.Id, cancellationToken)), time.GetUtcNow());
        return Results.LocalRedirect(returnTo);

        IResult Ended() => pages.SignIn(http, returnTo, words => words["ended"], status: StatusCodes.Status400BadRequest);
    }

    private static Func<Words, string> TooMany(HttpContext http, TimeSpan wait)
    {
        var seconds = TooManyExtensions.Seconds(wait);
        http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return words => words.Fill("tooMany", seconds);
    }

    private static string Field(HttpContext http, string name) => http.Request.Form[name].ToString();

    private static string? ReturnOf(string? address) =>
        address is not null && address.StartsWith("/connect/authorize?", StringComparison.Ordinal) ? address : null;

    private static IResult Lost(HttpContext http, Pages pages) => pages.Error(http, "invalid_request", "This page is only met on the way from an app to its sign-in.");
}
