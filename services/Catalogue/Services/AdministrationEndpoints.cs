using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Services;

/// <summary>What a catalogue-manager does with launched services.</summary>
internal static class AdministrationEndpoints
{
    public static void MapAdministration(this RouteGroupBuilder api) =>
        api.MapPost("/catalogue/services/{id}/actions/{action}", ActAsync).Allow(Roles.CatalogueManager).WithTags("Catalogue")
            .WithName("actOnService").WithSummary("suspend (with a reason) or resume").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);

    internal static async Task<Results<Ok<ServiceDetail>, ProblemHttpResult>> ActAsync(
        string id, string action, ServiceAction? body, Shelf shelf, DocumentStore<ServiceVersion> store, Platform.Packs.StatePack pack, TimeProvider time, CancellationToken cancellationToken)
    {
        using var alone = await shelf.AloneAsync(cancellationToken);
        if (shelf.InDoubt)
            await shelf.FillAsync(cancellationToken);
        if (!shelf.Now.Services.TryGetValue(id, out var held))
            return Problems.NotFound("service", id);
        var service = await store.GetAsync(held.Id, cancellationToken);
        switch (action)
        {
            case "suspend":
                var checks = new Checks().Required(body?.Reason, "/reason", 500);
                if (!checks.Passed)
                    return checks.Problem();
                if (service.Suspend(body!.Reason!.Trim()) is { } refusal)
                    return Problems.Of(refusal);
                await shelf.SaveAsync(service, cancellationToken);
                break;
            case "resume":
                if (service.State != ServiceState.Suspended)
                    return Problems.Of(StatusCodes.Status409Conflict, "not-suspended", $"{id} is not suspended.");
                service = service.LaunchAgain(time.GetUtcNow());
                await shelf.SaveAsync(service, cancellationToken);
                break;
            default:
                return Problems.Of(StatusCodes.Status404NotFound, "unknown-action", "Actions are suspend and resume.");
        }
        return TypedResults.Ok(ServiceDetail.Of(service, pack.About.Languages[0].Tag));
    }
}

internal sealed record ServiceAction(string? Reason);
