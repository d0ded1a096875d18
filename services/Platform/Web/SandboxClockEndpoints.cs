using EServices.Platform.Storage;
using EServices.Platform.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Platform.Web;

/// <summary>In a sandbox only: <c>POST /sandbox/clock {"offsetSeconds": n}</c>, how the gateway tells each service what time it is. Kept over restarts.</summary>
internal static class SandboxClockEndpoints
{
    public static void MapSandboxClock(this WebApplication app)
    {
        if (app.Services.GetRequiredService<TimeProvider>() is SandboxClock)
            app.MapPost("/sandbox/clock", SetAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> SetAsync(
        SandboxOffset wanted, TimeProvider time, DocumentStore<SandboxClockDocument> store, CancellationToken cancellationToken)
    {
        var clock = (SandboxClock)time;
        var kept = await store.FindAsync(SandboxClockDocument.Key, cancellationToken) ?? new SandboxClockDocument();
        kept.OffsetSeconds = Math.Max(kept.OffsetSeconds, wanted.OffsetSeconds);
        await store.SaveAsync(kept, cancellationToken);
        clock.SetOffset(TimeSpan.FromSeconds(kept.OffsetSeconds));
        return TypedResults.Ok(new { now = clock.GetUtcNow(), kept.OffsetSeconds });
    }
}

internal sealed record SandboxOffset(long OffsetSeconds);
