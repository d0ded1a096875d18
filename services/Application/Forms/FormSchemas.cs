using System.Collections.Concurrent;
using EServices.Contracts.Catalogue;
using EServices.Platform.CatalogueCopy;

namespace EServices.Application.Forms;

/// <summary>The version of a service that an application began under: its terms, and its form ready to check with.</summary>
internal sealed record PinnedService(ServiceLaunched Terms, FormSchema Form)
{
    public static PinnedService Of(ServiceLaunched terms) => new(terms, FormSchema.Compile(terms.FormSchema));
}

/// <summary>Finds pinned services; compiles each version's form once, for a launched version never changes.</summary>
internal sealed class PinnedServices(KnownServices services)
{
    private readonly ConcurrentDictionary<(string, int), PinnedService> compiled = new();

    /// <exception cref="InvalidOperationException">The copy of the catalogue lost a version that an application stands on.</exception>
    public async Task<PinnedService> OfAsync(string serviceId, int version, CancellationToken cancellationToken)
    {
        if (compiled.TryGetValue((serviceId, version), out var known))
            return known;
        var service = await services.VersionAsync(serviceId, version, cancellationToken)
            ?? throw new InvalidOperationException($"Version {version} of {serviceId} is not in the copy of the catalogue.");
        return compiled.GetOrAdd((serviceId, version), _ => PinnedService.Of(service.Launched));
    }
}
