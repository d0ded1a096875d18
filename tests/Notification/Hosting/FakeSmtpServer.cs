using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace EServices.Notification.Tests.Hosting;

/// <summary>Enough of an SMTP server (RFC 5321) for a real client, on a free loopback port; it can refuse, hang, and close connections.</summary>
internal sealed class FakeSmtpServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<MimeMessage> received = new();
    private readonly ConcurrentBag<TcpClient> connections = [];
    private readonly CancellationTokenSource stopping = new();
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;
    private int connected;

    public int Port { get; private set; }

    public IReadOnlyList<MimeMessage> Received => [.. received];

    /// <summary>Connections that were made, ever.</summary>
    public int Connections => connected;

    /// <summary>The answer to RCPT TO; null accepts.</summary>
    public Func<string, string?> Recipient { get; set; } = _ => null;

    /// <summary>Answers nothing after the greeting.</summary>
    public bool Hangs { get; set; }

    public static FakeSmtpServer Started()
    {
        var server = new FakeSmtpServer();
        server.Start();
        return server;
    }

    public void Start()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener);
    }

    /// <summary>Goes away: nobody listens any more, and open connections are cut.</summary>
    public async Task StopAsync()
    {
        listener?.Stop();
        listener = null;
        CutConnections();
        await accepting;
    }

    public void CutConnections()
    {
        while (connections.TryTake(out var connection))
            connection.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await StopAsync();
        stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                var connection = await from.AcceptTcpClientAsync(stopping.Token);
                Interlocked.Increment(ref connected);
                connections.Add(connection);
                _ = TalkAsync(connection);
            }
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task TalkAsync(TcpClient connection)
    {
        try
        {
            await using var stream = connection.GetStream();
            using var reader = new StreamReader(stream, Encoding.UTF8);
            await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 fake ESMTP");
            while (await reader.ReadLineAsync(stopping.Token) is { } line)
            {
                if (Hangs)
                    continue;
                switch (line.Split(' ', ':')[0].ToUpperInvariant())
                {
                    case "EHLO":
                        await writer.WriteLineAsync("250-fake\r\n250-8BITMIME\r\n250 SMTPUTF8");
                        break;
                    case "RCPT":
                        await writer.WriteLineAsync(Recipient(line) ?? "250 OK");
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        await ReceiveAsync(reader);
                        await writer.WriteLineAsync("250 taken");
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 bye");
                        return;
                    default:
                        await writer.WriteLineAsync("250 OK");
                        break;
                }
            }
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task ReceiveAsync(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(stopping.Token) is { } line && line != ".")
            mail.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        received.Enqueue(await MimeMessage.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(mail.ToString()))));
    }
}
