using EServices.Catalogue.Search.Engine;

namespace EServices.Benchmarks.Search;

/// <summary>A search engine that has been given its services.</summary>
internal interface IContender : IDisposable
{
    /// <summary>Ids of the best ten, best first.</summary>
    IReadOnlyList<string> Find(string text);
}

/// <param name="Name">As the figures call it.</param>
/// <param name="Build">From the services to the first query that can be answered.</param>
internal sealed record Engine(string Name, Func<IReadOnlyList<SearchableService>, IContender> Build)
{
    /// <param name="concepts">Words of one meaning.</param>
    public static Engine Ours(IReadOnlyList<Concept> concepts) => new("eservices", services => new OurIndex(services, concepts));

    public static readonly Engine Lucene = new("lucene", services => new LucenePeer(services));

    private sealed class OurIndex(IReadOnlyList<SearchableService> services, IReadOnlyList<Concept> concepts) : IContender
    {
        private readonly ISearchIndex index = SearchIndex.Build(services, concepts);

        public IReadOnlyList<string> Find(string text) => [.. index.Find(new SearchQuery(text)).Hits.Select(hit => hit.Id)];

        public void Dispose()
        {
        }
    }
}
