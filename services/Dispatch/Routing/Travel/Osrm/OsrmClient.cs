using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace EServices.Dispatch.Routing.Travel.Osrm;

/// <summary>One request of the table service (OSRM HTTP API, version 1), and all that can be wrong with its answer.</summary>
internal sealed class OsrmClient : IDisposable
{
    private const int LongestAnswer = 16 * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict };

    private readonly HttpClient http;
    private readonly OsrmOptions options;

    public OsrmClient(OwnServer server, OsrmOptions options)
    {
        this.options = options;
        // A redirect or a proxy would carry coordinates to another host than the one that was agreed to. The handler's own traces are off
        // (no propagator), for they keep the path, and the path is where citizens live.
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.RequestDeadline,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            BaseAddress = server.Address,
            MaxResponseContentBufferSize = LongestAnswer,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public void Dispose() => http.Dispose();

    /// <summary>Asks for every way from these origins to these destinations. Null elements of the answer are ways that the server does not know.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the request's own deadline is an <see cref="Answer"/>.</exception>
    public async Task<Answer> TableAsync(IReadOnlyList<GridPlace> origins, IReadOnlyList<GridPlace> destinations, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.RequestDeadline);
        try
        {
            using var response = await http.GetAsync(PathOf(origins, destinations), deadline.Token);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => Read(body, origins.Count, destinations.Count),
                HttpStatusCode.BadRequest => new Answer(Outcome.Refused, null, CodeOf(body)),
                HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => new Answer(Outcome.Failed, null, $"status {(int)response.StatusCode}"),
                _ => new Answer(Outcome.Refused, null, $"status {(int)response.StatusCode}"),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Answer(Outcome.Failed, null, "deadline");
        }
        catch (HttpRequestException failure)
        {
            return new Answer(Outcome.Failed, null, failure.HttpRequestError.ToString());
        }
    }

    internal static string PathOf(IReadOnlyList<GridPlace> origins, IReadOnlyList<GridPlace> destinations)
    {
        var path = new StringBuilder("table/v1/driving/", 64 + ((origins.Count + destinations.Count) * 24));
        foreach (var place in origins.Concat(destinations))
            path.Append(CultureInfo.InvariantCulture, $"{place.Longitude / 1e5:0.#####},{place.Latitude / 1e5:0.#####};");
        path.Length--;
        path.Append("?annotations=duration,distance&sources=").AppendJoin(';', Enumerable.Range(0, origins.Count))
            .Append("&destinations=").AppendJoin(';', Enumerable.Range(origins.Count, destinations.Count));
        return path.ToString();
    }

    private static Answer Read(byte[] body, int rows, int columns)
    {
        TableBody? table;
        try
        {
            table = JsonSerializer.Deserialize<TableBody>(body, Json);
        }
        catch (JsonException)
        {
            return new Answer(Outcome.Failed, null, "malformed");
        }
        if (table?.Code != "Ok")
            return new Answer(Outcome.Refused, null, Known(table?.Code));
        // An older server does not tell distances; a wrong size of either is not to be guessed at.
        if (!Fits(table.Durations, rows, columns, TravelTable.Longest) || (table.Distances is not null && !Fits(table.Distances, rows, columns, 10.0 * TravelTable.Longest)))
            return new Answer(Outcome.Failed, null, "wrong size");
        var legs = new (int? Seconds, int? Metres)[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                legs[(row * columns) + column] = (Whole(table.Durations![row]![column]), Whole(table.Distances?[row]![column]));
        }
        return new Answer(Outcome.Told, legs, "");
    }

    private static bool Fits(double?[]?[]? values, int rows, int columns, double most) =>
        values?.Length == rows && Array.TrueForAll(values, row => row?.Length == columns && Array.TrueForAll(row, value => value is null || (value >= 0 && value <= most)));

    private static int? Whole(double? value) => value is { } told ? (int)Math.Round(told) : null;

    private static string CodeOf(byte[] body)
    {
        try
        {
            return Known(JsonSerializer.Deserialize<TableBody>(body, Json)?.Code);
        }
        catch (JsonException)
        {
            return "refused";
        }
    }

    /// <summary>Only codes of the interface get into logs and metrics, nothing else that a server may write.</summary>
    private static string Known(string? code) =>
        code is "InvalidUrl" or "InvalidService" or "InvalidVersion" or "InvalidOptions" or "InvalidQuery" or "InvalidValue" or "NoSegment" or "TooBig" or "NoTable" or "NoRoute" or "NotImplemented"
            ? code
            : "refused";

    internal enum Outcome
    {
        /// <summary>The server answered for every pair, if only with null.</summary>
        Told,

        /// <summary>The server answered that it won't or can't: asking again gives the same.</summary>
        Refused,

        /// <summary>No answer, or none that can be used: asking again may help.</summary>
        Failed,
    }

    /// <param name="Legs">Row by row.</param>
    /// <param name="Why">A word for logs and metrics; no address in it.</param>
    internal sealed record Answer(Outcome Outcome, (int? Seconds, int? Metres)[]? Legs, string Why);

    private sealed record TableBody(string? Code, double?[]?[]? Durations, double?[]?[]? Distances);
}
