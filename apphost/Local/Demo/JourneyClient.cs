using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace EServices.Local.Demo;

/// <summary>
/// A front end as one should be written: it knows the gateway only, sends a new Idempotency-Key with every act and the same one with its repeats,
/// and comes again, for a while, when a service is away.
/// </summary>
internal sealed class JourneyClient(HttpClient gateway)
{
    /// <summary>How long a service may be away before the front end gives up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>W3C trace id of the step under way; every request of the step belongs to it.</summary>
    public string TraceId { get; private set; } = "";

    public void BeginTrace() => TraceId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public Task<JsonObject> GetAsync(string path, string? token = null) => SendAsync(HttpMethod.Get, path, token, null, key: false);

    public Task<JsonObject> PostAsync(string path, string? token, JsonNode? body, bool key = false) =>
        SendAsync(HttpMethod.Post, path, token, () => JsonContent.Create(body ?? new JsonObject()), key);

    public Task<JsonObject> PutAsync(string path, string token, JsonNode body) =>
        SendAsync(HttpMethod.Put, path, token, () => JsonContent.Create(body), key: false);

    public Task<JsonObject> UploadAsync(string path, string token, byte[] bytes, string contentType) =>
        SendAsync(HttpMethod.Post, path, token, () => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } }, key: true);

    /// <summary>
    /// An act without an Idempotency-Key of its own, such as a step of a visit. When its answer was lost and the repeat is refused because the step is done,
    /// <paramref name="isDone"/> tells so from the resource itself.
    /// </summary>
    public async Task<JsonObject> ActAsync(string resource, string action, string token, JsonNode? body, Func<JsonObject, bool> isDone)
    {
        try
        {
            return await PostAsync($"{resource}/actions/{action}", token, body);
        }
        catch (ProblemException refused) when (refused.Repeated && refused.Status == HttpStatusCode.Conflict)
        {
            var now = await GetAsync(resource, token);
            return isDone(now) ? now : throw new ProblemException(refused.Status, refused.Message, repeated: true);
        }
    }

    /// <summary>Reads until <paramref name="holds"/>; what other services do with an event takes a moment.</summary>
    public async Task<JsonObject> UntilAsync(string path, string? token, Func<JsonObject, bool> holds, string awaited)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var seen = await GetAsync(path, token);
            if (holds(seen))
                return seen;
            if (waited.Elapsed > Patience)
                throw new TimeoutException($"Waited {Patience.TotalSeconds:F0} s for {awaited}; {path} says {seen.ToJsonString()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Signs in, and again while a service is away: a sign-in that was cut off begins anew.</summary>
    public static async Task<string> PatientlyAsync(Func<Task<string>> signIn)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await signIn();
            }
            catch (Exception away) when (away is SignInException or HttpRequestException or TaskCanceledException && waited.Elapsed < Patience)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
    }

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, string? token, Func<HttpContent>? content, bool key)
    {
        var idempotencyKey = key ? Guid.NewGuid().ToString() : null;
        var waited = Stopwatch.StartNew();
        for (var attempt = 1; ; attempt++)
        {
            var request = new HttpRequestMessage(method, path) { Content = content?.Invoke() };
            request.Headers.Add("traceparent", $"00-{TraceId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}-01");
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (idempotencyKey is not null)
                request.Headers.Add("Idempotency-Key", idempotencyKey);
            string away;
            try
            {
                using var answer = await gateway.SendAsync(request);
                if (answer.IsSuccessStatusCode)
                    return await ReadAsync(answer);
                var problem = await answer.Content.ReadAsStringAsync();
                if (!IsAway(answer.StatusCode))
                    throw new ProblemException(answer.StatusCode, $"{method} {path}: {(int)answer.StatusCode} {problem}", repeated: attempt > 1);
                away = $"{(int)answer.StatusCode} {problem}";
            }
            catch (HttpRequestException lost)
            {
                away = lost.Message;
            }
            catch (TaskCanceledException slow)
            {
                away = slow.Message;
            }
            if (waited.Elapsed > Patience)
                throw new TimeoutException($"{method} {path} was not answered within {Patience.TotalSeconds:F0} s; last: {away}");
            await Task.Delay(Pause);
        }
    }

    private static bool IsAway(HttpStatusCode status) =>
        status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests;

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? new JsonObject { ["value"] = JsonNode.Parse(text) };
    }
}

/// <summary>A refusal, with the problem document in its message.</summary>
/// <param name="repeated">The request had been sent before without an answer, so the first one may have been carried out.</param>
internal sealed class ProblemException(HttpStatusCode status, string message, bool repeated) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    public bool Repeated { get; } = repeated;
}
