using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EServices.Containers.Tests.Storage;

/// <summary>
/// A TCP proxy before one server that can lose an answer: of the next request that contains a word it lets the request through, waits for the answer and
/// cuts the connection instead of handing it on. The client can't know that the server did its work.
/// </summary>
internal sealed class CutProxy : IAsyncDisposable
{
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
            try
            {
                await server.ConnectAsync(host, port, closing.Token);
                client.NoDelay = server.NoDelay = true;
                var cut = new bool[1];
                await Task.WhenAny(RequestsAsync(client.GetStream(), server.GetStream(), cut), AnswersAsync(server.GetStream(), client.GetStream(), cut));
            }
            catch (Exception lost) when (lost is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task RequestsAsync(NetworkStream from, NetworkStream to, bool[] cut)
    {
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await from.ReadAsync(buffer, closing.Token)) > 0)
        {
            if (word is { } looked && Volatile.Read(ref left) > 0 && buffer.AsSpan(0, read).IndexOf(looked) >= 0 && Interlocked.Decrement(ref left) >= 0)
                Volatile.Write(ref cut[0], true);
            await to.WriteAsync(buffer.AsMemory(0, read), closing.Token);
        }
    }

    private async Task AnswersAsync(NetworkStream from, NetworkStream to, bool[] cut)
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
            await to.WriteAsync(buffer.AsMemory(0, read), closing.Token);
        }
    }
}
