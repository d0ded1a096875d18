using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EServices.Gateway.Documents;
using EServices.Gateway.Tests.Hosting;
using EServices.Testing;
using Microsoft.OpenApi;

namespace EServices.Gateway.Tests;

public sealed partial class DocumentTests
{
    private const string Bills = """
        {
          "openapi": "3.1.1", "info": { "title": "EServices payment", "version": "v1" },
          "paths": {
            "/api/v1/bills/{id}": { "get": { "operationId": "Get", "tags": ["Bills"], "responses": {
              "200": { "description": "OK", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/BillView" } } } },
              "404": { "description": "None", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemDetails" } } } } } } },
            "/api/v1/secret": { "get": { "responses": {} } },
            "/sandbox/payments/{id}/pay": { "post": { "operationId": "Pay", "responses": { "204": { "description": "Paid" } } } }
          },
          "components": { "schemas": {
            "BillView": { "type": "object", "properties": { "citizen": { "$ref": "#/components/schemas/Person" }, "state": { "$ref": "#/components/schemas/State" } } },
            "Person": { "type": "object", "properties": { "state": { "$ref": "#/components/schemas/State" } } },
            "State": { "enum": ["open", "paid"] },
            "ProblemDetails": { "type": "object", "properties": { "type": { "type": "string" } } } } },
          "tags": [{ "name": "Bills" }]
        }
        """;

    private const string Applications = """
        {
          "openapi": "3.1.1", "info": { "title": "EServices application", "version": "v1" },
          "paths": { "/api/v1/applications/{id}": {
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "get": { "operationId": "Get", "tags": ["EServices.Application"], "responses": {
              "200": { "description": "OK", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Person" } } } },
              "404": { "description": "None", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/ProblemDetails" } } } } } } } },
          "components": { "schemas": {
            "Person": { "type": "object", "properties": { "state": { "$ref": "#/components/schemas/State" } } },
            "State": { "enum": ["draft", "submitted"] },
            "ProblemDetails": { "type": "object", "properties": { "type": { "type": "string" } } } } }
        }
        """;

