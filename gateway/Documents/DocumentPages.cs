using EServices.Platform.Hosting;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Scalar.AspNetCore;

namespace EServices.Gateway.Documents;

/// <summary><c>/openapi/v1.json</c> for programs, <c>/docs</c> for people, and a door sign at <c>/</c>. Nothing is loaded from anywhere else.</summary>
internal static class DocumentPages
{
    private const string Docs = "/docs";

    public static void AddJoinedDocument(this WebApplicationBuilder app) =>
        app.Services.AddSingleton(services => new JoinedDocument(
            services.GetRequiredService<Routing.Destinations>(), services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1"), app.Configuration.PublicUrl(), app.IsSandbox(),
            TimeSpan.FromSeconds(app.Configuration.GetValue("Gateway:DocumentSeconds", 15.0)), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<JoinedDocument>>()));

    public static void MapDocuments(this WebApplication app)
    {
        app.MapGet("/openapi/v1.json", ReadAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapScalarApiReference(Docs, (options, http) => Configure(options, http)).AllowAnonymous();
        app.MapGet("/", Welcome).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> ReadAsync(JoinedDocument document, HttpContext http, CancellationToken cancellationToken)
    {
        var written = await document.ReadAsync(cancellationToken);
        http.Response.Headers.CacheControl = "public, max-age=15";
        return TypedResults.Bytes(written.Bytes, "application/json", entityTag: EntityTagHeaderValue.Parse(written.ETag));
    }

    private static void Configure(ScalarOptions options, HttpContext http)
    {
        options.Title = "EServices API";
        options.OpenApiRoutePattern = "/openapi/v1.json";
        options.DefaultFonts = false;
        options.Telemetry = false;
        options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
        options.HideClientButton = true;
        options.Agent = new ScalarAgentOptions { Disabled = true };
        options.Mcp = new ScalarMcpOptions { Disabled = true };
        options.Favicon = "data:,";
        Span<byte> nonce = stackalloc byte[16];
        http.RequestServices.GetRequiredService<IChance>().Fill(nonce);
        options.Nonce = Convert.ToBase64String(nonce);
        http.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' 'nonce-{options.Nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
            + "worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    }

    private static IResult Welcome(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        http.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Content(
            """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>EServices</title>
            <style>body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem } li { margin: .4rem 0 }</style>
            <h1>EServices</h1>
            <p>Every public service of the state online, and at the citizen's door.</p>
            <ul>
            <li><a href="/docs">How to use it</a>: every address, what it takes and what it answers</li>
            <li><a href="/openapi/v1.json">The same for programs</a> (OpenAPI 3.1)</li>
            <li><a href="/api/v1/services">The services that can be asked for</a></li>
            <li><a href="/api/v1/statistics/services">What was asked for and decided today</a></li>
            <li><a href="/.well-known/openid-configuration">How to sign in</a> (OpenID Connect)</li>
            <li><a href="/health/ready">How it is</a></li>
            </ul>
            </html>
            """, "text/html; charset=utf-8");
    }
}
