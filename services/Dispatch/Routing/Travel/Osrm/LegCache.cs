namespace EServices.Dispatch.Routing.Travel.Osrm;

/// <summary>
/// Ways that the server told, in two generations: when the young one is full or old it becomes the old one, and what the old one held is forgotten.
/// Bounded in size and age, with one look-up and no list to keep in order.
/// </summary>
internal sealed class LegCache(int capacity, TimeSpan age, TimeProvider time)
{
    private readonly Lock gate = new();
    private Dictionary<LegKey, Leg> young = [];
    private Dictionary<LegKey, Leg> old = [];
    private DateTimeOffset since = time.GetUtcNow();

    public int Count
    {
        get
        {
            lock (gate)
                return young.Count + old.Count;
        }
    }

    public bool TryGet(LegKey key, out Leg leg)
    {
        lock (gate)
        {
            Age();
            return young.TryGetValue(key, out leg) || old.TryGetValue(key, out leg);
        }
    }

    public void Put(LegKey key, Leg leg)
    {
        lock (gate)
        {
            Age();
            if (young.Count >= capacity)
                Turn();
            young[key] = leg;
        }
    }

    private void Age()
    {
        if (time.GetUtcNow() - since < age)
            return;
        var forgotten = time.GetUtcNow() - since >= 2 * age;
        Turn();
        if (forgotten)
            old = [];
    }

    private void Turn() => (old, young, since) = (young, [], time.GetUtcNow());
}

/// <summary>From one place to another, each as the server is asked for it: in hundred-thousandths of a degree, about a metre.</summary>
internal readonly record struct LegKey(GridPlace From, GridPlace To);

internal readonly record struct GridPlace(int Latitude, int Longitude)
{
    public static GridPlace Of(TravelPlace place) => new((int)Math.Round(place.Latitude * 1e5), (int)Math.Round(place.Longitude * 1e5));
}
