using System.Diagnostics;
using EServices.Benchmarks.Floor;
using EServices.Benchmarks.Storage;
using EServices.Local;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace EServices.Benchmarks.Outbox;

/// <summary>How fast saved events reach the broker and a consumer, beside the broker's plain client and MassTransit's publish.</summary>
internal static class OutboxBenchmark
{
    public const string Measures = "confirmed events per second and save-to-consumer latency through the real outbox, beside plain RabbitMQ.Client and MassTransit";

    private const string Usage =
        """
        outbox [--json] [--seconds S] [--rounds N] [--rabbitmq URL] [--folder DIR]
          --seconds S      how long each contender is measured in each round (2)
          --rounds N       how often each has its turn; medians are told (3)
          --rabbitmq URL   a broker that runs already, amqp://user:password@host:port; else one is started on free ports
          --folder DIR     where the store is written (the temporary folder)
        """;

    /// <summary>Many at once, and as many as the plain client has messages under way.</summary>
    private static readonly int[] Writers = [64, 512];

    /// <summary>Those of the latency, where they only set how fast the whole way is.</summary>
    private const int FlowWriters = 64;

    /// <summary>Saved and not yet cleared: as many as the dispatcher's lanes hold without leaving any to the sweep.</summary>
    private const int UnderWay = 3_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A service runs for weeks: what the compiler of a process that has just begun takes is not told as the cost of its events. It compiles what is called often a second
    /// and a third time, on the same processors, and is done after some seconds.
    /// </summary>
    private static readonly TimeSpan CompiledAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ArriveWithin = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (FloorOptions.Read(args, Usage) is not { } options)
            return 2;
        var table = new Table(options.Json);
        var folder = Directory.CreateDirectory(Path.Combine(options.Folder, $"eservices-outbox-{Environment.ProcessId}")).FullName;
        try
        {
            Table.Progress(options.RabbitMq is null ? "starting a RabbitMQ" : "using the RabbitMQ that was named");
            await using var broker = await LocalBroker.StartAsync(options.RabbitMq, cancellationToken);
            await using var connection = await new ConnectionFactory { Uri = broker.Address }.CreateConnectionAsync(cancellationToken);
            await using var writer = await Service.StartAsync("benchmark-writer", broker.Address, folder, null, reacts: false, cancellationToken);
            var confirmed = await ThroughputAsync(table, options, connection, writer, cancellationToken);
            await LatencyAsync(table, options, broker.Address, folder, writer, confirmed, cancellationToken);
            return 0;
        }
        catch (StackException missing)
        {
            await Console.Error.WriteLineAsync(missing.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> ThroughputAsync(Table table, FloorOptions options, IConnection connection, Service writer, CancellationToken cancellationToken)
    {
        await using var sink = new Sink(connection);
        await sink.DeclareAsync(cancellationToken);
        var body = await EnvelopeAsync(writer, sink, cancellationToken);
        (string Name, Func<TimeSpan, Task<double>> Run)[] contenders =
        [
            .. Writers.Select(writers => (Ours(writers), (Func<TimeSpan, Task<double>>)(time => SaveAndSendAsync(writer, writers, time, cancellationToken)))),
            ("plain", time => new PlainPublisher(connection, body).RunAsync(time, cancellationToken)),
            ("one by one", time => new OneByOnePublisher(writer.Services.GetRequiredService<IBus>()).RunAsync(time, cancellationToken)),
        ];
        var rates = contenders.ToDictionary(contender => contender.Name, _ => new List<double>());
        var costs = contenders.ToDictionary(contender => contender.Name, _ => new List<double>());
        Table.Progress($"warming up for {CompiledAfter.TotalSeconds:F0} s");
        await SaveAndSendAsync(writer, Writers[0], CompiledAfter, cancellationToken);
        // Round 0 warms up.
        for (var round = 0; round <= options.Rounds; round++)
        {
            foreach (var (name, run) in contenders)
            {
                await sink.PurgeAsync(cancellationToken);
                GC.Collect();
                using var process = Process.GetCurrentProcess();
                var (cpu, began) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
                var rate = await run(round == 0 ? WarmUp : options.Each);
                process.Refresh();
                var cost = (process.TotalProcessorTime - cpu).TotalMicroseconds / (rate * Stopwatch.GetElapsedTime(began).TotalSeconds);
                Table.Progress($"confirmed events, round {round}: {name} {rate:F0}/s, {cost:F0} us of this process's time each");
                if (round == 0)
                    continue;
                rates[name].Add(rate);
                costs[name].Add(cost);
            }
        }
        var (plain, oneByOne) = (Table.Median(rates["plain"]), Table.Median(rates["one by one"]));
        foreach (var writers in Writers)
        {
            var ours = Table.Median(rates[Ours(writers)]);
            table.Row(
                ("benchmark", "outbox"), ("row", "confirmed"), ("writers", writers), ("events_per_s", ours), ("plain_client_per_s", plain), ("one_by_one_per_s", oneByOne),
                ("ratio_plain_client", ours / plain), ("ratio_one_by_one", ours / oneByOne), ("cpu_us", Table.Median(costs[Ours(writers)])),
                ("plain_client_cpu_us", Table.Median(costs["plain"])), ("body_bytes", body.Length), ("rounds", options.Rounds));
        }
        return Table.Median(rates[Ours(FlowWriters)]);

        static string Ours(int writers) => $"ours, {writers} writers";
    }

    /// <summary>The message that the outbox makes of one fact: what the plain client sends has the same size.</summary>
    private static async Task<byte[]> EnvelopeAsync(Service writer, Sink sink, CancellationToken cancellationToken)
    {
        await sink.PurgeAsync(cancellationToken);
        await writer.Sheets.SaveAsync(Sheets.Next(), cancellationToken);
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < ArriveWithin; await Task.Delay(20, cancellationToken))
        {
            if (await sink.TakeAsync(cancellationToken) is { } message)
                return message.Body;
        }
        throw new TimeoutException($"No event reached the queue within {ArriveWithin.TotalSeconds:F0} s.");
    }

    /// <summary>Writers save as fast as events are confirmed and cleared.</summary>
    private static async Task<double> SaveAndSendAsync(Service writer, int writers, TimeSpan time, CancellationToken cancellationToken)
    {
        using var room = new SemaphoreSlim(UnderWay);
        void Release(int events) => room.Release(events);
        writer.Cleared += Release;
        try
        {
            var before = writer.ClearedEvents;
            var began = Stopwatch.GetTimestamp();
            long saved = 0;
            await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(
                async () =>
                {
                    while (Stopwatch.GetElapsedTime(began) < time)
                    {
                        await room.WaitAsync(cancellationToken);
                        await writer.Sheets.SaveAsync(Sheets.Next(), cancellationToken);
                        Interlocked.Increment(ref saved);
                    }
                },
                cancellationToken)));
            while (writer.ClearedEvents - before < saved)
            {
                if (Stopwatch.GetElapsedTime(began) > time + ArriveWithin)
                    throw new TimeoutException($"{saved - (writer.ClearedEvents - before)} of {saved} events were not cleared in time.");
                await Task.Delay(1, cancellationToken);
            }
            return saved / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        finally
        {
            writer.Cleared -= Release;
        }
    }

