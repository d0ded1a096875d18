using EServices.Catalogue.Definitions;
using EServices.Catalogue.Services;
using EServices.Platform;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Launches;

/// <summary>The services of a batch, those that the pack holds ready and those that people approved for it, launched in one go: by a person, or on a day.</summary>
internal static class BatchEndpoints
{
    public static void MapBatches(this RouteGroupBuilder api)
    {
        var batches = api.MapGroup("/catalogue/batches/{batch}/actions").Allow(Roles.CatalogueManager).WithTags("Catalogue");
        batches.MapPost("/launch", LaunchAsync).WithName("launchBatch")
            .WithSummary("Launch every service of a batch: those that the pack holds ready, and approved definitions that wait for it; again, it launches nothing").ProducesProblem(404);
        batches.MapPost("/schedule", ScheduleAsync).WithName("scheduleBatch")
            .WithSummary("Launch the batch when a day of the state begins, or soon after if the service is down then").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        batches.MapPost("/unschedule", UnscheduleAsync).WithName("unscheduleBatch").WithSummary("Let the batch wait for a person again").ProducesProblem(404).ProducesProblem(409);
    }

    internal static async Task<Results<Ok<BatchLaunched>, ProblemHttpResult>> LaunchAsync(
        string batch, Caller caller, ScheduledLaunches launches, SeedFromPack seeding, CatalogueLog log, Shelf shelf, CancellationToken cancellationToken)
    {
        if (!await launches.HasAsync(batch, cancellationToken))
            return Problems.NotFound("batch", batch);
        IReadOnlyList<string> launched = [];
        await log.ActAsync(CatalogueActKind.LaunchBatch, caller, new ActSubject(Batch: batch), null, async () =>
        {
            launched = await launches.LaunchBatchAsync(batch, seeding, cancellationToken);
            return null;
        }, cancellationToken);
        return TypedResults.Ok(new BatchLaunched(batch, launched, shelf.Now.Launched.Count()));
    }

    internal static async Task<Results<Ok<BatchScheduled>, ProblemHttpResult>> ScheduleAsync(
        string batch, ScheduledFor? body, Caller caller, ScheduledLaunches launches, CatalogueLog log, DocumentStore<LaunchBatch> batches, StatePack pack, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (body?.On is not { } on)
            return new Checks().That(false, "/on", "required", "The day, as 2026-01-31.").Problem();
        if (!await launches.HasAsync(batch, cancellationToken))
            return Problems.NotFound("batch", batch);
        return await ChangeAsync(
            CatalogueActKind.ScheduleBatch, batch, $"{on:yyyy-MM-dd}", caller, log, batches, time,
            record => record.Schedule(on, pack.About.DateAt(time.GetUtcNow()), time.GetUtcNow()), cancellationToken);
    }

    internal static async Task<Results<Ok<BatchScheduled>, ProblemHttpResult>> UnscheduleAsync(
        string batch, Caller caller, CatalogueLog log, DocumentStore<LaunchBatch> batches, TimeProvider time, CancellationToken cancellationToken) =>
        await batches.FindAsync(batch, cancellationToken) is null
            ? Problems.NotFound("batch", batch)
            : await ChangeAsync(CatalogueActKind.UnscheduleBatch, batch, null, caller, log, batches, time, record => record.Unschedule(time.GetUtcNow()), cancellationToken);

    private static async Task<Results<Ok<BatchScheduled>, ProblemHttpResult>> ChangeAsync(
        CatalogueActKind kind, string batch, string? reason, Caller caller, CatalogueLog log, DocumentStore<LaunchBatch> batches, TimeProvider time,
        Func<LaunchBatch, Refusal?> change, CancellationToken cancellationToken)
    {
        var record = await batches.FindAsync(batch, cancellationToken) ?? new LaunchBatch(batch, time.GetUtcNow());
        var refusal = await log.ActAsync(kind, caller, new ActSubject(Batch: batch), reason, async () =>
        {
            if (change(record) is { } refused)
                return refused;
            await batches.SaveAsync(record, cancellationToken);
            return null;
        }, cancellationToken);
        return refusal is null ? TypedResults.Ok(new BatchScheduled(batch, record.DueOn)) : Problems.Of(refusal);
    }
}

/// <param name="Launched">Ids of the services that this request launched; empty where all of them were launched before.</param>
/// <param name="Online">How many services can be asked for now.</param>
internal sealed record BatchLaunched(string Batch, IReadOnlyList<string> Launched, int Online);

/// <param name="On">A day of the state.</param>
internal sealed record ScheduledFor(DateOnly? On);

/// <param name="On">Null where it waits for a person.</param>
internal sealed record BatchScheduled(string Batch, DateOnly? On);
