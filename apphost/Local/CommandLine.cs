using System.Globalization;
using EServices.AppHosts;

namespace EServices.Local;

/// <summary>What was asked for on the command line.</summary>
internal sealed record CommandLine(StackOptions Options, bool Help, bool Demo, bool Json)
{
    public const string Usage = """
        Runs the whole of EServices on this machine as plain processes.

          dotnet run -c Release --project apphost/Local -- [options]
          dotnet run -c Release --project apphost/Local -- demo [--json] [options]

        demo              run one citizen's journey on a stack of its own, print each step, and end
          --json          ... as one JSON document on standard output; all else goes to standard error
        dead-letters ...  look at events that got stuck in a running stack, try them again or discard them: dead-letters --help

          --gateway-port PORT   the public port (default 8080; a free one for demo)
          --data DIR            where data is kept (default .data; not for demo)
          --ephemeral           keep data in a temporary folder and delete it at the end
          --mongodb URL         keep data in this MongoDB server instead of SQLite files
          --rabbitmq URL        use this RabbitMQ instead of starting one
          --pack DIR            the state to serve (default deploy/packs/jk)
          --no-install          never install a missing RabbitMQ
          --help                show this
        """;

    /// <exception cref="UsageException">An argument that is not understood.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var options = new StackOptions { Install = true };
        bool help = false, demo = false, json = false, ephemeral = false;
        string? data = null;
        int? port = null;
        for (var at = 0; at < arguments.Count; at++)
        {
            var (name, inline) = arguments[at].Split('=', 2) is [var before, var after] && before.StartsWith("--", StringComparison.Ordinal)
                ? (before, after)
                : (arguments[at], null);
            switch (name)
            {
                case "demo" when at == 0:
                    demo = true;
                    break;
                case "--help" or "-h":
                    help = true;
                    break;
                case "--json" when inline is null:
                    json = true;
                    break;
                case "--ephemeral" when inline is null:
                    ephemeral = true;
                    break;
                case "--no-install" when inline is null:
                    options = options with { Install = false };
                    break;
                case "--gateway-port":
                    port = Port(Value());
                    break;
                case "--data":
                    data = Value();
                    break;
                case "--mongodb":
                    options = options with { MongoDb = Value() };
                    break;
                case "--rabbitmq":
                    options = options with { RabbitMq = Value() };
                    break;
                case "--pack":
                    options = options with { Pack = Value() };
                    break;
                default:
                    throw new UsageException($"'{arguments[at]}' is not understood.");
            }

            string Value() => inline is { Length: > 0 } ? inline
                : inline is null && at + 1 < arguments.Count && !arguments[at + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++at]
                : throw new UsageException($"{name} needs a value.");
        }
        if (json && !demo)
            throw new UsageException("--json belongs to demo.");
        if (data is not null && (ephemeral || demo))
            throw new UsageException(demo ? "demo keeps no data: leave out --data." : "--data and --ephemeral exclude each other.");

        options = options with { GatewayPort = port ?? (demo ? null : Topology.GatewayPort), Data = ephemeral || demo ? null : data ?? ".data" };
        return new CommandLine(options, help, demo, json);
    }

    private static int Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535
            ? port
            : throw new UsageException($"'{text}' is no port: --gateway-port takes a number from 1 to 65535.");
}

internal sealed class UsageException(string message) : Exception(message);
