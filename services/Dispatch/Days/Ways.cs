using EServices.Dispatch.Routing.Travel;

namespace EServices.Dispatch.Days;

/// <summary>Time and metres from one place to another; null where there is no way.</summary>
internal delegate (TimeSpan Time, int Metres)? Way(TravelPlace from, TravelPlace to);

/// <summary>The ways among the places of a day, by the places themselves.</summary>
internal sealed class Ways
{
    private readonly Dictionary<TravelPlace, int> index;
    private readonly TravelTable table;

    private Ways(Dictionary<TravelPlace, int> index, TravelTable table) => (this.index, this.table) = (index, table);

    public static async Task<Ways> AmongAsync(ITravelMatrix travel, IEnumerable<TravelPlace> places, CancellationToken cancellationToken)
    {
        var distinct = places.Distinct().ToList();
        return new Ways(distinct.Index().ToDictionary(place => place.Item, place => place.Index), await travel.AmongAsync(distinct, cancellationToken));
    }

    /// <summary>Both places must be of those given.</summary>
    public (TimeSpan Time, int Metres)? Between(TravelPlace from, TravelPlace to)
    {
        var (start, end) = (index[from], index[to]);
        return table.Reachable(start, end) ? (TimeSpan.FromSeconds(table.SecondsBetween(start, end)), table.MetresBetween(start, end)) : null;
    }
}
