using EServices.Catalogue.Services;
using EServices.Platform.Packs;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Launches;

/// <summary>The services that a pack holds ready, launched by a person in one go.</summary>
internal static class BatchEndpoints
{
    public static void MapBatches(this RouteGroupBuilder api) =>
        api.MapPost("/catalogue/batches/{batch}/actions/launch", LaunchAsync).Allow(Roles.CatalogueManager).WithTags("Catalogue")
            .WithName("launchBatch").WithSummary("Launch every service of a batch that the pack holds ready; again, it launches nothing").ProducesProblem(404);

    internal static async Task<Results<Ok<BatchLaunched>, ProblemHttpResult>> LaunchAsync(
        string batch, SeedFromPack launching, Shelf shelf, StatePack pack, CancellationToken cancellationToken)
    {
        if (!pack.Services.Any(service => service.Status == ServiceStatus.Ready && service.Batch == batch))
            return Problems.NotFound("batch", batch);
        var launched = await launching.LaunchBatchAsync(batch, cancellationToken);
        return TypedResults.Ok(new BatchLaunched(batch, launched, shelf.Now.Launched.Count()));
    }
}

/// <param name="Launched">Ids of the services that this request launched; empty where all of them were launched before.</param>
/// <param name="Online">How many services can be asked for now.</param>
internal sealed record BatchLaunched(string Batch, IReadOnlyList<string> Launched, int Online);
