using EServices.Catalogue.Definitions;
using EServices.Catalogue.Services;
using EServices.Platform.Packs;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Launches;

/// <summary>
/// Launches what is due by the state's date: definitions approved for a day, and batches. Looked for at start, so that a day which passed while the service was
/// down counts too, whenever the date changes, and after a launch that may have been cut off.
/// </summary>
internal sealed partial class ScheduledLaunches(
    Launching launching, Shelf shelf, DocumentStore<Definition> definitions, DocumentStore<LaunchBatch> batches, StatePack pack, TimeProvider time,
    ILogger<ScheduledLaunches> logger)
{
    private DateOnly? lookedOn;

    private volatile bool unfinished;

    /// <summary>Something is being launched now: if it does not end, the next look finishes it.</summary>
    public void Begun() => unfinished = true;

    public async Task LaunchDueAsync(SeedFromPack seeding, CancellationToken cancellationToken)
    {
        var today = pack.About.DateAt(time.GetUtcNow());
        if (lookedOn == today && !unfinished)
            return;
        unfinished = false;
        lookedOn = null;
        await foreach (var batch in batches.AllAsync(LaunchBatch.ByDue.All.LessThan(today.AddDays(1)), cancellationToken))
            await LaunchBatchAsync(batch.Id, seeding, cancellationToken);
        await foreach (var definition in definitions.AllAsync(Definition.ByDue.All.LessThan(today.AddDays(1)), cancellationToken))
            await LaunchAsync(definition.Id, cancellationToken);
        lookedOn = today;
    }

    /// <summary>What the pack holds ready of a batch, and the approved definitions that wait for it. Ids of the services, sorted; what was launched before is left out.</summary>
    public async Task<IReadOnlyList<string>> LaunchBatchAsync(string batch, SeedFromPack seeding, CancellationToken cancellationToken)
    {
        Begun();
        var launched = new List<string>(await seeding.LaunchBatchAsync(batch, cancellationToken));
        var today = pack.About.DateAt(time.GetUtcNow());
        await foreach (var waiting in definitions.AllAsync(Definition.ByBatch.Where(batch), cancellationToken))
        {
            // Due first, launched then: what a crash leaves of the batch is found by its day.
            waiting.JoinBatch(today);
            await definitions.SaveAsync(waiting, cancellationToken);
            if (await LaunchAsync(waiting.Id, cancellationToken))
                launched.Add(waiting.ServiceId);
        }
        var record = await batches.FindAsync(batch, cancellationToken) ?? new LaunchBatch(batch, time.GetUtcNow());
        record.Launched(time.GetUtcNow());
        await batches.SaveAsync(record, cancellationToken);
        BatchLaunched(batch, launched.Count);
        launched.Sort(StringComparer.Ordinal);
        return launched;
    }

    /// <summary>Launches a definition that is due. False where it went back to its authors.</summary>
    public async Task<bool> LaunchAsync(string definitionId, CancellationToken cancellationToken)
    {
        using var alone = await shelf.AloneAsync(cancellationToken);
        if (shelf.InDoubt)
            await shelf.FillAsync(cancellationToken);
        var definition = await definitions.GetAsync(definitionId, cancellationToken);
        return definition.DueOn is null || await launching.LaunchAsync(definition, cancellationToken) is null;
    }

    /// <summary>Whether anything would be launched with this batch.</summary>
    public async Task<bool> HasAsync(string batch, CancellationToken cancellationToken) =>
        pack.Services.Any(service => service.Status == ServiceStatus.Ready && service.Batch == batch)
        || await definitions.CountAsync(Definition.ByBatch.Where(batch), cancellationToken) > 0;

    [LoggerMessage(EventName = "BatchLaunched", Level = LogLevel.Information, Message = "Batch {Batch} was launched with {Count} services")]
    private partial void BatchLaunched(string batch, int count);
}
