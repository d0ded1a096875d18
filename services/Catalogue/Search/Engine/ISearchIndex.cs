namespace EServices.Catalogue.Search.Engine;

/// <summary>An index over services that never changes once built; a change of the catalogue makes the next one. The seam behind which a search server could stand.</summary>
internal interface ISearchIndex
{
    /// <summary>How many services it holds.</summary>
    int Count { get; }

    /// <summary>The best matches, best first, at most <see cref="SearchQuery.Most"/>. Any text is answered in bounded time; an empty one finds nothing.</summary>
    SearchAnswer Find(SearchQuery query);
}

/// <param name="Text">What was typed, in any script.</param>
/// <param name="Most">How many hits are wanted.</param>
/// <param name="Language">The language of the page, for highlighting.</param>
internal sealed record SearchQuery(string Text, int Most = 10, string? Department = null, string? Channel = null, string Language = "en");

/// <param name="Hits">Best first.</param>
/// <param name="Total">How many services matched, before <see cref="SearchQuery.Most"/>.</param>
/// <param name="DidYouMean">What the words would be without their slips; null where nothing was corrected.</param>
internal sealed record SearchAnswer(IReadOnlyList<SearchHit> Hits, int Total, string? DidYouMean);

/// <param name="Score">Comparable within one answer only.</param>
internal sealed record SearchHit(string Id, double Score);
