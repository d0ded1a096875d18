using System.Net.Http.Headers;

namespace EServices.Gateway.Routing;

/// <summary>Where the services are, and the gateway's own questions to them (health, API documents, sandbox clock). Citizens' requests go through YARP.</summary>
internal sealed class Destinations : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2), UseProxy = false, AllowAutoRedirect = false });
    private readonly Dictionary<string, IReadOnlyList<Uri>> addresses;

    /// <exception cref="InvalidOperationException">A service of the route table has no address; the message names the keys.</exception>
    public Destinations(IConfiguration configuration)
    {
        addresses = RouteTable.Services.ToDictionary(service => service, service => AddressesOf(service, configuration));
        var missing = addresses.Where(entry => entry.Value.Count == 0).Select(entry => $"services__{entry.Key}__http__0").ToList();
        if (missing.Count > 0)
            throw new InvalidOperationException($"The gateway does not know where these services are; set {string.Join(", ", missing)}.");
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <summary>All instances of a service: <c>services:{name}:http:0</c>, <c>:1</c>, …</summary>
    public IReadOnlyList<Uri> Of(string service) => addresses[service];

    /// <summary>Asks one instance; ends within the deadline.</summary>
    /// <exception cref="TimeoutException"/>
    /// <exception cref="HttpRequestException">It can't be reached.</exception>
    public async Task<HttpResponseMessage> AskAsync(
        Uri instance, HttpMethod method, string path, TimeSpan deadline, CancellationToken cancellationToken, HttpContent? content = null, Action<HttpRequestHeaders>? head = null)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(deadline);
        using var request = new HttpRequestMessage(method, new Uri(instance, path)) { Content = content };
        head?.Invoke(request.Headers);
        try
        {
            return await http.SendAsync(request, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {deadline.TotalSeconds:0.#} s");
        }
    }

    public void Dispose() => http.Dispose();

    private static IReadOnlyList<Uri> AddressesOf(string service, IConfiguration configuration) =>
    [
        .. configuration.GetSection($"services:{service}:http").GetChildren()
            .OrderBy(child => child.Key, StringComparer.Ordinal)
            .Where(child => !string.IsNullOrWhiteSpace(child.Value))
            .Select(child => new Uri(child.Value!, UriKind.Absolute)),
    ];
}
