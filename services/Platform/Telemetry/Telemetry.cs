using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EServices.Platform.Telemetry;

/// <summary>Traces, metrics and logs over OTLP, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the names of resource and instance come from the environment too.</summary>
internal static class TelemetryHosting
{
    public static void AddTelemetry(this WebApplicationBuilder app, string name)
    {
        Quieten(app);
        app.Logging.AddOpenTelemetry(logging => logging.IncludeFormattedMessage = true);
        var telemetry = app.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing
                .AddSource("EServices.*", "MassTransit", "MongoDB.Driver", "Yarp.ReverseProxy")
                .AddAspNetCoreInstrumentation(options => options.Filter = IsWorthTracing)
                .AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics
                .AddMeter("EServices.*", "MassTransit", "Yarp.ReverseProxy")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation());
        if (string.IsNullOrEmpty(app.Configuration["OTEL_SERVICE_NAME"]))
            telemetry.ConfigureResource(resource => resource.AddService(name));
        if (!string.IsNullOrEmpty(app.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
    }

    /// <summary>A line for every request is what traces are for, and who asks for readiness is told it; configuration can still ask for both.</summary>
    private static void Quieten(WebApplicationBuilder app)
    {
        foreach (var (category, level) in new[]
        {
            ("Microsoft.AspNetCore", LogLevel.Warning), ("System.Net.Http.HttpClient", LogLevel.Warning), ("Yarp.ReverseProxy", LogLevel.Warning),
            ("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None),
        })
        {
            if (string.IsNullOrEmpty(app.Configuration[$"Logging:LogLevel:{category}"]))
                app.Logging.AddFilter(category, level);
        }
    }

    private static bool IsWorthTracing(HttpContext context) => !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal);
}
