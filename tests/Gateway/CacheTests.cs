using System.Net;
using System.Net.Http.Headers;
using EServices.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace EServices.Gateway.Tests;

public sealed class CacheTests
{
    [Fact]
    public async Task PublicRead_IsAskedOfTheServiceOnce()
    {
        await using var gateway = await StartAsync("public, max-age=60");

        using var first = await GetAsync(gateway, "/api/v1/services?q=a");
        using var second = await GetAsync(gateway, "/api/v1/services?q=a");

        Assert.Null(first.Headers.Age);
        Assert.NotNull(second.Headers.Age);
        Assert.Equal(await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("\"7\"", second.Headers.ETag?.Tag);
        Assert.True(second.Headers.CacheControl?.Public);
        Assert.Equal("nosniff", Assert.Single(second.Headers.GetValues("X-Content-Type-Options")));
        Assert.Single(gateway.Catalogue.Requests);
    }

    [Fact]
    public async Task PublicRead_IsKeptByQueryAndLanguage()
    {
        await using var gateway = await StartAsync("public, max-age=60");

        foreach (var (path, language) in new[] { ("/api/v1/services?q=a", "en"), ("/api/v1/services?q=b", "en"), ("/api/v1/services?q=a", "hi"), ("/api/v1/departments", "en"), ("/api/v1/statistics/services", "en") })
        {
            for (var count = 0; count < 2; count++)
                using (await GetAsync(gateway, path, ("Accept-Language", language)))
                {
                }
        }

        Assert.Equal(5, gateway.Catalogue.Requests.Count);
    }

    [Theory]
    [InlineData("\"7\"", HttpStatusCode.NotModified)]
    [InlineData("\"6\", \"7\"", HttpStatusCode.NotModified)]
    [InlineData("\"6\"", HttpStatusCode.OK)]
    public async Task IfNoneMatch_IsAnsweredHere(string tags, HttpStatusCode status)
    {
        await using var gateway = await StartAsync("public, max-age=60");
        using var first = await GetAsync(gateway, "/api/v1/services", ("If-None-Match", "\"7\""));

        using var second = await GetAsync(gateway, "/api/v1/services", ("If-None-Match", tags));

        Assert.Equal(status, second.StatusCode);
        Assert.Equal("\"7\"", second.Headers.ETag?.Tag);
        Assert.Equal(status == HttpStatusCode.NotModified, (await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length == 0);
        Assert.False(Assert.Single(gateway.Catalogue.Requests).Headers.ContainsKey("If-None-Match"));
    }

    [Theory]
    [InlineData("private, max-age=60")]
    [InlineData("no-store")]
    [InlineData("public, no-cache")]
    [InlineData("public, max-age=0")]
    [InlineData("")]
    public async Task Answer_ThatIsNotCalledPublic_IsNotKept(string cacheControl)
    {
        await using var gateway = await StartAsync(cacheControl);

        using var first = await GetAsync(gateway, "/api/v1/services");
        using var second = await GetAsync(gateway, "/api/v1/services");

        Assert.Equal(2, gateway.Catalogue.Requests.Count);
        Assert.Equal(CacheControlHeaderValue.Parse(cacheControl.Length == 0 ? "no-store" : cacheControl), second.Headers.CacheControl);
    }

    [Fact]
    public async Task Answer_ToATokensBearer_IsNeitherKeptNorGivenFromTheKept()
    {
        await using var gateway = await StartAsync("public, max-age=60");
        using var citizen = gateway.As("citizen", "cit_1");

        for (var count = 0; count < 2; count++)
            Assert.Equal(HttpStatusCode.OK, (await citizen.GetAsync("/api/v1/services", TestContext.Current.CancellationToken)).StatusCode);
        using var anonymous = await GetAsync(gateway, "/api/v1/services");
        Assert.Equal(HttpStatusCode.OK, (await citizen.GetAsync("/api/v1/services", TestContext.Current.CancellationToken)).StatusCode);

        Assert.Null(anonymous.Headers.Age);
        Assert.Equal(4, gateway.Catalogue.Requests.Count);
    }

    [Fact]
    public async Task Error_AndCookie_AreNotKept()
    {
        await using var gateway = await StartAsync("public, max-age=60");
        var usual = gateway.Catalogue.Answer;
        gateway.Catalogue.Answer = context =>
        {
            context.Response.StatusCode = 404;
            context.Response.Headers.CacheControl = "public, max-age=60";
            return Task.CompletedTask;
        };
        using var missing = await GetAsync(gateway, "/api/v1/services/new");
        gateway.Catalogue.Answer = context =>
        {
            context.Response.Headers.SetCookie = "session=1";
            return usual(context);
        };
        using var cookie = await GetAsync(gateway, "/api/v1/services/new");
        gateway.Catalogue.Answer = usual;
        using var found = await GetAsync(gateway, "/api/v1/services/new");

        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        Assert.Equal(3, gateway.Catalogue.Requests.Count);
    }

    [Theory]
    [InlineData("/api/v1/slots?serviceId=a", "dispatch")]
    [InlineData("/api/v1/track/JK-1", "application")]
    [InlineData("/api/v1/bills/bil_1", "payment")]
    public async Task Addresses_OutsideTheCatalogue_AreNotKept(string path, string service)
    {
        await using var gateway = await StartAsync("public, max-age=60");

        using var first = await GetAsync(gateway, path);
        using var second = await GetAsync(gateway, path);

        Assert.Equal(2, gateway.Behind[service].Requests.Count);
    }

    [Fact]
    public async Task KeptAnswer_GrowsOld()
    {
        await using var gateway = await StartAsync("public, max-age=60", ("Gateway:CacheSeconds", "0.2"));
        using var first = await GetAsync(gateway, "/api/v1/services");

        await Testing.Eventually.HoldsAsync(
            async () =>
            {
                using var again = await GetAsync(gateway, "/api/v1/services");
                return gateway.Catalogue.Requests.Count == 2;
            },
            () => $"{gateway.Catalogue.Requests.Count} requests reached Catalogue");
    }

    [Fact]
    public async Task ManyAtOnce_AskTheServiceOnce()
    {
        await using var gateway = await StartAsync("public, max-age=60");
        var usual = gateway.Catalogue.Answer;
        var open = new TaskCompletionSource();
        gateway.Catalogue.Answer = async context =>
        {
            await open.Task;
            await usual(context);
        };

        var asked = Enumerable.Range(0, 20).Select(_ => GetAsync(gateway, "/api/v1/services")).ToList();
        await Testing.Eventually.HoldsAsync(() => !gateway.Catalogue.Requests.IsEmpty, () => "nobody asked");
        open.SetResult();
        var answers = await Task.WhenAll(asked);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Single(gateway.Catalogue.Requests);
    }

    [Fact]
    public async Task OriginOfOneReader_IsNotToldToAnother()
    {
        await using var gateway = await StartAsync("public, max-age=60", ("Gateway:Origins:0", "https://portal.example"));
        using var first = await GetAsync(gateway, "/api/v1/services", ("Origin", "https://portal.example"));
        using var second = await GetAsync(gateway, "/api/v1/services", ("Origin", "https://evil.example"));

        Assert.Equal("https://portal.example", Assert.Single(first.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.NotNull(second.Headers.Age);
        Assert.False(second.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static async Task<GatewayHost> StartAsync(string cacheControl, params (string, string)[] settings)
    {
        var gateway = await GatewayHost.StartAsync(settings: settings);
        foreach (var service in gateway.Behind.Values.Where(service => service != gateway.Identity))
        {
            var served = 0;
            service.Answer = context =>
            {
                context.Response.Headers.ETag = "\"7\"";
                if (cacheControl.Length > 0)
                    context.Response.Headers.CacheControl = cacheControl;
                return context.Response.WriteAsJsonAsync(new { served = Interlocked.Increment(ref served) });
            };
        }
        return gateway;
    }

    private static async Task<HttpResponseMessage> GetAsync(GatewayHost gateway, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
