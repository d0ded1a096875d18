using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Catalogue.LinkedData;
using EServices.Catalogue.Tests.Support;
using EServices.Contracts;
using EServices.Platform.Packs;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Catalogue.Tests.LinkedData;

public sealed class LinkedDataTests(ReadOnlyCatalogue catalogue)
{
    private const string Domicile = "/api/v1/services/domicile-certificate";

    private CatalogueHost Host => catalogue.Host;

    [Fact]
    public async Task TheWholeCatalogue_SatisfiesTheShapes()
    {
        var graph = Graph.Of(await Host.JsonAsync("/api/v1/services.jsonld"));

        Assert.Equal(Host.Shelf.Now.Launched.Count(), graph.OfClass(Shapes.PublicService).Count());
        Assert.Empty(Shapes.Violations(graph));
        Assert.All(graph.All, entry => Assert.True(entry.Value.Iri is null || entry.Property.EndsWith("#type", StringComparison.Ordinal) || graph.Iris.Contains(entry.Value.Iri), $"{entry.Node} {entry.Property} points at {entry.Value.Iri}, which is nowhere"));
        Assert.Equal(
            Host.Services.GetRequiredService<StatePack>().Geography.Districts.Select(district => $"https://eservices.sandbox.jk.gov.in/id/place/district/{district.Code}").Order(),
            graph.OfClass(Shapes.Location).Where(iri => iri.Contains("/district/", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task OneService_SatisfiesTheShapes_AndSaysWhatThePageSays()
    {
        var graph = Graph.Of(await Host.JsonAsync($"{Domicile}.jsonld"));
        var page = await Host.JsonAsync($"{Domicile}?lang=hi");

        Assert.Empty(Shapes.Violations(graph));
        var iri = Assert.Single(graph.OfClass(Shapes.PublicService));
        Assert.Equal("https://eservices.sandbox.jk.gov.in/id/service/domicile-certificate", iri);
        Assert.Equal(page.GetProperty("name").GetString(), Assert.Single(graph.Values(iri, "http://purl.org/dc/terms/title"), title => title.Language == "hi").Text);
        Assert.Equal($"P{page.GetProperty("timeLimit").GetProperty("days").GetInt32()}D", Assert.Single(graph.Values(iri, "http://data.europa.eu/m8g/processingTime")).Text);
        Assert.Equal(page.GetProperty("fees").GetArrayLength(), graph.Values(iri, "http://data.europa.eu/m8g/hasCost").Count);
    }

    [Theory]
    [InlineData("dct:title")]
    [InlineData("dct:description")]
    [InlineData("dct:identifier")]
    [InlineData("cv:hasCompetentAuthority")]
    public void AServiceThatLacksSomething_IsFound(string term)
    {
        var document = LinkedCatalogue.Document(Host.Shelf.Now.Services["domicile-certificate"], Host.Services.GetRequiredService<StatePack>());
        document["@graph"]!.AsArray().Single(node => (string?)node!["@id"] == "service/domicile-certificate")!.AsObject().Remove(term);

        Assert.NotEmpty(Shapes.Violations(Graph.Of(JsonSerializer.SerializeToElement(document))));
    }

    [Theory]
    [InlineData("organisation/revenue", "skos:prefLabel")]
    [InlineData("organisation/revenue", "dct:spatial")]
    [InlineData("place/state", "@type")]
    public void AnAuthorityThatLacksSomething_IsFound(string node, string term)
    {
        var document = LinkedCatalogue.Document(Host.Shelf.Now.Services["domicile-certificate"], Host.Services.GetRequiredService<StatePack>());
        Assert.True(document["@graph"]!.AsArray().Single(one => (string?)one!["@id"] == node)!.AsObject().Remove(term));

        Assert.NotEmpty(Shapes.Violations(Graph.Of(JsonSerializer.SerializeToElement(document))));
    }

    [Theory]
    [InlineData("application/ld+json", true)]
    [InlineData("application/json;q=0.5, application/ld+json", true)]
    [InlineData("application/ld+json;q=0.5, application/json", false)]
    [InlineData("*/*", false)]
    [InlineData("not a media type at all;;", false)]
    public async Task ThePage_IsLinkedDataWhereThatIsAskedFor(string accept, bool linked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Domicile);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await Host.Anonymous().SendAsync(request, CatalogueHost.Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(linked ? "application/ld+json" : "application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Accept", answer.Headers.Vary);
    }

    [Fact]
    public async Task Answers_AreKeptByTheirTag_AndUnknownServicesAreNotFound()
    {
        foreach (var path in new[] { "/api/v1/services.jsonld", $"{Domicile}.jsonld" })
        {
            using var first = await Host.Anonymous().GetAsync(path, CatalogueHost.Cancel);
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.IfNoneMatch.Add(Assert.IsType<EntityTagHeaderValue>(first.Headers.ETag));
            using var again = await Host.Anonymous().SendAsync(request, CatalogueHost.Cancel);

            Assert.Equal("public, max-age=15", first.Headers.CacheControl?.ToString());
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        }
        using var unknown = await Host.Anonymous().GetAsync("/api/v1/services/no-such.jsonld", CatalogueHost.Cancel);
        await Assert.IsProblemAsync(unknown, HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task WhatIsSuspended_LeavesTheWhole()
    {
        await using var host = new CatalogueHost();
        Assert.Contains("/service/domicile-certificate", string.Join(' ', Graph.Of(await host.JsonAsync("/api/v1/services.jsonld")).OfClass(Shapes.PublicService)), StringComparison.Ordinal);

        await host.SuspendAsync();

        Assert.DoesNotContain("/service/domicile-certificate", string.Join(' ', Graph.Of(await host.JsonAsync("/api/v1/services.jsonld")).OfClass(Shapes.PublicService)), StringComparison.Ordinal);
        Assert.Contains(Graph.Of(await host.JsonAsync($"{Domicile}.jsonld")).Iris, iri => iri.EndsWith("status/suspended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ThePage_HasItsGovernmentService()
    {
        var page = await Host.JsonAsync($"{Domicile}?lang=ur");
        var service = JsonObject.Create(page.GetProperty("schemaOrg"))!;

        Assert.Equal(("https://schema.org", "GovernmentService"), ((string?)service["@context"], (string?)service["@type"]));
        Assert.Equal(page.GetProperty("name").GetString(), (string?)service["name"]);
        Assert.Equal(page.GetProperty("departmentName").GetString(), (string?)service["provider"]!["name"]);
        Assert.Equal(Enum.GetValues<Channel>().Length, service["availableChannel"]!.AsArray().Count);
        Assert.Equal(page.GetProperty("fees").EnumerateArray().Select(fee => fee.GetProperty("totalPaise").GetInt64() / 100m), service["offers"]!.AsArray().Select(offer => decimal.Parse((string)offer!["price"]!, System.Globalization.CultureInfo.InvariantCulture)));
    }
}