    [Fact]
    public void Join_RenamesWhatClashes_AndWhatRefersToIt()
    {
        var joined = Join(sandbox: false);
        var schemas = joined["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).Order(StringComparer.Ordinal);

        // Person reads the same in both, but means another State.
        Assert.Equal(["ApplicationPerson", "ApplicationState", "BillView", "Person", "ProblemDetails", "State"], schemas);
        Assert.Equal("#/components/schemas/ApplicationState", (string?)joined["components"]!["schemas"]!["ApplicationPerson"]!["properties"]!["state"]!["$ref"]);
        Assert.Equal("#/components/schemas/State", (string?)joined["components"]!["schemas"]!["Person"]!["properties"]!["state"]!["$ref"]);
        Assert.Contains("#/components/schemas/ApplicationPerson", joined["paths"]!["/api/v1/applications/{id}"]!["get"]!.ToJsonString(), StringComparison.Ordinal);
        AssertValid(joined);
    }

    [Fact]
    public void Join_LeavesOutWhatTheGatewayDoesNotForward()
    {
        var join = new DocumentJoin(sandbox: false);
        join.Add("payment", (JsonObject)JsonNode.Parse(Bills)!);
        Assert.Equal(["payment: GET /api/v1/secret", "payment: POST /sandbox/payments/{id}/pay"], join.Unreachable);
        Assert.Equal(["/api/v1/applications/{id}", "/api/v1/bills/{id}"], Join(sandbox: false)["paths"]!.AsObject().Select(path => path.Key));
        Assert.Equal(["/api/v1/applications/{id}", "/api/v1/bills/{id}", "/sandbox/payments/{id}/pay"], Join(sandbox: true)["paths"]!.AsObject().Select(path => path.Key));
    }

    [Fact]
    public void Join_NamesOperationsOnce_AndTagsThemByServiceWhereTheyHaveNone()
    {
        var joined = Join(sandbox: false);

        Assert.Equal(["Application", "Bills"], joined["tags"]!.AsArray().Select(tag => (string)tag!["name"]!));
        Assert.Equal("Get", (string?)joined["paths"]!["/api/v1/bills/{id}"]!["get"]!["operationId"]);
        Assert.Equal("ApplicationGet", (string?)joined["paths"]!["/api/v1/applications/{id}"]!["get"]!["operationId"]);
    }

    /// <summary>Without the operations that the gateway itself answers, whoever is there.</summary>
    private static List<string> OfServices(JsonObject document)
    {
        var paths = document["paths"]!.AsObject().Select(path => path.Key).ToList();
        Assert.Contains("/api/v1/operations/dead-letters", paths);
        return [.. paths.Where(path => !path.StartsWith("/api/v1/operations/", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Document_JoinsAllServices_AndKeepsOneThatGoesAway()
    {
        await using var gateway = await GatewayHost.StartAsync(sandbox: true, ("Gateway:DocumentSeconds", "0"));
        gateway.Payment.Document = Bills;
        gateway.Behind["application"].Document = Applications;

        var joined = await ReadAsync(gateway);

        Assert.Equal(["/api/v1/applications/{id}", "/api/v1/bills/{id}", "/sandbox/clock/advance", "/sandbox/payments/{id}/pay"], OfServices(joined));
        Assert.StartsWith("3.1", (string?)joined["openapi"], StringComparison.Ordinal);
        Assert.Equal("http://localhost:8080", (string?)joined["servers"]![0]!["url"]);
        Assert.Equal("http://localhost:8080/connect/token", (string?)joined["components"]!["securitySchemes"]!["oauth2"]!["flows"]!["clientCredentials"]!["tokenUrl"]);
        Assert.DoesNotContain("Incomplete", (string?)joined["info"]!["description"], StringComparison.Ordinal);
        AssertValid(joined);

        await gateway.Payment.StopAsync();
        Assert.True(JsonNode.DeepEquals(joined, await ReadAsync(gateway)));
    }

    [Fact]
    public async Task Document_OfAServiceThatNeverAnswered_IsSaidToBeMissing_AndComesLater()
    {
        await using var gateway = await GatewayHost.StartAsync();
        gateway.Payment.Document = Bills;
        gateway.Behind["application"].Document = Applications;
        await gateway.Payment.StopAsync();
        var without = await ReadAsync(gateway);
        Assert.Contains("payment", (string?)without["info"]!["description"], StringComparison.Ordinal);
        Assert.Single(OfServices(without));

        await gateway.Payment.StartAsync();
        JsonObject with = without;
        await Eventually.HoldsAsync(async () => OfServices(with = await ReadAsync(gateway)).Count == 2, () => with.ToJsonString());
        Assert.DoesNotContain("Incomplete", (string?)with["info"]!["description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_IsReadAgainOnlyWhenItChanged()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var first = await gateway.Client.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await gateway.Client.SendAsync(again, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Docs_LoadNothingFromElsewhere()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var page = await gateway.NewFollowingClient().GetAsync("/docs", TestContext.Current.CancellationToken);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Empty(Links().Matches(html).Select(link => link.Value));
        Assert.Contains("openapi/v1.json", html, StringComparison.Ordinal);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("connect-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        var nonce = Regex.Match(policy, "'nonce-([^']+)'").Groups[1].Value;
        Assert.All(Regex.Matches(html, "<script[^>]*>").Select(script => script.Value), script => Assert.Contains(nonce, WebUtility.HtmlDecode(script), StringComparison.Ordinal));

        var sources = Regex.Matches(html, "src=\"([^\"]+)\"").Select(source => source.Groups[1].Value).ToList();
        Assert.NotEmpty(sources);
        foreach (var source in sources)
        {
            using var script = await gateway.Client.GetAsync(new Uri(page.RequestMessage!.RequestUri!, source), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, script.StatusCode);
            Assert.Contains("javascript", script.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Welcome_ShowsTheWay()
    {
        await using var gateway = await GatewayHost.StartAsync();

        var html = await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken);

        foreach (var link in Regex.Matches(html, "href=\"([^\"]+)\"").Select(match => match.Groups[1].Value))
        {
            using var answer = await gateway.NewFollowingClient().GetAsync(link, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, link);
        }
    }

    private static JsonObject Join(bool sandbox)
    {
        var join = new DocumentJoin(sandbox);
        join.Add("payment", (JsonObject)JsonNode.Parse(Bills)!);
        join.Add("application", (JsonObject)JsonNode.Parse(Applications)!);
        return join.Finish(new Uri("http://localhost:8080/"), []);
    }

    private static async Task<JsonObject> ReadAsync(GatewayHost gateway) =>
        (JsonObject)JsonNode.Parse(await gateway.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;

    /// <summary>A reader of OpenAPI finds nothing to complain of, every reference leads somewhere, and no operation id is given twice.</summary>
    private static void AssertValid(JsonObject document)
    {
        var read = OpenApiDocument.Parse(document.ToJsonString(), "json");
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic?.SpecificationVersion);
        Assert.Empty(read.Diagnostic!.Errors.Select(error => error.ToString()));
        var references = Regex.Matches(document.ToJsonString(), "\"\\$ref\":\"#/components/([^/]+)/([^\"]+)\"").ToList();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(document["components"]![reference.Groups[1].Value]![reference.Groups[2].Value]));
        var ids = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => (string?)operation.Value!["operationId"]).Where(id => id is not null).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [GeneratedRegex("""(?:https?:)?//[a-z0-9][^\s"'<]*""", RegexOptions.IgnoreCase)]
    private static partial Regex Links();
}
