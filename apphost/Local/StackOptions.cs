using System.Reflection;
using EServices.AppHosts;

namespace EServices.Local;

/// <summary>How a <see cref="Stack"/> is run. What is not said is chosen: free loopback ports, embedded stores, a RabbitMQ of its own.</summary>
public sealed record StackOptions
{
    /// <summary>The gateway's port; null takes a free one.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>Where stores, the broker's data and the list of running processes are kept. Null is a temporary folder, deleted when the stack is disposed.</summary>
    public string? Data { get; init; }

    /// <summary>A MongoDB server for every service's database; null keeps them in SQLite files under <see cref="Data"/>.</summary>
    public string? MongoDb { get; init; }

    /// <summary>A RabbitMQ that runs already; null starts one.</summary>
    public string? RabbitMq { get; init; }

    /// <summary>The folder of the state's pack; null is the default pack.</summary>
    public string? Pack { get; init; }

    /// <summary>Whether RabbitMQ may be installed with the system's package manager where it is missing.</summary>
    public bool Install { get; init; }

    /// <summary>What is run: the whole platform unless a test runs less. A project ending in <c>.dll</c> is started as it is.</summary>
    public IReadOnlyList<Node> Nodes { get; init; } = Topology.Nodes;

    /// <summary>Further environment of one resource, by its name; it wins over what the stack sets.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Environment { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>How long one resource may take to become ready.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a resource may take to end after SIGTERM before it is killed. Services give their own work 15 s.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The folder that holds the projects: where this assembly was built, or the checkout above the working directory.</summary>
    public string Root { get; init; } = FindRoot();

    internal static string BuildConfiguration { get; } = Metadata("BuildConfiguration") ?? "Release";

    private static string FindRoot()
    {
        if (Metadata("RepositoryRoot") is { } built && File.Exists(Path.Combine(built, "EServices.sln")))
            return Path.TrimEndingDirectorySeparator(built);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EServices.sln")))
                return folder.FullName;
        }
        return Directory.GetCurrentDirectory();
    }

    private static string? Metadata(string key) =>
        typeof(StackOptions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(entry => entry.Key == key)?.Value;
}

/// <summary>Why the stack can't be run as asked: a sentence for the person who asked, naming what to do.</summary>
public sealed class StackException(string message, Exception? inner = null) : Exception(message, inner);
