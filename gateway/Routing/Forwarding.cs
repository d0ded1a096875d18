using System.Net;
using EServices.Gateway.Caching;
using EServices.Gateway.Limits;
using EServices.Platform.Hosting;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace EServices.Gateway.Routing;

/// <summary>The route table as YARP has it.</summary>
internal static class Forwarding
{
    /// <summary>Longest body of a document, in bytes: 5 MB of content and what goes round it.</summary>
    public const long UploadLimit = 6 * 1024 * 1024;

    private const string Uploads = "uploads";

    /// <summary>
    /// Headers by which a service or a library might believe who or where a caller is. Only the bearer token says who, and YARP writes the X-Forwarded ones
    /// itself, whatever came in.
    /// </summary>
    private static readonly string[] Untrusted =
    [
        "Forwarded", "X-Forwarded-Prefix", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token",
        "X-Forwarded-Client-Cert", "X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Scheme", "X-Forwarded-Ssl", "X-Original-For", "X-Original-Host", "X-Original-Proto",
        "X-Original-Method", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP",
        "True-Client-IP", "CF-Connecting-IP", "X-Client-Cert", "X-ARR-ClientCert", "X-SSL-Client-Cert", "X-User", "X-User-Id", "X-User-Name", "X-User-Email", "X-User-Roles",
        "X-Role", "X-Roles", "X-Subject", "X-Sub", "X-Caller", "X-Authenticated-User", "X-Auth-User", "X-Auth-Request-User", "X-Auth-Request-Email", "X-Remote-User", "Remote-User",
        "X-MS-Client-Principal", "X-MS-Client-Principal-Id", "X-MS-Client-Principal-Name", "X-Tenant", "X-Tenant-Id", "Proxy-Connection",
    ];

    public static void AddForwarding(this WebApplicationBuilder app)
    {
        var sandbox = app.IsSandbox();
        app.Services.AddSingleton<IProxyConfigProvider>(services => Read(services.GetRequiredService<Destinations>(), app.Configuration, sandbox));
        app.Services.AddReverseProxy()
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = TimeSpan.FromSeconds(2);
                handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1);
            })
            .AddTransforms(Transform);
        app.Services.Configure<TransportFailureRateHealthPolicyOptions>(policy =>
        {
            // A short memory: an instance that was restarted must not stay suspect for the default minute.
            policy.DetectionWindowSize = TimeSpan.FromSeconds(5);
            policy.DefaultFailureRateLimit = 0.5;
        });
    }

    public static void MapForwarding(this WebApplication app) =>
        app.MapReverseProxy(proxy =>
        {
            proxy.UseBulkheads();
            proxy.Use(ForwardingFailures.ExplainAsync);
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });

    private static InMemoryConfigProvider Read(Destinations destinations, IConfiguration configuration, bool sandbox)
    {
        var usual = TimeSpan.FromSeconds(configuration.GetValue("Gateway:TimeoutSeconds", 20.0));
        var upload = TimeSpan.FromSeconds(configuration.GetValue("Gateway:UploadTimeoutSeconds", 60.0));
        var routes = RouteTable.All.Where(route => sandbox || !route.SandboxOnly).ToList();
        return new InMemoryConfigProvider(
            [.. routes.Select(RouteOf)],
            [.. routes.Select(route => (route.Service, route.Uploads)).Distinct().Select(cluster => ClusterOf(cluster.Service, cluster.Uploads, destinations, cluster.Uploads ? upload : usual))]);
    }

    private static RouteConfig RouteOf(Route route) => new()
    {
        RouteId = route.Id,
        ClusterId = ClusterId(route.Service, route.Uploads),
        Match = new RouteMatch { Path = route.Path, Methods = route.Method is null ? null : [route.Method] },
        RateLimiterPolicy = route.Limit,
        OutputCachePolicy = route.PublicReads ? PublicCache.Policy : null,
        MaxRequestBodySize = route.Uploads ? UploadLimit : PlatformHosting.BodyLimit,
    };

    private static ClusterConfig ClusterOf(string service, bool uploads, Destinations destinations, TimeSpan timeout) => new()
    {
        ClusterId = ClusterId(service, uploads),
        LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = timeout, Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact },
        HealthCheck = new HealthCheckConfig
        {
            Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate, ReactivationPeriod = TimeSpan.FromSeconds(2) },
            // With every instance suspect, one of them is tried all the same: refusing by ourselves would only lengthen an outage.
            AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
        },
        Destinations = destinations.Of(service).Select((address, at) => (Key: $"{service}-{at}", address))
            .ToDictionary(entry => entry.Key, entry => new DestinationConfig { Address = entry.address.ToString() }),
    };

    internal static string ClusterId(string service, bool uploads) => uploads ? $"{service}-{Uploads}" : service;

    private static void Transform(TransformBuilderContext context)
    {
        // Identity writes absolute addresses of its pages and endpoints: they must be the public ones.
        context.AddOriginalHost(true);
        context.AddXForwarded(ForwardedTransformActions.Set);
        foreach (var header in Untrusted)
            context.AddRequestHeaderRemove(header);
        if (context.Cluster?.ClusterId != "identity")
            context.AddRequestHeaderRemove("Cookie");
        if (context.Route.OutputCachePolicy is not null)
            context.AddRequestTransform(PublicCache.AskForWholeAnswer);
        context.AddResponseHeaderRemove("Server", ResponseCondition.Always);
    }
}
