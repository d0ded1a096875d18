namespace EServices.Dispatch.Routing.Travel.Osrm;

/// <summary>Origins and destinations, by their positions, for one request.</summary>
internal sealed record Tile(IReadOnlyList<int> Origins, IReadOnlyList<int> Destinations)
{
    /// <summary>What a request costs by itself, in pairs that the server could compute in that time.</summary>
    private const long Round = 500;

    /// <summary>
    /// Cuts what is missing into requests of at most <paramref name="most"/> places. For one new place among known ones that is a row and a column;
    /// where gaps lie scattered it is the whole rectangle around them, for many small requests take longer than a large one.
    /// </summary>
    /// <param name="missing">For each origin the destinations not known yet, ascending.</param>
    public static IReadOnlyList<Tile> Cut(IReadOnlyList<IReadOnlyList<int>> missing, int most)
    {
        var origins = Enumerable.Range(0, missing.Count).Where(origin => missing[origin].Count > 0).ToArray();
        if (origins.Length == 0)
            return [];
        var alike = origins.GroupBy(origin => missing[origin], SameList.Instance).SelectMany(group => Cut([.. group], group.Key, most)).ToList();
        var around = Cut(origins, [.. origins.SelectMany(origin => missing[origin]).Distinct().Order()], most).ToList();
        return Cost(alike) <= Cost(around) ? alike : around;
    }

    private static IEnumerable<Tile> Cut(int[] origins, IReadOnlyList<int> destinations, int most)
    {
        // Half and half asks for the most pairs at once; a side that needs less leaves the rest to the other.
        var rows = Math.Min(origins.Length, Math.Max(most / 2, most - destinations.Count));
        return origins.Chunk(rows).SelectMany(some => destinations.Chunk(most - rows).Select(ends => new Tile(some, ends)));
    }

    private static long Cost(List<Tile> tiles) => tiles.Sum(tile => Round + ((long)tile.Origins.Count * tile.Destinations.Count));

    private sealed class SameList : IEqualityComparer<IReadOnlyList<int>>
    {
        public static readonly SameList Instance = new();

        public bool Equals(IReadOnlyList<int>? one, IReadOnlyList<int>? other) =>
            ReferenceEquals(one, other) || (one is not null && other is not null && one.SequenceEqual(other));

        public int GetHashCode(IReadOnlyList<int> list)
        {
            var hash = new HashCode();
            foreach (var item in list)
                hash.Add(item);
            return hash.ToHashCode();
        }
    }
}
