using EServices.Dispatch.Routing.Travel;
using EServices.Dispatch.Routing.Travel.Osrm;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EServices.Routing.Tests.Travel;

public sealed class OsrmTravelTests : IAsyncLifetime
{
    private static readonly Terrain Plain = new(1.4, 30);
    /// <summary>A request may take as long as a busy machine needs: where a deadline is tested it is set.</summary>
    private static readonly OsrmOptions Quick = new() { RetryPause = TimeSpan.Zero, RequestDeadline = TimeSpan.FromMinutes(1) };
    private readonly FakeTimeProvider clock = new();
    private readonly Lines log = new();
    private readonly List<OsrmTravel> made = [];
    private FakeOsrm server = null!;

    public async ValueTask InitializeAsync() => server = await FakeOsrm.StartAsync();

    public async ValueTask DisposeAsync()
    {
        made.ForEach(travel => travel.Dispose());
        await server.DisposeAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TravelPlace At(double latitude, double longitude) => new(latitude, longitude, Plain);

    private static IReadOnlyList<TravelPlace> Line(int count) => [.. Enumerable.Range(0, count).Select(number => At(33 + (number * 0.001), 74 + (number * 0.002)))];

    private OsrmTravel Travel(OsrmOptions? options = null)
    {
        Assert.True(OwnServer.TryCreate(server.Address, [], out var own, out var why), why);
        made.Add(new OsrmTravel(own!, options ?? Quick, clock, log));
        return made[^1];
    }

    private static void AssertTold(TravelTable table, IReadOnlyList<TravelPlace> origins, IReadOnlyList<TravelPlace> destinations)
    {
        for (var from = 0; from < origins.Count; from++)
        {
            for (var to = 0; to < destinations.Count; to++)
            {
                var (start, end) = ((origins[from].Latitude, origins[from].Longitude), (destinations[to].Latitude, destinations[to].Longitude));
                Assert.Equal(FakeOsrm.Seconds(start, end), table.SecondsBetween(from, to), 0.51);
                Assert.Equal(FakeOsrm.Metres(start, end), table.MetresBetween(from, to), 0.51);
            }
        }
    }

    private static async Task AssertEstimatedAsync(TravelTable table, IReadOnlyList<TravelPlace> places) =>
        Assert.Equal((await new HaversineTravel().AmongAsync(places, Cancel)).Seconds, table.Seconds);

    [Fact]
    public async Task Table_IsWhatTheServerTells_NotSymmetric()
    {
        var table = await Travel().AmongAsync([At(33, 74), At(33.1, 74.2)], Cancel);

        Assert.Equal([0, 2100, 1800, 0], table.Seconds);
        Assert.Equal([0, 30000, 30000, 0], table.Metres);
        Assert.Equal("/table/v1/driving/74,33;74.2,33.1;74,33;74.2,33.1", server.Paths.First());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 250)]
    [InlineData(250, 1)]
    [InlineData(60, 60)]
    [InlineData(3, 130)]
    public async Task Table_LargerThanTheServerTakes_IsPutTogetherFromTiles(int origins, int destinations)
    {
        var (starts, ends) = (Line(origins), Line(destinations).Select(place => place with { Latitude = place.Latitude + 0.5 }).ToList());

        AssertTold(await Travel().BetweenAsync(starts, ends, Cancel), starts, ends);

        Assert.All(server.Asked, asked => Assert.InRange(asked.Origins + asked.Destinations, 2, 100));
        Assert.Equal(origins * destinations, server.Asked.Sum(asked => asked.Origins * asked.Destinations));
        Assert.InRange(server.Asked.Count, 1, (int)Math.Ceiling(origins * destinations / 1000.0) + 3);
    }

    [Fact]
    public async Task OneNewPlace_AsksForItsRowAndColumnOnly()
    {
        var travel = Travel();
        var places = Line(40);
        await travel.AmongAsync(places, Cancel);
        server.Asked.Clear();

        await travel.AmongAsync(places, Cancel);
        Assert.Empty(server.Asked);

        IReadOnlyList<TravelPlace> more = [.. places, At(34, 75)];
        AssertTold(await travel.AmongAsync(more, Cancel), more, more);
        Assert.Equal([(1, 40), (40, 1)], server.Asked.Order());
    }

