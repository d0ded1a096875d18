using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace EServices.Platform.Messaging;

/// <summary>
/// The sockets to the broker. RabbitMQ.Client waits for the broker's first word without any deadline (its read timeout does not reach asynchronous reads): a
/// connection that is taken and then never answered, by a balancer before a dead node or a machine that lost its power, would be waited for for ever, and the
/// service would neither send nor hear anything until it is started anew. And MassTransit calls the endpoint of the bus itself healthy when nothing is connected,
/// so whether there is a connection is told by the sockets too.
/// </summary>
internal sealed class BrokerLink
{
    private static readonly TimeSpan FirstWordWithin = TimeSpan.FromSeconds(10);

    private int open;

    /// <summary>A connection is open on which the broker has spoken.</summary>
    public bool IsOpen => Volatile.Read(ref open) > 0;

    /// <summary>Called by MassTransit before every attempt to connect.</summary>
    public Task UseAsync(ConnectionFactory factory)
    {
        factory.SocketFactory = family => new BrokerSocket(this, family, FirstWordWithin);
        return Task.CompletedTask;
    }

    private sealed class BrokerSocket(BrokerLink link, AddressFamily family, TimeSpan firstWordWithin) : ITcpClient
    {
        private readonly Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private GreetedStream? stream;
        private int state;

        public bool Connected => socket.Connected;

        public TimeSpan ReceiveTimeout
        {
            get => TimeSpan.FromMilliseconds(socket.ReceiveTimeout);
            set => socket.ReceiveTimeout = (int)value.TotalMilliseconds;
        }

        public Socket Client => socket;

        public async Task ConnectAsync(IPAddress host, int port, CancellationToken cancellationToken = default) =>
            await socket.ConnectAsync(new IPEndPoint(host, port), cancellationToken);

        public NetworkStream GetStream() => stream ??= new GreetedStream(socket, firstWordWithin, Greeted);

        public void Close()
        {
            if (Interlocked.Exchange(ref state, Ended) == Open)
                Interlocked.Decrement(ref link.open);
            stream?.Dispose();
            socket.Dispose();
        }

        public void Dispose() => Close();

        private void Greeted()
        {
            // Counted first, so that a close in between takes back what was counted.
            Interlocked.Increment(ref link.open);
            if (Interlocked.CompareExchange(ref state, Open, Silent) != Silent)
                Interlocked.Decrement(ref link.open);
        }

        private const int Silent = 0;
        private const int Open = 1;
        private const int Ended = 2;
    }

    /// <summary>Waits for the first bytes no longer than agreed; after those the heartbeats tell whether someone is there.</summary>
    private sealed class GreetedStream(Socket socket, TimeSpan firstWordWithin, Action greeted) : NetworkStream(socket, ownsSocket: false)
    {
        private bool spoken;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            spoken ? base.ReadAsync(buffer, cancellationToken) : FirstAsync(buffer, cancellationToken);

        private async ValueTask<int> FirstAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(firstWordWithin);
            try
            {
                var read = await base.ReadAsync(buffer, deadline.Token);
                if (read > 0)
                {
                    spoken = true;
                    greeted();
                }
                return read;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException($"The broker took the connection and said nothing for {firstWordWithin.TotalSeconds:F0} s.");
            }
        }
    }
}
