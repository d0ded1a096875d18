using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EServices.Local.Demo;

/// <summary>
/// <c>demo [--json]</c>: an ephemeral stack on free ports runs the whole journey. With <c>--json</c> standard output carries one document and nothing else;
/// exit code 0 only if every step held.
/// </summary>
internal static class DemoCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task<int> RunAsync(StackOptions options, bool json, CancellationToken cancellationToken)
    {
        var telling = json ? Console.Error : Console.Out;
        var console = new ConsoleReporter(telling, colour: !json && !Console.IsOutputRedirected) { ShowLogs = false };
        var watch = Stopwatch.StartNew();
        var steps = new List<JourneyStep>();
        string? error = null;

        await using (var stack = await Stack.StartAsync(options with { Data = null, GatewayPort = null }, console, cancellationToken))
        {
            telling.WriteLine($"\nEverything is ready after {watch.Elapsed.TotalSeconds:F1} s. From a call to a certificate:\n");
            watch.Restart();
            try
            {
                using var gateway = new HttpClient { BaseAddress = stack.Gateway, Timeout = TimeSpan.FromSeconds(30) };
                await new Journey(gateway, step => TellAsync(telling, steps, step)).RunAsync().WaitAsync(cancellationToken);
            }
            catch (JourneyException failure)
            {
                error = failure.Message;
                telling.WriteLine($"\nFAILED {failure.Message}\n");
                foreach (var resource in stack.Resources)
                    telling.WriteLine($"--- {resource.Name}\n{string.Join('\n', resource.LogTail(12))}");
            }
            telling.WriteLine($"\n{(error is null ? $"All {steps.Count} steps held" : $"{steps.Count} steps held, then one did not")}, in {watch.Elapsed.TotalSeconds:F1} s.\n");
        }
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(new Report(error is null, steps, error), Json));
        return error is null ? 0 : 1;
    }

    private static Task TellAsync(TextWriter telling, List<JourneyStep> steps, JourneyStep step)
    {
        steps.Add(step);
        telling.WriteLine($"{steps.Count,3}  {step.Name}  ({step.Actor}, {step.Milliseconds} ms, trace {step.TraceId})");
        telling.WriteLine($"     {step.Saw.ReplaceLineEndings(" ")}");
        telling.Flush();
        return Task.CompletedTask;
    }

    private sealed record Report(bool Ok, IReadOnlyList<JourneyStep> Steps, string? Error);
}
