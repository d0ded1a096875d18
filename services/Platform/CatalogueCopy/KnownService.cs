using System.Globalization;
using EServices.Contracts.Catalogue;
using EServices.Platform.Storage;

namespace EServices.Platform.CatalogueCopy;

/// <summary>One launched version of a service, as Catalogue's event told it. Applications stay with the version they began under.</summary>
public sealed class KnownService : Document
{
    public static readonly DocumentMap<KnownService> Map = new("known_services");
    public static readonly DocumentIndex<KnownService> ByService = Map.Index("by_service", service => service.ServiceId, service => service.ServiceVersion);

    public KnownService(ServiceLaunched launched)
        : base(KeyOf(launched.ServiceId, launched.Version)) =>
        (ServiceId, ServiceVersion, Launched) = (launched.ServiceId, launched.Version, launched);

    private KnownService() => (ServiceId, Launched) = ("", null!);

    public string ServiceId { get; private set; }

    public int ServiceVersion { get; private set; }

    public ServiceLaunched Launched { get; private set; }

    /// <summary>Why it can't be asked for now; null when it can.</summary>
    public string? Suspended { get; private set; }

    public void Suspend(string reason) => Suspended = reason;

    internal static string KeyOf(string serviceId, int version) => $"{serviceId}@{version}";

    /// <summary>What <see cref="KeyOf"/> was made of.</summary>
    internal static (string ServiceId, int Version) Of(string key)
    {
        var at = key.LastIndexOf('@');
        return (key[..at], int.Parse(key.AsSpan(at + 1), CultureInfo.InvariantCulture));
    }
}

/// <summary>Reads the copy.</summary>
public sealed class KnownServices(DocumentStore<KnownService> services, TimeProvider time)
{
    /// <summary>The version in force now, suspended or not; null for a service that was never launched here.</summary>
    public async Task<KnownService?> CurrentAsync(string serviceId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await foreach (var known in services.AllAsync(KnownService.ByService.Where(serviceId).Descending(), cancellationToken))
        {
            if (known.Launched.EffectiveFrom <= now)
                return known;
        }
        return null;
    }

    public Task<KnownService?> VersionAsync(string serviceId, int version, CancellationToken cancellationToken) =>
        services.FindAsync(KnownService.KeyOf(serviceId, version), cancellationToken);
}
