using EServices.AppHosts;

namespace EServices.Local;

internal static class ConnectionStrings
{
    public static string Sqlite(string data, string service) => $"sqlite:{Path.Combine(data, $"{service}.db")}";

    /// <summary>The server's URL with the service's own database, keeping credentials, hosts and options.</summary>
    public static string MongoDb(string url, string service)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || url[..scheme] is not ("mongodb" or "mongodb+srv"))
            throw new StackException($"'{url}' is no MongoDB URL: it begins with mongodb:// or mongodb+srv://.");

        var question = url.IndexOf('?', StringComparison.Ordinal);
        var options = question < 0 ? "" : url[(question + 1)..];
        var address = question < 0 ? url : url[..question];
        var slash = address.IndexOf('/', scheme + 3);
        var server = slash < 0 ? address : address[..slash];
        var given = slash < 0 ? "" : address[(slash + 1)..];
        if (server.Length <= scheme + 3)
            throw new StackException($"'{url}' names no MongoDB host.");

        // Users are looked up in the URL's database unless authSource says otherwise; here the database changes, the users stay where they are.
        if (server.Contains('@', StringComparison.Ordinal) && !options.Contains("authSource=", StringComparison.OrdinalIgnoreCase))
            options = $"authSource={(given.Length > 0 ? given : "admin")}{(options.Length > 0 ? "&" : "")}{options}";

        var database = given.Length > 0 ? $"{given}-{service}" : $"{Topology.DatabasePrefix}{service}";
        return $"{server}/{database}{(options.Length > 0 ? "?" : "")}{options}";
    }
}
