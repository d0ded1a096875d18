namespace EServices.Catalogue.Tests.Search.Labelled;

/// <summary>How well labelled queries are answered.</summary>
/// <param name="RecallAt10">Mean over the queries of how many of a query's services are among its first ten hits, of all that could be: recall at ten.</param>
/// <param name="First">Part of the queries whose first hit is one of their services: precision at one.</param>
/// <param name="AnyAt10">Part of the queries with at least one of their services among the first ten hits: success at ten.</param>
internal sealed record Finding(int Queries, double RecallAt10, double First, double AnyAt10)
{
    public const int Depth = 10;

    /// <param name="find">Ids of the hits, best first; those after the tenth don't count.</param>
    public static Finding Of(IEnumerable<LabelledQuery> queries, Func<string, IReadOnlyList<string>> find) => Mean([.. queries.Select(query => Of(query, find(query.Text)))]);

    /// <summary>Of one query: each figure is from 0 to 1.</summary>
    public static Finding Of(LabelledQuery query, IReadOnlyList<string> hits)
    {
        var services = query.Services.ToHashSet(StringComparer.Ordinal);
        var found = hits.Take(Depth).Distinct(StringComparer.Ordinal).Count(services.Contains);
        return new Finding(1, (double)found / Math.Min(services.Count, Depth), hits.Count > 0 && services.Contains(hits[0]) ? 1 : 0, found > 0 ? 1 : 0);
    }

    public static Finding Mean(IReadOnlyCollection<Finding> single) => single.Count == 0
        ? new Finding(0, 0, 0, 0)
        : new Finding(single.Count, single.Average(one => one.RecallAt10), single.Average(one => one.First), single.Average(one => one.AnyAt10));
}
