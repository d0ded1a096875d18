using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using EServices.Containers.Tests.Storage;
using EServices.Contracts.Catalogue;
using EServices.Platform.Hosting;
using EServices.Platform.Messaging;
using EServices.Platform.Messaging.DeadLetters;
using EServices.Platform.Storage;
using EServices.Platform.Web;
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

    /// <summary>Queues outlive their services: those of another run are not met.</summary>
    private readonly string run = Guid.NewGuid().ToString("N")[..8];

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
    public async Task Queue_OfAReaction_IsDurableAndOfTheQuorumKind_AndHandsOverWhatItGivesUp()
    {
        await using var reader = await StartAsync("kinds", listens: true);
        await using var connection = await new ConnectionFactory { Uri = rabbit.Address }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        // Declaring it again is allowed with the very same arguments only.
        var declared = await channel.QueueDeclareAsync(
            QueueOf("kinds"), durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>
            {
                ["x-queue-type"] = "quorum",
                ["x-delivery-limit"] = 50,
                ["x-dead-letter-exchange"] = "",
                ["x-dead-letter-routing-key"] = QueueOf("kinds") + "_error",
                ["x-dead-letter-strategy"] = "at-least-once",
                ["x-overflow"] = "reject-publish",
            });
        Assert.Equal(QueueOf("kinds"), declared.QueueName);
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
        Assert.Single(heard.Facts.Select(fact => fact.EventId).Distinct(), id => id == heard.Facts.Last().EventId);
        // A moment's delay leaves nothing behind.
        await Eventually.HoldsAsync(async () => (await LettersAsync(reader)).Count == 0, () => "the letter stays", Patience);
    }

    [Fact]
    public async Task Reaction_ThatAlwaysFails_IsParkedWithItsExceptionAndTrace_AndComesBackOnRetry()
    {
        await using var writer = await StartAsync("poison-writer");
        await using var reader = await StartAsync("poison-reader", listens: true, plan: Short);
        var heard = reader.Services.GetRequiredService<Heard>();
        heard.Failures["poison"] = int.MaxValue;
        using var activity = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.None };
        activity.AddBaggage("tracking.number", "T-26-0001");
        activity.Start();
        await SaveAsync(writer, "a", "poison");
        activity.Stop();

        var letter = await ParkedAsync(reader);

        Assert.Empty(heard.Facts);
        Assert.Equal((QueueOf("poison-reader"), nameof(ServiceSuspended), DeadLetterSource.Queue), (letter.Place, letter.Event, letter.Source));
        Assert.Equal((typeof(InvalidOperationException).FullName, "poison fails"), (letter.Failure.Type, letter.Failure.Message));
        Assert.Contains(nameof(WhenLetterSuspended), letter.Failure.Stack, StringComparison.Ordinal);
        Assert.Equal(1 + Short.Waits.Count, letter.Attempts);
        Assert.Equal((activity.TraceId.ToString(), "T-26-0001"), (CarriedTrace.TraceIdOf(letter.TraceParent), letter.TrackingNumber));
        Assert.Equal((0u, 0u), (await CountAsync(QueueOf("poison-reader")), await CountAsync(QueueOf("poison-reader") + "_error")));

        // In vain first: parked again, with one attempt more. Then its cause is mended.
        var desk = reader.Services.GetRequiredService<OperationsDesk>();
        await desk.RetryAsync(letter.Id, Caller.Nobody, null, default);
        await Eventually.HoldsAsync(async () => (await LettersAsync(reader)) is [{ State: DeadLetterState.Parked } again] && again.Attempts == letter.Attempts + 1, () => "not parked again", Patience);
        heard.Failures["poison"] = 0;
        await desk.RetryAsync(letter.Id, Caller.Nobody, null, default);

        await Eventually.HoldsAsync(async () => (await LettersAsync(reader)) is [{ State: DeadLetterState.Handled }], () => "not handled", Patience);
        Assert.Equal(("poison", letter.EventId, activity.TraceId.ToString()), Assert.Single(heard.Facts));
    }

    [Fact]
    public async Task Message_ThatCantBeRead_IsParkedAsItIs()
    {
        await using var reader = await StartAsync("garbled-reader", listens: true);
        await PublishAsync(QueueOf("garbled-reader"), "{ not json", "message-1");

        var letter = await ParkedAsync(reader);

        Assert.Equal(("message-1", "{ not json", "unknown"), (letter.EventId, letter.Body, letter.EventType));
        Assert.NotEqual("", letter.Failure.Type);
        await Eventually.HoldsAsync(async () => await CountAsync(QueueOf("garbled-reader") + "_error") == 0, () => "it stays in the error queue", Patience);
    }

    [Fact]
    public async Task Event_ThatAnEarlierReleaseRaisedAndThisOneCantRead_IsParkedInsteadOfSent()
    {
        await using var writer = await StartAsync("younger-writer");
        var earlier = DateTimeOffset.UtcNow - TimeSpan.FromHours(1);
        await writer.Services.GetRequiredService<IKeeper>().SaveAsync(
            Letter.Map,
            new DocumentWrite("old", 0, [], [new UnsentEvent("evt_old", typeof(ServiceSuspended).FullName!, "{ not json", earlier, earlier)], null, earlier),
            CancellationToken.None);

        var letter = await ParkedAsync(writer);

        Assert.Equal(("evt_old", typeof(UnsendableEventException).FullName), (letter.EventId, letter.Failure.Type));
    }

    [Fact]
    public async Task Message_ThatTookTheProcessDownAsOftenAsAllowed_IsParked_NotDropped()
    {
        var queue = QueueOf("deadly-reader");
        await using var writer = await StartAsync("deadly-writer");
        await using (await StartAsync("deadly-reader", listens: true))
        {
            // It declares and binds its queues, and goes.
        }
        await SaveAsync(writer, "a", "deadly");
        await Eventually.HoldsAsync(async () => await CountAsync(queue) == 1, () => "the event is not in its queue", Patience);
        await using (var connection = await new ConnectionFactory { Uri = rabbit.Address }.CreateConnectionAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await Eventually.HoldsAsync(
                async () =>
                {
                    if (await channel.BasicGetAsync(queue, autoAck: false) is { } message)
                        await channel.BasicNackAsync(message.DeliveryTag, false, requeue: true);
                    return await CountAsync(queue + "_error") == 1;
                },
                () => "it was not handed over to the error queue", Patience);
        }

        await using var reader = await StartAsync("deadly-reader", listens: true);
        var letter = await ParkedAsync(reader);

        Assert.Equal(("DeliveryLimit", nameof(ServiceSuspended)), (letter.Failure.Type, letter.Event));
        Assert.Empty(reader.Services.GetRequiredService<Heard>().Facts);
        await reader.Services.GetRequiredService<OperationsDesk>().RetryAsync(letter.Id, Caller.Nobody, null, default);
        await Eventually.HoldsAsync(() => reader.Services.GetRequiredService<Heard>().Facts.Count == 1, () => "it was not tried again", Patience);
        Assert.Equal(("deadly", letter.EventId), (reader.Services.GetRequiredService<Heard>().Facts.Single().Reason, reader.Services.GetRequiredService<Heard>().Facts.Single().EventId));
    }

    [Fact]
    public async Task Failure_WhileTheStoreIsAway_WaitsInTheErrorQueue_AndComesBack()
    {
        await using var writer = await StartAsync("away-writer");
        FailingKeeper? store = null;
        await using var reader = await StartAsync("away-reader", listens: true, plan: Short with { Hold = TimeSpan.Zero }, keeper: inner => store = new FailingKeeper(inner));
        var heard = reader.Services.GetRequiredService<Heard>();
        heard.Failures["early"] = 1;
        store!.Away = true;
        await SaveAsync(writer, "a", "early");
        await Eventually.HoldsAsync(() => store.Refused > 1, () => $"the store refused {store.Refused} times", Patience);
        Assert.Empty(heard.Facts);

        store.Away = false;

        await Eventually.HoldsAsync(() => heard.Facts.Count == 1, () => $"heard {heard}", Patience);
        await Eventually.HoldsAsync(async () => await CountAsync(QueueOf("away-reader") + "_error") == 0, () => "it stays in the error queue", Patience);
    }

    /// <summary>
    /// The same good events with and without poison among them, in one run: poison costs the queue its own handling and one durable write, and nobody waits for its retries.
    /// </summary>
    [Fact]
    public async Task Poison_LeavesTheQueueItsPace()
    {
        const int Good = 1_500;
        const int Poison = 150;
        await using var writer = await StartAsync("pace-writer");
        await using var reader = await StartAsync("pace-reader", listens: true);
        var heard = reader.Services.GetRequiredService<Heard>();
        async Task<double> PerSecondAsync(string round, int poison)
        {
            heard.Facts.Clear();
            var facts = Enumerable.Range(0, Good).Select(number => $"{round} {number}").ToList();
            for (var number = 0; number < poison; number++)
            {
                heard.Failures[$"{round} poison {number}"] = int.MaxValue;
                facts.Insert(number * (Good / poison), $"{round} poison {number}");
            }
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(facts.Chunk(25).Select((some, at) => SaveAsync(writer, $"{round}-{at}", some)));
            await Eventually.HoldsAsync(() => heard.Facts.Count == Good, () => $"{heard.Facts.Count} of {Good} heard", Patience);
            return Good / watch.Elapsed.TotalSeconds;
        }
        await PerSecondAsync("warm", 0);

        var without = await PerSecondAsync("clean", 0);
        var with = await PerSecondAsync("mixed", Poison);
        var cleanAgain = await PerSecondAsync("clean again", 0);

        var ratio = with / Math.Max(without, cleanAgain);
        TestContext.Current.SendDiagnosticMessage($"good events per second: {without:F0} without poison, {with:F0} with one in {Good / Poison} poisonous, {cleanAgain:F0} without; ratio {ratio:F2}");
        // With sixteen seconds of retries in each of sixteen slots the poison alone would take two and a half minutes. Its share of the work is all that it may take.
        Assert.True(ratio > 0.4, $"With poison {with:F0}/s, without {without:F0} and {cleanAgain:F0}/s: ratio {ratio:F2}");
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

    /// <summary>Cut in the middle of a handshake, of a declaration, of a delivery, over and over: whoever listens has to listen again once the wire holds, without being started anew.</summary>
    [Fact]
    public async Task Consumers_WhoseConnectionIsCutOverAndOver_AlwaysComeBack()
    {
        await using var proxy = new CutProxy(rabbit.Address.Host, rabbit.Address.Port);
        await using var writer = await StartAsync("flap-writer");
        await using var reader = await StartAsync("flap-reader", broker: new UriBuilder(rabbit.Address) { Host = "127.0.0.1", Port = proxy.Port }.Uri, listenWith: platform => platform
            .React<ServiceSuspended, WhenLetterSuspended>()
            .React<ServiceSuspended, WhenLetterSuspendedToo>()
            .React<ServiceSuspended, WhenLetterSuspendedAsWell>()
            .React<ServiceSuspended, WhenLetterSuspendedAlso>());
        var heard = reader.Services.GetRequiredService<Heard>();
        var sender = reader.Services.GetRequiredService<IEventSender>();
        for (var round = 0; round < Flaps; round++)
        {
            var cuts = proxy.Cuts;
            proxy.CutAnywhere(seed: round, mean: 6_000);
            proxy.CutAll();
            await SaveAsync(writer, $"under way {round}", [.. Enumerable.Range(0, 20).Select(number => $"{round}.{number}")]);
            await Eventually.HoldsAsync(
                () =>
                {
                    // Also one that would stand quietly, whatever it is about.
                    proxy.CutAll();
                    return proxy.Cuts > cuts + 12;
                },
                () => $"round {round}: {proxy.Cuts - cuts} cuts; {sender.WhyNotReady}", Patience);
            proxy.CutAnywhere(seed: 0, mean: 0);
            proxy.CutAll();
            await Eventually.HoldsAsync(
                () => heard.Facts.Count(fact => fact.Reason.StartsWith($"{round}.", StringComparison.Ordinal)) >= 80 && sender.WhyNotReady is null,
                () => $"round {round}: heard {heard.Facts.Count(fact => fact.Reason.StartsWith($"{round}.", StringComparison.Ordinal))} of 80; {sender.WhyNotReady}", 2 * Patience);
        }
        Assert.Equal(Flaps * 20, heard.Facts.Select(fact => fact.EventId).Distinct().Count());
    }

    private static int Flaps => Environment.GetEnvironmentVariable("ESERVICES_FLAPS") is { Length: > 0 } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : 4;

    private static Task SaveAsync(Running service, string id, params string[] reasons)
    {
        var letter = new Letter(id, reasons);
        return service.Services.GetRequiredService<DocumentStore<Letter>>().SaveAsync(letter, CancellationToken.None);
    }

    private string QueueOf(string service) => $"{service}-{run}.when-letter-suspended";

    private static readonly RedeliveryPlan Short = new() { Waits = [TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100)] };

    private static async Task<IReadOnlyList<DeadLetter>> LettersAsync(Running service) =>
        (await service.Services.GetRequiredService<DocumentStore<DeadLetter>>().ListAsync(DeadLetter.ByTime.All, null, 100, CancellationToken.None)).Items;

    private static async Task<DeadLetter> ParkedAsync(Running service)
    {
        IReadOnlyList<DeadLetter> letters = [];
        await Eventually.HoldsAsync(
            async () => (letters = await LettersAsync(service)) is [{ State: DeadLetterState.Parked }],
            () => $"letters: {string.Join(", ", letters.Select(letter => $"{letter.Event} {letter.State} {letter.Attempts}"))}", Patience);
        return letters[0];
    }

    /// <summary>Messages that are ready in a queue; 0 where it does not exist.</summary>
    private async Task<uint> CountAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = rabbit.Address }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return 0;
        }
    }

    private async Task PublishAsync(string queue, string body, string messageId)
    {
        await using var connection = await new ConnectionFactory { Uri = rabbit.Address }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { MessageId = messageId, ContentType = "application/vnd.masstransit+json" }, Encoding.UTF8.GetBytes(body));
    }

    private async Task<Running> StartAsync(string name, bool listens = false, RedeliveryPlan? plan = null, Func<IKeeper, IKeeper>? keeper = null, Uri? broker = null, Action<PlatformBuilder>? listenWith = null)
    {
        name = $"{name}-{run}";
        var folder = Directory.CreateTempSubdirectory("eservices-broker-").FullName;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        builder.Configuration["ConnectionStrings:rabbitmq"] = (broker ?? rabbit.Address).ToString();
        builder.Configuration[$"ConnectionStrings:{name}"] = $"sqlite:{Path.Combine(folder, name)}.db";
        builder.Configuration["Pack:Path"] = Path.Combine(Repository.Root, "deploy", "packs", "jk");
        builder.Services.AddSingleton<Heard>();
        builder.Services.AddSingleton(plan ?? new RedeliveryPlan());
        builder.AddPlatform(name, platform =>
        {
            platform.Documents(Letter.Map);
            if (listens)
                platform.React<ServiceSuspended, WhenLetterSuspended>();
            listenWith?.Invoke(platform);
        });
        if (keeper is not null)
            builder.Services.AddSingleton(keeper(Keepers.Open(builder.Configuration[$"ConnectionStrings:{name}"]!)));
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

    private sealed class WhenLetterSuspendedToo(Heard heard) : WhenLetterSuspended(heard);

    private sealed class WhenLetterSuspendedAsWell(Heard heard) : WhenLetterSuspended(heard);

    private sealed class WhenLetterSuspendedAlso(Heard heard) : WhenLetterSuspended(heard);

    private class WhenLetterSuspended(Heard heard) : IReaction<ServiceSuspended>
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
