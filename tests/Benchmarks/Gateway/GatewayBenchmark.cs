using System.Diagnostics;
using EServices.Benchmarks.Floor;

namespace EServices.Benchmarks.Gateway;

/// <summary>What a kept catalogue page costs the gateway, beside an answer of 1 KB that it fetches from a service each time: the same process, taking turns.</summary>
internal static class GatewayBenchmark
{
    public const string Measures = "processor time and requests per second of the real gateway: kept catalogue pages, beside a proxied answer of 1 KB";

    private const string Usage =
        """
        gateway [--json] [--seconds S] [--rounds N]
          --seconds S   how long each kind of request is measured in each round (2)
          --rounds N    how often each has its turn; medians are told (3)
        """;

    private const int Connections = 32;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (FloorOptions.Read(args, Usage) is not { } options)
            return 2;
        var table = new Table(options.Json);
        await using var services = await Backend.StartAsync(cancellationToken);
        Table.Progress("starting the gateway");
        using var gateway = await GatewayProcess.StartAsync(services.Address, cancellationToken);
        Asked[] kinds =
        [
            new("proxied, 1 KB", Backend.Plain), new("kept list", Backend.List), new("kept page", Backend.Page), new("kept page, unchanged", Backend.Page) { Known = true },
        ];
        foreach (var kind in kinds)
            await MeasureAsync(gateway, kind, WarmUp, cancellationToken);
        for (var round = 1; round <= options.Rounds; round++)
        {
            Table.Progress($"round {round} of {options.Rounds}");
            foreach (var kind in kinds)
                kind.Taken.Add(await MeasureAsync(gateway, kind, options.Each, cancellationToken));
        }
        var plain = kinds[0];
        foreach (var kind in kinds)
        {
            table.Row(
                ("kind", kind.Name), ("bytes", kind.Taken[0].Bytes), ("requests_per_second", kind.PerSecond), ("gateway_cpu_us", kind.CpuMicroseconds),
                ("cost_against_plain", Table.Median(kind.Taken.Zip(plain.Taken, (one, other) => one.CpuMicroseconds / other.CpuMicroseconds))),
                ("reached_service", kind.Taken.Sum(taken => taken.Forwarded)));
        }
        return 0;

        async Task<Taken> MeasureAsync(GatewayProcess process, Asked kind, TimeSpan time, CancellationToken cancellation)
        {
            var before = (Cpu: process.Cpu, Forwarded: services.Asked, Watch: Stopwatch.StartNew());
            var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => PlainClient.AskAsync(process.Address, kind.Path, kind.Known ? Backend.Tag : null, time, cancellation)));
            var requests = counts.Sum(count => count.Requests);
            var elapsed = before.Watch.Elapsed.TotalSeconds;
            return new Taken(requests / elapsed, (process.Cpu - before.Cpu).TotalMicroseconds / requests, counts[0].Bytes, services.Asked - before.Forwarded);
        }
    }

    private sealed record Asked(string Name, string Path)
    {
        /// <summary>The asker has the answer already and only asks whether it still holds.</summary>
        public bool Known { get; init; }

        public List<Taken> Taken { get; } = [];

        public double PerSecond => Table.Median(Taken.Select(taken => taken.PerSecond));

        public double CpuMicroseconds => Table.Median(Taken.Select(taken => taken.CpuMicroseconds));
    }

    /// <param name="CpuMicroseconds">Of the gateway's process, for one request.</param>
    /// <param name="Bytes">Of one answer, headers and all.</param>
    /// <param name="Forwarded">Requests that a service was asked meanwhile.</param>
    private sealed record Taken(double PerSecond, double CpuMicroseconds, int Bytes, long Forwarded);
}
