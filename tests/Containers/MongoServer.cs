using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using EServices.Containers.Tests;
using MongoDB.Bson;
using MongoDB.Driver;

[assembly: AssemblyFixture(typeof(MongoServer))]

namespace EServices.Containers.Tests;

/// <summary>
/// One MongoDB for all tests, without authentication: a container of <c>ESERVICES_MONGO_IMAGE</c> (by default the official <c>mongo:8</c>, as a replica set of one),
/// or the server at <c>ESERVICES_MONGO_URL</c> that runs already. Each test has a database of its own.
/// </summary>
public sealed class MongoServer : IAsyncLifetime
{
    private const int Port = 27017;
    private const string Official = "mongo";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private IContainer? container;
    private string? address;
    private string? whyNot;

    /// <summary>Skips the test, and says why, where there is no container engine.</summary>
    public string Address(string database)
    {
        if (address is null)
            Assert.Skip(whyNot ?? "There is no MongoDB.");
        return new MongoUrlBuilder(address) { DatabaseName = database }.ToString();
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("ESERVICES_MONGO_URL") is { Length: > 0 } given)
        {
            address = given;
            await AnswersAsync(given);
            return;
        }
        var image = Environment.GetEnvironmentVariable("ESERVICES_MONGO_IMAGE") is { Length: > 0 } named ? named : $"{Official}:8";
        var isOfficial = image.Split('/')[^1].Split(':', '@')[0] == Official;
        try
        {
            var builder = new ContainerBuilder(image).WithPortBinding(Port, assignRandomHostPort: true);
            container = (isOfficial ? builder.WithCommand("--replSet", "rs0", "--bind_ip_all") : builder).Build();
        }
        catch (DockerUnavailableException unavailable)
        {
            whyNot = $"No container engine answers: {unavailable.Message.Split('\n')[0]}";
            return;
        }
        await container.StartAsync();
        // Behind a mapped port a member's own name for itself is of no use.
        var direct = $"mongodb://{container.Hostname}:{container.GetMappedPublicPort(Port)}/?directConnection=true";
        await AnswersAsync(direct);
        if (isOfficial)
            await InitiateAsync(direct);
        address = direct;
    }

    public async ValueTask DisposeAsync()
    {
        if (container is not null)
            await container.DisposeAsync();
    }

    private async Task AnswersAsync(string url)
    {
        using var client = new MongoClient(url);
        await UntilAsync(async () => await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1)) is not null, "MongoDB does not answer");
    }

    private async Task InitiateAsync(string url)
    {
        using var client = new MongoClient(url);
        var admin = client.GetDatabase("admin");
        var members = new BsonDocument { { "_id", "rs0" }, { "members", new BsonArray { new BsonDocument { { "_id", 0 }, { "host", $"localhost:{Port}" } } } } };
        await admin.RunCommandAsync<BsonDocument>(new BsonDocument("replSetInitiate", members));
        await UntilAsync(
            async () => (await admin.RunCommandAsync<BsonDocument>(new BsonDocument("hello", 1))).GetValue("isWritablePrimary", false).ToBoolean(), "the replica set has no primary");
    }

    private async Task UntilAsync(Func<Task<bool>> holds, string otherwise)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        Exception? lately = null;
        while (true)
        {
            try
            {
                if (await holds())
                    return;
            }
            catch (Exception notYet) when (notYet is MongoException or TimeoutException)
            {
                lately = notYet;
            }
            try
            {
                await poll.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                var output = container is null ? "" : (await container.GetLogsAsync()).Stdout;
                throw new TimeoutException($"After {Deadline.TotalSeconds:F0} s {otherwise}: {lately?.Message}\n{output}");
            }
        }
    }
}
