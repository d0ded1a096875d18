using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Gateway.Routing;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EServices.Gateway.Documents;

/// <summary>The one API document, fetched anew every <c>Gateway:DocumentSeconds</c> (15) at most. A service that is away stays in it as it was last known.</summary>
internal sealed partial class JoinedDocument(
    Destinations destinations, [FromKeyedServices("v1")] IOpenApiDocumentProvider own, Uri publicUrl, bool sandbox, TimeSpan kept, TimeProvider time, ILogger<JoinedDocument> logger) : IDisposable
{
    /// <summary>The first time a service has to make its document, on a machine that may be busy starting others.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeptIncomplete = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly Dictionary<string, string> known = [];
    private Written? written;
    private long writtenAt;

    public async Task<Written> ReadAsync(CancellationToken cancellationToken)
    {
        if (written is { Complete: true } fresh && time.GetElapsedTime(writtenAt) < kept)
            return fresh;
        await one.WaitAsync(cancellationToken);
        try
        {
            // While services are missing it looks again sooner, but not for every reader.
            if (written is { } meanwhile && time.GetElapsedTime(writtenAt) < (meanwhile.Complete ? kept : TimeSpan.FromTicks(Math.Min(kept.Ticks, KeptIncomplete.Ticks))))
                return meanwhile;
            var answers = await Task.WhenAll(RouteTable.Services.Select(async service => (Service: service, Text: await FetchAsync(service, cancellationToken))));
            foreach (var (service, text) in answers.Where(answer => answer.Text is not null))
                known[service] = text!;
            written = await JoinAsync(complete: answers.All(answer => answer.Text is not null), cancellationToken);
            writtenAt = time.GetTimestamp();
            return written;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<Written> JoinAsync(bool complete, CancellationToken cancellationToken)
    {
        var join = new DocumentJoin(sandbox);
        var ours = await own.GetOpenApiDocumentAsync(cancellationToken);
        join.Add("gateway", (JsonObject)JsonNode.Parse(await ours.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken))!);
        foreach (var service in RouteTable.Services.Where(known.ContainsKey))
            join.Add(service, (JsonObject)JsonNode.Parse(known[service])!);
        if (join.Unreachable.Count > 0)
            NotReachable(string.Join(", ", join.Unreachable));
        var bytes = JsonSerializer.SerializeToUtf8Bytes(join.Finish(publicUrl, [.. RouteTable.Services.Where(service => !known.ContainsKey(service))]));
        return new Written(bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"", complete);
    }

    private async Task<string?> FetchAsync(string service, CancellationToken cancellationToken)
    {
        foreach (var instance in destinations.Of(service))
        {
            try
            {
                using var answer = await destinations.AskAsync(instance, HttpMethod.Get, "/openapi/v1.json", Deadline, cancellationToken);
                answer.EnsureSuccessStatusCode();
                var text = await answer.Content.ReadAsStringAsync(cancellationToken);
                if (JsonNode.Parse(text) is JsonObject)
                    return text;
            }
            catch (Exception failure) when (failure is HttpRequestException or TimeoutException or JsonException or IOException)
            {
                NotRead(service, failure.Message);
            }
        }
        return null;
    }

    [LoggerMessage(EventName = "ApiDocumentNotRead", Level = LogLevel.Warning, Message = "The API document of {Service} could not be read: {Reason}")]
    private partial void NotRead(string service, string reason);

    [LoggerMessage(EventName = "ApiOperationsNotReachable", Level = LogLevel.Warning, Message = "Services describe operations to which the gateway has no route: {Operations}")]
    private partial void NotReachable(string operations);

    /// <param name="Complete">Every service answered this time.</param>
    public sealed record Written(byte[] Bytes, string ETag, bool Complete);
}
