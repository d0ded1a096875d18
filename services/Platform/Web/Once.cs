using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EServices.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace EServices.Platform.Web;

/// <summary>
/// The Idempotency-Key of a request (IETF httpapi draft). The answer is saved in the same write as the effect, so a repeat gets the first answer
/// and never a second effect: <c>return await once.SaveAsync(bills, bill, TypedResults.Created(…), ct)</c>.
/// </summary>
public sealed class Once
{
    internal static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    private readonly string key;
    private readonly string bodyHash;
    private readonly JsonSerializerOptions json;
    private readonly TimeProvider time;
    private readonly HttpContext? context;

    internal Once(string key, string bodyHash, JsonSerializerOptions json, TimeProvider time, HttpContext context) =>
        (this.key, this.bodyHash, this.json, this.time, this.context) = (key, bodyHash, json, time, context);

    private Once() => (key, bodyHash, json, time) = ("", "", JsonSerializerOptions.Web, TimeProvider.System);

    /// <summary>For callers that need no repeat protection, such as tests of a handler.</summary>
    public static Once Unguarded { get; } = new();

    internal bool Remembered { get; private set; }

    /// <summary>Saves the document and, in the same write, the answer. <paramref name="result"/> is what will be sent.</summary>
    public async Task<TResult> SaveAsync<T, TResult>(DocumentStore<T> store, T document, TResult result, CancellationToken cancellationToken)
        where T : Document
        where TResult : IResult, IStatusCodeHttpResult, IValueHttpResult
    {
        if (context is null)
        {
            await store.SaveAsync(document, cancellationToken);
            return result;
        }
        var etag = ETags.Of(document.Version + 1);
        var answer = new StoredAnswer(
            key, bodyHash, result.StatusCode ?? StatusCodes.Status200OK, LocationOf(result), etag,
            JsonSerializer.Serialize(result.Value, result.Value?.GetType() ?? typeof(object), json), time.GetUtcNow() + Kept);
        await store.SaveAsync(document, cancellationToken, answer);
        Remembered = true;
        context.Response.Headers.ETag = etag;
        return result;
    }

    public static ValueTask<Once> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<OnceFeature>()?.Once
            ?? throw new UnreachableException("The endpoint takes Once but is not declared with .Once<T>()."));

    private static string? LocationOf(IResult result) => result.GetType().GetProperty("Location")?.GetValue(result) as string;
}

/// <summary>Set before binding, so that the handler's <see cref="Once"/> parameter finds it.</summary>
internal sealed record OnceFeature(Once Once, string Key, string BodyHash);

/// <summary>Marks endpoints that require the header.</summary>
internal sealed record OnceMetadata(Type DocumentType);

public static class OnceExtensions
{
    /// <summary>Requires an Idempotency-Key; effects of this endpoint are saved as documents of type <typeparamref name="T"/>.</summary>
    public static RouteHandlerBuilder Once<T>(this RouteHandlerBuilder endpoint)
        where T : Document =>
        endpoint.WithMetadata(new OnceMetadata(typeof(T))).AddEndpointFilter<OnceFilter<T>>();
}

/// <summary>Runs before binding (a filter would find the body read): hashes the body and makes the request's <see cref="Once"/>.</summary>
internal sealed class OnceMiddleware(RequestDelegate next, IOptions<JsonOptions> json, TimeProvider time)
{
    private const int LongestKey = 255;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OnceMetadata>() is null)
        {
            await next(context);
            return;
        }
        var given = context.Request.Headers["Idempotency-Key"].ToString().Trim();
        if (given.Length is 0 or > LongestKey)
        {
            await Problems.Of(StatusCodes.Status400BadRequest, given.Length == 0 ? "idempotency-key-missing" : "idempotency-key-too-long",
                $"This request needs an Idempotency-Key header of at most {LongestKey} characters, so that a repeat does nothing twice.").ExecuteAsync(context);
            return;
        }
        context.Request.EnableBuffering();
        var bodyHash = Convert.ToHexStringLower(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted));
        context.Request.Body.Position = 0;
        var caller = context.User.FindFirst("sub")?.Value ?? "anonymous";
        var scope = $"{caller}\n{context.Request.Method} {context.Request.Path}\n{given}";
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)));
        context.Features.Set(new OnceFeature(new Once(key, bodyHash, json.Value.SerializerOptions, time, context), key, bodyHash));
        await next(context);
    }
}

