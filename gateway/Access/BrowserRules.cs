using EServices.Platform.Hosting;
using Microsoft.AspNetCore.HttpOverrides;

namespace EServices.Gateway.Access;

/// <summary>What browsers are told: which origins may read answers (<c>Gateway:Origins</c>, and every loopback origin in a sandbox), and that nothing may be framed, sniffed or kept by default.</summary>
internal static class BrowserRules
{
    private const string NothingOfItsOwn = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static readonly string[] Readable = ["ETag", "Location", "Retry-After", "Age", "Idempotency-Replayed", "Idempotency-Expires", "WWW-Authenticate"];

    public static void AddBrowserRules(this WebApplicationBuilder app)
    {
        var origins = app.Configuration.GetSection("Gateway:Origins").Get<string[]>() ?? [];
        var sandbox = app.IsSandbox();
        app.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .SetIsOriginAllowed(origin => origins.Contains(origin, StringComparer.OrdinalIgnoreCase) || (sandbox && Uri.TryCreate(origin, UriKind.Absolute, out var address) && address.IsLoopback))
            .AllowAnyHeader()
            .AllowAnyMethod()
            .WithExposedHeaders(Readable)
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
        app.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in app.Configuration.GetSection("Gateway:TrustedProxies").Get<string[]>() ?? [])
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });
    }

    /// <summary>First of all, so that errors carry the headers too.</summary>
    public static void UseBrowserRules(this WebApplication app)
    {
        // X-Forwarded-For counts from a load balancer whose network is configured, and from nobody else.
        if (app.Configuration.GetSection("Gateway:TrustedProxies").GetChildren().Any())
            app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            context.Response.OnStarting(WriteHeaders, context);
            return next(context);
        });
        app.UseCors();
    }

    private static Task WriteHeaders(object state)
    {
        var headers = ((HttpContext)state).Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (headers.ContentSecurityPolicy.Count == 0)
            headers.ContentSecurityPolicy = NothingOfItsOwn;
        if (headers.XFrameOptions.Count == 0)
            headers.XFrameOptions = "DENY";
        // A service says what may be kept; what it says nothing of is somebody's own business.
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
