using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace EServices.Platform.Messaging;

/// <summary>
/// The outbox's own way to the broker: one connection, one channel with publisher confirms, and hundreds of messages under way on it. A publish through
/// MassTransit costs several times the processor time of one through this. Consumers can't tell the difference (<see cref="MassTransitEnvelope"/>).
/// </summary>
/// <remarks>The connection is made when somebody first asks for it, and made again whenever it is lost.</remarks>
internal sealed partial class EventPublisher(string service, Uri broker, ILogger<EventPublisher> logger) : IAsyncDisposable
{
    private const int Waiting = 1_024;
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    /// <summary>The whole handshake, of which RabbitMQ.Client bounds only the beginning.</summary>
    private static readonly TimeSpan OpenWithin = 2 * ConnectWithin;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    private readonly Channel<Message> waiting = Channel.CreateBounded<Message>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private readonly Dictionary<ulong, Message> unconfirmed = [];
    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private Task? running;
    private ulong oldest = 1;
    private volatile bool open;

    /// <summary>Whether there is a connection now. The first question has one made.</summary>
    public bool IsOpen
    {
        get
        {
            Start();
            return open;
        }
    }

    /// <summary>Publishes to an exchange of the fan-out kind, which is made where it lacks. Completes when the broker has the message safe in every queue bound to it.</summary>
    /// <exception cref="TimeoutException">No confirm came in time; the message may have arrived.</exception>
    /// <exception cref="IOException">The connection was lost, or the broker refused; the message may have arrived.</exception>
    public async Task PublishAsync(CachedString exchange, BasicProperties properties, ReadOnlyMemory<byte> body, TimeSpan within, CancellationToken cancellationToken)
    {
        Start();
        var message = new Message(exchange, properties, body);
        if (!waiting.Writer.TryWrite(message))
            await waiting.Writer.WriteAsync(message, cancellationToken).AsTask().WaitAsync(within, cancellationToken);
        await message.Confirmed.WaitAsync(within, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await closing.CancelAsync();
        Task? ending;
        lock (gate)
            ending = running;
        if (ending is not null)
            await ending;
        closing.Dispose();
    }

    private void Start()
    {
        if (Volatile.Read(ref running) is not null)
            return;
        lock (gate)
            running ??= Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        var factory = new ConnectionFactory
        {
            Uri = broker,
            ClientProvidedName = $"{service} outbox",
            // What is lost with a connection is told to those who wait, and its successor is made here.
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = ConnectWithin,
            ContinuationTimeout = ConnectWithin,
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
        };
        var lately = "";
        while (!closing.IsCancellationRequested)
        {
            var sockets = new BrokerSockets();
            sockets.GiveTo(factory);
            try
            {
                await using var connection = await factory.CreateConnectionAsync(closing.Token).WaitAsync(OpenWithin, closing.Token);
                await using var channel = await connection.CreateChannelAsync(
                    new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), closing.Token);
                lately = "";
                await ServeAsync(connection, channel);
            }
            catch (Exception failure)
            {
                // Whoever is away for a while is told of once.
                if (!closing.IsCancellationRequested && failure.Message != lately)
                    ConnectionFailed(lately = failure.Message);
            }
            sockets.Retire();
            LetGo("The connection to RabbitMQ was lost.");
            await Task.Delay(BetweenTries, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        LetGo("The service is stopping.");
    }

    private async Task ServeAsync(IConnection connection, IChannel channel)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
        channel.BasicAcksAsync += (_, ack) => Settled(ack.DeliveryTag, ack.Multiple, refused: false);
        channel.BasicNacksAsync += (_, nack) => Settled(nack.DeliveryTag, nack.Multiple, refused: true);
        channel.ChannelShutdownAsync += EndAsync;
        connection.ConnectionShutdownAsync += EndAsync;
        lock (gate)
            oldest = 1;
        open = connection.IsOpen && channel.IsOpen;
        try
        {
            var exchanges = new HashSet<string>(StringComparer.Ordinal);
            var tag = 0UL;
            await foreach (var message in waiting.Reader.ReadAllAsync(ended.Token))
            {
                if (exchanges.Add(message.Exchange.Value))
                    await channel.ExchangeDeclareAsync(message.Exchange.Value, ExchangeType.Fanout, durable: true, cancellationToken: ended.Token);
                lock (gate)
                    unconfirmed.Add(++tag, message);
                await channel.BasicPublishAsync(message.Exchange, CachedString.Empty, mandatory: false, message.Properties, message.Body, ended.Token);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            if (!closing.IsCancellationRequested)
                throw new IOException($"The connection ended: {channel.CloseReason?.ReplyText ?? connection.CloseReason?.ReplyText ?? "no reason given"}");
        }
        finally
        {
            open = false;
        }

        // Closed at the end of its life, the source has nothing left to cancel.
        Task EndAsync(object sender, ShutdownEventArgs reason)
        {
            open = false;
            try
            {
                ended.Cancel();
            }
            catch (ObjectDisposedException)
            {
            }
            return Task.CompletedTask;
        }
    }

    private Task Settled(ulong tag, bool upTo, bool refused)
    {
        lock (gate)
        {
            if (upTo)
            {
                for (; oldest <= tag; oldest++)
                    Settle(oldest, refused);
            }
            else
            {
                Settle(tag, refused);
                oldest = tag == oldest ? tag + 1 : oldest;
            }
        }
        return Task.CompletedTask;
    }

    private void Settle(ulong tag, bool refused)
    {
        if (!unconfirmed.Remove(tag, out var message))
            return;
        if (refused)
            message.Fail("RabbitMQ refused the message (basic.nack).");
        else
            message.Confirm();
    }

    /// <summary>Nothing that was handed over is known to have arrived.</summary>
    private void LetGo(string why)
    {
        open = false;
        lock (gate)
        {
            foreach (var message in unconfirmed.Values)
                message.Fail(why);
            unconfirmed.Clear();
        }
        while (waiting.Reader.TryRead(out var message))
            message.Fail(why);
    }

    [LoggerMessage(EventName = "OutboxConnectionFailed", Level = LogLevel.Warning, Message = "No connection to RabbitMQ for the outbox; events wait in their documents: {Reason}")]
    private partial void ConnectionFailed(string reason);

    private sealed class Message(CachedString exchange, BasicProperties properties, ReadOnlyMemory<byte> body)
    {
        private readonly TaskCompletionSource confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CachedString Exchange => exchange;

        public BasicProperties Properties => properties;

        public ReadOnlyMemory<byte> Body => body;

        public Task Confirmed => confirmed.Task;

        public void Confirm() => confirmed.TrySetResult();

        public void Fail(string why) => confirmed.TrySetException(new IOException(why));
    }
}
