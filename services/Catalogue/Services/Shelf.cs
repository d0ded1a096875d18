using System.Collections.Immutable;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Services;

/// <summary>
/// Every service as it can be asked for now, in memory: a state has some thousand, and each is read far more often than it changes. Filled from the store at start,
/// replaced as a whole, so a reader sees one moment.
/// </summary>
internal sealed class Shelf(DocumentStore<ServiceVersion> store) : IDisposable
{
    private readonly SemaphoreSlim changing = new(1);

    private volatile Content content = new(ImmutableSortedDictionary.Create<string, ServiceVersion>(StringComparer.Ordinal), 0);

    private volatile bool inDoubt;

    public Content Now => content;

    /// <summary>One change of the catalogue at a time: the pack's next version must not undo a suspension that is being saved. Disposed of when the change is on the shelf.</summary>
    public async Task<IDisposable> AloneAsync(CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        return new Turn(changing);
    }

    public void Dispose() => changing.Dispose();

    /// <summary>A save ended without saying whether it was kept: what is here may be behind the store until it is filled again.</summary>
    public bool InDoubt => inDoubt;

    /// <summary>Saves a version and puts it in its place.</summary>
    public async Task SaveAsync(ServiceVersion version, CancellationToken cancellationToken)
    {
        try
        {
            await store.SaveAsync(version, cancellationToken);
        }
        catch
        {
            inDoubt = true;
            throw;
        }
        Put(version);
    }

    public async Task FillAsync(CancellationToken cancellationToken)
    {
        inDoubt = false;
        try
        {
            await ReadAsync(cancellationToken);
        }
        catch
        {
            inDoubt = true;
            throw;
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var current = ImmutableSortedDictionary.CreateBuilder<string, ServiceVersion>(StringComparer.Ordinal);
        await foreach (var version in store.AllAsync(ServiceVersion.ByService.All, cancellationToken))
            current[version.ServiceId] = version;
        Replace(_ => current.ToImmutable());
    }

    /// <summary>Puts a newer version, or the same one in another state, in its place.</summary>
    private void Put(ServiceVersion version) =>
        Replace(services => services.TryGetValue(version.ServiceId, out var held) && held.Number > version.Number ? services : services.SetItem(version.ServiceId, version));

    private void Replace(Func<ImmutableSortedDictionary<string, ServiceVersion>, ImmutableSortedDictionary<string, ServiceVersion>> change)
    {
        Content was, now;
        do
        {
            was = content;
            now = new Content(change(was.Services), was.Revision + 1);
        }
        while (Interlocked.CompareExchange(ref content, now, was) != was);
    }

    private sealed class Turn(SemaphoreSlim changing) : IDisposable
    {
        public void Dispose() => changing.Release();
    }

    /// <param name="Services">The newest version of each service, by service id.</param>
    /// <param name="Revision">One more with every change, since this process started.</param>
    internal sealed record Content(ImmutableSortedDictionary<string, ServiceVersion> Services, long Revision)
    {
        public IEnumerable<ServiceVersion> Launched => Services.Values.Where(service => service.State == ServiceState.Launched);
    }
}
