using System.Collections.Concurrent;
using System.Diagnostics;
using EServices.Containers.Tests.Storage;
using EServices.Contracts.Catalogue;
using EServices.Platform.Hosting;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace EServices.Containers.Tests.Messaging;

/// <summary>From a saved document through a real RabbitMQ to the reaction of another service: what the platform promises of events.</summary>
public class BrokerTests(RabbitMqServer rabbit)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Event_SavedInOneService_ReachesTheReactionOfAnother_WithItsIdAndTrace()
    {
        await using var writer = await StartAsync("writer");
        await using var reader = await StartAsync("reader", listens: true);

        // Not sampled: nothing would carry this trace but the event itself.
        using var activity = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.None };
        activity.Start();
        await SaveAsync(writer, "a", "first", "second", "third");
        activity.Stop();

        var heard = reader.Services.GetRequiredService<Heard>();
        await Eventually.HoldsAsync(() => heard.Facts.Count == 3, () => $"heard {heard}", Patience);
        Assert.Equal(["first", "second", "third"], heard.Facts.Select(fact => fact.Reason).Order(StringComparer.Ordinal));
        Assert.Equal(3, heard.Facts.Select(fact => fact.EventId).Distinct().Count());
        Assert.All(heard.Facts, fact => Assert.StartsWith("evt_", fact.EventId));
        Assert.All(heard.Facts, fact => Assert.Equal(activity.TraceId.ToString(), fact.TraceId));
        var keeper = writer.Services.GetRequiredService<IKeeper>();
        await Eventually.HoldsAsync(async () => (await keeper.UnsentAsync(Letter.Map.Collection, "a", default)).Count == 0, () => "confirmed events stay unsent", Patience);
    }

    [Fact]
    public async Task Queue_OfAReaction_IsDurableAndOfTheQuorumKind()
    {
        await using var reader = await StartAsync("kinds", listens: true);
        await using var connection = await new ConnectionFactory { Uri = rabbit.Address }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        // Declaring it again is allowed with the very same arguments only.
        var declared = await channel.QueueDeclareAsync(
            "kinds.when-letter-suspended", durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 50 });
        Assert.Equal("kinds.when-letter-suspended", declared.QueueName);
    }

    [Fact]
    public async Task Reaction_ThatFailsForAWhile_IsTriedAgain_AndOthersGoOn()
    {
        await using var writer = await StartAsync("retry-writer");
        await using var reader = await StartAsync("retry-reader", listens: true);
        var heard = reader.Services.GetRequiredService<Heard>();
        heard.Failures["shaky"] = 3;
        await SaveAsync(writer, "a", "shaky");
        await SaveAsync(writer, "b", "fine");

        await Eventually.HoldsAsync(() => heard.Facts.Count == 2, () => $"heard {heard}", Patience);
        Assert.Equal("fine", heard.Facts.First().Reason);
        Assert.Equal(0, heard.Failures["shaky"]);
    }

    [Fact]
    public async Task Reaction_ThatAlwaysFails_EndsInItsErrorQueue()
    {
        await using var writer = await StartAsync("poison-writer");
        await using var reader = await StartAsync("poison-reader", listens: true);
        var heard = reader.Services.GetRequiredService<Heard>();
        heard.Failures["poison"] = int.MaxValue;
        await SaveAsync(writer, "a", "poison");

        await using var connection = await new ConnectionFactory { Uri = rabbit.Address }.CreateConnectionAsync();
        uint parked = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                await using var channel = await connection.CreateChannelAsync();
                try
                {
                    parked = (await channel.QueueDeclarePassiveAsync("poison-reader.when-letter-suspended_error")).MessageCount;
                    return parked == 1;
                }
                catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
                {
                    return false;
                }
            },
            () => $"{parked} messages in the error queue", Patience);
        Assert.Empty(heard.Facts);
    }

    [Fact]
    public async Task Connection_CutAnywhereWhilePublishing_EveryEventArrives()
    {
        await using var proxy = new CutProxy(rabbit.Address.Host, rabbit.Address.Port);
        await using var reader = await StartAsync("cut-reader", listens: true);
        await using var writer = await StartAsync("cut-writer", broker: new UriBuilder(rabbit.Address) { Host = "127.0.0.1", Port = proxy.Port }.Uri);
        var heard = reader.Services.GetRequiredService<Heard>();
        proxy.CutAnywhere(seed: 5, mean: 60_000);
        // Those of the connection that stands: from here on each has only so many bytes.
        proxy.LoseAnswersTo("suspended", 1);

        var letters = Enumerable.Range(0, 100).Select(number => $"letter-{number:D3}").ToList();
        await Task.WhenAll(letters.Select(letter => SaveAsync(writer, letter, $"{letter} suspended 1", $"{letter} suspended 2", $"{letter} suspended 3")));

        var keeper = writer.Services.GetRequiredService<IKeeper>();
        await Eventually.HoldsAsync(
            () => heard.Facts.Select(fact => fact.Reason).Distinct().Count() == 300, () => $"{heard.Facts.Select(fact => fact.Reason).Distinct().Count()} of 300 arrived, {proxy.Cuts} cuts", Patience);
        await Eventually.HoldsAsync(async () => await keeper.OldestUnsentAsync(Letter.Map.Collection, default) is null, () => "events stay unsent", Patience);
        Assert.True(proxy.Cuts > 0, "nothing was cut");
        Assert.Equal(300, heard.Facts.Select(fact => fact.EventId).Distinct().Count());
        Assert.Empty(await keeper.ParkedAsync(Letter.Map.Collection, 10, default));
    }

    private static Task SaveAsync(Running service, string id, params string[] reasons)
    {
        var letter = new Letter(id, reasons);
        return service.Services.GetRequiredService<DocumentStore<Letter>>().SaveAsync(letter, CancellationToken.None);
    }

    private async Task<Running> StartAsync(string name, bool listens = false, Uri? broker = null)
    {
        var folder = Directory.CreateTempSubdirectory("eservices-broker-").FullName;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        builder.Configuration["ConnectionStrings:rabbitmq"] = (broker ?? rabbit.Address).ToString();
        builder.Configuration[$"ConnectionStrings:{name}"] = $"sqlite:{Path.Combine(folder, name)}.db";
        builder.Configuration["Pack:Path"] = Path.Combine(Repository.Root, "deploy", "packs", "jk");
        builder.Services.AddSingleton<Heard>();
        builder.AddPlatform(name, platform =>
        {
            platform.Documents(Letter.Map);
            if (listens)
                platform.React<ServiceSuspended, WhenLetterSuspended>();
        });
        var app = builder.Build();
        app.UsePlatform();
        await app.StartAsync();
        var sender = app.Services.GetRequiredService<IEventSender>();
        await Eventually.HoldsAsync(() => sender.WhyNotReady is null, () => $"{name}: {sender.WhyNotReady}", Patience);
        return new Running(app, folder);
    }

    private sealed class Running(WebApplication app, string folder) : IAsyncDisposable
    {
        public IServiceProvider Services => app.Services;

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Letter : Document
    {
        public static readonly DocumentMap<Letter> Map = new("letters");

        public Letter(string id, IReadOnlyList<string> reasons)
            : base(id)
        {
            foreach (var reason in reasons)
                Raise(new ServiceSuspended(id, 1, reason));
        }

        private Letter()
        {
        }
    }

    private sealed class Heard
    {
        public ConcurrentQueue<(string Reason, string EventId, string? TraceId)> Facts { get; } = new();

        public ConcurrentDictionary<string, int> Failures { get; } = new();

        public override string ToString() => string.Join(", ", Facts.Select(fact => fact.Reason));
    }

    private sealed class WhenLetterSuspended(Heard heard) : IReaction<ServiceSuspended>
    {
        public Task On(ServiceSuspended fact, Delivery delivery, CancellationToken cancellationToken)
        {
            if (heard.Failures.TryGetValue(fact.Reason, out var left) && left > 0)
            {
                heard.Failures[fact.Reason] = left - 1;
                throw new InvalidOperationException($"{fact.Reason} fails");
            }
            heard.Facts.Enqueue((fact.Reason, delivery.EventId, Activity.Current?.TraceId.ToString()));
            return Task.CompletedTask;
        }
    }
}
