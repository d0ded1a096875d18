namespace EServices.AppHosts;

/// <summary>
/// What runs, and who needs whom: the one description from which every app host starts the platform. Compiled into each of them, so it knows neither.
/// Names are those that configuration keys, service discovery and queues are made of.
/// </summary>
public static class Topology
{
    public const string Broker = "rabbitmq";
    public const string Store = "mongodb";
    public const string Gateway = "gateway";

    /// <summary>Each service's database is <c>eservices-payment</c>; the prefix keeps them together on a shared server.</summary>
    public const string DatabasePrefix = "eservices-";

    public const string LivePath = "/health/live";
    public const string ReadyPath = "/health/ready";

    public const int GatewayPort = 8080;

    /// <summary>The state to serve when nobody names another, from the repository's root.</summary>
    public const string DefaultPack = "deploy/packs/jk";

    /// <summary>In start order: a resource stands behind all that it waits for. Those that wait for nothing of each other start together.</summary>
    public static IReadOnlyList<Node> Nodes { get; } =
    [
        new("identity", "services/Identity/Identity.csproj") { Broker = true, Store = true },
        new("catalogue", "services/Catalogue/Catalogue.csproj") { Broker = true, Store = true, RefersTo = ["identity"] },
        new("payment", "services/Payment/Payment.csproj") { Broker = true, Store = true, RefersTo = ["identity", "catalogue"] },
        new("application", "services/Application/Application.csproj") { Broker = true, Store = true, RefersTo = ["identity", "catalogue", "payment"] },
        new("dispatch", "services/Dispatch/Dispatch.csproj") { Broker = true, Store = true, RefersTo = ["identity", "catalogue", "payment", "application"] },
        new("notification", "services/Notification/Notification.csproj") { Broker = true, Store = true, RefersTo = ["identity"] },
        new(Gateway, "gateway/Gateway.csproj")
        {
            RefersTo = ["identity", "catalogue", "payment", "application", "dispatch", "notification"],
        },
    ];
}

/// <summary>A process of the platform.</summary>
/// <param name="Name">The resource's name.</param>
/// <param name="Project">Its project file, from the repository's root, with forward slashes.</param>
public sealed record Node(string Name, string Project)
{
    /// <summary>Talks over RabbitMQ: gets <c>ConnectionStrings__rabbitmq</c> and starts when the broker is ready.</summary>
    public bool Broker { get; init; }

    /// <summary>Keeps data of its own: gets <c>ConnectionStrings__{name}</c>.</summary>
    public bool Store { get; init; }

    /// <summary>Whom it calls: gets <c>services__{other}__http__0</c>. A call may fail and be repeated, so this says nothing about the order of starting.</summary>
    public IReadOnlyList<string> RefersTo { get; init; } = [];

    /// <summary>Who must be ready before this one is started.</summary>
    public IReadOnlyList<string> WaitsFor { get; init; } = [];
}
