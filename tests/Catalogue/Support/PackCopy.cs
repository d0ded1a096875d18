using System.Text.Json.Nodes;

namespace EServices.Catalogue.Tests.Support;

/// <summary>The services that the repository's pack writes out one by one, in a folder of its own, beside a store, for a test to change between two starts.</summary>
internal sealed class PackCopy : IDisposable
{
    private static readonly Lazy<PackCopy> Shared = new(() =>
    {
        var copy = new PackCopy();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => copy.Dispose();
        return copy;
    });

    private readonly string root = Directory.CreateTempSubdirectory("eservices-pack-").FullName;

    public PackCopy()
    {
        var services = Path.Combine(CatalogueHost.WholePack, "services");
        foreach (var file in Directory.EnumerateFiles(CatalogueHost.WholePack, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Folder, Path.GetRelativePath(CatalogueHost.WholePack, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (Path.GetDirectoryName(file) != services)
                File.Copy(file, copy);
            else if (JsonNode.Parse(File.ReadAllText(file))!.AsObject() is var department && department.ContainsKey("services"))
                File.WriteAllText(copy, new JsonObject { ["department"] = department["department"]!.DeepClone(), ["services"] = department["services"]!.DeepClone() }.ToJsonString());
        }
    }

    /// <summary>One such copy for all tests that change nothing.</summary>
    public static string WithoutFamilies => Shared.Value.Folder;

    public string Folder => Path.Combine(root, "pack");

    public string Store => Path.Combine(root, "catalogue.db");

    public CatalogueHost Host() => new(Folder, Store);

    public void Change(string file, Action<JsonObject> change)
    {
        var path = Path.Combine(Folder, file);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }

    public void ChangeDomicile(Action<JsonObject> change) => Change("services/revenue.json", file => change(Domicile(file)));

    public void RemoveDomicile() => Change("services/revenue.json", file => file["services"]!.AsArray().Remove(Domicile(file)));

    /// <summary>The certificate fee's last version begins on this date, and the one before ends the day before.</summary>
    public void CertificateFeeChangesOn(DateOnly date) => Change("fees.json", file =>
    {
        var rule = file["rules"]!.AsArray().Single(rule => (string?)rule!["id"] == "certificate")!;
        var versions = rule["versions"]!.AsArray();
        versions[^1]!["from"] = date.ToString("yyyy-MM-dd", null);
        versions[^2]!["to"] = date.AddDays(-1).ToString("yyyy-MM-dd", null);
    });

    public void Dispose() => Directory.Delete(root, recursive: true);

    private static JsonObject Domicile(JsonObject file) =>
        file["services"]!.AsArray().Single(service => (string?)service!["id"] == CatalogueHost.Domicile)!.AsObject();
}
