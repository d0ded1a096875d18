using System.Diagnostics.Metrics;
using System.Threading.Channels;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>
/// What is told of events on their way, as the meter <c>EServices.Messaging</c>: how many were handled, tried again and parked since the start; how many are parked
/// and how many wait now; the age of the oldest event that is not sent. The numbers of now are counted in the store every few seconds.
/// </summary>
internal sealed class DeadLetterFigures
{
    public const string MeterName = "EServices.Messaging";

    private readonly Counter<long> handled;
    private readonly Counter<long> retried;
    private readonly Counter<long> parkings;
    private long waiting;
    private long parked;
    private double oldestUnsent;

    public DeadLetterFigures(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        handled = meter.CreateCounter<long>("eservices.messaging.handled", "{event}", "Events that a reaction has handled.");
        retried = meter.CreateCounter<long>("eservices.messaging.retried", "{attempt}", "Attempts after a first one that failed, by what became of them.");
        parkings = meter.CreateCounter<long>("eservices.messaging.parkings", "{event}", "Events whose tries were used up.");
        meter.CreateObservableGauge("eservices.messaging.parked", () => Volatile.Read(ref parked), "{event}", "Events that are parked now.");
        meter.CreateObservableGauge("eservices.messaging.waiting", () => Waiting, "{event}", "Events that wait for another try now.");
        meter.CreateObservableGauge("eservices.messaging.oldest_unsent_age", () => Volatile.Read(ref oldestUnsent), "s", "Age of the oldest event that is saved and not sent.");
    }

    public long Waiting => Interlocked.Read(ref waiting);

    public long Parked => Interlocked.Read(ref parked);

    public void Handled(string reaction) => handled.Add(1, KeyValuePair.Create<string, object?>("reaction", reaction));

    public void Retried(string place, string outcome) =>
        retried.Add(1, KeyValuePair.Create<string, object?>("place", place), KeyValuePair.Create<string, object?>("outcome", outcome));

    public void Came(DeadLetterState state)
    {
        if (state == DeadLetterState.Waiting)
        {
            Interlocked.Increment(ref waiting);
            return;
        }
        Interlocked.Increment(ref parked);
        parkings.Add(1);
    }

    /// <summary>It does not wait any more.</summary>
    public void Left(DeadLetterState into)
    {
        Interlocked.Decrement(ref waiting);
        if (into != DeadLetterState.Parked)
            return;
        Interlocked.Increment(ref parked);
        parkings.Add(1);
    }

    public void Counted(long waitingNow, long parkedNow, TimeSpan oldest)
    {
        Interlocked.Exchange(ref waiting, waitingNow);
        Interlocked.Exchange(ref parked, parkedNow);
        Volatile.Write(ref oldestUnsent, oldest.TotalSeconds);
    }
}

/// <summary>Wakes the redelivery when there is something new to wait for.</summary>
internal sealed class DeadLetterBell
{
    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => bell.Writer.TryWrite(true);

    /// <summary>Returns at the next ring, one that has not been heard yet included, or after the time.</summary>
    public async Task WaitAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        if (most <= TimeSpan.Zero)
            return;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(most);
        try
        {
            await bell.Reader.ReadAsync(limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}
