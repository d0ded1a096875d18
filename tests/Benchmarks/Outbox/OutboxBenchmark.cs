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
    public const string Measures = "confirmed events per second, saved or from a backlog, and save-to-consumer latency through the real outbox, beside plain RabbitMQ.Client and MassTransit";

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

    /// <summary>Events that wait for each second for which the others are measured: what is sent in that time, more or less.</summary>
    private const int BacklogPerSecond = 20_000;

    private const string Backlogged = "ours, a backlog";
    private const string Plain = "plain";
    private const string OneByOne = "one by one";

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
            var confirmed = await ThroughputAsync(table, options, new Broker(broker.Address, connection), folder, writer, cancellationToken);
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

    private static async Task<double> ThroughputAsync(
        Table table, FloorOptions options, Broker broker, string folder, Service writer, CancellationToken cancellationToken)
    {
        var connection = broker.Connection;
        await using var sink = new Sink(connection);
        await sink.DeclareAsync(cancellationToken);
        var body = await EnvelopeAsync(writer, sink, cancellationToken);
        (string Name, Func<TimeSpan, Task<Rate>> Run)[] contenders =
        [
            .. Writers.Select(writers => (Ours(writers), (Func<TimeSpan, Task<Rate>>)(time => CostedAsync(() => SaveAndSendAsync(writer, writers, time, cancellationToken))))),
            (Backlogged, time => new Backlog(broker.Address, folder).RunAsync((int)(time.TotalSeconds * BacklogPerSecond), cancellationToken)),
            (Plain, time => CostedAsync(() => new PlainPublisher(connection, body).RunAsync(time, cancellationToken))),
            (OneByOne, time => CostedAsync(() => new OneByOnePublisher(writer.Services.GetRequiredService<IBus>()).RunAsync(time, cancellationToken))),
        ];
        var rates = contenders.ToDictionary(contender => contender.Name, _ => new List<Rate>());
        Table.Progress($"warming up for {CompiledAfter.TotalSeconds:F0} s");
        await SaveAndSendAsync(writer, Writers[0], CompiledAfter, cancellationToken);
        // Round 0 warms up.
        for (var round = 0; round <= options.Rounds; round++)
        {
            foreach (var (name, run) in contenders)
            {
                await sink.PurgeAsync(cancellationToken);
                GC.Collect();
                var rate = await run(round == 0 ? WarmUp : options.Each);
                Table.Progress($"confirmed events, round {round}: {name} {rate.PerSecond:F0}/s, {rate.CpuMicroseconds:F0} us of this process's time each");
                if (round > 0)
                    rates[name].Add(rate);
            }
        }
        var (plain, oneByOne) = (PerSecond(Plain), PerSecond(OneByOne));
        foreach (var writers in Writers)
            Tell("confirmed", writers, Ours(writers));
        Tell("backlog", null, Backlogged);
        return PerSecond(Ours(FlowWriters));

        static string Ours(int writers) => $"ours, {writers} writers";

        double PerSecond(string name) => Table.Median(rates[name].Select(rate => rate.PerSecond));

        double Cpu(string name) => Table.Median(rates[name].Select(rate => rate.CpuMicroseconds));

        void Tell(string row, int? writers, string name) => table.Row(
            ("benchmark", "outbox"), ("row", row), ("writers", writers), ("events_per_s", PerSecond(name)), ("plain_client_per_s", plain), ("one_by_one_per_s", oneByOne),
            ("ratio_plain_client", PerSecond(name) / plain), ("ratio_one_by_one", PerSecond(name) / oneByOne), ("cpu_us", Cpu(name)),
            ("plain_client_cpu_us", Cpu(Plain)), ("body_bytes", body.Length), ("rounds", options.Rounds));
    }

    /// <summary>With what this process spends on each event meanwhile.</summary>
    private static async Task<Rate> CostedAsync(Func<Task<double>> run)
    {
        var costs = Costs.Begin();
        var rate = await run();
        return new Rate(rate, costs.MicrosecondsOf(rate * costs.Elapsed.TotalSeconds));
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
