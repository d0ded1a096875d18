namespace EServices.Platform.Time;

/// <summary>
/// The clock of a sandbox: real time plus an offset that only grows. Timers run in real time; who waits for a date
/// listens to <see cref="Advanced"/> and looks again.
/// </summary>
public sealed class SandboxClock : TimeProvider
{
    private long offsetTicks;

    /// <summary>Raised after the offset grew.</summary>
    public event Action? Advanced;

    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref offsetTicks));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    /// <summary>Sets the offset. A clock never runs back: a smaller one than now is ignored.</summary>
    public void SetOffset(TimeSpan offset)
    {
        long seen;
        do
        {
            seen = Interlocked.Read(ref offsetTicks);
            if (offset.Ticks <= seen)
                return;
        }
        while (Interlocked.CompareExchange(ref offsetTicks, offset.Ticks, seen) != seen);
        Advanced?.Invoke();
    }
}
