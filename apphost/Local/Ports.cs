using System.Net;
using System.Net.Sockets;

namespace EServices.Local;

/// <summary>
/// Free loopback ports below the range from which the system takes ports for outgoing connections: a port handed out here is not taken by a passing
/// connection before the process listens, nor while it is down between a kill and a restart.
/// </summary>
internal static class Ports
{
    private const int First = 20_000;
    private const int Last = 32_000;

    public static int Free(ISet<int> taken)
    {
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (!taken.Contains(port) && IsFree(port))
            {
                taken.Add(port);
                return port;
            }
        }
        throw new StackException($"No free port between {First} and {Last} on the loopback address.");
    }

    public static bool IsFree(int port) => CanBind(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Loopback, port));

    private static bool CanBind(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return true;
        }
        catch (SocketException refused)
        {
            // A machine without IPv6 has no such address; that port is not in anybody's way.
            return refused.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }
}
