using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EServices.Catalogue.Tests.Support;

/// <summary>Catalogue-managers at work with definitions.</summary>
internal sealed class Clerks(CatalogueHost host)
{
    public const string Path = "/api/v1/catalogue/definitions";

    /// <summary>Writes.</summary>
    public HttpClient Author => host.As("catalogue-manager", "stf_author", name: "Author");

    /// <summary>Reviews.</summary>
    public HttpClient Reviewer => host.As("catalogue-manager", "stf_reviewer", name: "Reviewer");

    public static async Task<JsonObject> ReadAsync(HttpResponseMessage answer, HttpStatusCode status = HttpStatusCode.OK)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync(CatalogueHost.Cancel);
            Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} instead of {(int)status}: {body}");
            return JsonNode.Parse(body)!.AsObject();
        }
    }

    public static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, object? body = null, long? revision = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        if (revision is not null)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{revision}\"");
        return client.SendAsync(request, CatalogueHost.Cancel);
    }

    public Task<HttpResponseMessage> BeginAsync(object body, HttpClient? by = null) => SendAsync(by ?? Author, HttpMethod.Post, Path, body);

    /// <summary>A draft of what holds for a service now.</summary>
    public async Task<JsonObject> DraftAsync(string service = CatalogueHost.Domicile) => await ReadAsync(await BeginAsync(new { serviceId = service }), HttpStatusCode.Created);

    public async Task<JsonObject> SeenAsync(string id) => await ReadAsync(await Author.GetAsync($"{Path}/{id}", CatalogueHost.Cancel));

    public Task<HttpResponseMessage> PutAsync(JsonObject definition, HttpClient? by = null, DateOnly? effectiveOn = null) => SendAsync(
        by ?? Author, HttpMethod.Put, $"{Path}/{definition["id"]}", new { content = definition["content"], effectiveOn }, (long)definition["revision"]!);

    /// <summary>The draft with its content changed.</summary>
    public async Task<JsonObject> ChangeAsync(JsonObject definition, Action<JsonObject> change, DateOnly? effectiveOn = null)
    {
        change(definition["content"]!.AsObject());
        return await ReadAsync(await PutAsync(definition, effectiveOn: effectiveOn));
    }

    public Task<HttpResponseMessage> ActAsync(JsonObject definition, string action, object? body = null, HttpClient? by = null) => SendAsync(
        by ?? (action is "approve" or "send-back" ? Reviewer : Author), HttpMethod.Post, $"{Path}/{definition["id"]}/actions/{action}", body, (long)definition["revision"]!);

    public async Task<JsonObject> DoAsync(JsonObject definition, string action, object? body = null) => await ReadAsync(await ActAsync(definition, action, body));

    /// <summary>A changed definition that a second person has approved.</summary>
    public async Task<JsonObject> ApprovedAsync(Action<JsonObject> change, string service = CatalogueHost.Domicile, DateOnly? effectiveOn = null) =>
        await DoAsync(await DoAsync(await ChangeAsync(await DraftAsync(service), change, effectiveOn), "submit"), "approve");

    public async Task<JsonObject> LaunchedAsync(Action<JsonObject> change, string service = CatalogueHost.Domicile) => await DoAsync(await ApprovedAsync(change, service), "launch");

    public async Task<IReadOnlyList<(string Kind, bool? Done, string? Refused, string By)>> ActsAsync(string id)
    {
        var acts = (await ReadAsync(await Author.GetAsync($"{Path}/{id}/acts?limit=100", CatalogueHost.Cancel)))["items"]!.AsArray();
        return [.. acts.Select(act => ((string)act!["kind"]!, (bool?)act["done"], (string?)act["refused"], (string)act["by"]!))];
    }

    public static IReadOnlyList<string> Pointers(JsonNode problem) => [.. problem["errors"]!.AsArray().Select(error => (string)error!["pointer"]!)];

    /// <summary>A service that no pack has, complete.</summary>
    public static JsonObject NewService(string id = "well-permit", string batch = "2027-01") => JsonNode.Parse($$"""
        {
          "id": "{{id}}", "department": "revenue", "family": "residence", "batch": "{{batch}}",
          "name": { "en": "Permit for a well", "hi": "कुएँ की अनुमति", "ur": "کنویں کی اجازت" },
          "description": { "en": "Leave to dig a well.", "hi": "कुआँ खोदने की अनुमति।", "ur": "کنواں کھودنے کی اجازت۔" },
          "whoMayApply": { "en": "Owners of land.", "hi": "भूमि के स्वामी।", "ur": "زمین کے مالک۔" },
          "tags": ["well", "kuan"], "channels": ["online", "centre"],
          "documents": [{ "document": "proof-of-identity", "mandatory": true, "alternatives": ["aadhaar-card", "voter-card"] }],
          "form": "domicile", "feeRule": "certificate", "timeLimitDays": 20,
          "officers": { "designated": "tehsildar", "firstAppellate": "deputy-commissioner", "secondAppellate": "divisional-commissioner" },
          "output": { "kind": "permit" },
          "sources": { "timeLimit": "limit-assumed", "officers": "officers-assumed", "documents": "documents-assumed" },
          "wordsMadeBy": "person"
        }
        """)!.AsObject();

    public static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node);
}
