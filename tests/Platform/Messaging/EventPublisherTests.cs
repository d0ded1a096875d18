using System.Text;
using EServices.Platform.Messaging;
using EServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace EServices.Platform.Tests.Messaging;

public sealed class EventPublisherTests
{
    private static readonly CachedString Exchange = new("facts");
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Message_IsPublishedWhenItIsConfirmed_AndNotBefore()
    {
        await using var broker = new AmqpListener();
        await using var publisher = PublisherTo(broker.Address);
        var publish = PublishAsync(publisher, "a");
        await broker.HoldsAsync(1);
        Assert.False(publish.IsCompleted);

        await broker.ConfirmAsync(1);

        await publish.WaitAsync(Within);
        Assert.Equal(["a"], broker.Messages);
    }

    [Fact]
    public async Task ConfirmUpTo_CompletesAllEarlier_AndNoneBehind()
    {
        await using var broker = new AmqpListener();
        await using var publisher = PublisherTo(broker.Address);
        var publishes = await PublishInOrderAsync(broker, publisher, 4);

        await broker.ConfirmAsync(2);
        await publishes[1].WaitAsync(Within);
        Assert.False(publishes[0].IsCompleted);
        await broker.ConfirmAsync(3, upTo: true);

        await Task.WhenAll(publishes[..3]).WaitAsync(Within);
        Assert.False(publishes[3].IsCompleted);
        await broker.ConfirmAsync(4);
        await publishes[3].WaitAsync(Within);
    }

    [Fact]
    public async Task ConfirmOfWhatIsSettledOrUnknown_ChangesNothing()
    {
        await using var broker = new AmqpListener();
        await using var publisher = PublisherTo(broker.Address);
        var publishes = await PublishInOrderAsync(broker, publisher, 2);

        await broker.ConfirmAsync(1);
        await broker.ConfirmAsync(1);
        await broker.ConfirmAsync(77);
        await publishes[0].WaitAsync(Within);
        Assert.False(publishes[1].IsCompleted);

        await broker.ConfirmAsync(2, upTo: true);
        await publishes[1].WaitAsync(Within);
    }

    [Fact]
    public async Task RefusedMessage_FailsAlone()
    {
        await using var broker = new AmqpListener();
        await using var publisher = PublisherTo(broker.Address);
        var publishes = await PublishInOrderAsync(broker, publisher, 2);

        await broker.RefuseAsync(1);
        await broker.ConfirmAsync(2);

        Assert.Contains("refused", (await Assert.ThrowsAsync<IOException>(() => publishes[0].WaitAsync(Within))).Message, StringComparison.Ordinal);
        await publishes[1].WaitAsync(Within);
    }

    [Fact]
    public async Task RefusedUpTo_FailsAllEarlier()
    {
        await using var broker = new AmqpListener();
        await using var publisher = PublisherTo(broker.Address);
        var publishes = await PublishInOrderAsync(broker, publisher, 2);

        await broker.RefuseAsync(2, upTo: true);

        foreach (var publish in publishes)
            await Assert.ThrowsAsync<IOException>(() => publish.WaitAsync(Within));
    }

    [Fact]
    public async Task NoConfirm_IsATimeout()
    {
        await using var broker = new AmqpListener();
        await using var publisher = PublisherTo(broker.Address);

        await Assert.ThrowsAsync<TimeoutException>(() => PublishAsync(publisher, "a", TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task Cancelled_StopsWaiting()
    {
        await using var broker = new AmqpListener();
        await using var publisher = PublisherTo(broker.Address);
        using var cancel = new CancellationTokenSource();
        var publish = publisher.PublishAsync(Exchange, new BasicProperties(), Bytes("a"), Within, cancel.Token);
        await broker.HoldsAsync(1);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);
    }

    [Fact]
    public async Task LostConnection_FailsWhatIsUnconfirmed_AndTheNextOneCountsAnew()
    {
        await using var broker = new AmqpListener();
        await using var publisher = PublisherTo(broker.Address);
        var lost = await PublishInOrderAsync(broker, publisher, 3);
        await broker.ConfirmAsync(1);
        await lost[0].WaitAsync(Within);

        broker.Break();

        foreach (var publish in lost[1..])
            await Assert.ThrowsAsync<IOException>(() => publish.WaitAsync(Within));
        await Eventually.HoldsAsync(() => publisher.IsOpen && broker.Connections == 2, () => $"open: {publisher.IsOpen}, {broker.Connections} connections", Within);
        var after = PublishAsync(publisher, "after");
        await broker.HoldsAsync(4);
        await broker.ConfirmAsync(1);
        await after.WaitAsync(Within);
        // A new connection knows nothing of what the one before declared.
        Assert.Equal(["facts", "facts"], broker.Exchanges);
    }

    [Fact]
    public async Task Exchange_IsDeclaredOnceForAConnection()
    {
        await using var broker = new AmqpListener();
        await using var publisher = PublisherTo(broker.Address);
        await PublishInOrderAsync(broker, publisher, 3);
        _ = publisher.PublishAsync(new CachedString("others"), new BasicProperties(), Bytes("d"), Within, CancellationToken.None)
            .ContinueWith(failed => failed.Exception, TaskScheduler.Default);
        await broker.HoldsAsync(4);

        Assert.Equal(["facts", "others"], broker.Exchanges);
    }

    [Fact]
    public async Task BrokerAway_IsNotOpen_UntilItIsThere()
    {
        int port;
        await using (var gone = new AmqpListener())
            port = gone.Port;
        await using var publisher = PublisherTo(new Uri($"amqp://guest:guest@127.0.0.1:{port}"));
        Assert.False(publisher.IsOpen);

        await using var broker = new AmqpListener(port);

        await Eventually.HoldsAsync(() => publisher.IsOpen, () => $"not open after {broker.Connections} connections", Within);
    }

    [Fact]
    public async Task Disposed_FailsWhatIsUnconfirmed_AndTakesNothingMore()
    {
        await using var broker = new AmqpListener();
        var publisher = PublisherTo(broker.Address);
        var publish = PublishAsync(publisher, "a");
        await broker.HoldsAsync(1);

        await publisher.DisposeAsync();

        await Assert.ThrowsAsync<IOException>(() => publish.WaitAsync(Within));
        await Assert.ThrowsAsync<System.Threading.Channels.ChannelClosedException>(() => PublishAsync(publisher, "b"));
    }

    private static EventPublisher PublisherTo(Uri broker) => new("test", broker, NullLogger<EventPublisher>.Instance);

    private static Task PublishAsync(EventPublisher publisher, string text, TimeSpan? within = null) =>
        publisher.PublishAsync(Exchange, new BasicProperties(), Bytes(text), within ?? TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    /// <summary>Messages 1, 2, …, each under way before the next.</summary>
    private static async Task<Task[]> PublishInOrderAsync(AmqpListener broker, EventPublisher publisher, int messages)
    {
        var publishes = new List<Task>();
        for (var number = 1; number <= messages; number++)
        {
            publishes.Add(PublishAsync(publisher, $"{number}"));
            await broker.HoldsAsync(number);
        }
        return [.. publishes];
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
