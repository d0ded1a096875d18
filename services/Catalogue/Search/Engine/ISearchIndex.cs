namespace EServices.Catalogue.Search.Engine;

/// <summary>An index over services that never changes once built; a change of the catalogue makes the next one. The seam behind which a search server could stand.</summary>
internal interface ISearchIndex
{
    /// <summary>How many services it holds.</summary>
    int Count { get; }

    /// <summary>
    /// The best matches, best first, at most <see cref="SearchQuery.Most"/>. Any text is answered in bounded time: of a long one the first 10,000 characters are read, and of those
    /// the first sixteen words that say something. An empty one finds nothing.
    /// </summary>
    SearchAnswer Find(SearchQuery query);
}

/// <param name="Text">What was typed, in any script.</param>
/// <param name="Most">How many hits are wanted, after those that are skipped.</param>
/// <param name="Department">Only services of this department.</param>
/// <param name="Channel">Only services offered by this channel.</param>
/// <param name="Language">The language of the page, for highlighting.</param>
/// <param name="WithFacets">Whether what was found is counted by department, channel, fee and days.</param>
/// <param name="WithMarks">Whether what matched is marked in the names and descriptions.</param>
internal sealed record SearchQuery(
    string Text, int Most = 10, string? Department = null, string? Channel = null, string Language = "en", bool WithFacets = false, bool WithMarks = false)
{
    /// <summary>How many of the best are left out of the answer, for the pages after the first.</summary>
    public int Skip { get; init; }
}

/// <param name="Hits">Best first.</param>
/// <param name="Total">How many services matched, before <see cref="SearchQuery.Most"/>.</param>
/// <param name="DidYouMean">What the words would be without their slips; null where nothing was corrected.</param>
/// <param name="Facets">Null where none were asked for.</param>
internal sealed record SearchAnswer(IReadOnlyList<SearchHit> Hits, int Total, string? DidYouMean, SearchFacets? Facets = null);

/// <param name="Score">Comparable within one answer only.</param>
/// <param name="NameMarks">What matched in the name in the query's language; null where no marks were asked for.</param>
/// <param name="DescriptionMarks">The same of the description.</param>
internal sealed record SearchHit(string Id, double Score, IReadOnlyList<Mark>? NameMarks = null, IReadOnlyList<Mark>? DescriptionMarks = null);

/// <summary>A part of a text, in UTF-16 code units: a front end marks it there, so that no markup is ever sent.</summary>
internal readonly record struct Mark(int Start, int Length);

/// <summary>
/// How what was found divides. Departments are counted as if no department had been chosen, and channels as if no channel had, so that a person sees what another choice would give.
/// </summary>
/// <param name="Departments">By id, those with the most first.</param>
/// <param name="Channels">By name.</param>
/// <param name="Fees">By what it costs at least.</param>
/// <param name="Days">By the days that the law gives.</param>
internal sealed record SearchFacets(
    IReadOnlyList<FacetCount> Departments, IReadOnlyList<FacetCount> Channels, IReadOnlyList<FacetRange> Fees, IReadOnlyList<FacetRange> Days);

internal sealed record FacetCount(string Id, int Count);

/// <param name="From">At least.</param>
/// <param name="To">At most; null where there is no end.</param>
internal sealed record FacetRange(long From, long? To, int Count);
