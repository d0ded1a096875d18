using EServices.Platform.Storage;

namespace EServices.Identity.Guard;

/// <summary>How attempts are slowed down: some are free, then each has to wait twice as long as the one before, up to a limit; forgotten after a quiet while.</summary>
internal sealed record BackOff(int Free, TimeSpan First, TimeSpan Longest, TimeSpan Forget)
{
    public TimeSpan After(int attempts)
    {
        if (attempts < Free)
            return TimeSpan.Zero;
        var doublings = Math.Min(attempts - Free, 20);
        return TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << doublings));
    }
}

/// <summary>Attempts of one kind from one address, at one account, or of one at the other.</summary>
internal sealed class Attempts : Document
{
    public static readonly DocumentMap<Attempts> Map = new("attempts");
    public static readonly DocumentIndex<Attempts> ByLast = Map.Index("by_last", attempts => attempts.LastAt);

    public Attempts(string id)
        : base(id)
    {
    }

    private Attempts()
    {
    }

    public int Count { get; private set; }

    public DateTimeOffset LastAt { get; private set; }

    public DateTimeOffset NextAt { get; private set; }

    /// <summary>
    /// Counts an attempt before it is made, so that many at once can't all be the first. Zero when it may be made, else how long to wait;
    /// an attempt that has to wait is not counted.
    /// </summary>
    public TimeSpan Take(BackOff backOff, DateTimeOffset now)
    {
        if (now < NextAt)
            return NextAt - now;
        if (now - LastAt > backOff.Forget)
            Count = 0;
        Count++;
        LastAt = now;
        NextAt = now + backOff.After(Count);
        return TimeSpan.Zero;
    }

    /// <summary>The attempt was rightful and does not count.</summary>
    public void GiveBack(BackOff backOff)
    {
        Count = Math.Max(0, Count - 1);
        NextAt = LastAt + backOff.After(Count);
    }

    public void Forget() => (Count, NextAt) = (0, LastAt);
}
