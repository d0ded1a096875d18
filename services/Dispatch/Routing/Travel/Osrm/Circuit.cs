namespace EServices.Dispatch.Routing.Travel.Osrm;

/// <summary>Leaves a server alone that failed several times in a row, so that nobody waits for it; then lets one request find out whether it is back.</summary>
internal sealed class Circuit(int failuresMost, TimeSpan rest, TimeProvider time)
{
    private readonly Lock gate = new();
    private int failures;
    private DateTimeOffset restsUntil = DateTimeOffset.MinValue;

    public bool Open
    {
        get
        {
            lock (gate)
                return failures >= failuresMost && time.GetUtcNow() < restsUntil;
        }
    }

    /// <summary>Whether a request may go out now. After the rest the first who asks may, and the others wait for what comes of it.</summary>
    public bool TryEnter()
    {
        lock (gate)
        {
            if (failures < failuresMost)
                return true;
            if (time.GetUtcNow() < restsUntil)
                return false;
            restsUntil = time.GetUtcNow() + rest;
            return true;
        }
    }

    /// <returns>True if the server had been given up and is back.</returns>
    public bool Succeeded()
    {
        lock (gate)
        {
            var back = failures >= failuresMost;
            failures = 0;
            return back;
        }
    }

    /// <returns>True if this failure is the one by which the server is given up.</returns>
    public bool Failed()
    {
        lock (gate)
        {
            failures = Math.Min(failures, failuresMost) + 1;
            if (failures >= failuresMost)
                restsUntil = time.GetUtcNow() + rest;
            return failures == failuresMost;
        }
    }
}
