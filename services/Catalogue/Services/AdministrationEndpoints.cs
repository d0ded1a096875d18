using EServices.Catalogue.Definitions;
using EServices.Platform;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Services;

/// <summary>What a catalogue-manager does with services that were launched: to see them in every state, to suspend, resume and retire them.</summary>
internal static class AdministrationEndpoints
{
    public static void MapAdministration(this RouteGroupBuilder api)
    {
        var services = api.MapGroup("/catalogue/services").Allow(Roles.CatalogueManager).WithTags("Catalogue");
        services.MapGet("", List).WithName("listHeldServices").WithSummary("Services in every state (launched, suspended, retired), or in one").ProducesProblem(400);
        services.MapPost("/{id}/actions/{action}", ActAsync)
            .WithName("actOnService").WithSummary("suspend or retire (each with a reason), or resume; what was applied for before goes on").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    internal static Results<Ok<Page<HeldService>>, ProblemHttpResult> List(string? state, Paging paging, Shelf shelf, StatePack pack)
    {
        ServiceState? wanted = Enum.GetValues<ServiceState>().Cast<ServiceState?>().FirstOrDefault(known => string.Equals(known.ToString(), state, StringComparison.OrdinalIgnoreCase));
        if (state is not null && wanted is null)
            return new Checks().That(false, "?state", "unknown", "launched, suspended or retired.").Problem();
        var found = shelf.Now.Services.Values
            .Where(service => wanted is null || service.State == wanted)
            .SkipWhile(service => paging.Cursor is { } after && string.CompareOrdinal(service.ServiceId, after) <= 0)
            .Take(paging.Limit + 1).ToList();
        var page = found.Take(paging.Limit).Select(service => HeldService.Of(service, pack.About.Languages[0].Tag)).ToList();
        return TypedResults.Ok(new Page<HeldService>(page, found.Count > page.Count ? page[^1].Id : null));
    }

    internal static async Task<Results<Ok<ServiceDetail>, ProblemHttpResult>> ActAsync(
        string id, string action, ServiceAction? body, Caller caller, Shelf shelf, DocumentStore<ServiceVersion> store, CatalogueLog log, StatePack pack, TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var alone = await shelf.AloneAsync(cancellationToken);
        if (shelf.InDoubt)
            await shelf.FillAsync(cancellationToken);
        if (!shelf.Now.Services.TryGetValue(id, out var held))
            return Problems.NotFound("service", id);
        var service = await store.GetAsync(held.Id, cancellationToken);
        CatalogueActKind kind;
        Func<string, Refusal?> change;
        switch (action)
        {
            case "suspend":
                (kind, change) = (CatalogueActKind.Suspend, service.Suspend);
                break;
            case "retire":
                (kind, change) = (CatalogueActKind.Retire, service.Retire);
                break;
            case "resume":
                (kind, change) = (CatalogueActKind.Resume, _ => Resume(ref service, time));
                break;
            default:
                return Problems.Of(StatusCodes.Status404NotFound, "unknown-action", "Actions are suspend, resume and retire.");
        }
        if (action != "resume" && new Checks().Required(body?.Reason, "/reason", 500) is { Passed: false } wrong)
            return wrong.Problem();

        var reason = body?.Reason?.Trim() ?? "";
        var refusal = await log.ActAsync(kind, caller, new ActSubject(id), reason.Length == 0 ? null : reason, async () =>
        {
            if (change(reason) is { } refused)
                return refused;
            await shelf.SaveAsync(service, cancellationToken);
            return null;
        }, cancellationToken);
        return refusal is null ? TypedResults.Ok(ServiceDetail.Of(service, pack.About.Languages[0].Tag)) : Problems.Of(refusal);
    }

    private static Refusal? Resume(ref ServiceVersion service, TimeProvider time)
    {
        if (service.State == ServiceState.Retired)
            return Refusal.Conflict("service-retired", $"{service.ServiceId} is retired, and stays so.");
        if (service.State != ServiceState.Suspended)
            return Refusal.Conflict("not-suspended", $"{service.ServiceId} is not suspended.");
        service = service.LaunchAgain(time.GetUtcNow());
        return null;
    }
}

internal sealed record ServiceAction(string? Reason);

/// <param name="Because">Why it is suspended or retired.</param>
/// <param name="DefinitionId">The people's definition that holds; null for the pack's.</param>
internal sealed record HeldService(string Id, int Version, string State, string? Because, string Name, string DepartmentId, string? DefinitionId, DateTimeOffset LaunchedAt)
{
    public static HeldService Of(ServiceVersion service, string language) => new(
        service.ServiceId, service.Number, service.State.ToString().ToLowerInvariant(), service.SuspendedBecause, service.Launched.Name.In(language),
        service.Launched.DepartmentId, service.DefinitionId, service.LaunchedAt);
}
