using System.Collections.Concurrent;
using System.Text;
using EServices.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EServices.Journeys.Tests;

/// <summary>
/// Receives spans over OTLP/HTTP. It does not decode them: an export comes from one service, names it in its resource, and holds trace ids as their 16 bytes,
/// so looking for both tells which services took part in a trace.
/// </summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<byte[]> exports = new();
    private WebApplication? app;

    public Uri Address => new(app!.Urls.First());

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            exports.Enqueue(body.ToArray());
        });
        app.MapPost("/v1/{signal}", () => { });
        await app.StartAsync();
    }

    /// <summary>Those of <paramref name="services"/> that have sent a span of the trace.</summary>
    public IReadOnlyList<string> Seen(string traceId, IReadOnlyList<string> services)
    {
        var trace = Convert.FromHexString(traceId);
        var parts = exports.Where(export => export.AsSpan().IndexOf(trace) >= 0).ToList();
        return [.. services.Where(service => parts.Any(part => part.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"service.name\u0012{(char)(service.Length + 2)}\n{(char)service.Length}{service}")) >= 0))];
    }

    public Task SeesAsync(string traceId, params string[] services) =>
        Eventually.HoldsAsync(
            () => Seen(traceId, services).Count == services.Length,
            () => $"trace {traceId} has spans of {string.Join(", ", Seen(traceId, services))}, not of all of {string.Join(", ", services)}",
            TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
    }
}
