using EServices.AppHosts;

namespace EServices.Local;

/// <summary>What a service is told, in the words of .NET Aspire: it can't tell which app host started it.</summary>
internal sealed class ServiceEnvironment(StackOptions options, IReadOnlyDictionary<string, Uri> addresses, Uri? broker, string data, string pack)
{
    /// <summary>Set by images and shells for other programs; left in place they would move or contradict our own addresses.</summary>
    private static readonly string[] Unwanted = ["ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "HTTP_PORTS", "HTTPS_PORTS", "URLS", "DOTNET_ENVIRONMENT", "DOTNET_URLS"];

    /// <summary>
    /// Eight logs share one console: a line for each entry, and none for each request nor for each time health is asked while something is still starting.
    /// A variable of the same name in the runner's own environment wins.
    /// </summary>
    private static readonly Dictionary<string, string> QuietLogs = new()
    {
        ["Logging__Console__FormatterName"] = "simple",
        ["Logging__Console__FormatterOptions__SingleLine"] = "true",
        ["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning",
        ["Logging__LogLevel__Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging__LogLevel__System.Net.Http"] = "Warning",
    };

    public IReadOnlyDictionary<string, string?> For(Node node)
    {
        var environment = Unwanted.ToDictionary(name => name, _ => (string?)null);
        environment["ASPNETCORE_URLS"] = Text(addresses[node.Name]);
        environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        environment["OTEL_SERVICE_NAME"] = node.Name;
        environment["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={node.Name}-{addresses[node.Name].Port}";
        environment["ESERVICES_SANDBOX"] = "true";
        environment["ESERVICES_PUBLIC_URL"] = Text(addresses.GetValueOrDefault(Topology.Gateway) ?? addresses[node.Name]);
        environment["Pack__Path"] = pack;
        if (node.Broker)
            environment[$"ConnectionStrings__{Topology.Broker}"] = broker!.ToString().TrimEnd('/');
        if (node.Store)
            environment[$"ConnectionStrings__{node.Name}"] = options.MongoDb is { } server ? ConnectionStrings.MongoDb(server, node.Name) : ConnectionStrings.Sqlite(data, node.Name);
        foreach (var other in node.RefersTo)
        {
            environment[$"services__{other}__http__0"] = Text(addresses[other]);
            environment[$"{other.ToUpperInvariant()}_HTTP"] = Text(addresses[other]);
        }

        // Eight processes share one machine: one heap each, not one for every core.
        environment["DOTNET_gcServer"] = "0";

        // More than half of the processor time in which an idle service starts went into compiling anew what had been called thirty times, first to measure it and
        // then for good. Eight processes do that at the same time: here a method is compiled once more when it has been called 256 times (the runtime reads hexadecimal).
        environment["DOTNET_TieredPGO"] = "0";
        environment["DOTNET_TC_CallCountThreshold"] = "100";

        foreach (var (name, value) in QuietLogs.Where(setting => System.Environment.GetEnvironmentVariable(setting.Key) is null))
            environment[name] = value;

        if (options.Environment.TryGetValue(node.Name, out var further))
        {
            foreach (var (name, value) in further)
                environment[name] = value;
        }
        return environment;
    }

    private static string Text(Uri address) => address.ToString().TrimEnd('/');
}
