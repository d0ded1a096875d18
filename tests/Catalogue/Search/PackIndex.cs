using EServices.Catalogue.Search.Engine;
using EServices.Catalogue.Tests.Support;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Tests.Search;

/// <summary>The index over the whole pack, without a service around it.</summary>
internal static class PackIndex
{
    private static readonly Lazy<(SearchableService[] Services, Concept[] Concepts)> Read = new(() =>
    {
        var pack = StatePack.Load(CatalogueHost.WholePack).OrThrow();
        var services = pack.Services.Select(service => new SearchableService(
            service.Id, service.Name.Texts, service.Description.Texts, service.Department, pack.Departments[service.Department].Name.Texts, service.Tags,
            [.. service.Channels.Select(channel => channel.ToString().ToLowerInvariant())],
            service.Channels.Min(channel => pack.Fees.Rules[service.FeeRule].Versions[^1].TotalPaise(channel)), service.TimeLimitDays));
        return ([.. services], [.. pack.Synonyms.Select(same => new Concept(same.Id, same.Words))]);
    });

    private static readonly Lazy<SearchIndex> Built = new(() => SearchIndex.Build(Services, Concepts));

    public static SearchableService[] Services => Read.Value.Services;

    public static Concept[] Concepts => Read.Value.Concepts;

    public static SearchIndex Index => Built.Value;

    public static IReadOnlyList<string> Ids(string text, int most = 10) => [.. Index.Find(new SearchQuery(text, most)).Hits.Select(hit => hit.Id)];
}
