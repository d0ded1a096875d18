namespace EServices.Dispatch.Routing.Travel.Osrm;

/// <summary>How the routing server is asked. The defaults suit a server beside us.</summary>
public sealed record OsrmOptions
{
    /// <summary>The server's <c>--max-table-size</c>: places in one request, origins and destinations together.</summary>
    public int TableSize { get; init; } = 100;

    /// <summary>Ways remembered, at least; twice as many at most. A way takes about 50 bytes.</summary>
    public int CachePairs { get; init; } = 250_000;

    /// <summary>How long a way is remembered, at least; twice as long at most.</summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromHours(12);

    /// <summary>What one request may take.</summary>
    public TimeSpan RequestDeadline { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What one question may take with all its requests and repeats; then what is missing is estimated.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Repeats of a request that failed for a passing reason.</summary>
    public int Retries { get; init; } = 1;

    /// <summary>The pause before the first repeat; twice as long before each further one.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Requests at a time.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>Failures in a row after which the server is left alone for <see cref="RestFor"/>.</summary>
    public int FailuresMost { get; init; } = 3;

    /// <summary>How long the server is left alone; then a single request finds out whether it is back.</summary>
    public TimeSpan RestFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What it means that the server knows no way between two places.</summary>
    public NoRoute NoRoute { get; init; } = NoRoute.Estimate;

    /// <exception cref="InvalidOperationException">A value makes no sense; the message names it.</exception>
    public OsrmOptions Checked()
    {
        Must(TableSize is >= 2 and <= 10_000, nameof(TableSize), "from 2 to 10,000");
        Must(CachePairs >= 1, nameof(CachePairs), "at least 1");
        Must(CacheFor > TimeSpan.Zero, nameof(CacheFor), "positive");
        Must(RequestDeadline > TimeSpan.Zero && Deadline > TimeSpan.Zero, "deadlines", "positive");
        Must(Retries is >= 0 and <= 5, nameof(Retries), "from 0 to 5");
        Must(RetryPause >= TimeSpan.Zero, nameof(RetryPause), "not negative");
        Must(Parallel is >= 1 and <= 64, nameof(Parallel), "from 1 to 64");
        Must(FailuresMost >= 1, nameof(FailuresMost), "at least 1");
        Must(RestFor > TimeSpan.Zero, nameof(RestFor), "positive");
        return this;

        static void Must(bool holds, string key, string range)
        {
            if (!holds)
                throw new InvalidOperationException($"Travel setting '{key}' must be {range}.");
        }
    }
}

public enum NoRoute
{
    /// <summary>The map has a gap: the way is estimated. Right where maps lack village roads, for a person must not go unserved for a missing line.</summary>
    Estimate,

    /// <summary>The map is complete: there is no way.</summary>
    Unreachable,
}
