using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.Hosting;

/// <summary>
/// A duty that comes round: it looks for what is due by the service's clock and does it, so whatever a crash left half done is finished by a later round.
/// Rounds are timed in real time, since a sandbox's clock jumps.
/// </summary>
/// <param name="every">From one round to the next; a round that takes longer is followed by the next at once.</param>
public abstract partial class Sweep(TimeSpan every, ILogger logger) : BackgroundService
{
    /// <summary>How long one round may take before it is broken off; the next one goes on where it ended.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>One round. What it throws is logged, and the next round tries again.</summary>
    public abstract Task RunOnceAsync(CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every);
        do
        {
            using var round = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            round.CancelAfter(Deadline);
            try
            {
                await RunOnceAsync(round.Token);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                SweepFailed(GetType().Name, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventName = "SweepFailed", Level = LogLevel.Error, Message = "A round of {Sweep} failed; the next one tries again")]
    private partial void SweepFailed(string sweep, Exception failure);
}
