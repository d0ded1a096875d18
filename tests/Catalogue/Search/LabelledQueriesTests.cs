using System.Globalization;
using System.Text;
using EServices.Catalogue.Search.Engine;
using EServices.Catalogue.Tests.Search.Labelled;
using EServices.Catalogue.Tests.Support;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Tests.Search;

public sealed class LabelledQueriesTests
{
    private static readonly Lazy<StatePack> Pack = new(() => StatePack.Load(CatalogueHost.WholePack).OrThrow());

    private static readonly IReadOnlyList<LabelledQuery> Dev = LabelledQuery.Read(PathOf("queries-dev.tsv")), HeldOut = LabelledQuery.Read(PathOf("queries-held-out.tsv"));

    [Fact]
    public void Queries_NameLaunchedServicesOnly()
    {
        var launched = Pack.Value.Services.Where(service => service.Status == ServiceStatus.Launched).Select(service => service.Id).ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(launched);
        Assert.Empty(Dev.Concat(HeldOut).SelectMany(query => query.Services).Where(id => !launched.Contains(id)).Distinct());
    }

    [Fact]
    public void Queries_AreEnough_OfEveryKind_AndOfManyServices()
    {
        Assert.True(Dev.Count + HeldOut.Count >= 500, $"{Dev.Count} and {HeldOut.Count} queries");
        foreach (var half in new[] { Dev, HeldOut })
        {
            var kinds = half.CountBy(query => query.Kind).ToDictionary();
            Assert.Equal(["English", "Hindi", "Latin letters", "Urdu"], kinds.Keys.Order(StringComparer.Ordinal));
            Assert.All(kinds.Values, count => Assert.True(count >= 100, string.Join(", ", kinds)));
            var services = half.SelectMany(query => query.Services).Distinct().Count();
            Assert.True(services >= 250, $"{services} services");
        }
    }

    [Fact]
    public void Queries_StandOnlyOnce_InBothHalvesTogether()
    {
        var twice = Dev.Concat(HeldOut).CountBy(query => query.Text.Trim().Normalize(NormalizationForm.FormKC).ToLowerInvariant()).Where(text => text.Value > 1);
        Assert.Empty(twice.Select(text => text.Key));
    }

    [Fact]
    public void Search_FindsWhatPeopleAskFor()
    {
        var index = SearchIndex.Build(SearchablePack.Of(Pack.Value, new DateOnly(2026, 11, 27)), SearchablePack.ConceptsOf(Pack.Value));
        var (dev, heldOut, both) = (Of(Dev), Of(HeldOut), Of([.. Dev, .. HeldOut]));
        Assert.True(both is { RecallAt10: >= 0.95, First: >= 0.80 }, $"all: {Told(both)}; dev: {Told(dev)}; held out: {Told(heldOut)}");

        Finding Of(IReadOnlyList<LabelledQuery> queries) => Finding.Of(queries, text => [.. index.Find(new SearchQuery(text)).Hits.Select(hit => hit.Id)]);

        static string Told(Finding finding) => string.Create(CultureInfo.InvariantCulture, $"recall@10 {finding.RecallAt10:0.000} (0.95), first {finding.First:0.000} (0.80), any@10 {finding.AnyAt10:0.000}");
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Search", file);
}
