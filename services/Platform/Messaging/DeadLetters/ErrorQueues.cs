using EServices.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>
/// Empties the error queues of this service's reactions into its store: what could not be read at all, what failed while the store was away, what took the process
/// down as often as the broker allows, and what an earlier release left there. A message is acknowledged once its letter is durable.
/// </summary>
/// <remarks>A connection of its own, on plain AMQP: a message that MassTransit could not read would only fail again there.</remarks>
internal sealed partial class ErrorQueues(Uri broker, ReactionRunner reactions, DeadLetterBox box, ILogger<ErrorQueues> logger) : BackgroundService
{
    public const string Suffix = "_error";
    private const ushort Prefetch = 16;
    private const int MostRefusals = 5;
    private static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>As MassTransit declares them: one that differs would be refused.</summary>
    public static readonly IReadOnlyDictionary<string, object?> Arguments = new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = -1 };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (reactions.Queues.Count == 0)
            return;
        var pause = TimeSpan.FromMilliseconds(250);
        while (!stoppingToken.IsCancellationRequested)
        {
            var sockets = new BrokerSockets();
            try
            {
                await ConsumeAsync(sockets, stoppingToken);
                pause = TimeSpan.FromMilliseconds(250);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // That the broker is away others tell; that it refuses what is asked is only known here.
                if (failure is OperationInterruptedException)
                    Refused(failure);
                else
                    ConnectionLost(failure.Message);
                pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, 2 * pause.Ticks));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                sockets.Retire();
            }
            await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns when the connection is lost, and throws where there is none to be had.</summary>
    private async Task ConsumeAsync(BrokerSockets sockets, CancellationToken stopping)
    {
        var factory = new ConnectionFactory
        {
            Uri = broker,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(10),
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
        };
        sockets.GiveTo(factory);
        await using var connection = await factory.CreateConnectionAsync("dead letters", stopping).WaitAsync(OpenWithin, stopping);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stopping);
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            lost.TrySetResult();
            return Task.CompletedTask;
        };
        await channel.BasicQosAsync(0, Prefetch, false, stopping);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) => TakeAsync(channel, message, stopping);
        foreach (var queue in reactions.Queues)
        {
            await channel.QueueDeclareAsync(queue + Suffix, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(Arguments), cancellationToken: stopping);
            await channel.BasicConsumeAsync(queue + Suffix, autoAck: false, consumerTag: queue, consumer, stopping);
        }
        await lost.Task.WaitAsync(stopping);
    }

    /// <summary>Takes one message, trying until the store has it. They come one after the other.</summary>
    private async Task TakeAsync(IChannel channel, BasicDeliverEventArgs message, CancellationToken stopping)
    {
        var queue = message.ConsumerTag;
        // The consumer's memory is the client's again once this returns; the first await may be before that.
        var stuck = StuckMessage.Read(message.Body.Span, message.BasicProperties);
        var refusals = 0;
        for (var pause = TimeSpan.FromMilliseconds(250); ; pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, 2 * pause.Ticks)))
        {
            try
            {
                await box.TakeBackAsync(queue, stuck.Trouble, stuck.Failure, stuck.Attempts, stuck.Again, stopping);
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, stopping);
                return;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested && channel.IsOpen)
            {
                // It stays in its queue, unacknowledged, and so do those behind it: nothing grows but the queue.
                NotTaken(queue, stuck.Trouble.EventId, failure);
                // The store is there and won't have it, as it may be too large: it stays, and the next has its turn.
                if (failure is not StorageException && ++refusals == MostRefusals)
                    return;
            }
            catch (Exception) when (stopping.IsCancellationRequested || !channel.IsOpen)
            {
                return;
            }
            await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventName = "ErrorQueuesNotConsumed", Level = LogLevel.Debug, Message = "The error queues are not consumed now: {Reason}")]
    private partial void ConnectionLost(string reason);

    [LoggerMessage(EventName = "ErrorQueuesRefused", Level = LogLevel.Warning, Message = "The broker does not let the error queues be consumed; trying again")]
    private partial void Refused(Exception failure);

    [LoggerMessage(EventName = "ErrorQueueMessageNotTaken", Level = LogLevel.Warning, Message = "{EventId} stays in the error queue of {Queue} until the store takes it")]
    private partial void NotTaken(string queue, string eventId, Exception failure);
}
