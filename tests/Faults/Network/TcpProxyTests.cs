using System.Net;
using System.Net.Sockets;
using EServices.Local;
using EServices.Testing;

namespace EServices.Faults.Tests.Network;

/// <summary>A wire that did not cut where it says would leave everything unbroken, and every test of it green.</summary>
public sealed class TcpProxyTests : IAsyncDisposable
{
    private const int Message = 1_000;

    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly TcpProxy wire = new(Ports.Free(new HashSet<int>()));

    public TcpProxyTests()
    {
        server.Start();
        wire.LeadTo(new UriBuilder("tcp", "127.0.0.1", ((IPEndPoint)server.LocalEndpoint).Port).Uri);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await wire.DisposeAsync();
        server.Dispose();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(700, false)]
    [InlineData(1, true)]
    [InlineData(700, true)]
    public async Task Cut_InTheMiddleOfAMessage_LetsPassWhatIsBeforeIt_AndEndsThatConnectionAlone(int at, bool answers)
    {
        var (client, other) = (await ConnectAsync(), await ConnectAsync());
        var (from, to) = answers ? (client.Server, client.Client) : (client.Client, client.Server);
        await SendAsync(from, to);

        wire.Cut(at, answers);
        await from.GetStream().WriteAsync(new byte[Message], Cancel);

        Assert.InRange(await LeftAsync(to), 0, at - 1);
        Assert.Equal(0, await LeftAsync(from));
        Assert.Equal(1, wire.Cuts);
        await SendAsync(other.Client, other.Server);
        await SendAsync(other.Server, other.Client);
        await Eventually.HoldsAsync(() => wire.Open == 1, () => $"{wire.Open} connections are open");
    }

    private async Task<(TcpClient Client, TcpClient Server)> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, wire.Port, Cancel);
        return (client, await server.AcceptTcpClientAsync(Cancel));
    }

    private static async Task SendAsync(TcpClient from, TcpClient to)
    {
        await from.GetStream().WriteAsync(new byte[Message], Cancel);
        await to.GetStream().ReadExactlyAsync(new byte[Message], Cancel);
    }

    /// <summary>How much comes before the end.</summary>
    private static async Task<int> LeftAsync(TcpClient of)
    {
        var (left, buffer) = (0, new byte[Message]);
        try
        {
            for (int read; (read = await of.GetStream().ReadAsync(buffer, Cancel)) > 0;)
                left += read;
        }
        catch (IOException)
        {
            // Reset, as it has to be.
        }
        return left;
    }
}
