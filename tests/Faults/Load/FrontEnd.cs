using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EServices.Faults.Tests.Load;

/// <summary>What was answered in the end.</summary>
/// <param name="Attempts">How often it was asked; above one, an earlier attempt may have been carried out without an answer.</param>
internal sealed record Answer(HttpStatusCode Status, JsonObject Body, int Attempts)
{
    public bool Succeeded => (int)Status is >= 200 and < 300;

    public string Code => ((string?)Body["type"] ?? "").Replace("urn:eservices:problem:", "", StringComparison.Ordinal);
}

/// <summary>
/// A front end that does not give up: it knows the gateway alone, sends the same Idempotency-Key with every repeat, and repeats whatever may pass by itself.
/// Now and then it is too impatient to wait for an answer that is under way, as people are. What no fault excuses it writes into <see cref="Tally"/>.
/// </summary>
internal sealed class FrontEnd(HttpClient gateway, Tally tally, Random chance)
{
    /// <summary>Longer than anything that is done to the stack takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private const double Impatient = 0.03;

    public Task<Answer> GetAsync(string path, Account? account = null) => SendAsync(HttpMethod.Get, path, account, null, null);

    public Task<Answer> PostAsync(string path, Account? account, JsonNode? body, string? key = null) =>
        SendAsync(HttpMethod.Post, path, account, () => JsonContent.Create(body ?? new JsonObject()), key);

    public Task<Answer> PutAsync(string path, Account account, JsonNode body) => SendAsync(HttpMethod.Put, path, account, () => JsonContent.Create(body), null);

    public Task<Answer> UploadAsync(string path, Account account, byte[] bytes, string contentType) =>
        SendAsync(HttpMethod.Post, path, account, () => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } }, null);

    public static string NewKey() => Guid.NewGuid().ToString();

    private async Task<Answer> SendAsync(HttpMethod method, string path, Account? account, Func<HttpContent>? content, string? key)
    {
        var waited = Stopwatch.StartNew();
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            var token = account is null ? null : await account.TokenAsync();
            using var request = new HttpRequestMessage(method, path) { Content = content?.Invoke() };
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (key is not null)
                request.Headers.Add("Idempotency-Key", key);
            string away;
            try
            {
                using var impatience = new CancellationTokenSource();
                if (key is not null && Draw() < Impatient)
                    impatience.CancelAfter(TimeSpan.FromMilliseconds(5 + (Draw() * 200)));
                using var answer = await gateway.SendAsync(request, impatience.Token);
                var body = await ReadAsync(answer, impatience.Token);
                tally.Answered(answer.StatusCode);
                var told = new Answer(answer.StatusCode, body, attempt);
                if (!Passes(told))
                {
                    if (answer.StatusCode == HttpStatusCode.InternalServerError)
                        tally.Wrong($"{method} {Shape(path)} was answered 500: {body.ToJsonString()}");
                    return told;
                }
                if (answer.StatusCode == HttpStatusCode.Unauthorized && account is not null)
                    account.Refused(token!);
                away = $"{(int)answer.StatusCode} {body.ToJsonString()}";
            }
            catch (Exception lost) when (lost is HttpRequestException or TaskCanceledException or IOException)
            {
                tally.Lost();
                away = lost.Message;
            }
            if (waited.Elapsed > Patience)
                throw new TimeoutException($"{method} {path} was not answered within {Patience.TotalSeconds:F0} s; last: {away}");
            // The pace of a client that backs off: nothing here waits for something to become true.
            await Task.Delay(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Whether the same request may be answered otherwise in a moment.</summary>
    private static bool Passes(Answer answer) => answer.Status switch
    {
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests => true,
        // A service that was started while Identity was away has no keys yet to check a token by.
        HttpStatusCode.Unauthorized => true,
        HttpStatusCode.Conflict => answer.Code is "idempotency-key-running" or "changed-meanwhile",
        _ => false,
    };

    private double Draw()
    {
        lock (chance)
            return chance.NextDouble();
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            return text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? new JsonObject { ["value"] = JsonNode.Parse(text) };
        }
        catch (System.Text.Json.JsonException)
        {
            return new JsonObject { ["text"] = text.Length > 300 ? text[..300] : text };
        }
    }

    /// <summary>A path without the ids in it.</summary>
    private static string Shape(string path) =>
        string.Join('/', path.Split('?')[0].Split('/').Select(part => part.Contains('_', StringComparison.Ordinal) ? "{id}" : part));
}

/// <summary>Someone who signs in once, and again when the token has run out.</summary>
/// <param name="name">An address of the staff, a number of a citizen.</param>
internal sealed class Account(string name, Func<Task<string>> signIn)
{
    /// <summary>A service that has just been started may lack the keys for a moment; a token refused more often than that has run out.</summary>
    private const int RefusalsOfATokenThatRanOut = 10;

    private readonly Lock turn = new();
    private Task<string>? token;
    private int refusals;

    public string Name => name;

    public Task<string> TokenAsync()
    {
        lock (turn)
            return token is null or { IsFaulted: true } ? token = signIn() : token;
    }

    /// <summary>The next request signs in anew.</summary>
    public void Renew()
    {
        lock (turn)
            (token, refusals) = (null, 0);
    }

    public void Refused(string refused)
    {
        lock (turn)
        {
            if (token is not { IsCompletedSuccessfully: true } held || held.Result != refused || ++refusals < RefusalsOfATokenThatRanOut)
                return;
            (token, refusals) = (null, 0);
        }
    }
}

/// <summary>How the load was answered, and what should not have been.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<int, long> answers = new();
    private readonly ConcurrentQueue<string> wrong = new();
    private long lost;

    public void Answered(HttpStatusCode status) => answers.AddOrUpdate((int)status, 1, (_, seen) => seen + 1);

    public void Lost() => Interlocked.Increment(ref lost);

    /// <summary>An answer that no fault excuses.</summary>
    public void Wrong(string what) => wrong.Enqueue(what);

    public long Answers => answers.Values.Sum();

    /// <summary>Requests that ended without an answer, by a cut connection or an impatient front end.</summary>
    public long Unanswered => Interlocked.Read(ref lost);

    /// <summary>Answers by which the gateway said that a service is away.</summary>
    public long Away => answers.Where(count => count.Key is 502 or 503 or 504).Sum(count => count.Value);

    public IReadOnlyDictionary<int, long> ByStatus => new SortedDictionary<int, long>(answers);

    public IReadOnlyList<string> WrongOnes => [.. wrong];
}
