using System.Diagnostics;

namespace EServices.Local;

/// <summary>Runs the stack until somebody ends it.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(StackOptions options, CancellationToken cancellationToken)
    {
        var console = new ConsoleReporter(Console.Out, colour: !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null);
        var watch = Stopwatch.StartNew();
        await using var stack = await Stack.StartAsync(options, console, cancellationToken);
        console.Report(new Notice(Overview(stack, watch.Elapsed)));
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            console.Report(new Notice("Stopping."));
        }
        return 0;
    }

    private static string Overview(Stack stack, TimeSpan took)
    {
        var gateway = stack.Gateway.ToString().TrimEnd('/');
        var rows = stack.Resources.Select(resource =>
            $"  {resource.Name,-14}{ConsoleReporter.Shown(resource.Address),-34}{resource.ProcessId,8}{resource.MemoryBytes / (1024 * 1024),8} MiB");
        return $"""

            Everything is ready after {took.TotalSeconds:F1} s; data is kept in {stack.Data}

              resource      address                            process     memory
            {string.Join('\n', rows)}

            Try next:
              {gateway}/docs            the API, readable
              {gateway}/health/ready    what is ready, and what is not
              curl '{gateway}/api/v1/services?q=domicile'
              dotnet run -c Release --project apphost/Local -- demo    a citizen's whole journey
            Ctrl-C stops everything.

            """;
    }
}
