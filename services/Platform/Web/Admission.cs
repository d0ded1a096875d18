using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace EServices.Platform.Web;

/// <summary>
/// Takes up a number of requests at once, lets a bounded number wait for a bounded time, the longest waiting first, and tells the rest to come again: a process that
/// can't keep up answers 503 with Retry-After instead of growing until it answers nobody.
/// </summary>
public sealed class Admission(int atOnce, int waiting, TimeSpan patience) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    /// <summary>Goes on with the request in its turn, or refuses it with what <paramref name="refusal"/> says.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next, string refusal)
    {
        using var lease = await EnterAsync(context.RequestAborted);
        if (lease is { IsAcquired: true })
        {
            await next(context);
            return;
        }
        context.Response.Headers.RetryAfter = ((int)RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await Problems.Of(StatusCodes.Status503ServiceUnavailable, "busy", refusal).ExecuteAsync(context);
    }

    public void Dispose() => limiter.Dispose();

    /// <summary>Null when the wait became too long.</summary>
    private async ValueTask<RateLimitLease?> EnterAsync(CancellationToken cancellationToken)
    {
        // Nearly always there is room, and no timer is needed.
        if (limiter.AttemptAcquire() is { IsAcquired: true } atOnce)
            return atOnce;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(patience);
        try
        {
            return await limiter.AcquireAsync(1, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}

internal static class AdmissionHosting
{
    /// <summary>
    /// <c>Limits:Concurrent</c> requests at once, <c>Limits:Waiting</c> behind them for <c>Limits:WaitSeconds</c> (5). Probes are always let in: a busy process is alive.
    /// </summary>
    public static void UseAdmission(this WebApplication app, int atOnce, int waiting)
    {
        var admission = new Admission(
            app.Configuration.GetValue("Limits:Concurrent", atOnce), app.Configuration.GetValue("Limits:Waiting", waiting), TimeSpan.FromSeconds(app.Configuration.GetValue("Limits:WaitSeconds", 5.0)));
        app.Lifetime.ApplicationStopped.Register(admission.Dispose);
        app.Use((context, next) => context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
            ? next(context)
            : admission.RunAsync(context, next, "The service takes no more work at this moment; nothing was changed. 'Retry-After' says when to come again."));
    }
}
