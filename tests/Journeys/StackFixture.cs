using EServices.Local;
using EServices.Local.Demo;
using EServices.Testing;

namespace EServices.Journeys.Tests;

/// <summary>One whole platform for all journeys: real processes, real RabbitMQ, SQLite stores, traces sent to <see cref="Collector"/>.</summary>
public sealed class StackFixture : IAsyncLifetime
{
    private MachineTurn? turn;

    internal TraceCollector Collector { get; } = new();

    public Stack Stack { get; private set; } = null!;

    public HttpClient Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        turn = await MachineTurn.TakeAsync();
        await Collector.StartAsync();
        var telemetry = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        };
        var options = new StackOptions { Install = true, ReadyWithin = TimeSpan.FromMinutes(3) };
        Stack = await Stack.StartAsync(options with { Environment = options.Nodes.ToDictionary(node => node.Name, _ => (IReadOnlyDictionary<string, string>)telemetry) });
        Gateway = new HttpClient { BaseAddress = Stack.Gateway, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Runs a journey; <paramref name="told"/> is called after each step. A failure shows the last lines of every resource.</summary>
    internal async Task<IReadOnlyList<JourneyStep>> JourneyAsync(Func<JourneyStep, Task>? told = null)
    {
        var steps = new List<JourneyStep>();
        try
        {
            await new Journey(Gateway, async step =>
            {
                steps.Add(step);
                await (told?.Invoke(step) ?? Task.CompletedTask);
            }).RunAsync();
            return steps;
        }
        catch (JourneyException failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{LastLines()}", failure);
        }
    }

    public string LastLines() =>
        string.Join('\n', Stack.Resources.Select(resource => $"--- {resource.Name} ({(resource.IsRunning ? "running" : "not running")})\n{string.Join('\n', resource.LogTail(15))}"));

    public async ValueTask DisposeAsync()
    {
        Gateway?.Dispose();
        if (Stack is not null)
            await Stack.DisposeAsync();
        await Collector.DisposeAsync();
        turn?.Dispose();
    }
}
