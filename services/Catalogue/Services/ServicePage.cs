using EServices.Catalogue.Search.Engine;

namespace EServices.Catalogue.Services;

/// <summary>A page of services; of a search also how many were found and how they divide.</summary>
/// <param name="Next">The cursor of the page after this one; null on the last.</param>
/// <param name="Total">How many services matched.</param>
/// <param name="DidYouMean">The query without its slips, for the person to take or leave; null where there were none.</param>
internal sealed record ServicePage(IReadOnlyList<ServiceLine> Items, string? Next, int? Total = null, string? DidYouMean = null, SearchFacets? Facets = null)
{
    /// <summary>
    /// What was suspended since the index was built is left out of the page, and what is newer told as it is now. The cursor counts what the index found, so that no
    /// service is given twice or left out for it.
    /// </summary>
    public static ServicePage Of(SearchAnswer answer, Shelf.Content shelf, ListCursor cursor, int limit, string language)
    {
        var items = new List<ServiceLine>(limit);
        foreach (var hit in answer.Hits.Take(limit))
        {
            if (!shelf.Services.TryGetValue(hit.Id, out var service) || service.State != ServiceState.Launched)
                continue;
            items.Add(ServiceLine.Of(service, language) with { Highlights = new Highlights(hit.NameMarks ?? [], hit.DescriptionMarks ?? []) });
        }
        return new ServicePage(items, answer.Hits.Count > limit ? ListCursor.AfterCount(cursor.Count + limit) : null, answer.Total, answer.DidYouMean, answer.Facets);
    }
}

/// <summary>Parts of a line's name and description that matched, in UTF-16 code units; a front end marks them itself, so no markup is ever sent.</summary>
internal sealed record Highlights(IReadOnlyList<Mark> Name, IReadOnlyList<Mark> Description);
