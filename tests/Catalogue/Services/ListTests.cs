using System.Net;
using System.Text.Json;
using EServices.Catalogue.Tests.Support;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Services;

public sealed class ListTests(ReadOnlyCatalogue catalogue)
{
    private CatalogueHost Host => catalogue.Host;

    [Theory]
    [InlineData("", "Domicile certificate")]
    [InlineData("?lang=en", "Domicile certificate")]
    [InlineData("?lang=hi", "अधिवास प्रमाण पत्र")]
    [InlineData("?lang=ur", "ڈومیسائل سرٹیفکیٹ")]
    public async Task Names_AreInTheLanguageAskedFor(string language, string name)
    {
        Assert.Equal(name, (await Host.JsonAsync("/api/v1/services/domicile-certificate" + language)).GetProperty("name").GetString());
        var list = await Host.JsonAsync($"/api/v1/services{(language.Length == 0 ? "?" : language + "&")}department=revenue&limit=100");
        Assert.Contains(list.GetProperty("items").EnumerateArray(), item => item.GetProperty("name").GetString() == name);
    }

    [Fact]
    public async Task Department_NarrowsTheList()
    {
        var some = await Host.JsonAsync("/api/v1/services?department=revenue&limit=100");

        Assert.NotEmpty(some.GetProperty("items").EnumerateArray());
        Assert.All(some.GetProperty("items").EnumerateArray(), item => Assert.Equal("revenue", item.GetProperty("departmentId").GetString()));
    }

    [Fact]
    public async Task Channel_NarrowsTheList()
    {
        var doorstep = await Host.AllIdsAsync("channel=doorstep");

        Assert.Contains("domicile-certificate", doorstep);
        Assert.Equal(doorstep, await Host.AllIdsAsync("channel=Doorstep"));
        Assert.All(doorstep, id => Assert.Contains(EServices.Contracts.Channel.Doorstep, Host.Shelf.Now.Services[id].Launched.Channels));
    }

    [Theory]
    [InlineData("lang=xx", "?lang")]
    [InlineData("lang=", "?lang")]
    [InlineData("lang=EN;DROP", "?lang")]
    [InlineData("department=no-such", "?department")]
    [InlineData("department=", "?department")]
    [InlineData("channel=post", "?channel")]
    [InlineData("channel=0", "?channel")]
    [InlineData("channel=online,centre", "?channel")]
    [InlineData("channel=", "?channel")]
    [InlineData("limit=0", "?limit")]
    [InlineData("limit=101", "?limit")]
    [InlineData("limit=-1", "?limit")]
    [InlineData("limit=ten", "?limit")]
    [InlineData("limit=99999999999", "?limit")]
    [InlineData("cursor=forged", "?cursor")]
    [InlineData("cursor=c1", "?cursor")]
    [InlineData("cursor=a", "?cursor")]
    [InlineData("q=certificate&cursor=c-1", "?cursor")]
    [InlineData("q=certificate&cursor=c99999999999", "?cursor")]
    [InlineData("q=certificate&cursor=adomicile-certificate", "?cursor")]
    public async Task UnknownValue_IsRefused_NamingTheField(string query, string pointer)
    {
        using var answer = await Host.Anonymous().GetAsync("/api/v1/services?" + query, CatalogueHost.Cancel);

        var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(pointer, (string?)Assert.Single(problem["errors"]!.AsArray())!["pointer"]);
        Assert.Null(answer.Headers.ETag);
        Assert.False(answer.Headers.CacheControl?.Public ?? false);
    }

    [Fact]
    public async Task EverythingWrong_IsToldAtOnce()
    {
        using var answer = await Host.Anonymous().GetAsync("/api/v1/services?lang=xx&department=xx&channel=xx&cursor=xx&q=" + new string('q', 10_001), CatalogueHost.Cancel);

        var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(["?lang", "?department", "?channel", "?q", "?cursor"], problem["errors"]!.AsArray().Select(error => (string?)error!["pointer"]));
    }

    [Theory]
    [InlineData("limit=7")]
    [InlineData("limit=1&department=fisheries")]
    [InlineData("limit=100")]
    [InlineData("q=certificate&limit=4")]
    [InlineData("q=certificate&limit=3&department=revenue")]
    public async Task Pages_GiveEachServiceOnce_InTheOrderOfTheWhole(string query)
    {
        var limit = int.Parse(query.Split("limit=")[1].Split('&')[0], null);
        var all = await Host.AllIdsAsync(query.Replace($"limit={limit}", "", StringComparison.Ordinal).Trim('&').Replace("&&", "&", StringComparison.Ordinal));

        var paged = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Host.JsonAsync($"/api/v1/services?{query}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            var ids = page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!).ToList();
            Assert.InRange(ids.Count, 1, limit);
            paged.AddRange(ids);
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task ServiceSuspendedBetweenTwoPages_LeavesNoOtherOut()
    {
        await using var host = new CatalogueHost();
        var all = await host.AllIdsAsync();
        var first = await host.JsonAsync("/api/v1/services?limit=5");

        await host.SuspendAsync(service: all[1]);

        var rest = await host.IdsAsync($"limit=100&cursor={first.GetProperty("next").GetString()}");
        Assert.Equal(all.Skip(5).Take(100), rest);
    }

    [Fact]
    public async Task CursorBehindTheLast_IsAnEmptyPage()
    {
        var page = await Host.JsonAsync("/api/v1/services?cursor=azzzz");

        Assert.Equal(0, page.GetProperty("items").GetArrayLength());
        Assert.True(!page.TryGetProperty("next", out var next) || next.ValueKind == JsonValueKind.Null);
    }
}
