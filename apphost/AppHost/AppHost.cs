using EServices.AppHosts;

// The whole stack with containers and the dashboard. Who runs and who needs whom stands in Topology.cs, which the local runner reads too.
var builder = DistributedApplication.CreateBuilder(args);

var publicUrl = builder.AddParameter("public-url", $"http://localhost:{Topology.GatewayPort}");
var pack = builder.AddParameter("pack", Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "..", Topology.DefaultPack)));
var sandbox = builder.AddParameter("sandbox", "true");

var broker = builder.AddRabbitMQ(Topology.Broker, password: Password(Topology.Broker))
    .WithManagementPlugin()
    .WithDataVolume("eservices-rabbitmq");

// A single server without a replica set: one document is one write, and nothing needs a transaction over several.
// Volume names have no dots, as the generated ones would: Kubernetes refuses those.
var store = builder.AddMongoDB(Topology.Store, password: Password(Topology.Store))
    .WithDataVolume("eservices-mongodb");

var projects = Topology.Nodes.ToDictionary(node => node.Name, Project);
foreach (var node in Topology.Nodes)
{
    var project = projects[node.Name]
        .WithHttpEndpoint(port: node.Name == Topology.Gateway ? Topology.GatewayPort : null)
        .WithHttpHealthCheck(Topology.ReadyPath)
        .WithEnvironment("Pack__Path", pack)
        .WithEnvironment("ESERVICES_SANDBOX", sandbox)
        .WithEnvironment("ESERVICES_PUBLIC_URL", publicUrl);
    if (node.Broker)
        project.WithReference(broker).WaitFor(broker);
    if (node.Store)
    {
        // The service has the name already, so its database is a resource of another name under the service's connection name.
        var database = store.AddDatabase($"{node.Name}-db", Topology.DatabasePrefix + node.Name);
        project.WithReference(database, connectionName: node.Name).WaitFor(database);
    }
    if (node.Name == Topology.Gateway)
        project.WithExternalHttpEndpoints();
}

// Endpoints have to exist before they are referred to.
foreach (var node in Topology.Nodes)
{
    foreach (var other in node.RefersTo)
        projects[node.Name].WithReference(projects[other]);
    foreach (var other in node.WaitsFor)
        projects[node.Name].WaitFor(projects[other]);
}

builder.Build().Run();

// By type and not by path: projects that are referenced are built with this one, not all at once by each "dotnet run".
// Without a launch profile a project has no other endpoint than the one given above.
IResourceBuilder<ProjectResource> Project(Node node) => node.Name switch
{
    "identity" => builder.AddProject<Projects.Identity>(node.Name, launchProfileName: null),
    "catalogue" => builder.AddProject<Projects.Catalogue>(node.Name, launchProfileName: null),
    "payment" => builder.AddProject<Projects.Payment>(node.Name, launchProfileName: null),
    "application" => builder.AddProject<Projects.Application>(node.Name, launchProfileName: null),
    "dispatch" => builder.AddProject<Projects.Dispatch>(node.Name, launchProfileName: null),
    "notification" => builder.AddProject<Projects.Notification>(node.Name, launchProfileName: null),
    Topology.Gateway => builder.AddProject<Projects.Gateway>(node.Name, launchProfileName: null),
    _ => throw new InvalidOperationException($"{node.Name} has no project here: add it to AppHost.csproj and above."),
};

// Made once and kept in the user's secrets. No special characters: passwords stand in URLs.
IResourceBuilder<ParameterResource> Password(string resource) =>
    builder.AddParameter($"{resource}-password", new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true, persist: true);
