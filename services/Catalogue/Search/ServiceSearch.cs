using System.Diagnostics;
using EServices.Catalogue.Search.Engine;
using EServices.Catalogue.Services;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Search;

/// <summary>
/// The index over what is launched now. When the shelf has changed the next one is built beside the requests, one at a time, and they go on with the one before until it
/// stands; only the very first is waited for.
/// </summary>
internal sealed partial class ServiceSearch(StatePack pack, ILogger<ServiceSearch> logger)
{
    private readonly IReadOnlyList<Concept> concepts = [.. pack.Synonyms.Select(same => new Concept(same.Id, same.Words))];
    private readonly Lock starting = new();
    private volatile Built? built;
    private Task<Built>? building;

    /// <summary>The newest index there is: of this content of the shelf, or until that is built of one before.</summary>
    public async ValueTask<ISearchIndex> IndexAsync(Shelf.Content shelf, CancellationToken cancellationToken)
    {
        if (built is { } current && current.Revision >= shelf.Revision)
            return current.Index;
        var next = Begin(shelf);
        return (built ?? await next.WaitAsync(cancellationToken)).Index;
    }

    private Task<Built> Begin(Shelf.Content shelf)
    {
        lock (starting)
        {
            if (building is null or { IsCompleted: true })
                building = Task.Run(() => Build(shelf));
            return building;
        }
    }

    private Built Build(Shelf.Content shelf)
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            var index = SearchIndex.Build([.. shelf.Launched.Select(Searchable)], concepts);
            var (services, words, took) = (index.Count, index.WordCount, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            LogBuilt(logger, services, words, took);
            return built = new Built(index, shelf.Revision);
        }
        catch (Exception failure)
        {
            // The next request tries again; meanwhile the index before answers.
            LogFailed(logger, failure);
            throw;
        }
    }

    private static SearchableService Searchable(ServiceVersion service) => new(
        service.ServiceId, service.Launched.Name.Texts, service.Words.Description.Texts, service.Launched.DepartmentId, service.Launched.DepartmentName.Texts, service.Words.Tags,
        [.. service.Launched.Channels.Select(channel => channel.ToString().ToLowerInvariant())], ServiceFees.Least(service.Launched), service.Launched.TimeLimit.WorkingDays);

    [LoggerMessage(EventName = "SearchIndexBuilt", Level = LogLevel.Information, Message = "{Services} services indexed by {Words} words in {Milliseconds:F0} ms.")]
    private static partial void LogBuilt(ILogger logger, int services, int words, double milliseconds);

    [LoggerMessage(EventName = "SearchIndexFailed", Level = LogLevel.Error, Message = "The search index could not be built.")]
    private static partial void LogFailed(ILogger logger, Exception failure);

    private sealed record Built(ISearchIndex Index, long Revision);
}
