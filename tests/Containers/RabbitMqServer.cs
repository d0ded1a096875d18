using DotNet.Testcontainers.Builders;
using EServices.Containers.Tests;
using Testcontainers.RabbitMq;

[assembly: AssemblyFixture(typeof(RabbitMqServer))]

namespace EServices.Containers.Tests;

/// <summary>
/// One RabbitMQ for all tests: a container of <c>ESERVICES_RABBITMQ_IMAGE</c>, by default the official <c>rabbitmq:4-management</c>; or the server at
/// <c>ESERVICES_RABBITMQ_URL</c>, where one runs already.
/// </summary>
public sealed class RabbitMqServer : IAsyncLifetime
{
    private readonly string? given = Environment.GetEnvironmentVariable("ESERVICES_RABBITMQ_URL");
    private RabbitMqContainer? container;
    private string? whyNot;

    /// <summary>An <c>amqp://</c> URL. Skips the test, and says why, where there is no container engine.</summary>
    public Uri Address
    {
        get
        {
            if (given is { Length: > 0 })
                return new Uri(given);
            if (container is null)
                Assert.Skip(whyNot ?? "There is no RabbitMQ.");
            return new Uri(container.GetConnectionString());
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (given is { Length: > 0 })
            return;
        var image = Environment.GetEnvironmentVariable("ESERVICES_RABBITMQ_IMAGE") is { Length: > 0 } named ? named : "rabbitmq:4-management";
        try
        {
            container = new RabbitMqBuilder(image).Build();
        }
        catch (DockerUnavailableException unavailable)
        {
            whyNot = $"No container engine answers: {unavailable.Message.Split('\n')[0]}";
            return;
        }
        await container.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (container is not null)
            await container.DisposeAsync();
    }
}
