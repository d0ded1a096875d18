namespace EServices.Dispatch.Routing.Travel;

/// <summary>Times and distances from every origin to every destination; not symmetric where roads aren't.</summary>
public sealed class TravelTable
{
    /// <summary>Stands in both arrays where there is no way.</summary>
    public const int Unreachable = -1;

    /// <summary>A way of more seconds, or ten times as many metres, is none: seven days.</summary>
    internal const int Longest = 7 * 86_400;

    public TravelTable(int origins, int destinations)
    {
        (Origins, Destinations) = (origins, destinations);
        (Seconds, Metres) = (new int[checked(origins * destinations)], new int[origins * destinations]);
    }

    public int Origins { get; }

    public int Destinations { get; }

    /// <summary>Row by row: from origin <c>i</c> to destination <c>j</c> at <c>i * Destinations + j</c>.</summary>
    public int[] Seconds { get; }

    /// <summary>In the order of <see cref="Seconds"/>.</summary>
    public int[] Metres { get; }

    public int SecondsBetween(int origin, int destination) => Seconds[(origin * Destinations) + destination];

    public int MetresBetween(int origin, int destination) => Metres[(origin * Destinations) + destination];

    public bool Reachable(int origin, int destination) => SecondsBetween(origin, destination) != Unreachable;

    internal void Set(int origin, int destination, Leg leg) =>
        (Seconds[(origin * Destinations) + destination], Metres[(origin * Destinations) + destination]) = (leg.Seconds, leg.Metres);
}

/// <summary>One way. Both parts are <see cref="TravelTable.Unreachable"/> where there is none.</summary>
internal readonly record struct Leg(int Seconds, int Metres)
{
    public static readonly Leg None = new(TravelTable.Unreachable, TravelTable.Unreachable);
}
