using System.Diagnostics;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.Hosting;

internal static class HealthTags
{
    public const string Ready = "ready";
}

/// <summary>Three different questions: is the process alive, has it started, can it take work now.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        Map(app, "/health/live", _ => false);
        // Whoever is answered at all finds it started: nothing listens before the store is prepared and what has to be seeded is.
        Map(app, "/health/started", _ => false);
        Map(app, "/health/ready", check => check.Tags.Contains(HealthTags.Ready));
    }

    private static void Map(WebApplication app, string path, Func<HealthCheckRegistration, bool> which) =>
        app.MapHealthChecks(path, new HealthCheckOptions { Predicate = which, ResponseWriter = WriteAsync, AllowCachingResponses = false })
            .AllowAnonymous().ExcludeFromDescription();

    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString().ToLowerInvariant(),
            checks = report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new { status = entry.Value.Status.ToString().ToLowerInvariant(), detail = entry.Value.Description ?? entry.Value.Exception?.Message }),
        });
}

/// <summary>Prepares every declared collection before the service listens or consumes; waits for a store that is still starting, but not for ever.</summary>
internal sealed partial class StorePreparation(
    IKeeper keeper, IEnumerable<DocumentMap> maps, TimeProvider time, DocumentStore<SandboxClockDocument> clocks, ILogger<StorePreparation> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        if (time is SandboxClock clock && await clocks.FindAsync(SandboxClockDocument.Key, cancellationToken) is { } kept)
            clock.SetOffset(TimeSpan.FromSeconds(kept.OffsetSeconds));
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                foreach (var map in maps)
                    await keeper.PrepareAsync(map, cancellationToken);
                return;
            }
            catch (StoreBusyException busy) when (waited.Elapsed < Deadline)
            {
                Waiting(busy.Message, waited.Elapsed.TotalSeconds);
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventName = "WaitingForStore", Level = LogLevel.Warning, Message = "Waiting for the store ({Reason}), {Seconds:F0} s so far")]
    private partial void Waiting(string reason, double seconds);
}

internal sealed class StoreHealth(IKeeper keeper) : IHealthCheck
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await keeper.PingAsync(cancellationToken).WaitAsync(Deadline, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"The store does not answer: {failure.Message}");
        }
    }
}

/// <summary>A service whose events pile up is not ready, however well it answers: others don't hear of what it does.</summary>
internal sealed class OutboxHealth(IKeeper keeper, IEnumerable<DocumentMap> maps, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan OldestAllowed = TimeSpan.FromMinutes(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        DateTimeOffset? oldest = null;
        foreach (var map in maps)
        {
            var candidate = await keeper.OldestUnsentAsync(map.Collection, cancellationToken);
            oldest = candidate < oldest || oldest is null ? candidate : oldest;
        }
        var age = oldest is null ? TimeSpan.Zero : time.GetUtcNow() - oldest.Value;
        return age <= OldestAllowed
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The oldest unsent event has waited {age.TotalSeconds:F0} s (limit {OldestAllowed.TotalSeconds:F0} s).");
    }
}

internal sealed class BrokerHealth(IEventSender sender) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(sender.WhyNotReady is { } reason ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Healthy());
}
