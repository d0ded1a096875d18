using System.Text.Json.Nodes;

namespace EServices.Application.Tests;

public sealed class ApiDocumentTests(SharedDesk shared) : IClassFixture<SharedDesk>
{
    [Fact]
    public async Task OpenApi_TellsOfEveryOperation_WithASummaryAndItsRefusals()
    {
        var document = JsonNode.Parse(await shared.Desk.Anonymous().GetStringAsync("/openapi/v1.json"))!;
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => (Name: $"{method.Key} {path.Key}", Operation: method.Value!))).ToDictionary(pair => pair.Name, pair => pair.Operation);
        foreach (var name in new[]
        {
            "post /api/v1/applications", "get /api/v1/applications", "get /api/v1/applications/{id}", "put /api/v1/applications/{id}/form", "post /api/v1/applications/{id}/documents",
            "get /api/v1/applications/{id}/documents/{documentId}", "post /api/v1/applications/{id}/submit", "post /api/v1/applications/{id}/actions/{action}",
            "get /api/v1/applications/{id}/timeline", "get /api/v1/applications/{id}/certificate", "get /api/v1/track/{trackingNumber}", "post /api/v1/certificates/verify",
            "get /.well-known/jwks.json",
        })
        {
            Assert.True(operations.TryGetValue(name, out var operation), $"{name} is not in: {string.Join(", ", operations.Keys)}");
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["summary"]), name);
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["operationId"]), name);
        }
        Assert.Contains("412", operations["put /api/v1/applications/{id}/form"]["responses"]!.AsObject().Select(response => response.Key));
        Assert.Contains("image/png", operations["post /api/v1/applications/{id}/documents"]["requestBody"]!["content"]!.AsObject().Select(content => content.Key));
    }
}
