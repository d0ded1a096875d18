using System.Text.RegularExpressions;
using EServices.Local.Processes;

namespace EServices.Local.RabbitMq;

/// <summary>A RabbitMQ on this machine: the server's script and the epmd of its Erlang.</summary>
internal sealed partial record RabbitInstallation(string Server, string Epmd)
{
    /// <summary>Debian's own script in sbin switches to the rabbitmq user and starts the system's node; this one starts what the environment says.</summary>
    private const string DebianServer = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    public const string Choices =
        "Choose one: install it (Debian, Ubuntu: apt-get install rabbitmq-server; macOS: brew install rabbitmq), or name a running one with --rabbitmq amqp://user:password@host:5672.";

    public static RabbitInstallation? Find()
    {
        var server = new[] { DebianServer, Tools.Find("rabbitmq-server") }
            .FirstOrDefault(path => File.Exists(path) && !Real(path).EndsWith("rabbitmq-script-wrapper", StringComparison.Ordinal));
        return server is not null && Tools.Find("epmd") is { } epmd ? new RabbitInstallation(Real(server), epmd) : null;
    }

    /// <summary>
    /// Makes a folder that looks like the server's home but holds only the applications the broker itself depends on. Erlang looks for each of a few hundred
    /// modules in every plugin's folder in turn; without the forty that are never enabled the broker starts in half the time.
    /// Null where the installation has another layout, and is then started as it is.
    /// </summary>
    public string? LinkLeanHome(string folder)
    {
        var scripts = Path.GetDirectoryName(Server)!;
        var plugins = Path.Combine(scripts, "..", "plugins");
        if (!File.Exists(Path.Combine(scripts, "rabbitmq-defaults")) || !Directory.Exists(plugins))
            return null;
        var available = Directory.GetDirectories(Path.GetFullPath(plugins)).ToLookup(path => Path.GetFileName(path).Split('-')[0]);

        var needed = new HashSet<string>();
        // The last three are called by name while booting and appear in no application's list.
        var open = new Queue<string>(["rabbit", "rabbitmq_prelaunch", "cuttlefish", "getopt", "enough"]);
        while (open.TryDequeue(out var name))
        {
            if (available[name].FirstOrDefault() is not { } home || !needed.Add(home))
                continue;
            if (!File.Exists(Path.Combine(home, "ebin", $"{name}.app")))
                return null;
            var applications = DependsOn().Match(File.ReadAllText(Path.Combine(home, "ebin", $"{name}.app")));
            foreach (Match dependency in ErlangName().Matches(applications.Groups["names"].Value))
                open.Enqueue(dependency.Value);
        }
        if (needed.Count == 0)
            return null;

        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var leanScripts = Directory.CreateDirectory(Path.Combine(folder, "sbin")).FullName;
        var leanPlugins = Directory.CreateDirectory(Path.Combine(folder, "plugins")).FullName;
        File.CreateSymbolicLink(Path.Combine(leanScripts, "rabbitmq-defaults"), Real(Path.Combine(scripts, "rabbitmq-defaults")));
        foreach (var home in needed)
            File.CreateSymbolicLink(Path.Combine(leanPlugins, Path.GetFileName(home)), home);
        return folder;
    }

    private static string Real(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    [GeneratedRegex(@"\{\s*applications\s*,\s*\[(?<names>[^\]]*)\]")]
    private static partial Regex DependsOn();

    [GeneratedRegex("[a-z][a-z0-9_]*")]
    private static partial Regex ErlangName();
}
