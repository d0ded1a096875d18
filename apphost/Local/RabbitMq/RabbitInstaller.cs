using EServices.Local.Processes;

namespace EServices.Local.RabbitMq;

/// <summary>Installs RabbitMQ where that is possible without asking: Debian or Ubuntu, as root. The system's service is not started by it.</summary>
internal static class RabbitInstaller
{
    private const string StartPolicy = "/usr/sbin/policy-rc.d";
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    /// <summary>Null when it can be installed, else why not.</summary>
    public static string? WhyNot(bool allowed)
    {
        if (!allowed)
            return "it may not be installed here";
        if (!OperatingSystem.IsLinux() || !File.Exists("/etc/os-release") || !IsDebian(File.ReadAllLines("/etc/os-release")) || Tools.Find("apt-get") is null)
            return "this is no Debian or Ubuntu on which it could be installed";
        return Environment.IsPrivilegedProcess ? null : "installing it takes root";
    }

    internal static bool IsDebian(IEnumerable<string> release) =>
        release.Where(line => line.StartsWith("ID=", StringComparison.Ordinal) || line.StartsWith("ID_LIKE=", StringComparison.Ordinal))
            .SelectMany(line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"').Split(' '))
            .Any(id => id is "debian" or "ubuntu");

    public static async Task InstallAsync(Reporter reporter, CancellationToken cancellationToken)
    {
        reporter.Report(new Notice("RabbitMQ is not installed: installing rabbitmq-server with apt-get (its system service stays stopped; --no-install prevents this)."));
        // Debian's maintainer scripts ask this file whether they may start services, and 101 means no.
        var ours = !File.Exists(StartPolicy);
        if (ours)
        {
            await File.WriteAllTextAsync(StartPolicy, "#!/bin/sh\nexit 101\n", cancellationToken);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(StartPolicy, (UnixFileMode)0b111_101_101);
        }
        try
        {
            // A stale package list is the usual reason for a package that is not found; an unreachable source among several is none to stop for.
            await AptAsync(["update"], mayFail: true, reporter, cancellationToken);
            await AptAsync(["install", "--yes", "--no-install-recommends", "rabbitmq-server"], mayFail: false, reporter, cancellationToken);
        }
        finally
        {
            if (ours)
                File.Delete(StartPolicy);
        }
    }

    private static async Task AptAsync(string[] arguments, bool mayFail, Reporter reporter, CancellationToken cancellationToken)
    {
        var lines = new Queue<string>();
        var apt = ChildProcess.Start(
            new Command(Tools.Find("apt-get")!, arguments, "/", new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive", ["RUNLEVEL"] = "1" }),
            line =>
            {
                lock (lines)
                {
                    lines.Enqueue(line);
                    if (lines.Count > 20)
                        lines.Dequeue();
                }
                reporter.Report(new ResourceLog("apt-get", line));
            });
        try
        {
            var code = await apt.Exited.WaitAsync(Within, cancellationToken);
            if (code != 0 && !mayFail)
            {
                lock (lines)
                    throw new StackException($"apt-get {string.Join(' ', arguments)} exited with code {code}.\n    {string.Join("\n    ", lines)}\n{RabbitInstallation.Choices}");
            }
        }
        catch (Exception given) when (given is TimeoutException or OperationCanceledException)
        {
            await apt.KillAsync();
            throw given is TimeoutException
                ? new StackException($"apt-get {string.Join(' ', arguments)} did not end within {Within.TotalMinutes:F0} minutes. {RabbitInstallation.Choices}", given)
                : given;
        }
    }
}
