using EServices.Application.Applications;
using EServices.Platform.Storage;

namespace EServices.Application.Clock;

/// <summary>Looks every few seconds of real time for applications whose last day has passed, by the service's clock, and marks them.</summary>
internal sealed partial class OverdueWatch(DocumentStore<ServiceApplication> applications, WorkingCalendar calendar, TimeProvider time, ILogger<OverdueWatch> logger) : BackgroundService
{
    private const int MostAtOnce = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LookFailed(failure);
            }
        }
    }

    /// <summary>Marks what is late now; how many there were.</summary>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var late = await applications.ListAsync(ApplicationDocuments.ByWatch.All.LessThan(calendar.DateAt(now)), null, MostAtOnce, cancellationToken);
        var marked = 0;
        foreach (var application in late.Items)
        {
            try
            {
                if (!application.Watch(calendar, now))
                    continue;
                await applications.SaveAsync(application, cancellationToken);
                marked++;
            }
            catch (ConflictException)
            {
                // Someone is at work on it this very moment; the next look sees what became of it.
            }
        }
        if (marked > 0)
            Marked(marked);
        return marked;
    }

    [LoggerMessage(EventName = "ApplicationsOverdue", Level = LogLevel.Warning, Message = "{Count} applications have passed their last day without a decision")]
    private partial void Marked(int count);

    [LoggerMessage(EventName = "OverdueLookFailed", Level = LogLevel.Warning, Message = "Looking for overdue applications failed and is repeated")]
    private partial void LookFailed(Exception failure);
}
