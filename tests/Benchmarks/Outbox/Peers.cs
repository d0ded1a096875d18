using System.Diagnostics;
using EServices.Benchmarks.Storage;
using EServices.Contracts.Application;
using MassTransit;
using RabbitMQ.Client;

namespace EServices.Benchmarks.Outbox;

/// <summary>The queue into which every contender's events go: of the quorum kind, bound as MassTransit binds a reaction's.</summary>
internal sealed class Sink(IConnection connection) : IAsyncDisposable
{
    public const string Exchange = "EServices.Contracts.Application:ApplicationSubmitted";
    private const string Queue = "benchmark-sink";

    public async Task DeclareAsync(CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(Queue, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: cancellationToken);
        await channel.ExchangeBindAsync(Queue, Exchange, "", cancellationToken: cancellationToken);
        await channel.QueueBindAsync(Queue, Queue, "", cancellationToken: cancellationToken);
    }

    /// <summary>Empties it, so that no contender meets what another left.</summary>
    public async Task<uint> PurgeAsync(CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        return await channel.QueuePurgeAsync(Queue, cancellationToken);
    }

    /// <summary>One message as it came in; null where there is none.</summary>
    public async Task<(byte[] Body, IReadOnlyBasicProperties Properties)?> TakeAsync(CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        return await channel.BasicGetAsync(Queue, autoAck: true, cancellationToken) is { } got ? (got.Body.ToArray(), got.BasicProperties) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync(Queue);
        await channel.ExchangeDeleteAsync(Queue);
    }
}

/// <summary>Plain RabbitMQ.Client: one channel with publisher confirms, several hundred messages under way; no store, no order kept beyond the channel's.</summary>
internal sealed class PlainPublisher(IConnection connection, byte[] body)
{
    private const int UnderWay = 512;

    public async Task<double> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var options = new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: new ThrottlingRateLimiter(2 * UnderWay));
        await using var channel = await connection.CreateChannelAsync(options, cancellationToken);
        var waiting = new Queue<Task>(UnderWay);
        var began = Stopwatch.GetTimestamp();
        long confirmed = 0;
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent, ContentType = "application/vnd.masstransit+json", MessageId = Guid.NewGuid().ToString() };
            waiting.Enqueue(channel.BasicPublishAsync(Sink.Exchange, "", mandatory: false, properties, body, cancellationToken).AsTask());
            if (waiting.Count < UnderWay)
                continue;
            await waiting.Dequeue();
            confirmed++;
        }
        while (waiting.TryDequeue(out var publish))
        {
            await publish;
            confirmed++;
        }
        return confirmed / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}

/// <summary>MassTransit's own publish, each awaited before the next.</summary>
internal sealed class OneByOnePublisher(IBus bus)
{
    public async Task<double> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        long confirmed = 0;
        for (; Stopwatch.GetElapsedTime(began) < time; confirmed++)
            await bus.Publish((ApplicationSubmitted)Sheets.Next().Raised[0], cancellationToken);
        return confirmed / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
