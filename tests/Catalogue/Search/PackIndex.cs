using EServices.Catalogue.Search.Engine;
using EServices.Catalogue.Tests.Search.Labelled;
using EServices.Catalogue.Tests.Support;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Tests.Search;

/// <summary>The index over all that the pack launches, without a service around it.</summary>
internal static class PackIndex
{
    private static readonly Lazy<(SearchableService[] Services, Concept[] Concepts)> Read = new(() =>
    {
        var pack = StatePack.Load(CatalogueHost.WholePack).OrThrow();
        return ([.. SearchablePack.Of(pack, new DateOnly(2026, 11, 27))], [.. SearchablePack.ConceptsOf(pack)]);
    });

    private static readonly Lazy<SearchIndex> Built = new(() => SearchIndex.Build(Services, Concepts));

    public static SearchableService[] Services => Read.Value.Services;

    public static Concept[] Concepts => Read.Value.Concepts;

    public static SearchIndex Index => Built.Value;

    public static IReadOnlyList<string> Ids(string text, int most = 10) => [.. Index.Find(new SearchQuery(text, most)).Hits.Select(hit => hit.Id)];
}
