using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Catalogue.Definitions;
using EServices.Catalogue.Exchange;
using EServices.Catalogue.Tests.Support;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Catalogue.Tests.Exchange;

public sealed class ExchangeTests(ReadOnlyCatalogue catalogue)
{
    [Theory]
    [InlineData("jsonl", false)]
    [InlineData("csv", false)]
    [InlineData("csv", true)]
    public async Task TheWholeCatalogue_ExportedAndImported_ChangesNothing(string format, bool bom)
    {
        var host = catalogue.Host;
        var file = await ExportAsync(host, $"{format}&bom={bom}");

        var report = await ReportAsync(await ImportAsync(host, file, format));

        Assert.Equal(host.Shelf.Now.Services.Count, report.GetProperty("lines").GetInt32());
        Assert.Equal(report.GetProperty("lines").GetInt32(), report.GetProperty("unchanged").GetInt32());
        Assert.Equal(0, report.GetProperty("errors").GetArrayLength() + report.GetProperty("added").GetArrayLength() + report.GetProperty("changed").GetArrayLength() + report.GetProperty("drafts").GetArrayLength());
    }

    [Fact]
    public async Task AChangedService_BecomesADraftForReview_AndIsNotMadeTwice()
    {
        await using var host = new CatalogueHost();
        var line = JsonNode.Parse(Encoding.UTF8.GetString(await ExportAsync(host, "jsonl")).Split('\n').Single(text => text.Contains("\"id\":\"domicile-certificate\"", StringComparison.Ordinal)))!.AsObject();
        line["timeLimitDays"] = 3;
        var file = Encoding.UTF8.GetBytes(line.ToJsonString());

        var dry = await ReportAsync(await ImportAsync(host, file, "jsonl&dryRun=true"));
        var report = await ReportAsync(await ImportAsync(host, file, "jsonl"));
        var again = await ReportAsync(await ImportAsync(host, file, "jsonl"));

        Assert.Equal((true, 0), (dry.GetProperty("dryRun").GetBoolean(), dry.GetProperty("drafts").GetArrayLength()));
        Assert.Equal("domicile-certificate", Assert.Single(report.GetProperty("changed").EnumerateArray()).GetString());
        var definitions = host.Services.GetRequiredService<DocumentStore<Definition>>();
        var draft = await definitions.GetAsync(Assert.Single(report.GetProperty("drafts").EnumerateArray()).GetString()!, CatalogueHost.Cancel);
        Assert.Equal((DefinitionState.Draft, 3, "stf_manager"), (draft.State, (int)draft.Content["timeLimitDays"]!, draft.Authors[0].By));
        Assert.Equal(1, host.Shelf.Now.Services["domicile-certificate"].Number);
        Assert.Equal((1, 0), (again.GetProperty("unchanged").GetInt32(), again.GetProperty("drafts").GetArrayLength()));
        line["timeLimitDays"] = 4;
        using var other = await ImportAsync(host, Encoding.UTF8.GetBytes(line.ToJsonString()), "jsonl");
        await Assert.IsProblemAsync(other, HttpStatusCode.BadRequest, "import-refused");
    }

    [Fact]
    public async Task EveryErrorHasItsLine_AndNothingIsTaken()
    {
        await using var host = new CatalogueHost();
        var good = CatalogueFileTests.Service("brand-new-certificate");
        var lines = new[]
        {
            good.ToJsonString(),
            CatalogueFileTests.Service("Bad Id").ToJsonString(),
            CatalogueFileTests.Service("no-urdu", service => service["name"]!.AsObject().Remove("ur")).ToJsonString(),
            CatalogueFileTests.Service("no-officer", service => service["officers"]!["designated"] = "nobody").ToJsonString(),
            CatalogueFileTests.Service("two-mistakes", service => { service["form"] = "none"; service["timeLimitDays"] = -1; }).ToJsonString(),
            good.ToJsonString(),
        };

        using var answer = await ImportAsync(host, Encoding.UTF8.GetBytes(string.Join('\n', lines)), "jsonl");
        var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "import-refused");

        Assert.Equal(
            [(2, "/id"), (3, "/name/ur"), (4, "/officers/designated"), (5, "/form"), (5, "/timeLimitDays"), (6, "/id")],
            problem["errors"]!.AsArray().Select(error => ((int)error!["line"]!, (string)error["pointer"]!)));
        Assert.Empty((await host.Services.GetRequiredService<DocumentStore<Definition>>().ListAsync(Definition.ByTime.All, null, 10, CatalogueHost.Cancel)).Items);
    }

    [Theory]
    [InlineData("export?format=xml")]
    [InlineData("export")]
    [InlineData("export?format=csv&bom=perhaps")]
    public async Task AnUnknownFormat_IsRefused(string path)
    {
        using var answer = await catalogue.Host.Manager().GetAsync($"/api/v1/catalogue/{path}", CatalogueHost.Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task AFileThatIsTooLarge_OrOfNoSuchType_IsRefused()
    {
        using var large = await ImportAsync(catalogue.Host, new byte[ExchangeEndpoints.Largest + 1], "csv");
        await Assert.IsProblemAsync(large, HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        using var picture = await ImportAsync(catalogue.Host, [1], "csv", "image/png");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, picture.StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("citizen", HttpStatusCode.Forbidden)]
    [InlineData("administrator", HttpStatusCode.Forbidden)]
    public async Task OnlyCatalogueManagers_TakeItOutOrIn(string? role, HttpStatusCode status)
    {
        using var client = role is null ? catalogue.Host.Anonymous() : catalogue.Host.As(role, "stf_1");
        using var export = await client.GetAsync("/api/v1/catalogue/export?format=csv", CatalogueHost.Cancel);
        using var content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        using var import = await client.PostAsync("/api/v1/catalogue/import?format=csv", content, CatalogueHost.Cancel);

        Assert.Equal((status, status), (export.StatusCode, import.StatusCode));
    }

    private static async Task<byte[]> ExportAsync(CatalogueHost host, string format)
    {
        using var answer = await host.Manager().GetAsync($"/api/v1/catalogue/export?format={format}", CatalogueHost.Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(CatalogueHost.Cancel);
    }

    private static async Task<HttpResponseMessage> ImportAsync(CatalogueHost host, byte[] file, string format, string type = "application/octet-stream")
    {
        using var content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        return await host.Manager().PostAsync($"/api/v1/catalogue/import?format={format}", content, CatalogueHost.Cancel);
    }

    private static async Task<JsonElement> ReportAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync(CatalogueHost.Cancel);
            Assert.True(answer.IsSuccessStatusCode, body);
            return JsonSerializer.Deserialize<JsonElement>(body);
        }
    }
}
