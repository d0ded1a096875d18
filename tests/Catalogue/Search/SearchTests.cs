using System.Diagnostics;
using System.Net;
using System.Text;
using EServices.Catalogue.Tests.Support;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Search;

public sealed class SearchTests(ReadOnlyCatalogue catalogue)
{
    private CatalogueHost Host => catalogue.Host;

    [Theory]
    [InlineData("अधिवास", "domicile-certificate")]
    [InlineData("निवास प्रमाण पत्र", "domicile-certificate")]
    [InlineData("ڈومیسائل", "domicile-certificate")]
    [InlineData("ڈوميسائل", "domicile-certificate")]
    [InlineData("آمدنی", "income-certificate")]
    [InlineData("امدنی", "income-certificate")]
    [InlineData("mool niwas", "domicile-certificate")]
    [InlineData("aay praman patra", "income-certificate")]
    [InlineData("DOMICILE", "domicile-certificate")]
    [InlineData("domicle certificate", "domicile-certificate")]
    [InlineData("domciile", "domicile-certificate")]
    [InlineData("domi", "domicile-certificate")]
    [InlineData("income certificate", "income-certificate")]
    [InlineData("marrige certificate", "marriage-certificate")]
    [InlineData("विवाह प्रमाणपत्र", "marriage-certificate")]
    [InlineData("नक़ल", "land-record-extract")]
    [InlineData("नकल", "land-record-extract")]
    [InlineData("पिछड़ा वर्ग", "backward-class-certificate")]
    [InlineData("पिछडा वर्ग", "backward-class-certificate")]
    [InlineData("जमाबन्दी", "land-record-extract")]
    [InlineData("do\u00ADmi\u200Bcile", "domicile-certificate")]
    public async Task WhatPeopleSay_FindsTheServiceFirst(string said, string service) => Assert.Equal(service, (await Host.SearchAsync(said))[0]);

    [Fact]
    public async Task Compound_WrittenTogetherOrApart_FindsTheSame()
    {
        var apart = await Host.SearchAsync("प्रमाण पत्र");
        var together = await Host.SearchAsync("प्रमाणपत्र");

        Assert.True(apart.Count > 5);
        Assert.Contains("domicile-certificate", together);
        Assert.Superset(together.ToHashSet(), apart.ToHashSet());
    }

    [Fact]
    public async Task ServicesWithEveryWord_ComeBeforeThoseWithSome()
    {
        var found = await Host.SearchAsync("domicile certificate");

        Assert.Equal("domicile-certificate", found[0]);
        Assert.Contains("income-certificate", found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public async Task NothingSaid_ListsAll(string said) => Assert.Equal(Host.Shelf.Now.Launched.Count(), (await Host.SearchAsync(said)).Count);

    [Theory]
    [InlineData("…!?-_.,()")]
    [InlineData("😀😀")]
    [InlineData("\u200F\u202E")]
    [InlineData("xqzxqzxqz")]
    public async Task NothingThatAnythingIsCalled_FindsNothing(string said) => Assert.Empty(await Host.SearchAsync(said));

    [Fact]
    public async Task LongestQuery_IsTaken_AndOneMoreRefused()
    {
        using var taken = await Host.Anonymous().GetAsync("/api/v1/services?q=" + new string('a', 200), CatalogueHost.Cancel);
        using var refused = await Host.Anonymous().GetAsync("/api/v1/services?q=" + new string('a', 201), CatalogueHost.Cancel);

        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        var problem = await Assert.IsProblemAsync(refused, HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal(("?q", "too-long"), ((string?)problem["errors"]![0]!["pointer"], (string?)problem["errors"]![0]!["code"]));
    }

    /// <summary>Undecodable bytes, U+FFFE (which normalisation refuses), halves of surrogate pairs, controls, what expands, what regular expressions choke on.</summary>
    [Theory]
    [InlineData("%FF%FE%80")]
    [InlineData("%EF%BF%BE")]
    [InlineData("%ED%A0%80")]
    [InlineData("%00%01%1F%7F")]
    [InlineData("%F0%9F%98%80domicile%F0%9F%98%80")]
    [InlineData("%E2%80%AEdomicile%E2%80%AC")]
    [InlineData("(a%2B)%2B%24")]
    [InlineData("%25%27%22%3B--%3Cscript%3E")]
    [InlineData("%")]
    public async Task HostileText_IsAnswered(string encoded)
    {
        using var answer = await Host.Anonymous().GetAsync("/api/v1/services?q=" + encoded, CatalogueHost.Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public void Work_IsBounded_ForTheWorstOfQueries()
    {
        var search = new EServices.Catalogue.Search.WordSearch();
        var shelf = Host.Shelf.Now;
        string[] worst =
        [
            string.Concat(Enumerable.Repeat("ce ", 66)), new string('a', 200), string.Concat(Enumerable.Repeat("प्र ", 50)), new string('\uFDFA', 200),
            new StringBuilder().Insert(0, "न्", 100).ToString(), new string('\u0301', 200), string.Concat(Enumerable.Repeat("cert in of to ", 14)),
        ];
        _ = search.Find("warm", shelf).Count();

        var watch = Stopwatch.StartNew();
        foreach (var query in worst)
            Assert.True(search.Find(query, shelf).Count() <= shelf.Services.Count);
        // Some milliseconds on a quiet machine; what grows with a power of the length would take minutes.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed.TotalSeconds:F1} s");
    }

    [Fact]
    public async Task FiltersHold_AlsoForWhatWasSearched()
    {
        var found = await Host.JsonAsync("/api/v1/services?limit=100&department=revenue&q=certificate");

        Assert.NotEmpty(found.GetProperty("items").EnumerateArray());
        Assert.All(found.GetProperty("items").EnumerateArray(), item => Assert.Equal("revenue", item.GetProperty("departmentId").GetString()));
    }

    [Fact]
    public async Task SuspendedService_IsNotFound_UntilItIsBack()
    {
        await using var host = new CatalogueHost();
        Assert.Equal("domicile-certificate", (await host.SearchAsync("domicile"))[0]);

        await host.SuspendAsync();
        Assert.DoesNotContain("domicile-certificate", await host.SearchAsync("domicile"));

        await host.ResumeAsync();
        Assert.Equal("domicile-certificate", (await host.SearchAsync("domicile"))[0]);
    }
}
