using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EServices.Benchmarks.Gateway;

/// <summary>One connection that asks the same again and again: as little work as HTTP/1.1 allows, so that the gateway has the machine.</summary>
internal static class PlainClient
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    /// <exception cref="IOException">The gateway closed the connection, or answered with neither 200 nor 304; the message has the head.</exception>
    public static async Task<(long Requests, int Bytes)> AskAsync(IPEndPoint address, string path, string? known, TimeSpan time, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, cancellationToken);
        var request = Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {address}\r\n{(known is null ? "" : $"If-None-Match: {known}\r\n")}\r\n");
        var buffer = new byte[256 * 1024];
        var (requests, bytes) = (0L, 0);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time; requests++)
        {
            await socket.SendAsync(request, cancellationToken);
            bytes = await ReadAsync(socket, buffer, cancellationToken);
        }
        return (requests, bytes);
    }

    private static async Task<int> ReadAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        var (filled, whole) = (0, int.MaxValue);
        while (filled < whole)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
            if (read == 0)
                throw new IOException("The gateway closed the connection.");
            filled += read;
            if (whole == int.MaxValue && buffer.AsSpan(0, filled).IndexOf(HeadEnd) is >= 0 and var end)
                whole = end + HeadEnd.Length + LengthOf(Encoding.ASCII.GetString(buffer, 0, end));
        }
        return whole;
    }

    private static int LengthOf(string head)
    {
        if (head.StartsWith("HTTP/1.1 304", StringComparison.Ordinal))
            return 0;
        const string Length = "Content-Length: ";
        var at = head.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || at < 0)
            throw new IOException($"Not the answer that is measured: {head}");
        var end = head.IndexOf('\r', at);
        return int.Parse(head.AsSpan(at + Length.Length, (end < 0 ? head.Length : end) - at - Length.Length), CultureInfo.InvariantCulture);
    }
}
