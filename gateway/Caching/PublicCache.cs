using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Transforms;

namespace EServices.Gateway.Caching;

/// <summary>
/// Keeps public reads of the catalogue for some seconds (<c>Gateway:CacheSeconds</c>, 15 by default), so that a busy morning is one question a page to Catalogue.
/// Only what was asked without a token and is called public by the service; <c>If-None-Match</c> is answered here, and <c>Age</c> tells a kept answer.
/// </summary>
internal sealed class PublicCache(TimeSpan longest) : IOutputCachePolicy
{
    public const string Policy = "public-reads";

    /// <summary>The kept answer must be the whole, plain one, whatever the first asker had or could unpack.</summary>
    public static ValueTask AskForWholeAnswer(RequestTransformContext context)
    {
        if (IsAnonymousRead(context.HttpContext.Request))
        {
            context.ProxyRequest.Headers.Remove(HeaderNames.IfNoneMatch);
            context.ProxyRequest.Headers.Remove(HeaderNames.IfModifiedSince);
            context.ProxyRequest.Headers.Remove(HeaderNames.Range);
            context.ProxyRequest.Headers.Remove(HeaderNames.AcceptEncoding);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var allowed = longest > TimeSpan.Zero && IsAnonymousRead(context.HttpContext.Request);
        context.EnableOutputCaching = allowed;
        context.AllowCacheLookup = allowed;
        context.AllowCacheStorage = allowed;
        context.AllowLocking = allowed;
        context.ResponseExpirationTimeSpan = longest;
        context.CacheVaryByRules.QueryKeys = "*";
        context.CacheVaryByRules.HeaderNames = new StringValues([HeaderNames.AcceptLanguage, HeaderNames.Accept]);
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var response = context.HttpContext.Response;
        if (response.StatusCode != StatusCodes.Status200OK
            || !StringValues.IsNullOrEmpty(response.Headers.SetCookie)
            || !CacheControlHeaderValue.TryParse(response.Headers.CacheControl.ToString(), out var control)
            || !control.Public || control.NoStore || control.NoCache)
        {
            context.AllowCacheStorage = false;
            return ValueTask.CompletedTask;
        }
        if ((control.SharedMaxAge ?? control.MaxAge) is { } age && age < longest)
            context.ResponseExpirationTimeSpan = age;
        if (context.ResponseExpirationTimeSpan <= TimeSpan.Zero)
            context.AllowCacheStorage = false;
        return ValueTask.CompletedTask;
    }

    private static bool IsAnonymousRead(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && StringValues.IsNullOrEmpty(request.Headers.Authorization);
}

internal static class PublicCacheHosting
{
    public static void AddPublicCache(this WebApplicationBuilder app) =>
        app.Services.AddOutputCache(cache =>
        {
            cache.SizeLimit = 64 * 1024 * 1024;
            cache.MaximumBodySize = 512 * 1024;
            cache.AddPolicy(PublicCache.Policy, new PublicCache(TimeSpan.FromSeconds(app.Configuration.GetValue("Gateway:CacheSeconds", 15.0))));
        });
}