    [Fact]
    public async Task ScatteredGaps_AreAskedForAtOnce()
    {
        var travel = Travel();
        var places = Line(30);
        for (var pair = 0; pair < 30; pair += 2)
            await travel.AmongAsync([places[pair], places[pair + 1]], Cancel);
        server.Asked.Clear();

        AssertTold(await travel.AmongAsync(places, Cancel), places, places);

        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task Cache_ForgetsWhatIsOld()
    {
        var travel = Travel();
        await travel.AmongAsync(Line(3), Cancel);
        clock.Advance(Quick.CacheFor * 2);

        await travel.AmongAsync(Line(3), Cancel);

        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public void Cache_NeverHoldsMoreThanTwiceItsCapacity()
    {
        var cache = new LegCache(100, TimeSpan.FromHours(1), clock);
        for (var number = 0; number < 1000; number++)
        {
            cache.Put(new LegKey(new GridPlace(number, 0), new GridPlace(0, 0)), new Leg(number, number));
            Assert.InRange(cache.Count, 1, 200);
        }
        Assert.True(cache.TryGet(new LegKey(new GridPlace(999, 0), new GridPlace(0, 0)), out var last));
        Assert.Equal(new Leg(999, 999), last);
        Assert.False(cache.TryGet(new LegKey(new GridPlace(0, 0), new GridPlace(0, 0)), out _));
    }

    [Fact]
    public async Task ServerError_IsTriedAgain_ThenEstimated()
    {
        server.Fault = (http, number) => Status(http, number == 1 ? 500 : 0);
        var places = Line(4);
        AssertTold(await Travel().AmongAsync(places, Cancel), places, places);
        Assert.Equal(2, server.Asked.Count);

        server.Fault = (http, _) => Status(http, 503);
        await AssertEstimatedAsync(await Travel().AmongAsync(places, Cancel), places);
        Assert.Equal(4, server.Asked.Count);
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("{\"code\":\"Ok\"}")]
    [InlineData("{\"code\":\"Ok\",\"durations\":[[0,1],[1,0]]}")]
    [InlineData("{\"code\":\"Ok\",\"durations\":[[0,1,2],[1,0],[2,1,0]]}")]
    [InlineData("{\"code\":\"Ok\",\"durations\":[[0,1,2],null,[2,1,0]]}")]
    [InlineData("{\"code\":\"Ok\",\"durations\":[[0,-1,2],[1,0,2],[2,1,0]]}")]
    [InlineData("{\"code\":\"Ok\",\"durations\":[[0,1e300,2],[1,0,2],[2,1,0]]}")]
    [InlineData("{\"code\":\"Ok\",\"durations\":[[0,\"1\",2],[1,0,2],[2,1,0]]}")]
    [InlineData("{\"code\":\"Ok\",\"durations\":[[0,1,2],[1,0,2],[2,1,0]],\"distances\":[[0]]}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    public async Task AnswerThatMakesNoSense_IsEstimated(string body)
    {
        server.Fault = async (http, _) =>
        {
            await http.Response.WriteAsync(body);
            return true;
        };

        await AssertEstimatedAsync(await Travel().AmongAsync(Line(3), Cancel), Line(3));
    }

    [Fact]
    public async Task AnswerWithoutDistances_TakesTheTimes_AndEstimatesTheRest()
    {
        server.Fault = async (http, _) =>
        {
            await http.Response.WriteAsync("{\"code\":\"Ok\",\"durations\":[[0,111],[222,0]]}");
            return true;
        };

        var table = await Travel().AmongAsync(Line(2), Cancel);

        Assert.Equal([0, 111, 222, 0], table.Seconds);
        Assert.Equal((await new HaversineTravel().AmongAsync(Line(2), Cancel)).Metres, table.Metres);
    }

    [Theory]
    [InlineData("NoSegment")]
    [InlineData("TooBig")]
    public async Task Refusal_IsEstimatedWithoutARepeat_AndDoesNotGiveTheServerUp(string code)
    {
        server.Fault = async (http, _) =>
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsJsonAsync(new { code, message = "74.0,33.0 is nowhere" });
            return true;
        };
        var travel = Travel();
        for (var number = 0; number < 5; number++)
            await AssertEstimatedAsync(await travel.AmongAsync(Line(3), Cancel), Line(3));

        Assert.Equal(5, server.Asked.Count);
        Assert.Contains(log.All, line => line.Contains(code, StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains("74.0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(NoRoute.Estimate)]
    [InlineData(NoRoute.Unreachable)]
    public async Task GapInTheMap_IsWhatTheStateSaysItIs(NoRoute meaning)
    {
        server.Spoil = durations =>
        {
            durations[0][1] = null;
            return durations;
        };
        var travel = Travel(Quick with { NoRoute = meaning });
        var places = Line(2);
        var table = await travel.AmongAsync(places, Cancel);

        Assert.True(table.Reachable(1, 0));
        Assert.Equal(meaning == NoRoute.Estimate, table.Reachable(0, 1));
        if (meaning == NoRoute.Estimate)
            Assert.Equal((await new HaversineTravel().AmongAsync(places, Cancel)).SecondsBetween(0, 1), table.SecondsBetween(0, 1));
        await travel.AmongAsync(places, Cancel);
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task SlowServer_IsWaitedForNoLongerThanTheDeadline()
    {
        var gone = new TaskCompletionSource();
        server.Fault = async (http, _) =>
        {
            await Task.WhenAny(gone.Task, Task.Delay(Timeout.Infinite, http.RequestAborted));
            return true;
        };
        var waited = System.Diagnostics.Stopwatch.StartNew();

        await AssertEstimatedAsync(await Travel(Quick with { RequestDeadline = TimeSpan.FromMilliseconds(100), Retries = 0 }).AmongAsync(Line(3), Cancel), Line(3));

        Assert.InRange(waited.Elapsed, TimeSpan.FromMilliseconds(90), TimeSpan.FromSeconds(20));
        gone.SetResult();
    }

    [Fact]
    public async Task QuestionThatTakesTooLong_EndsAtItsDeadline_WithWhatWasTold()
    {
        // The second of two tables never comes; the clock is the test's, so the question's deadline passes when it says so.
        var second = new TaskCompletionSource();
        server.Fault = async (http, number) =>
        {
            if (number == 1)
                return false;
            second.SetResult();
            await Task.WhenAny(Task.Delay(Timeout.Infinite, http.RequestAborted));
            return true;
        };
        var (starts, ends) = (Line(1), Line(150).Skip(1).ToList());
        var asking = Travel(Quick with { Parallel = 1, RequestDeadline = TimeSpan.FromMinutes(5) }).BetweenAsync(starts, ends, Cancel);
        await second.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        clock.Advance(Quick.Deadline);

        var table = await asking;

        AssertTold(await Travel().BetweenAsync(starts, [], Cancel), starts, []);
        Assert.Equal(FakeOsrm.Seconds((33, 74), (ends[0].Latitude, ends[0].Longitude)), table.SecondsBetween(0, 0), 0.51);
        Assert.Equal((await new HaversineTravel().BetweenAsync(starts, ends, Cancel)).SecondsBetween(0, 148), table.SecondsBetween(0, 148));
        Assert.Contains(log.All, line => line.Contains("not all told", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CallerWhoGivesUp_IsHeard()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        server.Fault = async (http, _) =>
        {
            await patience.CancelAsync();
            await Task.WhenAny(Task.Delay(Timeout.Infinite, http.RequestAborted));
            return true;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Travel().AmongAsync(Line(2), patience.Token));
    }

    [Fact]
    public async Task ServerThatKeepsFailing_IsLeftAlone_AndFoundAgain()
    {
        server.Fault = (http, _) => Status(http, 500);
        var travel = Travel(Quick with { Retries = 0, FailuresMost = 2 });
        for (var number = 0; number < 5; number++)
            await AssertEstimatedAsync(await travel.AmongAsync(Line(3), Cancel), Line(3));
        Assert.Equal(2, server.Asked.Count);
        Assert.Contains(log.All, line => line.Contains("does not answer", StringComparison.Ordinal));

        clock.Advance(Quick.RestFor);
        await travel.AmongAsync(Line(3), Cancel);
        await travel.AmongAsync(Line(3), Cancel);
        Assert.Equal(3, server.Asked.Count);

        clock.Advance(Quick.RestFor);
        server.Fault = null;
        AssertTold(await travel.AmongAsync(Line(3), Cancel), Line(3), Line(3));
        Assert.Contains(log.All, line => line.Contains("answers again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NobodyThere_IsEstimated()
    {
        var travel = Travel();
        await server.DisposeAsync();

        await AssertEstimatedAsync(await travel.AmongAsync(Line(3), Cancel), Line(3));
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using var elsewhere = await FakeOsrm.StartAsync();
        server.Fault = (http, _) =>
        {
            http.Response.Redirect(elsewhere.Address + http.Request.Path + http.Request.QueryString);
            return Task.FromResult(true);
        };

        await AssertEstimatedAsync(await Travel().AmongAsync(Line(3), Cancel), Line(3));

        Assert.Empty(elsewhere.Asked);
    }

    [Fact]
    public async Task NowhereOnEarth_IsUnreachable_AndNotAskedFor()
    {
        IReadOnlyList<TravelPlace> places = [At(33, 74), At(double.NaN, 74), At(34, 75), At(91, 0)];

        var table = await Travel().AmongAsync(places, Cancel);

        Assert.True(table.Reachable(0, 2));
        Assert.All([(0, 1), (1, 0), (1, 1), (3, 2)], pair => Assert.False(table.Reachable(pair.Item1, pair.Item2)));
        Assert.DoesNotContain(server.Paths, path => path.Contains("NaN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Traces_DoNotTellWhereCitizensLive()
    {
        var told = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = source => source.Name is "System.Net.Http" or "EServices.Dispatch.Travel",
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> _) => System.Diagnostics.ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => told.Enqueue($"{activity.Source.Name} {string.Join(' ', activity.TagObjects)}"),
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);

        await Travel().AmongAsync([At(33.123, 74.456), At(33.2, 74.5)], Cancel);

        Assert.Contains(told, line => line.StartsWith("EServices.Dispatch.Travel", StringComparison.Ordinal));
        Assert.DoesNotContain(told, line => line.Contains("74.456", StringComparison.Ordinal));
    }

    private static Task<bool> Status(HttpContext http, int status)
    {
        if (status == 0)
            return Task.FromResult(false);
        http.Response.StatusCode = status;
        return Task.FromResult(true);
    }

    private sealed class Lines : ILogger<OsrmTravel>
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> All => lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));
    }
}
