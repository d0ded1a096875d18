using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace EServices.Dispatch.Routing.Travel.Osrm;

/// <summary>
/// Ways along roads, from a server that speaks OSRM's table service and is our own. What it does not tell in time (it is away, slow, broken, or has a gap
/// in its map) is estimated, so that planning goes on; metrics say how much of a table was which.
/// </summary>
public sealed partial class OsrmTravel : ITravelMatrix, IDisposable
{
    private static readonly ActivitySource Traces = new("EServices.Dispatch.Travel");
    private static readonly Meter Meter = new("EServices.Dispatch.Travel");
    private static readonly Counter<long> Pairs = Meter.CreateCounter<long>("travel.pairs", "{pair}", "Ways told, by where they came from.");
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("travel.requests", "{request}", "Requests to the routing server, by outcome.");

    private readonly OsrmOptions options;
    private readonly OsrmClient client;
    private readonly LegCache cache;
    private readonly Circuit circuit;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    /// <exception cref="InvalidOperationException">An option makes no sense.</exception>
    public OsrmTravel(OwnServer server, OsrmOptions options, TimeProvider time, ILogger<OsrmTravel> logger)
    {
        this.options = options.Checked();
        (this.time, this.logger) = (time, logger);
        client = new OsrmClient(server, options);
        cache = new LegCache(options.CachePairs, options.CacheFor, time);
        circuit = new Circuit(options.FailuresMost, options.RestFor, time);
    }

    public void Dispose() => client.Dispose();

    public async Task<TravelTable> BetweenAsync(IReadOnlyList<TravelPlace> origins, IReadOnlyList<TravelPlace> destinations, CancellationToken cancellationToken)
    {
        var table = new TravelTable(origins.Count, destinations.Count);
        var (starts, ends) = (origins.Select(GridPlace.Of).ToArray(), destinations.Select(GridPlace.Of).ToArray());
        var missing = FillFromCache(table, origins, destinations, starts, ends);
        if (Tile.Cut(missing, options.TableSize) is { Count: > 0 } tiles)
            await AskAsync(table, tiles, origins, destinations, starts, ends, cancellationToken);
        return table;
    }

    /// <summary>Fills in what is known, estimates the rest for now, and says what is to be asked for.</summary>
    private List<int>[] FillFromCache(
        TravelTable table, IReadOnlyList<TravelPlace> origins, IReadOnlyList<TravelPlace> destinations, GridPlace[] starts, GridPlace[] ends)
    {
        var missing = new List<int>[starts.Length];
        var known = 0;
        for (var from = 0; from < starts.Length; from++)
        {
            missing[from] = [];
            for (var to = 0; to < ends.Length; to++)
            {
                if (starts[from] == ends[to] && origins[from].OnEarth)
                {
                    table.Set(from, to, new Leg(0, 0));
                }
                else if (cache.TryGet(new LegKey(starts[from], ends[to]), out var leg))
                {
                    table.Set(from, to, leg);
                    known++;
                }
                else
                {
                    table.Set(from, to, HaversineTravel.Estimate(origins[from], destinations[to]));
                    if (origins[from].OnEarth && destinations[to].OnEarth)
                        missing[from].Add(to);
                }
            }
        }
        if (known > 0)
            Pairs.Add(known, new KeyValuePair<string, object?>("source", "cache"));
        return missing;
    }

