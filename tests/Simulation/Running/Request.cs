using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EServices.Simulation.Running;

/// <param name="Path">With its query.</param>
internal sealed record Request(
    string Method, string Path, byte[] Body, string ContentType, ClaimsPrincipal Caller, IReadOnlyDictionary<string, string> Headers)
{
    public string Name => $"{Method} {Path}";

    public IHttpRequestFeature ToFeature()
    {
        var mark = Path.IndexOf('?', StringComparison.Ordinal);
        IHeaderDictionary headers = new HeaderDictionary();
        foreach (var (name, value) in Headers)
            headers[name] = value;
        if (Body.Length > 0)
        {
            headers.ContentType = ContentType;
            headers.ContentLength = Body.Length;
        }
        headers.Host = "localhost";
        return new HttpRequestFeature
        {
            Method = Method,
            Protocol = "HTTP/1.1",
            Scheme = "http",
            Path = mark < 0 ? Path : Path[..mark],
            QueryString = mark < 0 ? "" : Path[mark..],
            RawTarget = Path,
            Headers = headers,
            Body = new MemoryStream(Body, writable: false),
        };
    }
}

internal sealed record Answer(int Status, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    private JsonObject? json;

    public bool Ok => Status is >= 200 and < 300;

    public JsonObject Json => json ??= Body.Length == 0 ? [] : JsonNode.Parse(Body)!.AsObject();

    /// <summary>The code of a problem; empty for an answer that is none.</summary>
    public string Problem => Ok ? "" : ((string?)Json["type"] ?? "").Split(':')[^1];

    public override string ToString() => $"{Status} {System.Text.Encoding.UTF8.GetString(Body)}";
}
