using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EServices.Local;

namespace EServices.Faults.Tests.Network;

/// <summary>
/// A wire that can be cut. It listens on a port of its own before one server, and what happens to the bytes is set while it runs:
/// <see cref="Pass"/> hands them on; <see cref="Stall"/> leaves every connection half open, as when the machine at the other end lost its power: no byte, no end,
/// and never any more on that connection; <see cref="Cut"/> ends one in the middle of what it carries; <see cref="Reset"/> ends all connections with RST;
/// <see cref="Refuse"/> does so and listens no more.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<Pair, bool> pairs = new();
    private readonly Lock gate = new();
    private TcpListener? listener;
    private volatile IPEndPoint? target;
    private Scissors? forRequests;
    private Scissors? forAnswers;
    private long cuts;
    private volatile bool stalling;
    private long accepted;

    /// <param name="port">A port that no passing connection takes, so that it can be listened on again after <see cref="Refuse"/>.</param>
    public TcpProxy(int port)
    {
        Port = port;
        Pass();
    }

    public int Port { get; }

    /// <summary>Connections handed on since the beginning.</summary>
    public long Accepted => Interlocked.Read(ref accepted);

    /// <summary>Connections open now; those that were left half open count for as long as their client believes in them.</summary>
    public int Open => pairs.Count;

    /// <summary>Connections that <see cref="Cut"/> has ended.</summary>
    public long Cuts => Interlocked.Read(ref cuts);

    /// <summary>Where the server is, on this machine or another; before this is told, connections are reset.</summary>
    public void LeadTo(Uri server) => target = new IPEndPoint(
        server.IsLoopback ? IPAddress.Loopback : Array.Find(Dns.GetHostAddresses(server.Host), address => address.AddressFamily == AddressFamily.InterNetwork)
            ?? throw new ArgumentException($"{server.Host} has no IPv4 address.", nameof(server)),
        server.Port);

    /// <summary>New connections work. Those that were stalled stay dead.</summary>
    public void Pass()
    {
        stalling = false;
        lock (gate)
        {
            if (listener is not null)
                return;
            listener = new TcpListener(IPAddress.Loopback, Port);
            listener.Start();
            _ = AcceptAsync(listener);
        }
    }

    /// <summary>No byte passes any more, on the connections there are and on new ones, and nobody is told.</summary>
    public void Stall()
    {
        stalling = true;
        foreach (var pair in pairs.Keys)
            pair.Stall();
    }

    /// <summary>Ends, with RST, whichever connection carries the so-manyth byte from now: in the middle of the request or the answer that the byte belongs to.</summary>
    /// <param name="answers">Counts what the server sends; else what it is sent.</param>
    public void Cut(int bytes, bool answers) => Volatile.Write(ref answers ? ref forAnswers : ref forRequests, new Scissors(bytes));

    /// <summary>Ends what is connected, half-open ones too; new connections work as before.</summary>
    public void Reset()
    {
        foreach (var pair in pairs.Keys)
            pair.Reset();
    }

    /// <summary>Ends what is connected and takes no more.</summary>
    public void Refuse()
    {
        lock (gate)
        {
            listener?.Stop();
            listener = null;
        }
        Reset();
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        Refuse();
        closing.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
                _ = ServeAsync(await from.AcceptSocketAsync(closing.Token));
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Refusing, or the end.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var pair = new Pair(this, client, new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        pairs[pair] = true;
        Interlocked.Increment(ref accepted);
        try
        {
            if (stalling)
                pair.Stall();
            await pair.RunAsync(target, closing.Token);
        }
        finally
        {
            pairs.TryRemove(pair, out _);
            pair.Reset();
            pair.Dispose();
        }
    }

    /// <summary>A client's connection and ours to the server.</summary>
    private sealed class Pair(TcpProxy proxy, Socket client, Socket server) : IDisposable
    {
        private readonly CancellationTokenSource ended = new();
        private readonly CancellationTokenSource stalled = new();

        public void Stall() => Cancel(stalled);

        public void Reset()
        {
            Cancel(ended);
            Abort(client);
            Abort(server);
        }

        public void Dispose()
        {
            ended.Dispose();
            stalled.Dispose();
        }

        public async Task RunAsync(IPEndPoint? target, CancellationToken closing)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, closing);
            try
            {
                if (target is null)
                    return;
                if (!stalled.IsCancellationRequested)
                {
                    client.NoDelay = server.NoDelay = true;
                    await server.ConnectAsync(target, end.Token);
                    using var flowing = CancellationTokenSource.CreateLinkedTokenSource(end.Token, stalled.Token);
                    await Task.WhenAll(CopyAsync(client, server, flowing, answers: false), CopyAsync(server, client, flowing, answers: true));
                }
                if (stalled.IsCancellationRequested)
                    await WithoutAWordAsync(end.Token);
            }
            catch (Exception lost) when (lost is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Either side went away: the other is told by Reset.
            }
        }

        /// <summary>Waits until the client gives up. What it sends is swallowed: a full window would tell it something.</summary>
        private async Task WithoutAWordAsync(CancellationToken end)
        {
            var nowhere = new byte[1 << 14];
            while (await client.ReceiveAsync(nowhere, end) > 0)
            {
            }
        }

        /// <summary>Hands on bytes, and the end of them. Anything but an orderly end ends the other direction too.</summary>
        private async Task CopyAsync(Socket from, Socket to, CancellationTokenSource flowing, bool answers)
        {
            var buffer = new byte[1 << 16];
            int read;
            try
            {
                while ((read = await from.ReceiveAsync(buffer, flowing.Token)) > 0)
                {
                    var passing = Volatile.Read(ref answers ? ref proxy.forAnswers : ref proxy.forRequests)?.LetPass(read) ?? read;
                    for (var sent = 0; sent < passing;)
                        sent += await to.SendAsync(buffer.AsMemory(sent, passing - sent), flowing.Token);
                    if (passing < read)
                    {
                        Interlocked.Increment(ref proxy.cuts);
                        await flowing.CancelAsync();
                        return;
                    }
                }
                to.Shutdown(SocketShutdown.Send);
            }
            catch (Exception lost) when (lost is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                await flowing.CancelAsync();
            }
        }

        private static void Cancel(CancellationTokenSource what)
        {
            try
            {
                what.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The pair has ended meanwhile.
            }
        }

        private static void Abort(Socket socket)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // It has ended by itself.
            }
            socket.Dispose();
        }
    }
}

/// <summary>Counts what passes on all connections one way, and cuts once.</summary>
internal sealed class Scissors(int bytes)
{
    private long left = bytes;

    /// <returns>How many of these bytes go on; fewer than there are where the cut is.</returns>
    public int LetPass(int read)
    {
        var before = Interlocked.Add(ref left, -read) + read;
        return before > 0 && before <= read ? (int)before - 1 : read;
    }
}

/// <summary>A proxy before every server of a stack, each with a port that stays its own.</summary>
internal sealed class Wires : IAsyncDisposable
{
    private readonly HashSet<int> taken = [];
    private readonly Dictionary<string, TcpProxy> wires = [];

    public TcpProxy this[string name] => wires[name];

    public TcpProxy Add(string name) => wires[name] = new TcpProxy(Ports.Free(taken));

    public IEnumerable<TcpProxy> All => wires.Values;

    public async ValueTask DisposeAsync()
    {
        foreach (var wire in wires.Values)
            await wire.DisposeAsync();
    }
}
