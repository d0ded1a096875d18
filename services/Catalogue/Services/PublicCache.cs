using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace EServices.Catalogue.Services;

/// <summary>Public answers may be kept by anyone for a few seconds, and are asked for again by their ETag: the hash of what would be sent.</summary>
internal sealed class PublicCache(IOptions<JsonOptions> json) : IEndpointFilter
{
    private const string MaxAge = "public, max-age=15";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        if (result is INestedHttpResult nested)
            result = nested.Result;
        if (result is not IValueHttpResult { Value: { } value } || result is IStatusCodeHttpResult { StatusCode: not (null or StatusCodes.Status200OK) })
            return result;
        var body = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), json.Value.SerializerOptions);
        return Answer(context.HttpContext, (body, TagOf(body)), "application/json; charset=utf-8");
    }

    /// <summary>A body with its tag; only the tag where the caller has it already.</summary>
    public static IResult Answer(HttpContext http, (byte[] Body, string Tag) answer, string mediaType)
    {
        http.Response.Headers.ETag = answer.Tag;
        http.Response.Headers.CacheControl = MaxAge;
        return http.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Any(known => known == "*" || known == answer.Tag || known == $"W/{answer.Tag}")
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(answer.Body, mediaType);
    }

    public static string TagOf(byte[] body) => $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}\"";
}
