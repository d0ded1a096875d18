using EServices.Platform.Storage;

namespace EServices.Dispatch.Visits;

/// <summary>Finds visits whose window went by without anybody arriving, and gives them to the helpline. Ticks in real time, judges by the service's clock.</summary>
internal sealed partial class MissedVisits(DocumentStore<Visit> visits, TimeProvider time, ILogger<MissedVisits> logger) : BackgroundService
{
    private const int Batch = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                SweepFailed(failure);
            }
        }
    }

    /// <returns>How many visits were found missed.</returns>
    internal async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var missed = 0;
        var due = await visits.ListAsync(VisitDocuments.Awaited.All.LessThan(time.GetUtcNow()), null, Batch, cancellationToken);
        foreach (var visit in due.Items)
        {
            if (!visit.Miss(time.GetUtcNow()))
                continue;
            try
            {
                await visits.SaveAsync(visit, cancellationToken);
                missed++;
                Missed(visit.Id, visit.OperatorId);
            }
            catch (ConflictException)
            {
                // Somebody acted on it at this moment; the next tick looks again.
            }
        }
        return missed;
    }

    [LoggerMessage(EventName = "VisitMissed", Level = LogLevel.Warning, Message = "Nobody arrived at visit {VisitId} of operator {OperatorId} in its window")]
    private partial void Missed(string visitId, string? operatorId);

    [LoggerMessage(EventName = "MissedSweepFailed", Level = LogLevel.Error, Message = "Looking for missed visits failed and is repeated")]
    private partial void SweepFailed(Exception failure);
}
