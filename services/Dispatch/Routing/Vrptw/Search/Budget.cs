using System.Diagnostics;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>What a search may still use: time, iterations, the caller's patience. Shared by all threads of one search.</summary>
internal sealed class Budget(Func<TimeSpan> elapsed, TimeSpan deadline, long maxIterations, CancellationToken cancellation)
{
    private long _iterations;

    public TimeSpan Elapsed => elapsed();

    public long Iterations => Interlocked.Read(ref _iterations);

    public static Func<TimeSpan> WallClock()
    {
        var clock = Stopwatch.StartNew();
        return () => clock.Elapsed;
    }

    /// <summary>Counts iterations that were made; true while there may be more.</summary>
    public bool Spend(long iterations) => Interlocked.Add(ref _iterations, iterations) < maxIterations && !cancellation.IsCancellationRequested && elapsed() < deadline;

    public bool Spent => Iterations >= maxIterations || cancellation.IsCancellationRequested || elapsed() >= deadline;

    /// <summary>How much is used, from 0 to 1: of time or of iterations, whichever is further.</summary>
    public double Used
    {
        get
        {
            var iterations = maxIterations == long.MaxValue ? 0 : (double)Iterations / maxIterations;
            var time = deadline == TimeSpan.MaxValue ? 0 : elapsed() / deadline;
            return Math.Min(1, Math.Max(iterations, time));
        }
    }

    /// <summary>What <see cref="Used"/> will be after that share of what is left.</summary>
    public double After(double share)
    {
        var used = Used;
        return used + ((1 - used) * share);
    }
}
