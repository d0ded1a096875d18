using System.Diagnostics;
using System.Globalization;
using EServices.Local.Processes;

namespace EServices.Local.Tests;

/// <summary>However the runner ends, nothing of it goes on.</summary>
public sealed class EndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public EndTests() => Assert.SkipWhen(RabbitMq.RabbitInstallation.Find() is null, "There is no rabbitmq-server on this machine.");

    [Fact]
    public async Task Runner_Killed_LeavesNoProcessAndNoFolder()
    {
        using var runner = await RunAsync("-");
        ProcFs.Signal(runner.Process.Id, ProcFs.Sigkill);

        await AllGoneAsync(runner);
        await Fakes.EventuallyAsync(() => !Directory.Exists(runner.Data), () => $"{runner.Data} was left behind");
    }

    [Fact]
    public async Task Runner_KilledTogetherWithItsReaper_IsClearedUpByTheNext()
    {
        var data = Directory.CreateTempSubdirectory("eservices-test-").FullName;
        using var runner = await RunAsync(data);
        foreach (var child in Children(runner.Process.Id).Where(child => File.ReadAllText($"/proc/{child}/cmdline").Contains("scratch=", StringComparison.Ordinal)))
            ProcFs.Signal(child, ProcFs.Sigkill);
        ProcFs.Signal(runner.Process.Id, ProcFs.Sigkill);
        await runner.Process.WaitForExitAsync(Token);
        Assert.All(runner.Resources, resource => Assert.NotNull(ProcFs.StartTime(resource)));

        // A number that has gone to another process since is left alone: this test's own, under a start time that is not its own.
        await File.AppendAllTextAsync(Path.Combine(data, "run", "processes"), $"stranger {Environment.ProcessId} 1\n", Token);
        var seen = new Recorder();
        await using (await Stack.StartAsync(Fakes.Options(Fakes.Node("alpha")) with { Data = data }, seen, Token))
        {
            await AllGoneAsync(runner);
            Assert.Contains(seen.Events, e => e is Notice notice && notice.Text.StartsWith("Ending alpha", StringComparison.Ordinal));
            Assert.DoesNotContain(seen.Events, e => e is Notice notice && notice.Text.Contains("stranger", StringComparison.Ordinal));
        }
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Runner_AskedToEnd_StopsAllInOrder()
    {
        using var runner = await RunAsync("-");
        runner.Process.StandardInput.Close();
        await runner.Process.WaitForExitAsync(Token);

        Assert.Equal(0, runner.Process.ExitCode);
        Assert.All(runner.Resources, resource => Assert.Empty(ProcFs.Session(resource)));
        Assert.False(Directory.Exists(runner.Data));
    }

    private sealed record Run(Process Process, string Data, IReadOnlyList<int> Resources) : IDisposable
    {
        public void Dispose() => Process.Dispose();
    }

    private static async Task<Run> RunAsync(string data)
    {
        var process = Process.Start(new ProcessStartInfo(Tools.DotNet, [Fakes.Runner, Fakes.Service, data])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var lines = new Dictionary<string, string>();
        while (await process.StandardOutput.ReadLineAsync(Token) is { } line && line != "ready")
            lines[line.Split(' ')[0]] = line.Split(' ')[1];
        Assert.True(lines.Count == 4, $"The runner told: {string.Join(", ", lines)}");
        var resources = new[] { "rabbitmq", "alpha", "beta" }.Select(name => int.Parse(lines[name], CultureInfo.InvariantCulture)).ToList();
        Assert.All(resources, resource => Assert.NotEmpty(ProcFs.Session(resource)));
        return new Run(process, lines["data"], [.. resources]);
    }

    private static async Task AllGoneAsync(Run runner)
    {
        foreach (var resource in runner.Resources)
            await Fakes.EventuallyAsync(() => ProcFs.Session(resource).Count == 0, () => $"left of {resource}: {string.Join(", ", ProcFs.Session(resource))}");
    }

    private static IEnumerable<int> Children(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children") is var first
            ? Directory.GetDirectories($"/proc/{process}/task").SelectMany(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Concat(first.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct().Select(child => int.Parse(child, CultureInfo.InvariantCulture))
            : [];
}
