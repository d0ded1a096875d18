namespace EServices.Local.Demo;

/// <summary><c>demo [--json]</c>: an ephemeral stack on free ports. With <c>--json</c> standard output carries one document and nothing else.</summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(StackOptions options, bool json, CancellationToken cancellationToken)
    {
        var console = new ConsoleReporter(json ? Console.Error : Console.Out, colour: !json && !Console.IsOutputRedirected) { ShowLogs = false };
        await using var stack = await Stack.StartAsync(options with { Data = null, GatewayPort = null }, console, cancellationToken);
        return 0;
    }
}