    private static async Task LatencyAsync(
        Table table, FloorOptions options, Uri broker, string folder, Service writer, double confirmed, CancellationToken cancellationToken)
    {
        var journey = new Journey();
        await using var reader = await Service.StartAsync(
            "benchmark-reader", broker, folder, services => services.AddSingleton(journey).AddSingleton<WhenApplicationSubmitted>(), reacts: true, cancellationToken);
        await FlowAsync(writer, journey, WarmUp, cancellationToken);
        var through = await FlowAsync(writer, journey, options.Each, cancellationToken);
        Table.Progress($"from save to reaction, as fast as it goes: {through:F0}/s");

        // Half of what gets all the way through: the reaction runs on the same processors here.
        var rate = Math.Min(confirmed, through) / 2;
        var all = new List<double>();
        for (var round = 0; round <= options.Rounds; round++)
        {
            var times = await PacedAsync(writer, journey, rate, round == 0 ? WarmUp : options.Each, cancellationToken);
            Table.Progress($"latency at {rate:F0}/s, round {round}: p50 {Table.Percentile(times, 0.5):F2} ms, p99 {Table.Percentile(times, 0.99):F2} ms");
            if (round > 0)
                all.AddRange(times);
        }
        all.Sort();
        table.Row(
            ("benchmark", "outbox"), ("row", "latency"), ("through_per_s", through), ("load_per_s", rate), ("p50_ms", Table.Percentile(all, 0.5)),
            ("p99_ms", Table.Percentile(all, 0.99)), ("max_ms", all.Count == 0 ? 0 : all[^1]), ("events", all.Count), ("rounds", options.Rounds));
    }

    /// <summary>As fast as reactions are called: the rate of the whole way.</summary>
    private static async Task<double> FlowAsync(Service writer, Journey journey, TimeSpan time, CancellationToken cancellationToken)
    {
        using var room = new SemaphoreSlim(UnderWay);
        void Release() => room.Release();
        journey.Arriving += Release;
        try
        {
            var before = journey.Arrived;
            var began = Stopwatch.GetTimestamp();
            long saved = 0;
            await Task.WhenAll(Enumerable.Range(0, FlowWriters).Select(_ => Task.Run(
                async () =>
                {
                    while (Stopwatch.GetElapsedTime(began) < time)
                    {
                        await room.WaitAsync(cancellationToken);
                        await SaveAsync(writer, journey, cancellationToken);
                        Interlocked.Increment(ref saved);
                    }
                },
                cancellationToken)));
            await AllArriveAsync(journey, before + saved, cancellationToken);
            return saved / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        finally
        {
            journey.Arriving -= Release;
        }
    }

    /// <summary>Saves at a fixed rate, whether or not earlier ones have arrived: a slow moment is felt by all that come in it.</summary>
    private static async Task<List<double>> PacedAsync(Service writer, Journey journey, double rate, TimeSpan time, CancellationToken cancellationToken)
    {
        journey.Milliseconds.Clear();
        var before = journey.Arrived;
        var saves = new List<Task>();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) is var passed && passed < time)
        {
            for (var due = (int)(passed.TotalSeconds * rate); saves.Count < due;)
                saves.Add(Task.Run(() => SaveAsync(writer, journey, cancellationToken), cancellationToken));
            await tick.WaitForNextTickAsync(cancellationToken);
        }
        await Task.WhenAll(saves);
        await AllArriveAsync(journey, before + saves.Count, cancellationToken);
        return [.. journey.Milliseconds.Order()];
    }

    private static Task SaveAsync(Service writer, Journey journey, CancellationToken cancellationToken)
    {
        var sheet = Sheets.Next();
        journey.Begin(sheet.Id);
        return writer.Sheets.SaveAsync(sheet, cancellationToken);
    }

    private static async Task AllArriveAsync(Journey journey, long expected, CancellationToken cancellationToken)
    {
        for (var waited = Stopwatch.StartNew(); journey.Arrived < expected; await Task.Delay(1, cancellationToken))
        {
            if (waited.Elapsed > ArriveWithin)
                throw new TimeoutException($"{expected - journey.Arrived} events did not reach the reaction within {ArriveWithin.TotalSeconds:F0} s.");
        }
    }
}
