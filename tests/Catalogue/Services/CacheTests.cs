using System.Net;
using EServices.Catalogue.Tests.Support;

namespace EServices.Catalogue.Tests.Services;

public sealed class CacheTests(ReadOnlyCatalogue catalogue)
{
    public static TheoryData<string> PublicReads =>
    [
        "/api/v1/services?limit=3", "/api/v1/services?q=income", "/api/v1/services/domicile-certificate", "/api/v1/services/domicile-certificate/form",
        "/api/v1/departments", "/api/v1/geography/districts",
    ];

    [Theory]
    [MemberData(nameof(PublicReads))]
    public async Task PublicRead_MayBeKept_AndIsNotSentAgainWhereItIsUnchanged(string path)
    {
        using var first = await GetAsync(catalogue.Host, path);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var tag = Assert.IsType<System.Net.Http.Headers.EntityTagHeaderValue>(first.Headers.ETag).ToString();
        Assert.Equal("public, max-age=15", first.Headers.CacheControl?.ToString());
        Assert.Equal("application/json", first.Content.Headers.ContentType?.MediaType);

        foreach (var known in new[] { tag, $"W/{tag}", $"\"other\", {tag}", "*" })
        {
            using var again = await GetAsync(catalogue.Host, path, known);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(tag, again.Headers.ETag?.ToString());
            Assert.Equal("public, max-age=15", again.Headers.CacheControl?.ToString());
            Assert.Empty(await again.Content.ReadAsByteArrayAsync(CatalogueHost.Cancel));
        }
        using var changed = await GetAsync(catalogue.Host, path, "\"other\"");
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Fact]
    public async Task Tag_IsOfWhatIsSent()
    {
        using var english = await GetAsync(catalogue.Host, "/api/v1/services/domicile-certificate?lang=en");
        using var hindi = await GetAsync(catalogue.Host, "/api/v1/services/domicile-certificate?lang=hi");
        Assert.NotEqual(english.Headers.ETag, hindi.Headers.ETag);

        await using var host = new CatalogueHost();
        using var before = await GetAsync(host, "/api/v1/services/domicile-certificate");
        await host.SuspendAsync();
        using var after = await GetAsync(host, "/api/v1/services/domicile-certificate", before.Headers.ETag?.ToString());
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task Statistics_AreOfTheMoment()
    {
        using var answer = await GetAsync(catalogue.Host, "/api/v1/statistics/services");

        Assert.False(answer.Headers.CacheControl?.Public ?? false);
    }

    private static async Task<HttpResponseMessage> GetAsync(CatalogueHost host, string path, string? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await host.Anonymous().SendAsync(request, CatalogueHost.Cancel);
    }
}
