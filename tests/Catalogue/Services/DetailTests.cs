using System.Net;
using System.Text.Json;
using EServices.Catalogue.Tests.Support;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Services;

public sealed class DetailTests(ReadOnlyCatalogue catalogue)
{
    private CatalogueHost Host => catalogue.Host;

    [Fact]
    public async Task Service_TellsDocumentsFormFeesTimeLimitAndSources()
    {
        var service = await Host.JsonAsync("/api/v1/services/domicile-certificate?lang=hi");

        var launched = Host.Shelf.Now.Services["domicile-certificate"].Launched;
        Assert.Equal(("launched", 1), (service.GetProperty("state").GetString(), service.GetProperty("version").GetInt32()));
        Assert.Equal(launched.Documents.Select(asked => asked.Name.In("hi")), service.GetProperty("documents").EnumerateArray().Select(asked => asked.GetProperty("name").GetString()));
        Assert.Equal(launched.TimeLimit.WorkingDays, service.GetProperty("timeLimit").GetProperty("days").GetInt32());
        Assert.Equal(["online", "centre", "doorstep"], service.GetProperty("fees").EnumerateArray().Select(fee => fee.GetProperty("channel").GetString()));
        Assert.All(service.GetProperty("fees").EnumerateArray(), fee =>
            Assert.Equal(fee.GetProperty("totalPaise").GetInt64(), fee.GetProperty("lines").EnumerateArray().Sum(line => line.GetProperty("paise").GetInt64())));
        Assert.Equal(["timeLimit", "officers", "documents", "fee"], service.GetProperty("citations").EnumerateArray().Select(citation => citation.GetProperty("of").GetString()));
        Assert.True(JsonElement.DeepEquals(launched.FormSchema, service.GetProperty("formSchema")));
    }

    [Fact]
    public async Task Form_IsTheSchemaOfTheVersion()
    {
        var form = await Host.JsonAsync("/api/v1/services/domicile-certificate/form?lang=ur");

        Assert.Equal(("domicile-certificate", 1, "ur"), (form.GetProperty("serviceId").GetString(), form.GetProperty("version").GetInt32(), form.GetProperty("language").GetString()));
        Assert.Equal("object", form.GetProperty("schema").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("/api/v1/services/no-such")]
    [InlineData("/api/v1/services/Domicile-Certificate")]
    [InlineData("/api/v1/services/%3Cscript%3E")]
    [InlineData("/api/v1/services/domicile-certificate@1")]
    [InlineData("/api/v1/services/no-such/form")]
    [InlineData("/api/v1/geography/districts/999999/tehsils")]
    public async Task UnknownId_IsNotFound_AndNotKeptByCaches(string path)
    {
        using var answer = await Host.Anonymous().GetAsync(path, CatalogueHost.Cancel);

        await Assert.IsProblemAsync(answer, HttpStatusCode.NotFound, "not-found");
        Assert.False(answer.Headers.CacheControl?.Public ?? false);
    }

    [Theory]
    [InlineData("/api/v1/services/domicile-certificate?lang=xx")]
    [InlineData("/api/v1/services/domicile-certificate/form?lang=xx")]
    [InlineData("/api/v1/departments?lang=xx")]
    public async Task UnknownLanguage_IsRefused(string path)
    {
        using var answer = await Host.Anonymous().GetAsync(path, CatalogueHost.Cancel);

        var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal("?lang", (string?)problem["errors"]![0]!["pointer"]);
    }

    [Fact]
    public async Task Departments_AreAllOfThePack_InTheLanguageAskedFor()
    {
        var departments = (await Host.JsonAsync("/api/v1/departments?lang=hi")).GetProperty("items").EnumerateArray().ToList();

        var revenue = Assert.Single(departments, department => department.GetProperty("id").GetString() == "revenue");
        Assert.Equal(revenue.GetProperty("names").GetProperty("hi").GetString(), revenue.GetProperty("name").GetString());
        Assert.Equal((await Host.AllIdsAsync("department=revenue")).Count, revenue.GetProperty("online").GetInt32());
        Assert.Equal(56, departments.Select(department => department.GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Geography_HasEveryDistrictAndTehsilOnce()
    {
        var districts = (await Host.JsonAsync("/api/v1/geography/districts")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(20, districts.Count);
        Assert.All(districts, district => Assert.NotEmpty(district.GetProperty("pincodes").EnumerateArray()));

        var tehsils = new List<string>();
        foreach (var code in districts.Select(district => district.GetProperty("code").GetString()))
            tehsils.AddRange((await Host.JsonAsync($"/api/v1/geography/districts/{code}/tehsils")).GetProperty("items").EnumerateArray().Select(tehsil => tehsil.GetProperty("code").GetString()!));

        Assert.Equal(202, tehsils.Count);
        Assert.Equal(202, tehsils.Distinct().Count());
    }
}
