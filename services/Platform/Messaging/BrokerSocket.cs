using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace EServices.Platform.Messaging;

/// <summary>
/// A socket to the broker whose first word is waited for no longer than agreed. RabbitMQ.Client waits for it without any deadline (its read timeout does not reach
/// asynchronous reads): a connection that is taken and then never answered, by a balancer before a dead node or a machine that lost its power, would be waited
/// for for ever, and the service would neither send nor hear anything until it is started anew.
/// </summary>
internal sealed class BrokerSocket(AddressFamily family) : ITcpClient
{
    private static readonly TimeSpan FirstWordWithin = TimeSpan.FromSeconds(10);

    private readonly Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private GreetedStream? stream;

    public bool Connected => socket.Connected;

    public TimeSpan ReceiveTimeout
    {
        get => TimeSpan.FromMilliseconds(socket.ReceiveTimeout);
        set => socket.ReceiveTimeout = (int)value.TotalMilliseconds;
    }

    public Socket Client => socket;

    public async Task ConnectAsync(IPAddress host, int port, CancellationToken cancellationToken = default) =>
        await socket.ConnectAsync(new IPEndPoint(host, port), cancellationToken);

    public NetworkStream GetStream() => stream ??= new GreetedStream(socket);

    /// <summary>Called when it is closed.</summary>
    public Action<BrokerSocket>? Closed { get; init; }

    public void Close()
    {
        stream?.Dispose();
        socket.Dispose();
        Closed?.Invoke(this);
    }

    public void Dispose() => Close();

    /// <summary>After the first bytes the heartbeats tell whether someone is there.</summary>
    private sealed class GreetedStream(Socket socket) : NetworkStream(socket, ownsSocket: false)
    {
        private bool greeted;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            greeted ? base.ReadAsync(buffer, cancellationToken) : FirstAsync(buffer, cancellationToken);

        private async ValueTask<int> FirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(FirstWordWithin);
            try
            {
                var read = await base.ReadAsync(buffer, deadline.Token);
                greeted = read > 0;
                return read;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException($"The broker took the connection and said nothing for {FirstWordWithin.TotalSeconds:F0} s.");
            }
        }
    }
}

/// <summary>All sockets of one bus or connection, so that they can be taken from it whatever it waits for.</summary>
internal sealed class BrokerSockets
{
    private readonly HashSet<BrokerSocket> open = [];
    private readonly Lock gate = new();
    private bool retired;

    public void GiveTo(ConnectionFactory factory) => factory.SocketFactory = Open;

    /// <summary>Called by MassTransit before every attempt to connect.</summary>
    public Task GiveToAsync(ConnectionFactory factory)
    {
        GiveTo(factory);
        return Task.CompletedTask;
    }

    /// <summary>Closes all of them and opens no more.</summary>
    public void Retire()
    {
        List<BrokerSocket> left;
        lock (gate)
        {
            retired = true;
            left = [.. open];
        }
        foreach (var socket in left)
            socket.Close();
    }

    private BrokerSocket Open(AddressFamily family)
    {
        lock (gate)
        {
            if (retired)
                throw new IOException("This connection was given up for another.");
            var socket = new BrokerSocket(family) { Closed = Forget };
            open.Add(socket);
            return socket;
        }
    }

    private void Forget(BrokerSocket socket)
    {
        lock (gate)
            open.Remove(socket);
    }
}
