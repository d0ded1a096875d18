using System.Text.Json;
using EServices.Gateway.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EServices.Gateway.Health;

/// <summary>Whether a service is ready, by its own word. Asked with a short deadline, and not more than once a second however many probe.</summary>
internal sealed class DestinationHealth(string service, Destinations destinations, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<HealthCheckResult>? asked;
    private long askedAt;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (asked is null || (asked.IsCompleted && time.GetElapsedTime(askedAt) >= Kept))
                (asked, askedAt) = (AskAsync(), time.GetTimestamp());
            return asked.WaitAsync(cancellationToken);
        }
    }

    /// <summary>One ready instance is enough to serve.</summary>
    private async Task<HealthCheckResult> AskAsync()
    {
        var answers = await Task.WhenAll(destinations.Of(service).Select(AskAsync));
        return answers.Any(answer => answer is null)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(string.Join(" ", answers));
    }

    /// <summary>Null when it is ready, else what it says is wrong.</summary>
    private async Task<string?> AskAsync(Uri instance)
    {
        try
        {
            using var answer = await destinations.AskAsync(instance, HttpMethod.Get, "/health/ready", Deadline, CancellationToken.None);
            return answer.IsSuccessStatusCode ? null : Reasons(await answer.Content.ReadAsStringAsync()) ?? $"It answers {(int)answer.StatusCode}.";
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutException or IOException or OperationCanceledException)
        {
            return $"It can't be asked: {failure.Message}";
        }
    }

    private static string? Reasons(string body)
    {
        try
        {
            using var report = JsonDocument.Parse(body);
            var reasons = report.RootElement.GetProperty("checks").EnumerateObject()
                .Where(check => check.Value.GetProperty("status").GetString() != "healthy")
                .Select(check => $"{check.Name}: {(check.Value.TryGetProperty("detail", out var detail) ? detail.GetString() : null) ?? "not healthy"}")
                .ToList();
            return reasons.Count == 0 ? null : string.Join(" ", reasons);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}

internal static class DestinationHosting
{
    /// <summary>The gateway is ready when every service behind it is; the answer of <c>/health/ready</c> lists those that are not.</summary>
    public static void AddDestinations(this WebApplicationBuilder app)
    {
        app.Services.AddSingleton(new Destinations(app.Configuration));
        var health = app.Services.AddHealthChecks();
        foreach (var service in RouteTable.Services)
        {
            app.Services.AddKeyedSingleton(service, (services, _) =>
                new DestinationHealth(service, services.GetRequiredService<Destinations>(), services.GetRequiredService<TimeProvider>()));
            health.Add(new HealthCheckRegistration(service, services => services.GetRequiredKeyedService<DestinationHealth>(service), HealthStatus.Unhealthy, ["ready"]));
        }
    }
}
