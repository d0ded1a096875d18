using System.Diagnostics;
using System.Text.Json;
using EServices.Local;

namespace EServices.Faults.Tests.Checks;

/// <param name="Messages">Ready ones and those that a consumer holds.</param>
internal sealed record Queue(string Name, long Messages);

/// <summary>The broker's queues, as its own command line tells them: it counts what consumers hold, which AMQP does not.</summary>
internal static class Queues
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>What the node was started with and the tool needs as well.</summary>
    private static readonly string[] Shared = ["RABBITMQ_NODENAME", "RABBITMQ_CONF_ENV_FILE", "ERL_EPMD_PORT", "ERL_EPMD_ADDRESS", "HOME"];

    /// <summary>Debian's script in sbin switches user; this one does what it is told.</summary>
    private static readonly string? Tool = new[] { "/usr/lib/rabbitmq/bin/rabbitmqctl", EServices.Local.Processes.Tools.Find("rabbitmqctl") }.FirstOrDefault(File.Exists);

    public static string? WhyNot => Tool is null ? "there is no rabbitmqctl" : File.Exists("/proc/self/environ") ? null : "there is no /proc to read the broker's environment from";

    public static async Task<IReadOnlyList<Queue>> ListAsync(Resource broker)
    {
        var start = new ProcessStartInfo(Tool!, ["list_queues", "name", "messages", "--formatter", "json", "--quiet", "--timeout", "50"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var node = broker.ProcessId ?? throw new InvalidOperationException("The broker does not run.");
        foreach (var variable in (await File.ReadAllTextAsync($"/proc/{node}/environ")).Split('\0'))
        {
            if (variable.Split('=', 2) is [var name, var value] && Shared.Contains(name))
                start.Environment[name] = value;
        }
        using var tool = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var (output, errors) = (tool.StandardOutput.ReadToEndAsync(deadline.Token), tool.StandardError.ReadToEndAsync(deadline.Token));
            await tool.WaitForExitAsync(deadline.Token);
            if (tool.ExitCode != 0)
                throw new IOException($"{start.FileName} ended with {tool.ExitCode}: {await errors} {await output}");
            using var told = JsonDocument.Parse(await output);
            return [.. told.RootElement.EnumerateArray().Select(queue => new Queue(
                queue.GetProperty("name").GetString()!, queue.GetProperty("messages") is { ValueKind: JsonValueKind.Number } count ? count.GetInt64() : -1))];
        }
        catch (OperationCanceledException)
        {
            tool.Kill(entireProcessTree: true);
            throw new TimeoutException($"{start.FileName} did not end within {Deadline.TotalSeconds:F0} s.");
        }
    }

    /// <summary>
    /// RabbitMQ 3.10 writes the names of its Raft members a second after a queue is made, and can't find the queue's log without them: a node that is killed
    /// in that second loses the queue for good.
    /// </summary>
    public static async Task AreKeptAsync(Resource broker, string data)
    {
        var names = Path.Combine(data, "rabbitmq/mnesia/eservices@localhost/quorum/eservices@localhost/names.dets");
        var queues = await ListAsync(broker);
        await Testing.Eventually.HoldsAsync(
            () => Missing().Count == 0, () => $"{names} does not name {string.Join(", ", Missing())}", TimeSpan.FromSeconds(20));

        List<string> Missing()
        {
            if (!File.Exists(names))
                return [];
            var text = File.ReadAllText(names, System.Text.Encoding.Latin1);
            return [.. queues.Select(queue => queue.Name).Where(name => !text.Contains($"%2F_{name}", StringComparison.Ordinal))];
        }
    }
}
