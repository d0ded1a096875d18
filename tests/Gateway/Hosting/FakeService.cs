using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EServices.Gateway.Tests.Hosting;

/// <summary>Stands for a service: a real web server on a free loopback port that keeps what it was asked, and answers as the test says.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly string name;
    private WebApplication? app;
    private Uri? address;
    private Socket? kept;

    public FakeService(string name)
    {
        this.name = name;
        Answer = context => context.Response.WriteAsJsonAsync(new { service = name, path = context.Request.Path.Value, method = context.Request.Method });
    }

    public Uri Address => address ?? throw new InvalidOperationException($"{name} was never started.");

    public RequestDelegate Answer { get; set; }

    /// <summary>False answers <c>/health/ready</c> with 503 and a broker that is away.</summary>
    public bool Ready { get; set; } = true;

    public string Document { get; set; } = """{"openapi":"3.1.1","info":{"title":"x","version":"v1"},"paths":{}}""";

    public long ClockOffset { get; set; }

    /// <summary>Makes <c>POST /sandbox/clock</c> fail.</summary>
    public bool ClockStuck { get; set; }

    /// <summary>What citizens asked of it; not the gateway's own questions.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = new();

    public Asked Last => Requests.Last();

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address?.ToString() ?? "http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        app = builder.Build();
        app.MapGet("/health/ready", () => Ready
            ? Results.Json(new { status = "healthy", checks = new { } })
            : Results.Json(new { status = "unhealthy", checks = new { rabbitmq = new { status = "unhealthy", detail = "No connection to RabbitMQ." }, store = new { status = "healthy", detail = (string?)null } } }, statusCode: 503));
        app.MapGet("/openapi/v1.json", () => Results.Text(Document, "application/json"));
        app.MapGet("/sandbox/clock", () => Results.Json(new { offsetSeconds = ClockOffset }));
        app.MapPost("/sandbox/clock", (Offset wanted) =>
        {
            if (ClockStuck)
                return Results.StatusCode(500);
            ClockOffset = Math.Max(ClockOffset, wanted.OffsetSeconds);
            return Results.Json(new { offsetSeconds = ClockOffset });
        });
        app.MapFallback("{**path}", async context =>
        {
            Requests.Enqueue(new Asked(
                context.Request.Method, context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            await Answer(context);
        });
        kept?.Dispose();
        await app.StartAsync();
        address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task StopAsync()
    {
        if (app is null)
            return;
        await app.DisposeAsync();
        app = null;
        // Bound but not listening: connections are refused, and no other test's service is given the port meanwhile.
        kept = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        kept.Bind(new IPEndPoint(IPAddress.Loopback, Address.Port));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        kept?.Dispose();
    }

    internal sealed record Asked(string Method, string Path, IReadOnlyDictionary<string, string> Headers);

    private sealed record Offset(long OffsetSeconds);
}
