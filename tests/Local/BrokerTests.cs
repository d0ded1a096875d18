using System.Globalization;
using RabbitMQ.Client;

namespace EServices.Local.Tests;

/// <summary>With the real RabbitMQ of this machine; where there is none these tests say so and skip.</summary>
public sealed class BrokerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public BrokerTests() => Assert.SkipWhen(RabbitMq.RabbitInstallation.Find() is null, "There is no rabbitmq-server on this machine.");

    [Fact]
    public async Task Broker_ListensOnLoopbackOnlyAndIsGoneAfterwards()
    {
        await using var stack = await StartAsync();
        var process = stack.Broker.ProcessId!.Value;
        var listening = Listening(process);
        Assert.Contains(listening, socket => socket.Port == stack.Broker.Address.Port);
        // Distribution is the other port that Erlang opens, by default on every address.
        Assert.True(listening.Count >= 2, $"broker and distribution: {string.Join(", ", listening)}");
        Assert.All(listening, socket => Assert.True(socket.Loopback, $"{socket} is open to the network"));
        Assert.True(stack.Broker.MemoryBytes > 50_000_000);

        var data = stack.Data;
        await stack.DisposeAsync();
        await Fakes.EventuallyAsync(() => Holding(data).Count == 0, () => $"left behind: {string.Join(", ", Holding(data))}");
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Broker_KilledAndStarted_KeepsDurableQueuesAndTheirMessages()
    {
        await using var stack = await StartAsync();
        await using (var connection = await ConnectAsync(stack))
        await using (var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Token))
        {
            await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: Token);
            await channel.BasicPublishAsync("", "kept", mandatory: true, new BasicProperties { Persistent = true }, "a promise"u8.ToArray(), Token);
        }
        var address = stack.Broker.Address;
        // RabbitMQ 3.10 writes the names of its Raft members a second after a queue is made, and can't find the queue's log without them.
        var names = Path.Combine(stack.Data, "rabbitmq/mnesia/eservices@localhost/quorum/eservices@localhost/names.dets");
        await Fakes.EventuallyAsync(() => !File.Exists(names) || File.ReadAllText(names).Contains("%2F_kept", StringComparison.Ordinal), () => $"{names} does not name the queue");

        await stack.Broker.KillAsync();
        Assert.False(stack.Broker.IsRunning);
        await stack.Broker.StartAsync(Token);

        Assert.Equal(address, stack.Broker.Address);
        await using var again = await ConnectAsync(stack);
        await using var reader = await again.CreateChannelAsync(cancellationToken: Token);
        try
        {
            var message = await reader.BasicGetAsync("kept", autoAck: true, Token);
            Assert.Equal("a promise"u8.ToArray(), message?.Body.ToArray());
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The queue did not answer. {string.Join('\n', stack.Broker.LogTail())}");
        }
    }

    [Fact]
    public async Task Broker_OfAnotherStack_StandsBesideTheFirst()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync(first.Broker.Address.ToString());
        Assert.Equal(first.Broker.Address, second.Broker.Address);
        Assert.Null(second.Broker.ProcessId);
        await Assert.ThrowsAsync<InvalidOperationException>(second.Broker.KillAsync);

        await second.DisposeAsync();
        Assert.True(first.Broker.IsRunning);
        await using var connection = await ConnectAsync(first);
        Assert.True(connection.IsOpen);
    }

    [Fact]
    public async Task Broker_ThatIsNotReachable_IsNamedWhenTheDeadlinePasses()
    {
        var options = Fakes.Options(Fakes.Node("alpha") with { Broker = true }) with { RabbitMq = "amqp://127.0.0.1:1", ReadyWithin = TimeSpan.FromSeconds(1) };
        var failure = await Assert.ThrowsAsync<StackException>(() => Stack.StartAsync(options, cancellationToken: Token));
        Assert.Contains("rabbitmq was not ready within 1 s: 127.0.0.1:1", failure.Message);
    }

    [Fact]
    public async Task Broker_UrlThatIsNone_IsRefused()
    {
        var options = Fakes.Options(Fakes.Node("alpha") with { Broker = true }) with { RabbitMq = "http://localhost" };
        var failure = await Assert.ThrowsAsync<StackException>(() => Stack.StartAsync(options, cancellationToken: Token));
        Assert.Contains("amqp://", failure.Message);
    }

    private static Task<Stack> StartAsync(string? rabbitMq = null) =>
        Stack.StartAsync(Fakes.Options(Fakes.Node("alpha") with { Broker = true }) with { RabbitMq = rabbitMq }, cancellationToken: Token);

    private static Task<IConnection> ConnectAsync(Stack stack) =>
        new ConnectionFactory { Uri = stack.Broker.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Token);

    private sealed record ListeningSocket(string Address, int Port)
    {
        public bool Loopback => Address is "0100007F" or "00000000000000000000000001000000";
    }

    /// <summary>The sockets a process listens on, from the kernel's tables.</summary>
    private static List<ListeningSocket> Listening(int process)
    {
        var sockets = Directory.GetFiles($"/proc/{process}/fd")
            .Select(file => File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target["socket:[".Length..^1])
            .ToHashSet();
        const string listen = "0A";
        return
        [
            .. new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(table => File.ReadLines(table).Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields[3] == listen && sockets.Contains(fields[9]))
                .Select(fields => fields[1].Split(':'))
                .Select(address => new ListeningSocket(address[0], int.Parse(address[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>Processes whose environment names the folder: the broker, its helpers and its name server.</summary>
    private static List<int> Holding(string folder) =>
    [
        .. Directory.GetDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var process) ? process : 0)
            .Where(process => process > 0 && process != Environment.ProcessId && ReadEnvironment(process).Contains(folder, StringComparison.Ordinal)),
    ];

    private static string ReadEnvironment(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/environ");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
