using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using OpenIddict.Abstractions;

namespace EServices.Identity.OpenIdConnect.Stores;

internal sealed class ScopeStore(DocumentStore<ScopeEntry> documents, Ids ids)
    : EntityStore<ScopeEntry>(documents, ScopeEntry.ByName.All, ids, "scp"), IOpenIddictScopeStore<ScopeEntry>
{
    public async ValueTask<ScopeEntry?> FindByNameAsync(string name, CancellationToken cancellationToken) =>
        await Documents.FirstAsync(ScopeEntry.ByName.Where(name), cancellationToken);

    public IAsyncEnumerable<ScopeEntry> FindByNamesAsync(ImmutableArray<string> names, CancellationToken cancellationToken) =>
        names.Distinct().ToAsyncEnumerable().SelectMany(name => AllOf(ScopeEntry.ByName.Where(name), cancellationToken));

    public IAsyncEnumerable<ScopeEntry> FindByResourceAsync(string resource, CancellationToken cancellationToken) =>
        AllOf(ScopeEntry.ByResource.Where(resource), cancellationToken);

    public ValueTask<ScopeEntry> InstantiateAsync(CancellationToken cancellationToken) => new(new ScopeEntry(NewId()));

    public ValueTask<string?> GetDescriptionAsync(ScopeEntry scope, CancellationToken cancellationToken) => new(scope.Description);

    public ValueTask<ImmutableDictionary<CultureInfo, string>> GetDescriptionsAsync(ScopeEntry scope, CancellationToken cancellationToken) => new(ReadNames(scope.Descriptions));

    public ValueTask<string?> GetDisplayNameAsync(ScopeEntry scope, CancellationToken cancellationToken) => new(scope.DisplayName);

    public ValueTask<ImmutableDictionary<CultureInfo, string>> GetDisplayNamesAsync(ScopeEntry scope, CancellationToken cancellationToken) => new(ReadNames(scope.DisplayNames));

    public ValueTask<string?> GetNameAsync(ScopeEntry scope, CancellationToken cancellationToken) => new(scope.Name);

    public ValueTask<ImmutableDictionary<string, JsonElement>> GetPropertiesAsync(ScopeEntry scope, CancellationToken cancellationToken) => new(ReadProperties(scope.Properties));

    public ValueTask<ImmutableArray<string>> GetResourcesAsync(ScopeEntry scope, CancellationToken cancellationToken) => new([.. scope.Resources]);

    public ValueTask SetDescriptionAsync(ScopeEntry scope, string? description, CancellationToken cancellationToken) => Done(() => scope.Description = description);

    public ValueTask SetDescriptionsAsync(ScopeEntry scope, ImmutableDictionary<CultureInfo, string> descriptions, CancellationToken cancellationToken) =>
        Done(() => scope.Descriptions = WriteNames(descriptions));

    public ValueTask SetDisplayNameAsync(ScopeEntry scope, string? name, CancellationToken cancellationToken) => Done(() => scope.DisplayName = name);

    public ValueTask SetDisplayNamesAsync(ScopeEntry scope, ImmutableDictionary<CultureInfo, string> names, CancellationToken cancellationToken) =>
        Done(() => scope.DisplayNames = WriteNames(names));

    public ValueTask SetNameAsync(ScopeEntry scope, string? name, CancellationToken cancellationToken) => Done(() => scope.Name = name);

    public ValueTask SetPropertiesAsync(ScopeEntry scope, ImmutableDictionary<string, JsonElement> properties, CancellationToken cancellationToken) =>
        Done(() => scope.Properties = WriteTexts(properties));

    public ValueTask SetResourcesAsync(ScopeEntry scope, ImmutableArray<string> resources, CancellationToken cancellationToken) => Done(() => scope.Resources = [.. resources]);
}
