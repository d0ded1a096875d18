using EServices.Platform.Storage;
using EServices.Platform.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Platform.Web;

/// <summary>
/// In a sandbox only: <c>POST /sandbox/clock {"offsetSeconds": n}</c>, how the gateway tells each service what time it is, and <c>GET</c>, how it
/// learns that again after a restart of its own. Kept over restarts.
/// </summary>
internal static class SandboxClockEndpoints
{
    public static void MapSandboxClock(this WebApplication app)
    {
        if (app.Services.GetRequiredService<TimeProvider>() is not SandboxClock)
            return;
        app.MapPost("/sandbox/clock", SetAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/sandbox/clock", Read).AllowAnonymous().ExcludeFromDescription();
    }

    private static IResult Read(TimeProvider time) => Told((SandboxClock)time);

    private static async Task<IResult> SetAsync(
        SandboxOffset wanted, TimeProvider time, DocumentStore<SandboxClockDocument> store, CancellationToken cancellationToken)
    {
        var clock = (SandboxClock)time;
        var kept = await store.FindAsync(SandboxClockDocument.Key, cancellationToken) ?? new SandboxClockDocument();
        kept.OffsetSeconds = Math.Max(kept.OffsetSeconds, wanted.OffsetSeconds);
        await store.SaveAsync(kept, cancellationToken);
        clock.SetOffset(TimeSpan.FromSeconds(kept.OffsetSeconds));
        return Told(clock);
    }

    private static IResult Told(SandboxClock clock) => TypedResults.Ok(new { now = clock.GetUtcNow(), offsetSeconds = (long)clock.Offset.TotalSeconds });
}

internal sealed record SandboxOffset(long OffsetSeconds);
