using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace EServices.Dispatch.Routing.Travel.Osrm;

/// <summary>
/// A routing server that may be told where citizens live: one of this machine, of a private network, or of a host that the configuration names as its own.
/// Any other is refused when the service starts. Coarser coordinates are no way out: where one farmhouse stands, a grid of kilometres still names it.
/// </summary>
public sealed class OwnServer
{
    private OwnServer(Uri address) => Address = address;

    /// <summary>Ends with a slash.</summary>
    public Uri Address { get; }

    /// <param name="address"><c>http</c> or <c>https</c>, with a path where the server stands below one.</param>
    /// <param name="ownHosts">Names or addresses, each exactly one host: a name does not include those below it.</param>
    /// <param name="why">A sentence that says what to configure, where it is refused.</param>
    public static bool TryCreate(
        string address, IReadOnlyList<string> ownHosts, [NotNullWhen(true)] out OwnServer? server, [NotNullWhen(false)] out string? why)
    {
        (server, why) = (null, null);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            why = "The address of the routing server must be an absolute http or https address.";
        else if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            why = "The address of the routing server has no user, query or fragment.";
        else if (!IsOwn(uri, ownHosts))
            why = $"'{uri.IdnHost}' is not a host of our own: exact addresses of citizens are not sent there. Run a server on a private network, or name the host in OwnHosts if it is ours.";
        else
            server = new OwnServer(uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/"));
        return server is not null;
    }

    private static bool IsOwn(Uri uri, IReadOnlyList<string> ownHosts)
    {
        var host = uri.IdnHost.TrimEnd('.');
        return ownHosts.Any(own => string.Equals(own.Trim('[', ']').TrimEnd('.'), host, StringComparison.OrdinalIgnoreCase))
            || string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var ip) && IsPrivate(ip));
    }

    /// <summary>Loopback, RFC 1918 and RFC 4193. A name says nothing about where it leads, so names are private only when they are listed.</summary>
    private static bool IsPrivate(IPAddress ip)
    {
        if (ip.IsIPv4MappedToIPv6)
            ip = ip.MapToIPv4();
        if (IPAddress.IsLoopback(ip))
            return true;
        var bytes = ip.GetAddressBytes();
        return ip.AddressFamily == AddressFamily.InterNetwork
            ? bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168)
            : ip.IsIPv6UniqueLocal;
    }
}
