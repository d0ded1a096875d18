namespace EServices.Catalogue.Search.Engine;

/// <summary>What the index knows of one service.</summary>
/// <param name="Id">The service's id; what a hit names.</param>
/// <param name="Names">The name by language tag (<c>en</c>, <c>hi</c>, <c>ur</c>).</param>
/// <param name="Descriptions">The description by language tag.</param>
/// <param name="DepartmentNames">The department's name by language tag.</param>
/// <param name="Tags">What people say when they mean it, in any script and spelling.</param>
/// <param name="Channels"><c>online</c>, <c>centre</c>, <c>doorstep</c>: a facet.</param>
/// <param name="FeePaise">The least a citizen pays by any channel, in paise; 0 where it is free: a facet.</param>
/// <param name="Days">The days that the law gives: a facet.</param>
internal sealed record SearchableService(
    string Id,
    IReadOnlyDictionary<string, string> Names,
    IReadOnlyDictionary<string, string> Descriptions,
    string DepartmentId,
    IReadOnlyDictionary<string, string> DepartmentNames,
    IReadOnlyList<string> Tags,
    IReadOnlyList<string> Channels,
    long FeePaise,
    int Days);
