using System.Text.Json;
using EServices.Gateway.Routing;
using EServices.Platform.Time;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EServices.Gateway.Sandbox;

/// <summary>
/// The sandbox's one time. Each service keeps how far its clock was put forward; the gateway keeps nothing, and learns it from them when it starts.
/// </summary>
internal sealed class SandboxTime(Destinations destinations, SandboxClock clock) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim one = new(1, 1);
    private (TimeSpan By, long Target)? unfinished;

    /// <summary>True once the gateway's clock is known to be that of the services.</summary>
    public bool Learned { get; private set; }

    /// <summary>
    /// Puts every clock forward. Nothing moves unless every service answers first. If one fails in between, the others are ahead; the same call again
    /// brings the rest to the same time and adds nothing.
    /// </summary>
    /// <returns>The services that did not follow; empty when all did.</returns>
    public async Task<IReadOnlyList<Silent>> AdvanceAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            var (furthest, silent) = await LookAsync(cancellationToken);
            if (silent.Count > 0)
                return silent;
            var target = unfinished is { } begun && begun.By == by ? begun.Target : furthest + (long)by.TotalSeconds;
            unfinished = (by, target);
            var behind = await TellAsync(target, cancellationToken);
            if (behind.Count > 0)
                return behind;
            unfinished = null;
            clock.SetOffset(TimeSpan.FromSeconds(target));
            return [];
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Sets the gateway's clock to the furthest of the services'. False while one of them has not answered.</summary>
    public async Task<bool> LearnAsync(CancellationToken cancellationToken)
    {
        var (furthest, silent) = await LookAsync(cancellationToken);
        clock.SetOffset(TimeSpan.FromSeconds(furthest));
        return Learned = silent.Count == 0;
    }

    public void Dispose() => one.Dispose();

    private async Task<(long Furthest, List<Silent> Silent)> LookAsync(CancellationToken cancellationToken)
    {
        var answers = await AskAllAsync(HttpMethod.Get, null, cancellationToken);
        return (answers.Max(answer => answer.Offset ?? 0), Failed(answers));
    }

    private async Task<List<Silent>> TellAsync(long target, CancellationToken cancellationToken) =>
        Failed(await AskAllAsync(HttpMethod.Post, target, cancellationToken));

    private Task<Answer[]> AskAllAsync(HttpMethod method, long? target, CancellationToken cancellationToken) =>
        Task.WhenAll(RouteTable.Services.SelectMany(service => destinations.Of(service).Select(instance => AskAsync(service, instance, method, target, cancellationToken))));

    private async Task<Answer> AskAsync(string service, Uri instance, HttpMethod method, long? target, CancellationToken cancellationToken)
    {
        try
        {
            using var content = target is null ? null : JsonContent.Create(new { offsetSeconds = target });
            using var answer = await destinations.AskAsync(instance, method, "/sandbox/clock", Deadline, cancellationToken, content);
            if (!answer.IsSuccessStatusCode)
                return new Answer(service, null, $"it answers {(int)answer.StatusCode}");
            var offset = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("offsetSeconds").GetInt64();
            return offset < target ? new Answer(service, null, "its clock did not move") : new Answer(service, offset, "");
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutException or JsonException or KeyNotFoundException or IOException)
        {
            return new Answer(service, null, failure.Message);
        }
    }

    private static List<Silent> Failed(IEnumerable<Answer> answers) =>
        [.. answers.Where(answer => answer.Offset is null).Select(answer => new Silent(answer.Service, answer.Why))];

    private sealed record Answer(string Service, long? Offset, string Why);

    public sealed record Silent(string Service, string Why)
    {
        public override string ToString() => $"{Service} ({Why})";
    }
}

/// <summary>A gateway that starts again among services whose clocks run ahead would refuse their tokens: it asks until all have told.</summary>
internal sealed partial class LearnSandboxTime(SandboxTime sandbox, ILogger<LearnSandboxTime> logger) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(sandbox.Learned ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Not every service has told yet what time the sandbox has."));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Again);
        do
        {
            try
            {
                if (await sandbox.LearnAsync(stoppingToken))
                    return;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LearningFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventName = "SandboxTimeUnknown", Level = LogLevel.Warning, Message = "The sandbox's time could not be learned; asking again")]
    private partial void LearningFailed(Exception failure);
}
