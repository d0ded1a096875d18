namespace EServices.Dispatch.Routing.Travel;

/// <summary>
/// Estimates without a map: the great circle, longer by a detour factor, at the speed of the terrain; half of the way in that of the origin, half in that
/// of the destination. Needs nothing and nobody, so it is the default and what everything else falls back to.
/// </summary>
public sealed class HaversineTravel : ITravelMatrix
{
    public Task<TravelTable> BetweenAsync(IReadOnlyList<TravelPlace> origins, IReadOnlyList<TravelPlace> destinations, CancellationToken cancellationToken)
    {
        var table = new TravelTable(origins.Count, destinations.Count);
        for (var from = 0; from < origins.Count; from++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var to = 0; to < destinations.Count; to++)
                table.Set(from, to, Estimate(origins[from], destinations[to]));
        }
        return Task.FromResult(table);
    }

    internal static Leg Estimate(TravelPlace from, TravelPlace to)
    {
        if (!from.OnEarth || !to.OnEarth)
            return Leg.None;
        var half = from.MetresTo(to) / 2;
        var (first, last) = (half * from.Terrain.Detour, half * to.Terrain.Detour);
        var seconds = ((first / from.Terrain.KmPerHour) + (last / to.Terrain.KmPerHour)) * 3.6;
        // Also what a terrain without speed makes of it: not a number, or without end.
        return seconds <= TravelTable.Longest ? new Leg((int)Math.Round(seconds), (int)Math.Round(first + last)) : Leg.None;
    }
}
