using EServices.Platform.Storage;

namespace EServices.Identity.Keys;

/// <summary>A key of this service, in its own store and nowhere else.</summary>
internal sealed class StoredKey : Document
{
    public static readonly DocumentMap<StoredKey> Map = new("keys");
    public static readonly DocumentIndex<StoredKey> ByPurpose = Map.Index("by_purpose", key => key.Purpose, key => key.CreatedAt);

    public StoredKey(string id, string purpose, string material, DateTimeOffset now)
        : base(id) => (Purpose, Material, CreatedAt) = (purpose, material, now);

    private StoredKey()
    {
    }

    public string Purpose { get; private set; } = "";

    /// <summary>PKCS#8 or raw bytes in base 64; XML of data protection.</summary>
    public string Material { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }
}
