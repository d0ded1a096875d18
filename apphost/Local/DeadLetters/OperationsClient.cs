using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Local.Demo;

namespace EServices.Local.DeadLetters;

/// <summary>The gateway's operations, as a member of staff.</summary>
internal sealed class OperationsClient(HttpClient gateway)
{
    private const string Base = "/api/v1/operations";

    public Task<JsonObject> ListAsync(string query, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, $"/dead-letters{query}", null, null, cancellationToken);

    public Task<JsonObject> LogAsync(string query, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, $"/acts{query}", null, null, cancellationToken);

    public Task<JsonObject> ShowAsync(string id, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, $"/dead-letters/{Uri.EscapeDataString(id)}", null, null, cancellationToken);

    public Task<JsonObject> RetryAsync(string id, string? reason, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/dead-letters/{Uri.EscapeDataString(id)}/retry", new JsonObject { ["reason"] = reason }, null, cancellationToken);

    public Task<JsonObject> DiscardAsync(string id, string reason, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/dead-letters/{Uri.EscapeDataString(id)}/discard", new JsonObject { ["reason"] = reason }, null, cancellationToken);

    public Task<JsonObject> RetryManyAsync(JsonObject filter, int? limit, bool dryRun, string? reason, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post, "/dead-letters/retry",
            new JsonObject { ["dryRun"] = dryRun, ["filter"] = filter.DeepClone(), ["limit"] = limit, ["reason"] = reason }, Guid.NewGuid().ToString(), cancellationToken);

    /// <summary>Signs in: by the token of the environment, as the member of staff that was named, or as one whom the sandbox lends.</summary>
    /// <exception cref="OperationsException">There is nobody to be.</exception>
    public async Task SignInAsync(string? token, string? email, Func<string?> password, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token))
        {
            await ReachAsync(cancellationToken);
            token = email is null ? await BorrowAsync() : await AsStaffAsync(email, password(), cancellationToken);
        }
        gateway.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private async Task ReachAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await gateway.GetAsync("/health/live", cancellationToken);
            if (answer.IsSuccessStatusCode)
                return;
            throw new OperationsException($"{gateway.BaseAddress} answers {(int)answer.StatusCode}: is that the gateway?");
        }
        catch (HttpRequestException unreachable)
        {
            throw new OperationsException($"No gateway answers at {gateway.BaseAddress}: {unreachable.Message}. Name it with --gateway URL.");
        }
    }

    private async Task<string> AsStaffAsync(string email, string? password, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(password))
            throw new OperationsException("No password: set ESERVICES_PASSWORD.");
        try
        {
            return await SignIn.StaffAsync(gateway, email, password, cancellationToken);
        }
        catch (SignInException refused)
        {
            throw new OperationsException(refused.Message);
        }
    }

    private async Task<string> BorrowAsync()
    {
        var client = new JourneyClient(gateway);
        client.BeginTrace();
        var cast = new Cast(client, gateway);
        try
        {
            return await cast.TokenAsync(await cast.FindAsync("operations"));
        }
        catch (ProblemException refused) when (refused.Status == System.Net.HttpStatusCode.NotFound)
        {
            throw new OperationsException("This is no sandbox, which would lend an account: sign in with --email ADDRESS, or set ESERVICES_TOKEN.");
        }
        catch (Exception failure) when (failure is ProblemException or InvalidOperationException or TimeoutException or SignInException)
        {
            throw new OperationsException($"The sandbox lent no account: {failure.Message}");
        }
    }

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? body, string? key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, Base + path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await gateway.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (answer.IsSuccessStatusCode)
                return JsonNode.Parse(text)!.AsObject();
            throw new OperationsException(Explain((int)answer.StatusCode, text));
        }
        catch (HttpRequestException unreachable)
        {
            throw new OperationsException($"{gateway.BaseAddress} can't be reached: {unreachable.Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationsException($"{gateway.BaseAddress} did not answer within {gateway.Timeout.TotalSeconds:F0} s.");
        }
        catch (JsonException malformed)
        {
            throw new OperationsException($"{gateway.BaseAddress} answered something else than JSON: {malformed.Message}");
        }
    }

    /// <summary>A problem document in a sentence for each thing that is wrong.</summary>
    private static string Explain(int status, string text)
    {
        try
        {
            var problem = JsonNode.Parse(text)!.AsObject();
            var errors = problem["errors"]?.AsArray().Select(error => $"\n  {(string?)error!["pointer"]}: {(string?)error["detail"]}") ?? [];
            return $"{(string?)problem["detail"] ?? (string?)problem["title"]} ({status}){string.Concat(errors)}";
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException or NullReferenceException)
        {
            return $"It answers {status}.";
        }
    }
}

/// <summary>What was asked for was not done; the message says why.</summary>
internal sealed class OperationsException(string message) : Exception(message);
