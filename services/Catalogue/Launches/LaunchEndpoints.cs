using EServices.Catalogue.Definitions;
using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Launches;

/// <summary>The data of a public launch page: what was launched when, what that brought the total to, and what comes next.</summary>
internal static class LaunchEndpoints
{
    private const int NamesInList = 50;

    public static void MapLaunches(this RouteGroupBuilder api)
    {
        var launches = api.MapGroup("/launches").AllowAnonymous().WithTags("Catalogue").AddEndpointFilter<PublicCache>();
        launches.MapGet("", ListAsync).WithName("listLaunches").WithSummary("Launches by batch, in order, with the running total of services and what is scheduled next").ProducesProblem(400);
        launches.MapGet("/{batch}", ReadAsync).WithName("getLaunch").WithSummary("The services of a batch, page by page").ProducesProblem(400).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<LaunchList>, ProblemHttpResult>> ListAsync(
        string? lang, Shelf shelf, StatePack pack, DocumentStore<LaunchBatch> batches, DocumentStore<Definition> definitions, CancellationToken cancellationToken)
    {
        if (!Language.Known(lang, pack, out var language))
            return Language.Unknown(pack);
        var launches = new List<LaunchView>();
        var total = 0;
        foreach (var (batch, services) in Held(shelf))
        {
            var first = services.Min(service => service.FirstLaunchedAt);
            launches.Add(new LaunchView(
                batch, pack.About.DateAt(first), first, services.Count, total, total += services.Count, services.Select(service => service.Launched.DepartmentId).Distinct().Count(),
                [.. services.Take(NamesInList).Select(service => LaunchedService.Of(service, language))]));
        }
        var next = new List<LaunchToCome>();
        await foreach (var batch in batches.AllAsync(LaunchBatch.ByDue.All, cancellationToken))
        {
            var names = await ToComeAsync(batch.Id, shelf, pack, definitions, cancellationToken);
            next.Add(new LaunchToCome(batch.Id, batch.DueOn!.Value, names.Count, total, total += names.Count, [.. names.Take(NamesInList).Select(service => new LaunchedService(service.Key, service.Value.In(language)))]));
        }
        return TypedResults.Ok(new LaunchList(shelf.Now.Launched.Count(), launches, next));
    }

    internal static Results<Ok<Page<LaunchedService>>, ProblemHttpResult> ReadAsync(string batch, string? lang, Paging paging, Shelf shelf, StatePack pack)
    {
        if (!Language.Known(lang, pack, out var language))
            return Language.Unknown(pack);
        var services = Held(shelf).FirstOrDefault(held => held.Batch == batch).Services;
        if (services is null)
            return Problems.NotFound("launch", batch);
        var found = services.SkipWhile(service => paging.Cursor is { } after && string.CompareOrdinal(service.ServiceId, after) <= 0).Take(paging.Limit + 1).ToList();
        var page = found.Take(paging.Limit).Select(service => LaunchedService.Of(service, language)).ToList();
        return TypedResults.Ok(new Page<LaunchedService>(page, found.Count > page.Count ? page[^1].Id : null));
    }

    /// <summary>What is offered or suspended, by the batch with which it first went public; the earlier batch first, and services by id.</summary>
    private static IEnumerable<(string Batch, List<ServiceVersion> Services)> Held(Shelf shelf) => shelf.Now.Services.Values
        .Where(service => service.State != ServiceState.Retired)
        .GroupBy(service => service.Words.Batch)
        .Select(batch => (Batch: batch.Key, Services: batch.ToList()))
        .OrderBy(batch => batch.Services.Min(service => service.FirstLaunchedAt)).ThenBy(batch => batch.Batch, StringComparer.Ordinal);

    private static async Task<SortedDictionary<string, Localised>> ToComeAsync(
        string batch, Shelf shelf, StatePack pack, DocumentStore<Definition> definitions, CancellationToken cancellationToken)
    {
        var held = shelf.Now.Services;
        var names = new SortedDictionary<string, Localised>(StringComparer.Ordinal);
        foreach (var ready in pack.Services.Where(service => service.Status == ServiceStatus.Ready && service.Batch == batch && !held.ContainsKey(service.Id)))
            names[ready.Id] = ready.Name;
        // A change of a service that is there adds nothing to the total.
        await foreach (var waiting in definitions.AllAsync(Definition.ByBatch.Where(batch), cancellationToken))
        {
            if (!held.ContainsKey(waiting.ServiceId))
                names[waiting.ServiceId] = DefinitionView.NameOf(waiting);
        }
        return names;
    }
}

/// <param name="Online">How many services can be asked for now; suspended ones are in the launches and not here.</param>
/// <param name="Next">Batches that have a day, the nearest first.</param>
internal sealed record LaunchList(int Online, IReadOnlyList<LaunchView> Launches, IReadOnlyList<LaunchToCome> Next);

/// <param name="On">The day in the state.</param>
/// <param name="Before">Services launched before it.</param>
/// <param name="After">The running total with it.</param>
/// <param name="Items">The first of them; <c>/launches/{batch}</c> has all.</param>
internal sealed record LaunchView(
    string Batch, DateOnly On, DateTimeOffset At, int Services, int Before, int After, int Departments, IReadOnlyList<LaunchedService> Items);

internal sealed record LaunchToCome(string Batch, DateOnly On, int Services, int Before, int After, IReadOnlyList<LaunchedService> Items);

internal sealed record LaunchedService(string Id, string Name)
{
    public static LaunchedService Of(ServiceVersion service, string language) => new(service.ServiceId, service.Launched.Name.In(language));
}
