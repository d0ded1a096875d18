using System.Net.Http.Headers;
using System.Text.Json;
using EServices.Gateway.Routing;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace EServices.Gateway.Operations;

/// <summary>
/// Asks services in the name of the caller, whose token each of them checks again. Every question has a deadline of its own; who does not answer is named,
/// and keeps nobody from the answers of the others.
/// </summary>
internal sealed class ServiceDesk(Destinations destinations, IOptions<JsonOptions> json)
{
    /// <summary>A list is read by a person who waits.</summary>
    public static readonly TimeSpan ToRead = TimeSpan.FromSeconds(3);

    public static readonly TimeSpan ToAct = TimeSpan.FromSeconds(10);

    /// <summary>Asks several services at the same time.</summary>
    /// <param name="pathOf">Path and query for each service.</param>
    public Task<Answer<T>[]> AskAllAsync<T>(
        IEnumerable<string> services, Func<string, string> pathOf, HttpContext http, TimeSpan deadline, Func<string, object>? bodyOf = null) =>
        Task.WhenAll(services.Select(service => AskAsync<T>(service, pathOf(service), http, deadline, bodyOf?.Invoke(service))));

    /// <summary>Asks one service: its instances share a store, so the first that answers is as good as another.</summary>
    /// <param name="body">Sent by POST as JSON; null asks by GET.</param>
    public async Task<Answer<T>> AskAsync<T>(string service, string path, HttpContext http, TimeSpan deadline, object? body = null)
    {
        var silent = new Answer<T>(service, default, 0, null, "it has no address");
        foreach (var instance in destinations.Of(service))
        {
            try
            {
                using var content = body is null ? null : JsonContent.Create(body, body.GetType(), options: json.Value.SerializerOptions);
                using var answer = await destinations.AskAsync(
                    instance, body is null ? HttpMethod.Get : HttpMethod.Post, path, deadline, http.RequestAborted, content, headers => Forward(http.Request, headers));
                // Reading ends within the deadline too: the client buffers the answer before it returns.
                var text = await answer.Content.ReadAsStringAsync(http.RequestAborted);
                if (answer.IsSuccessStatusCode)
                    return new Answer<T>(service, JsonSerializer.Deserialize<T>(text, json.Value.SerializerOptions), (int)answer.StatusCode, null, null);
                silent = new Answer<T>(service, default, (int)answer.StatusCode, text, $"it answers {(int)answer.StatusCode}");
                if ((int)answer.StatusCode < 500)
                    return silent;
            }
            catch (Exception failure) when (failure is HttpRequestException or TimeoutException or JsonException or IOException)
            {
                silent = new Answer<T>(service, default, 0, null, failure.Message);
                // An act may have been done in spite of the silence: another instance is not asked to do it twice.
                if (body is not null && failure is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
                    break;
            }
        }
        return silent;
    }

    private static void Forward(HttpRequest request, HttpRequestHeaders headers)
    {
        foreach (var name in (string[])["Authorization", "Idempotency-Key", "Accept-Language"])
        {
            if (request.Headers.TryGetValue(name, out var values))
                headers.TryAddWithoutValidation(name, values.ToArray());
        }
    }
}

/// <param name="Status">0 where there was no answer.</param>
/// <param name="Problem">The service's own words, where it refused.</param>
/// <param name="Why">What kept it from answering; null when it did.</param>
internal sealed record Answer<T>(string Service, T? Value, int Status, string? Problem, string? Why)
{
    public bool Given => Why is null;

    /// <summary>The service understood and said no; it is not silent.</summary>
    public bool Refused => Status is >= 400 and < 500;
}

/// <summary>A service whose part is missing from an answer.</summary>
/// <param name="Why">In a sentence's end: <c>no answer within 3 s</c>.</param>
internal sealed record Unanswered(string Service, string Why);
