namespace EServices.Benchmarks;

/// <summary>What is measured here, each beside its peers in the same run: a name, and the command that measures it.</summary>
internal static class Program
{
    private static readonly Dictionary<string, (string Measures, Func<string[], CancellationToken, Task<int>> Run)> Benchmarks = new(StringComparer.Ordinal)
    {
        ["dispatch"] = ("vehicle routes of published instances (--instances) or made-up ones like them (--synthesize), days as they are (--generate, --online); beside Google OR-Tools", Routes),
        ["gateway"] = (Gateway.GatewayBenchmark.Measures, Gateway.GatewayBenchmark.RunAsync),
        ["outbox"] = (Outbox.OutboxBenchmark.Measures, Outbox.OutboxBenchmark.RunAsync),
        ["search"] = (Search.SearchBenchmark.Measures, Search.SearchBenchmark.RunAsync),
        ["storage"] = (Storage.StorageBenchmark.Measures, Storage.StorageBenchmark.RunAsync),
    };

    private static async Task<int> Main(string[] args)
    {
        if (args.Length == 0 || !Benchmarks.TryGetValue(args[0], out var benchmark))
        {
            await Console.Error.WriteLineAsync("usage: dotnet run -c Release --project tests/Benchmarks -- NAME [options]; NAME --help tells the options");
            foreach (var (name, (measures, _)) in Benchmarks)
                await Console.Error.WriteLineAsync($"  {name,-10} {measures}");
            return 2;
        }
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stop.Cancel();
        };
        return await benchmark.Run(args[1..], stop.Token);
    }

    private static Task<int> Routes(string[] args, CancellationToken cancellationToken) =>
        args.Contains("--synthesize") ? Dispatch.Synthesis.RunAsync(args)
        : args.Contains("--generate") || args.Contains("--online") ? Generated.GeneratedBench.RunAsync(args, cancellationToken)
        : Dispatch.DispatchBenchmark.Run(args, cancellationToken);
}
