namespace EServices.Dispatch.Routing.Travel;

/// <summary>How long ways take and how far they are.</summary>
public interface ITravelMatrix
{
    /// <summary>
    /// Every way from an origin to a destination. Always answers: what is not known exactly is estimated, what can't be reached is
    /// <see cref="TravelTable.Unreachable"/>.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<TravelTable> BetweenAsync(IReadOnlyList<TravelPlace> origins, IReadOnlyList<TravelPlace> destinations, CancellationToken cancellationToken);
}

public static class TravelMatrixExtensions
{
    /// <summary>Every way between these places, in both directions.</summary>
    public static Task<TravelTable> AmongAsync(this ITravelMatrix travel, IReadOnlyList<TravelPlace> places, CancellationToken cancellationToken) =>
        travel.BetweenAsync(places, places, cancellationToken);
}
