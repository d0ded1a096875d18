using System.Net.Http.Json;
using System.Text.Json;
using EServices.Catalogue.Launches;
using EServices.Catalogue.Services;
using EServices.Contracts.Catalogue;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EServices.Catalogue.Tests.Support;

/// <summary>
/// Catalogue on the services of Jammu and Kashmir that are written out one by one, or on another pack. Launching all 1,065 anew for every test would make the
/// tests slow and prove nothing more; those that are of the whole pack say so (<see cref="WholePack"/>).
/// </summary>
internal sealed class CatalogueHost : ServiceHost<Program>
{
    public const string Domicile = "domicile-certificate";

    public static readonly string WholePack = Path.Combine(Repository.Root, "deploy", "packs", "jk");

    /// <param name="store">SQLite file that outlives this host; one of its own if not given.</param>
    public CatalogueHost(string? pack = null, string? store = null)
        : base("catalogue", pack ?? PackCopy.WithoutFamilies)
    {
        Settings["Logging:LogLevel:Default"] = "Warning";
        if (store is not null)
            Settings["ConnectionStrings:catalogue"] = $"sqlite:{store}";
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public DocumentStore<ServiceVersion> Versions => Services.GetRequiredService<DocumentStore<ServiceVersion>>();

    public DocumentStore<Catalogue.Definitions.Definition> Definitions => Services.GetRequiredService<DocumentStore<Catalogue.Definitions.Definition>>();

    public Shelf Shelf => Services.GetRequiredService<Shelf>();

    public SeedFromPack Seeding => Services.GetServices<IHostedService>().OfType<SeedFromPack>().Single();

    public HttpClient Manager() => As("catalogue-manager", "stf_manager");

    public async Task<IReadOnlyList<ServiceVersion>> AllVersionsAsync()
    {
        var all = new List<ServiceVersion>();
        await foreach (var version in Versions.AllAsync(ServiceVersion.ByService.All, Cancel))
            all.Add(version);
        return all;
    }

    /// <summary>Until everything that seeding launched has been published, so that what is published afterwards is another cause's.</summary>
    public async Task<int> LaunchesPublishedAsync()
    {
        var launched = (await AllVersionsAsync()).Count;
        await Eventually.HoldsAsync(() => Published.OfType<ServiceLaunched>().Count() >= launched, () => $"{Published.Count} of {launched} published", TimeSpan.FromSeconds(60));
        return launched;
    }

    public async Task<JsonElement> JsonAsync(string path)
    {
        using var answer = await Anonymous().GetAsync(path, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    /// <summary>Ids of a list's first page.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(string query) =>
        [.. (await JsonAsync($"/api/v1/services?{query}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    /// <summary>Ids of the whole list, page by page.</summary>
    public async Task<IReadOnlyList<string>> AllIdsAsync(string query = "")
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await JsonAsync($"/api/v1/services?limit=100&{query}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return ids;
    }

    public Task<IReadOnlyList<string>> SearchAsync(string text) => AllIdsAsync($"q={Uri.EscapeDataString(text)}");

    public Task<HttpResponseMessage> ActAsync(string action, object? body = null, string service = Domicile, HttpClient? by = null) =>
        (by ?? Manager()).PostAsync($"/api/v1/catalogue/services/{service}/actions/{action}", body is null ? null : JsonContent.Create(body), Cancel);

    public async Task SuspendAsync(string reason = "Office closed", string service = Domicile) => (await ActAsync("suspend", new { reason }, service)).EnsureSuccessStatusCode();

    public async Task ResumeAsync(string service = Domicile) => (await ActAsync("resume", service: service)).EnsureSuccessStatusCode();
}

/// <summary>One host for all tests that only read.</summary>
public sealed class ReadOnlyCatalogue : IAsyncDisposable
{
    // Started here: of tests that begin at once, each would otherwise start a host of its own on the one store.
    public ReadOnlyCatalogue() => _ = Host.Services;

    internal CatalogueHost Host { get; } = new(CatalogueHost.WholePack);

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
