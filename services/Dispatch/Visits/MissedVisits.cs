using EServices.Platform.Hosting;
using EServices.Platform.Storage;

namespace EServices.Dispatch.Visits;

/// <summary>Finds visits whose window went by without anybody arriving, and gives them to the helpline.</summary>
internal sealed partial class MissedVisits(DocumentStore<Visit> visits, TimeProvider time, ILogger<MissedVisits> logger) : Sweep(Every, logger)
{
    private const int Batch = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly ILogger logger = logger;

    public override Task RunOnceAsync(CancellationToken cancellationToken) => SweepAsync(cancellationToken);

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
}
