using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EServices.Containers.Tests.Storage;

/// <summary>
/// A TCP proxy before one server that can lose an answer: of the next request that contains a word it lets the request through, waits for the answer and
/// cuts the connection instead of handing it on. The client can't know that the server did its work. It can also cut anywhere: in the middle of a request,
/// of an answer, or between the two.
/// </summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TcpClient, bool> clients = new();
    private readonly Lock chance = new();
    private Random? random;
    private int meanBytes;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly string host;
    private readonly int port;
    private readonly Task accepting;
    private byte[]? word;
    private int left;
    private int cuts;

    public CutProxy(string host, int port)
    {
        (this.host, this.port) = (host, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Cuts => Volatile.Read(ref cuts);

    /// <summary>The answers to the next <paramref name="times"/> requests that contain <paramref name="what"/> are lost.</summary>
    public void LoseAnswersTo(string what, int times)
    {
        word = Encoding.ASCII.GetBytes(what);
        Volatile.Write(ref left, times);
    }

    /// <summary>From now on each direction of each new connection ends after a number of bytes drawn by the seed, on average as many as said. Zero ends it.</summary>
    public void CutAnywhere(int seed, int mean)
    {
        lock (chance)
            (random, meanBytes) = (mean > 0 ? new Random(seed) : null, mean);
    }

    /// <summary>Every connection that stands ends with a reset.</summary>
    public void CutAll()
    {
        foreach (var client in clients.Keys)
        {
            // One that ends by itself in this moment has no socket any more.
            if (!clients.TryRemove(client, out _) || client.Client is not { } socket)
                continue;
            socket.Close(timeout: 0);
            Interlocked.Increment(ref cuts);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        await accepting;
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(closing.Token));
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            clients[client] = true;
            try
            {
                await server.ConnectAsync(host, port, closing.Token);
                client.NoDelay = server.NoDelay = true;
                var cut = new bool[1];
                await Task.WhenAny(
                    RequestsAsync(client.GetStream(), server.GetStream(), cut, Allowance()), AnswersAsync(server.GetStream(), client.GetStream(), cut, Allowance()));
            }
            catch (Exception lost) when (lost is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
            }
            finally
            {
                clients.TryRemove(client, out _);
            }
        }
    }

    /// <summary>How many bytes may pass.</summary>
    private long Allowance()
    {
        lock (chance)
            return random is null ? long.MaxValue : (long)(-meanBytes * Math.Log(1 - random.NextDouble()));
    }

    /// <summary>Hands on what may still pass; false where the connection ends with it.</summary>
    private async Task<bool> PassAsync(NetworkStream to, ReadOnlyMemory<byte> bytes, long allowed)
    {
        await to.WriteAsync(bytes[..(int)Math.Min(bytes.Length, Math.Max(0, allowed))], closing.Token);
        if (bytes.Length <= allowed)
            return true;
        Interlocked.Increment(ref cuts);
        return false;
    }

    private async Task RequestsAsync(NetworkStream from, NetworkStream to, bool[] cut, long allowed)
    {
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await from.ReadAsync(buffer, closing.Token)) > 0)
        {
            if (word is { } looked && Volatile.Read(ref left) > 0 && buffer.AsSpan(0, read).IndexOf(looked) >= 0 && Interlocked.Decrement(ref left) >= 0)
                Volatile.Write(ref cut[0], true);
            if (!await PassAsync(to, buffer.AsMemory(0, read), allowed))
                return;
            allowed -= read;
        }
    }

    private async Task AnswersAsync(NetworkStream from, NetworkStream to, bool[] cut, long allowed)
    {
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await from.ReadAsync(buffer, closing.Token)) > 0)
        {
            if (Volatile.Read(ref cut[0]))
            {
                Interlocked.Increment(ref cuts);
                return;
            }
            if (!await PassAsync(to, buffer.AsMemory(0, read), allowed))
                return;
            allowed -= read;
        }
    }
}
