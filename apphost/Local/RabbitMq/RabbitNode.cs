using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using EServices.AppHosts;
using EServices.Local.Processes;

namespace EServices.Local.RabbitMq;

/// <summary>A RabbitMQ node of the stack's own: its data, ports, name server, cookie and user are nobody else's, and all of it listens on loopback only.</summary>
internal sealed class RabbitNode(RabbitInstallation installation, string data, int port, int distributionPort, int epmdPort)
{
    // The node's data carries its name, so a persistent folder needs one that never changes; its own epmd keeps it apart from other nodes of that name.
    private const string NodeName = "eservices@localhost";
    private const string User = "eservices";

    private readonly string folder = Path.Combine(data, "rabbitmq");

    public ResourcePlan NameServer => new()
    {
        Name = "epmd",
        Silent = true,
        Address = new Uri($"tcp://127.0.0.1:{epmdPort}"),
        Command = () => new Command(installation.Epmd, ["-port", Text(epmdPort), "-address", "127.0.0.1"], folder, Environment()),
        WhyNotReady = cancellationToken => Amqp.WhyNoConnectionAsync("127.0.0.1", epmdPort, cancellationToken),
    };

    public ResourcePlan Plan(Resource nameServer)
    {
        PrepareFolder();
        return new ResourcePlan
        {
            Name = Topology.Broker,
            Address = new Uri($"amqp://{User}:{Secret("password")}@127.0.0.1:{port}"),
            Companion = nameServer,
            Command = () => new Command(installation.Server, [], folder, Environment()),
            WhyNotReady = cancellationToken => Amqp.WhyNotReadyAsync("127.0.0.1", port, cancellationToken),
            Shows = IsTrouble,
        };
    }

    /// <summary>The node tells some hundred lines at each start; a person wants those that ask for something. That a client went away is what our own probe does.</summary>
    private static bool IsTrouble(string line) =>
        !line.Contains("closing AMQP connection", StringComparison.Ordinal) && !line.Contains("client unexpectedly closed", StringComparison.Ordinal) && IsSevere(line);

    private static bool IsSevere(string line) =>
        line.Contains("[error]", StringComparison.Ordinal) || line.Contains("[critical]", StringComparison.Ordinal) || line.Contains("[warning]", StringComparison.Ordinal);

    private Dictionary<string, string?> Environment()
    {
        var environment = new Dictionary<string, string?>
        {
            // Erlang looks for its cookie here, and finds this node's own.
            ["HOME"] = folder,
            ["ERL_EPMD_PORT"] = Text(epmdPort),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODENAME"] = NodeName,
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Text(port),
            ["RABBITMQ_DIST_PORT"] = Text(distributionPort),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
            ["RABBITMQ_LOGS"] = "-",
            // Nothing of the system's own configuration applies, so these exist even where they are empty.
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "rabbitmq-env.conf"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq.config"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(folder, "advanced.config"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "enabled_plugins"),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
            ["RABBITMQ_USE_LONGNAME"] = null,
            ["RABBITMQ_PID_FILE"] = null,
            ["NOTIFY_SOCKET"] = null,
            // With this the script becomes the node instead of waiting beside it.
            ["detached"] = "true",
        };
        if (installation.LinkLeanHome(Path.Combine(folder, "home")) is { } home)
        {
            environment["RABBITMQ_SCRIPTS_DIR"] = Path.Combine(home, "sbin");
            environment["RABBITMQ_PLUGINS_DIR"] = Path.Combine(home, "plugins");
        }
        return environment;
    }

    private void PrepareFolder()
    {
        Directory.CreateDirectory(folder);
        Write(".erlang.cookie", Secret("cookie"), UnixFileMode.UserRead);
        Write("rabbitmq-env.conf", "");
        Write("advanced.config", "[].\n");
        Write("enabled_plugins", "[].\n");
        // Erlang terms, not the newer ini format: reading that loads a schema of every plugin, a second or more.
        Write("rabbitmq.config", $$"""
            [
              {rabbit, [
                {default_user, <<"{{User}}">>},
                {default_pass, <<"{{Secret("password")}}">>},
                {disk_free_limit, 50000000},
                {log, [{console, [{enabled, true}, {level, info}]}]}
              ]}
            ].

            """, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Made once for a data folder: the broker keeps the user it was first started with.</summary>
    private string Secret(string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
            Write(name, RandomNumberGenerator.GetHexString(32, lowercase: true), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return File.ReadAllText(path);
    }

    private void Write(string name, string text, UnixFileMode? mode = null)
    {
        var path = Path.Combine(folder, name);
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (mode is not null && !OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using var file = new StreamWriter(path, options);
        file.Write(text);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>As much of AMQP 0-9-1 as tells a broker from an open port.</summary>
internal static class Amqp
{
    private static readonly byte[] ProtocolHeader = [(byte)'A', (byte)'M', (byte)'Q', (byte)'P', 0, 0, 9, 1];
    private const byte MethodFrame = 1;

    public static async Task<string?> WhyNotReadyAsync(string host, int port, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(host, port, cancellationToken);
            var stream = socket.GetStream();
            await stream.WriteAsync(ProtocolHeader, cancellationToken);
            var answer = new byte[1];
            var read = await stream.ReadAsync(answer, cancellationToken);
            return read == 1 && answer[0] == MethodFrame ? null : $"{host}:{port} takes connections but speaks no AMQP 0-9-1";
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return $"{host}:{port} {failure.Message}";
        }
    }

    public static async Task<string?> WhyNoConnectionAsync(string host, int port, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(host, port, cancellationToken);
            return null;
        }
        catch (SocketException failure)
        {
            return $"{host}:{port} {failure.Message}";
        }
    }
}
