using System.Globalization;
using System.Xml;
using EServices.Platform;
using EServices.Platform.Hosting;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Gateway.Sandbox;

/// <summary>In a sandbox only: <c>POST /sandbox/clock/advance</c> puts the clocks of all services forward together.</summary>
internal static class SandboxTimeEndpoints
{
    private static readonly TimeSpan Most = TimeSpan.FromDays(3_660);

    public static void AddSandboxTime(this WebApplicationBuilder app)
    {
        if (!app.IsSandbox())
            return;
        app.Services.AddSingleton(services => new SandboxTime(services.GetRequiredService<Routing.Destinations>(), (SandboxClock)services.GetRequiredService<TimeProvider>()));
        app.Services.AddSingleton<LearnSandboxTime>();
        app.Services.AddHostedService(services => services.GetRequiredService<LearnSandboxTime>());
        app.Services.AddHealthChecks().AddCheck<LearnSandboxTime>("sandbox-time", tags: ["ready"]);
    }

    public static void MapSandboxTime(this WebApplication app)
    {
        if (app.Services.GetService<SandboxTime>() is null)
            return;
        app.MapPost("/sandbox/clock/advance", AdvanceAsync).AllowAnonymous()
            .WithName("AdvanceSandboxClock").WithTags("Sandbox").WithSummary("Put the clocks of all services forward")
            .WithDescription("Either `by`, an ISO 8601 duration of weeks, days, hours, minutes and seconds, or `days`. Clocks never run back. If a service does not follow, the answer is 503 and names it; the same call again finishes the step and adds nothing.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<Ok<SandboxNow>, ProblemHttpResult>> AdvanceAsync(
        ClockStep step, SandboxTime sandbox, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (!step.TryRead(out var by, out var error))
            return Problems.Of(Refusal.Invalid("invalid-request", error.Detail, error));
        var silent = await sandbox.AdvanceAsync(by, cancellationToken);
        if (silent.Count == 0)
            return TypedResults.Ok(new SandboxNow(time.GetUtcNow()));
        http.Response.Headers.RetryAfter = "2";
        return Problems.Of(StatusCodes.Status503ServiceUnavailable, "clock-not-advanced",
            $"These services did not follow: {string.Join(", ", silent)}. Repeat the call once they answer.");
    }

    /// <param name="By">ISO 8601 duration: <c>P15D</c>, <c>PT36H</c>.</param>
    /// <param name="Days">Instead of <paramref name="By"/>: whole days.</param>
    internal sealed record ClockStep(string? By = null, int? Days = null)
    {
        public bool TryRead(out TimeSpan step, out FieldError error)
        {
            step = TimeSpan.Zero;
            error = new FieldError("", "required", "Either 'by', an ISO 8601 duration such as P15D or PT36H, or 'days'.");
            if ((By is null) == (Days is null))
                return false;
            var pointer = By is null ? "/days" : "/by";
            error = new FieldError(pointer, "duration", "A duration without years and months, whose length would depend on the date: P15D, PT36H, P1DT12H.");
            if (By is not null && !TryParse(By, out step))
                return false;
            if (Days is { } days)
                step = TimeSpan.FromDays(days);
            error = new FieldError(pointer, "range", string.Create(CultureInfo.InvariantCulture, $"At least a second and at most {Most.TotalDays:0} days; clocks never run back."));
            return step >= TimeSpan.FromSeconds(1) && step <= Most;
        }

        private static bool TryParse(string text, out TimeSpan step)
        {
            step = TimeSpan.Zero;
            var date = text.Split('T')[0];
            if (text.Length > 40 || date.Contains('Y') || date.Contains('M'))
                return false;
            try
            {
                // XML's durations are ISO's without weeks.
                step = text.EndsWith('W') && int.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var weeks)
                    ? TimeSpan.FromDays(7L * weeks)
                    : XmlConvert.ToTimeSpan(text);
                return true;
            }
            catch (Exception malformed) when (malformed is FormatException or OverflowException or ArgumentOutOfRangeException)
            {
                return false;
            }
        }
    }

    /// <param name="Now">The sandbox's time after the step, UTC.</param>
    internal sealed record SandboxNow(DateTimeOffset Now);
}
