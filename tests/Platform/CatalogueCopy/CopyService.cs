using System.Collections.Concurrent;
using System.Text.Json;
using EServices.Contracts.Catalogue;
using EServices.Platform.CatalogueCopy;
using EServices.Platform.Hosting;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace EServices.Platform.Tests.CatalogueCopy;

/// <summary>A service that does nothing but keep its copy of the catalogue; what it asks Catalogue is kept for the test to answer.</summary>
internal sealed class CopyService : IAsyncDisposable, IEventSender
{
    private readonly string folder = Directory.CreateTempSubdirectory("eservices-copy-").FullName;
    private WebApplication app = null!;

    public ConcurrentQueue<CatalogueReplayRequested> Asked { get; } = new();

    public bool Connected { get; set; } = true;

    /// <summary>Asking fails this many times.</summary>
    public int Failures { get; set; }

    public KnownServices Known => app.Services.GetRequiredService<KnownServices>();

    public DocumentStore<KnownService> Store => app.Services.GetRequiredService<DocumentStore<KnownService>>();

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<CopyService> StartAsync(Action<CopyService>? prepare = null)
    {
        var service = new CopyService();
        prepare?.Invoke(service);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        builder.Configuration["ConnectionStrings:rabbitmq"] = "amqp://guest:guest@127.0.0.1:1";
        builder.Configuration["ConnectionStrings:copy"] = $"sqlite:{Path.Combine(service.folder, "copy.db")}";
        builder.Configuration["Pack:Path"] = Path.Combine(Repository.Root, "deploy", "packs", "jk");
        builder.Configuration["OTEL_SERVICE_NAME"] = "copy";
        builder.Configuration["Logging:LogLevel:Default"] = "Error";
        builder.AddPlatform("copy", platform => platform.KeepCatalogueCopy());
        foreach (var bus in builder.Services.Where(IsBusHost).ToList())
            builder.Services.Remove(bus);
        builder.Services.Replace(ServiceDescriptor.Singleton<IEventSender>(service));
        service.app = builder.Build();
        service.app.UsePlatform();
        await service.app.StartAsync(Cancel);
        return service;
    }

    public Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken)
    {
        if (Failures-- > 0)
            throw new TimeoutException("not confirmed");
        if (unsent.Type == typeof(CatalogueReplayRequested).FullName)
            Asked.Enqueue(JsonSerializer.Deserialize<CatalogueReplayRequested>(unsent.Body, ContractJson.Options)!);
        return Task.CompletedTask;
    }

    public async Task DeliverAsync<TEvent>(TEvent fact, string? eventId = null)
        where TEvent : class
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IReaction<TEvent>>()
            .On(fact, new Delivery(eventId ?? "evt_" + Guid.NewGuid().ToString("N"), DateTimeOffset.UtcNow), Cancel);
    }

    /// <summary>The first request not yet taken.</summary>
    public async Task<CatalogueReplayRequested> NextRequestAsync()
    {
        CatalogueReplayRequested? asked = null;
        await Eventually.HoldsAsync(() => Asked.TryDequeue(out asked), () => "nothing was asked", TimeSpan.FromSeconds(20));
        return asked!;
    }

    /// <summary>What readiness says of the copy.</summary>
    public async Task<string?> ReadinessAsync()
    {
        using var answer = await app.GetTestClient().GetAsync("/health/ready", Cancel);
        var report = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(Cancel));
        return report.GetProperty("checks").GetProperty("catalogue-copy").GetProperty("status").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static bool IsBusHost(ServiceDescriptor descriptor) =>
        descriptor.ServiceType == typeof(IHostedService) && descriptor.ImplementationType?.Assembly.GetName().Name?.StartsWith("MassTransit", StringComparison.Ordinal) == true;
}
