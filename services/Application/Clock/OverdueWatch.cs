using EServices.Application.Applications;
using EServices.Platform.Hosting;
using EServices.Platform.Storage;

namespace EServices.Application.Clock;

/// <summary>Looks for applications whose last day has passed, and marks them.</summary>
internal sealed partial class OverdueWatch(
    DocumentStore<ServiceApplication> applications, WorkingCalendar calendar, TimeProvider time, ILogger<OverdueWatch> logger) : Sweep(Every, logger)
{
    private const int MostAtOnce = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly ILogger logger = logger;

    public override Task RunOnceAsync(CancellationToken cancellationToken) => LookAsync(cancellationToken);

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
}
