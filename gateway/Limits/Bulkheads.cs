using System.Collections.Frozen;
using EServices.Gateway.Routing;
using EServices.Platform.Web;

namespace EServices.Gateway.Limits;

/// <summary>
/// How many requests are on their way to each service at once (<c>Gateway:Bulkhead:Concurrent</c>, 512) and how many wait for their turn (<c>:Waiting</c>, 512, for
/// <c>:WaitSeconds</c>, 5): a service that hangs must not take the gateway from the others. Uploads have a bulkhead of their own.
/// </summary>
internal static class Bulkheads
{
    public static void UseBulkheads(this IReverseProxyApplicationBuilder proxy)
    {
        var settings = proxy.ApplicationServices.GetRequiredService<IConfiguration>().GetSection("Gateway:Bulkhead");
        var clusters = RouteTable.All.Select(route => Forwarding.ClusterId(route.Service, route.Uploads)).Distinct()
            .ToFrozenDictionary(cluster => cluster, _ => new Admission(
                settings.GetValue("Concurrent", 512), settings.GetValue("Waiting", 512), TimeSpan.FromSeconds(settings.GetValue("WaitSeconds", 5.0))));
        proxy.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(() =>
        {
            foreach (var bulkhead in clusters.Values)
                bulkhead.Dispose();
        });
        proxy.Use((context, next) =>
        {
            var cluster = context.GetReverseProxyFeature().Route.Config.ClusterId!;
            return clusters[cluster].RunAsync(context, _ => next(), $"Too many requests wait for '{cluster}'. Nothing was done; 'Retry-After' says when to come again.");
        });
    }
}