    private async Task AskAsync(
        TravelTable table, IReadOnlyList<Tile> tiles, IReadOnlyList<TravelPlace> origins, IReadOnlyList<TravelPlace> destinations, GridPlace[] starts, GridPlace[] ends,
        CancellationToken cancellationToken)
    {
        using var trace = Traces.StartActivity("travel table");
        trace?.SetTag("travel.requests", tiles.Count);
        using var deadline = new CancellationTokenSource(options.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        long told = 0, estimated = 0;
        try
        {
            await Parallel.ForEachAsync(tiles, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = either.Token }, async (tile, token) =>
            {
                var answer = await AskAsync([.. tile.Origins.Select(at => starts[at])], [.. tile.Destinations.Select(at => ends[at])], token);
                if (answer is not null)
                    Interlocked.Add(ref told, Overlay(table, tile, answer, origins, destinations, starts, ends));
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            OutOfTime(tiles.Count, options.Deadline);
        }
        estimated = tiles.Sum(tile => (long)tile.Origins.Count * tile.Destinations.Count) - told;
        Pairs.Add(told, new KeyValuePair<string, object?>("source", "server"));
        Pairs.Add(estimated, new KeyValuePair<string, object?>("source", "estimate"));
        trace?.SetTag("travel.pairs.server", told).SetTag("travel.pairs.estimate", estimated);
    }

    /// <summary>Null where the server did not tell.</summary>
    private async Task<(int? Seconds, int? Metres)[]?> AskAsync(IReadOnlyList<GridPlace> starts, IReadOnlyList<GridPlace> ends, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (!circuit.TryEnter())
                return null;
            var answer = await client.TableAsync(starts, ends, cancellationToken);
            Requests.Add(1, new KeyValuePair<string, object?>("outcome", answer.Outcome == OsrmClient.Outcome.Told ? "told" : answer.Why));
            if (answer.Outcome != OsrmClient.Outcome.Failed)
            {
                if (circuit.Succeeded())
                    ServerBack();
                if (answer.Legs is null)
                    Refused(answer.Why);
                return answer.Legs;
            }
            if (circuit.Failed())
                ServerAway(answer.Why, options.RestFor);
            if (attempt >= options.Retries)
                return null;
            await Task.Delay(options.RetryPause * (1 << attempt), time, cancellationToken);
        }
    }

    /// <returns>How many pairs the server told.</returns>
    private int Overlay(
        TravelTable table, Tile tile, (int? Seconds, int? Metres)[] answer, IReadOnlyList<TravelPlace> origins, IReadOnlyList<TravelPlace> destinations, GridPlace[] starts, GridPlace[] ends)
    {
        var told = 0;
        for (var row = 0; row < tile.Origins.Count; row++)
        {
            for (var column = 0; column < tile.Destinations.Count; column++)
            {
                var (from, to) = (tile.Origins[row], tile.Destinations[column]);
                var leg = answer[(row * tile.Destinations.Count) + column] switch
                {
                    ({ } seconds, { } metres) => new Leg(seconds, metres),
                    ({ } seconds, null) => new Leg(seconds, HaversineTravel.Estimate(origins[from], destinations[to]).Metres),
                    _ when options.NoRoute == NoRoute.Unreachable => Leg.None,
                    _ => HaversineTravel.Estimate(origins[from], destinations[to]),
                };
                if (starts[from] == ends[to])
                    leg = new Leg(0, 0);
                told += answer[(row * tile.Destinations.Count) + column].Seconds is null ? 0 : 1;
                table.Set(from, to, leg);
                // Also what it does not know: a gap in the map is one tomorrow too, and need not be asked for with every plan.
                cache.Put(new LegKey(starts[from], ends[to]), leg);
            }
        }
        return told;
    }

    [LoggerMessage(EventName = "RoutingServerAway", Level = LogLevel.Warning, Message = "The routing server does not answer ({Why}); ways are estimated, and it is asked again in {Rest}")]
    private partial void ServerAway(string why, TimeSpan rest);

    [LoggerMessage(EventName = "RoutingServerBack", Level = LogLevel.Information, Message = "The routing server answers again")]
    private partial void ServerBack();

    [LoggerMessage(EventName = "RoutingServerRefused", Level = LogLevel.Warning, Message = "The routing server refused a table ({Why}); its ways are estimated")]
    private partial void Refused(string why);

    [LoggerMessage(EventName = "RoutingOutOfTime", Level = LogLevel.Warning, Message = "{Tables} tables were not all told within {Deadline}; the rest is estimated")]
    private partial void OutOfTime(int tables, TimeSpan deadline);
}
