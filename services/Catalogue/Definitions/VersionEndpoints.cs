using EServices.Catalogue.Services;
using EServices.Contracts.Catalogue;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Definitions;

/// <summary>The numbered versions of a service and what changed between them, for anyone; and what a definition would change, for catalogue-managers.</summary>
internal static class VersionEndpoints
{
    public static void MapVersions(this RouteGroupBuilder api)
    {
        var versions = api.MapGroup("/services/{id}/versions").AllowAnonymous().WithTags("Catalogue").AddEndpointFilter<PublicCache>();
        versions.MapGet("", ListAsync).WithName("listVersions").WithSummary("Every version of a service that was launched, the newest first").ProducesProblem(404);
        versions.MapGet("/{number:int}", ReadAsync).WithName("getVersion").WithSummary("A version as it was launched; what was begun under it stays with it").ProducesProblem(400).ProducesProblem(404);
        versions.MapGet("/{from:int}/difference/{to:int}", DifferenceAsync).WithName("getVersionDifference").WithSummary("What changed from one version to another, in words").ProducesProblem(400).ProducesProblem(404);

        var definitions = api.MapGroup("/catalogue/definitions/{id}").Allow(Roles.CatalogueManager).WithTags("Catalogue");
        definitions.MapGet("/difference", ProposedAsync).WithName("getDefinitionDifference")
            .WithSummary("What a definition changes against the version that holds now, or for one that was launched against the version before it, in words").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        definitions.MapGet("/rules", RulesAsync).WithName("getDefinitionRules")
            .WithSummary("The rules that a definition proposes: what POST /api/v1/applications/simulations takes to say whom they would have affected").ProducesProblem(404).ProducesProblem(409);
    }

    internal static async Task<Results<Ok<VersionList>, ProblemHttpResult>> ListAsync(string id, DocumentStore<ServiceVersion> store, CancellationToken cancellationToken)
    {
        var versions = new List<VersionLine>();
        await foreach (var version in store.AllAsync(ServiceVersion.ByService.Where(id).Descending(), cancellationToken))
            versions.Add(new VersionLine(version.Number, version.LaunchedAt, versions.Count == 0 ? version.State.ToString().ToLowerInvariant() : "superseded"));
        return versions.Count == 0 ? Problems.NotFound("service", id) : TypedResults.Ok(new VersionList(versions));
    }

    internal static async Task<Results<Ok<ServiceDetail>, ProblemHttpResult>> ReadAsync(
        string id, int number, string? lang, DocumentStore<ServiceVersion> store, StatePack pack, CancellationToken cancellationToken)
    {
        if (!Language.Known(lang, pack, out var language))
            return Language.Unknown(pack);
        return await store.FindAsync(ServiceVersion.KeyOf(id, number), cancellationToken) is { } version
            ? TypedResults.Ok(ServiceDetail.Of(version, language))
            : Problems.NotFound("version", $"{id}@{number}");
    }

    internal static async Task<Results<Ok<DifferenceView>, ProblemHttpResult>> DifferenceAsync(
        string id, int from, int to, string? lang, DocumentStore<ServiceVersion> store, StatePack pack, CancellationToken cancellationToken)
    {
        if (!Language.Known(lang, pack, out var language))
            return Language.Unknown(pack);
        if (await store.FindAsync(ServiceVersion.KeyOf(id, from), cancellationToken) is not { } before)
            return Problems.NotFound("version", $"{id}@{from}");
        if (await store.FindAsync(ServiceVersion.KeyOf(id, to), cancellationToken) is not { } after)
            return Problems.NotFound("version", $"{id}@{to}");
        return TypedResults.Ok(Difference(id, from, to, (before.Launched, before.Words), (after.Launched, after.Words), pack, language));
    }

    internal static async Task<Results<Ok<DifferenceView>, ProblemHttpResult>> ProposedAsync(
        string id, string? lang, DocumentStore<Definition> definitions, DocumentStore<ServiceVersion> store, Shelf shelf, Launching launching, StatePack pack,
        CancellationToken cancellationToken)
    {
        if (!Language.Known(lang, pack, out var language))
            return Language.Unknown(pack);
        if (await definitions.FindAsync(id, cancellationToken) is not { } definition)
            return Problems.NotFound("definition", id);
        if (definition.LaunchedAs is { } number)
        {
            return number == 1
                ? NothingBefore(definition)
                : await DifferenceAsync(definition.ServiceId, number - 1, number, lang, store, pack, cancellationToken);
        }
        if (!shelf.Now.Services.TryGetValue(definition.ServiceId, out var held))
            return NothingBefore(definition);
        return launching.Preview(definition) is { } preview
            ? TypedResults.Ok(Difference(definition.ServiceId, held.Number, preview.Launched.Version, (held.Launched, held.Words), preview, pack, language))
            : Incomplete(definition, launching);
    }

    internal static async Task<Results<Ok<ProposedRules>, ProblemHttpResult>> RulesAsync(
        string id, DocumentStore<Definition> definitions, Launching launching, CancellationToken cancellationToken)
    {
        if (await definitions.FindAsync(id, cancellationToken) is not { } definition)
            return Problems.NotFound("definition", id);
        return launching.Preview(definition) is { Launched: var launched }
            ? TypedResults.Ok(new ProposedRules(definition.ServiceId, launched.Fee, launched.TimeLimit.WorkingDays, launched.FormSchema, launched.Documents))
            : Incomplete(definition, launching);
    }

    private static DifferenceView Difference(
        string id, int from, int to, (ServiceLaunched Launched, ServiceWords Words) before, (ServiceLaunched Launched, ServiceWords Words) after, StatePack pack, string language) =>
        new(id, from, to, language, ServiceDifference.Between(before, after, pack.Wording, language), pack.Wording.MadeBy);

    private static ProblemHttpResult NothingBefore(Definition definition) =>
        Problems.Of(StatusCodes.Status409Conflict, "nothing-before", $"{definition.ServiceId} is a new service: there is no version before it.");

    private static ProblemHttpResult Incomplete(Definition definition, Launching launching) =>
        Problems.Of(StatusCodes.Status409Conflict, "incomplete", "The definition does not read as it is; 'errors' names all that is missing or wrong.", launching.Problems(definition));
}

internal sealed record VersionList(IReadOnlyList<VersionLine> Items);

/// <param name="State"><c>launched</c>, <c>suspended</c> or <c>retired</c> for the newest; <c>superseded</c> for the rest.</param>
internal sealed record VersionLine(int Number, DateTimeOffset LaunchedAt, string State);

/// <param name="Changes">Empty when nothing changes that anyone is told of.</param>
/// <param name="WordsMadeBy"><c>machine</c>, <c>person</c> or <c>notified</c>: who worded and translated the sentences.</param>
internal sealed record DifferenceView(string ServiceId, int From, int To, string Language, IReadOnlyList<Change> Changes, string WordsMadeBy);

/// <summary>What applications are judged by.</summary>
internal sealed record ProposedRules(string ServiceId, FeeRule Fee, int TimeLimitDays, System.Text.Json.JsonElement FormSchema, IReadOnlyList<DocumentAsked> Documents);
