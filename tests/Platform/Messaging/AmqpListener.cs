using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EServices.Testing;

namespace EServices.Platform.Tests.Messaging;

/// <summary>
/// As much of a broker as a publisher meets (AMQP 0-9-1, https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf): it takes connections, channels, exchanges and
/// messages, and confirms or refuses when the test says so.
/// </summary>
internal sealed class AmqpListener : IAsyncDisposable
{
    private const byte MethodFrame = 1;
    private const byte HeaderFrame = 2;
    private const byte BodyFrame = 3;
    private const byte FrameEnd = 0xCE;

    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;
    private volatile NetworkStream? current;
    private int connections;

    public AmqpListener(int port = 0)
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Uri Address => new($"amqp://guest:guest@127.0.0.1:{Port}");

    /// <summary>Bodies as they came, over all connections.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    public ConcurrentQueue<string> Exchanges { get; } = new();

    public int Connections => Volatile.Read(ref connections);

    public Task HoldsAsync(int messages) =>
        Eventually.HoldsAsync(() => Messages.Count >= messages, () => $"{Messages.Count} of {messages} messages over {Connections} connections", TimeSpan.FromSeconds(20));

    /// <param name="upTo">All earlier ones too.</param>
    public Task ConfirmAsync(ulong tag, bool upTo = false) => SettleAsync(80, tag, upTo);

    public Task RefuseAsync(ulong tag, bool upTo = false) => SettleAsync(120, tag, upTo);

    /// <summary>Breaks the connection without a word.</summary>
    public void Break() => current!.Dispose();

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        current?.Dispose();
        await accepting;
        ending.Dispose();
    }

    private Task SettleAsync(ushort method, ulong tag, bool upTo)
    {
        Span<byte> arguments = stackalloc byte[9];
        BinaryPrimitives.WriteUInt64BigEndian(arguments, tag);
        arguments[8] = upTo ? (byte)1 : (byte)0;
        return WriteAsync(current!, 1, 60, method, arguments.ToArray());
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(ending.Token);
                served.Add(ServeAsync(client));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var taken = client;
        var stream = client.GetStream();
        try
        {
            await stream.ReadExactlyAsync(new byte[8], ending.Token);
            // Version 0-9, no properties, one mechanism, one locale.
            await WriteAsync(stream, 0, 10, 10, [0, 9, 0, 0, 0, 0, .. Long("PLAIN"), .. Long("en_US")]);
            var (expected, body) = (0L, new List<byte>());
            while (true)
            {
                var head = new byte[7];
                await stream.ReadExactlyAsync(head, ending.Token);
                var channel = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1));
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(3)) + 1];
                await stream.ReadExactlyAsync(payload, ending.Token);
                if (head[0] == MethodFrame)
                {
                    await AnswerAsync(stream, channel, payload);
                    continue;
                }
                if (head[0] == HeaderFrame)
                    (expected, body) = (BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(4)), []);
                else if (head[0] == BodyFrame)
                    body.AddRange(payload[..^1]);
                else
                    continue;
                if (body.Count == expected)
                    Messages.Enqueue(Encoding.UTF8.GetString([.. body]));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client has gone, or the test breaks the connection.
        }
    }

    private async Task AnswerAsync(NetworkStream stream, ushort channel, byte[] payload)
    {
        var (kind, method) = (BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(2)));
        switch (kind, method)
        {
            case (10, 11):
                // 2,047 channels, frames of 128 KiB, no heartbeats asked for.
                await WriteAsync(stream, 0, 10, 30, [0x07, 0xFF, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00]);
                break;
            case (10, 40):
                await WriteAsync(stream, 0, 10, 41, [0]);
                break;
            case (10, 50):
                await WriteAsync(stream, 0, 10, 51, []);
                break;
            case (20, 10):
                await WriteAsync(stream, channel, 20, 11, Long(""));
                break;
            case (20, 40):
                await WriteAsync(stream, channel, 20, 41, []);
                break;
            case (85, 10):
                (current, connections) = (stream, connections + 1);
                await WriteAsync(stream, channel, 85, 11, []);
                break;
            case (40, 10):
                Exchanges.Enqueue(Encoding.UTF8.GetString(payload, 7, payload[6]));
                await WriteAsync(stream, channel, 40, 11, []);
                break;
            default:
                break;
        }
    }

    private static byte[] Long(string text)
    {
        var bytes = new byte[4 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(4));
        return bytes;
    }

    private static async Task WriteAsync(NetworkStream stream, ushort channel, ushort kind, ushort method, byte[] arguments)
    {
        var frame = new byte[7 + 4 + arguments.Length + 1];
        frame[0] = MethodFrame;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), channel);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(3), 4 + arguments.Length);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(7), kind);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(9), method);
        arguments.CopyTo(frame, 11);
        frame[^1] = FrameEnd;
        await stream.WriteAsync(frame);
    }
}