/// <summary>Replays what was answered before; refuses a key that is still running or was used with another body.</summary>
internal sealed class OnceFilter<T>(DocumentStore<T> store, DocumentStore<FailedRequest> failures, OnceRunning running, TimeProvider time) : IEndpointFilter
    where T : Document
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var feature = http.Features.Get<OnceFeature>()!;
        if (!running.Enter(feature.Key))
            return StillRunning();
        try
        {
            if (await store.AnswerAsync(feature.Key, http.RequestAborted) is { } earlier)
                return Replay(earlier, feature, http);
            if (await failures.FindAsync(feature.Key, http.RequestAborted) is { } failed && failed.ExpiresAt > time.GetUtcNow())
                return Replay(Failed(failed), feature, http);
            try
            {
                return await next(context);
            }
            catch (Exception failure) when (!ExceptionProblems.IsExpected(failure) && !feature.Once.Remembered)
            {
                await RememberAsync(feature);
                throw;
            }
            catch (DuplicateKeyException taken) when (taken.Index == AnswerIndex)
            {
                // Another process carried the same request out between our look and our save.
                return await store.AnswerAsync(feature.Key, http.RequestAborted) is { } answer ? Replay(answer, feature, http) : StillRunning();
            }
        }
        finally
        {
            running.Leave(feature.Key);
        }
    }

    /// <summary>The name under which every keeper reports a repeated idempotency key.</summary>
    internal const string AnswerIndex = "answer";

    private async Task RememberAsync(OnceFeature feature)
    {
        // A few expired ones go each time one comes, so that the collection stays as small as failures are rare.
        foreach (var expired in (await failures.ListAsync(FailedRequest.ByExpiry.All.LessThan(time.GetUtcNow()), null, 10, CancellationToken.None)).Items)
            await failures.DeleteAsync(expired, CancellationToken.None);
        await failures.SaveAsync(new FailedRequest(feature.Key, feature.BodyHash, time.GetUtcNow() + Once.Kept), CancellationToken.None);
    }

    private static StoredAnswer Failed(FailedRequest request) => new(
        request.Id, request.BodyHash, StatusCodes.Status500InternalServerError, null, null,
        JsonSerializer.Serialize(Problems.Details(500, "internal-error", "The first request with this Idempotency-Key failed on our side. Use a new key to try again."), JsonSerializerOptions.Web),
        request.ExpiresAt);

    private static object Replay(StoredAnswer answer, OnceFeature feature, HttpContext http)
    {
        if (answer.BodyHash != feature.BodyHash)
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused",
                "This Idempotency-Key was used with another body. Use a new key for a new request.");
        http.Response.Headers["Idempotency-Replayed"] = "true";
        http.Response.Headers["Idempotency-Expires"] = answer.ExpiresAt.ToString("R");
        if (answer.ETag is not null)
            http.Response.Headers.ETag = answer.ETag;
        if (answer.Location is not null)
            http.Response.Headers.Location = answer.Location;
        return Results.Content(answer.Body, answer.Status < 400 ? "application/json" : "application/problem+json", Encoding.UTF8, answer.Status);
    }

    private static object StillRunning() =>
        Problems.Of(StatusCodes.Status409Conflict, "idempotency-key-running", "The first request with this Idempotency-Key is still running. Ask again in a moment.");
}

/// <summary>Keys of requests that are running in this process.</summary>
internal sealed class OnceRunning
{
    private readonly ConcurrentDictionary<string, bool> keys = new();

    public bool Enter(string key) => keys.TryAdd(key, true);

    public void Leave(string key) => keys.TryRemove(key, out _);
}
