using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;

namespace EServices.Identity.OpenIdConnect.Stores;

internal sealed class ApplicationStore(DocumentStore<ClientApplication> documents, Ids ids)
    : EntityStore<ClientApplication>(documents, ClientApplication.ByClientId.All, ids, "cli"), IOpenIddictApplicationStore<ClientApplication>
{
    public async ValueTask<ClientApplication?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken) =>
        await Documents.FirstAsync(ClientApplication.ByClientId.Where(identifier), cancellationToken);

    public IAsyncEnumerable<ClientApplication> FindByRedirectUriAsync(string uri, CancellationToken cancellationToken) =>
        AllOf(ClientApplication.ByRedirectUri.Where(uri), cancellationToken);

    public IAsyncEnumerable<ClientApplication> FindByPostLogoutRedirectUriAsync(string uri, CancellationToken cancellationToken) =>
        AllOf(ClientApplication.ByPostLogoutRedirectUri.Where(uri), cancellationToken);

    public ValueTask<ClientApplication> InstantiateAsync(CancellationToken cancellationToken) => new(new ClientApplication(NewId()));

    public ValueTask<string?> GetApplicationTypeAsync(ClientApplication application, CancellationToken cancellationToken) => new(application.ApplicationType);

    public ValueTask<string?> GetClientIdAsync(ClientApplication application, CancellationToken cancellationToken) => new(application.ClientId);

    public ValueTask<string?> GetClientSecretAsync(ClientApplication application, CancellationToken cancellationToken) => new(application.ClientSecret);

    public ValueTask<string?> GetClientTypeAsync(ClientApplication application, CancellationToken cancellationToken) => new(application.ClientType);

    public ValueTask<string?> GetConsentTypeAsync(ClientApplication application, CancellationToken cancellationToken) => new(application.ConsentType);

    public ValueTask<string?> GetDisplayNameAsync(ClientApplication application, CancellationToken cancellationToken) => new(application.DisplayName);

    public ValueTask<ImmutableDictionary<CultureInfo, string>> GetDisplayNamesAsync(ClientApplication application, CancellationToken cancellationToken) =>
        new(ReadNames(application.DisplayNames));

    public ValueTask<JsonWebKeySet?> GetJsonWebKeySetAsync(ClientApplication application, CancellationToken cancellationToken) =>
        new(application.JsonWebKeySet is null ? null : JsonWebKeySet.Create(application.JsonWebKeySet));

    public ValueTask<ImmutableArray<string>> GetPermissionsAsync(ClientApplication application, CancellationToken cancellationToken) => new([.. application.Permissions]);

    public ValueTask<ImmutableArray<string>> GetPostLogoutRedirectUrisAsync(ClientApplication application, CancellationToken cancellationToken) =>
        new([.. application.PostLogoutRedirectUris]);

    public ValueTask<ImmutableDictionary<string, JsonElement>> GetPropertiesAsync(ClientApplication application, CancellationToken cancellationToken) =>
        new(ReadProperties(application.Properties));

    public ValueTask<ImmutableArray<string>> GetRedirectUrisAsync(ClientApplication application, CancellationToken cancellationToken) => new([.. application.RedirectUris]);

    public ValueTask<ImmutableArray<string>> GetRequirementsAsync(ClientApplication application, CancellationToken cancellationToken) => new([.. application.Requirements]);

    public ValueTask<ImmutableDictionary<string, string>> GetSettingsAsync(ClientApplication application, CancellationToken cancellationToken) =>
        new(ReadTexts(application.Settings));

    public ValueTask SetApplicationTypeAsync(ClientApplication application, string? type, CancellationToken cancellationToken) => Done(() => application.ApplicationType = type);

    public ValueTask SetClientIdAsync(ClientApplication application, string? identifier, CancellationToken cancellationToken) => Done(() => application.ClientId = identifier);

    public ValueTask SetClientSecretAsync(ClientApplication application, string? secret, CancellationToken cancellationToken) => Done(() => application.ClientSecret = secret);

    public ValueTask SetClientTypeAsync(ClientApplication application, string? type, CancellationToken cancellationToken) => Done(() => application.ClientType = type);

    public ValueTask SetConsentTypeAsync(ClientApplication application, string? type, CancellationToken cancellationToken) => Done(() => application.ConsentType = type);

    public ValueTask SetDisplayNameAsync(ClientApplication application, string? name, CancellationToken cancellationToken) => Done(() => application.DisplayName = name);

    public ValueTask SetDisplayNamesAsync(ClientApplication application, ImmutableDictionary<CultureInfo, string> names, CancellationToken cancellationToken) =>
        Done(() => application.DisplayNames = WriteNames(names));

    public ValueTask SetJsonWebKeySetAsync(ClientApplication application, JsonWebKeySet? set, CancellationToken cancellationToken) =>
        Done(() => application.JsonWebKeySet = set is null ? null : JsonSerializer.Serialize(set));

    public ValueTask SetPermissionsAsync(ClientApplication application, ImmutableArray<string> permissions, CancellationToken cancellationToken) =>
        Done(() => application.Permissions = [.. permissions]);

    public ValueTask SetPostLogoutRedirectUrisAsync(ClientApplication application, ImmutableArray<string> uris, CancellationToken cancellationToken) =>
        Done(() => application.PostLogoutRedirectUris = [.. uris]);

    public ValueTask SetPropertiesAsync(ClientApplication application, ImmutableDictionary<string, JsonElement> properties, CancellationToken cancellationToken) =>
        Done(() => application.Properties = WriteTexts(properties));

    public ValueTask SetRedirectUrisAsync(ClientApplication application, ImmutableArray<string> uris, CancellationToken cancellationToken) =>
        Done(() => application.RedirectUris = [.. uris]);

    public ValueTask SetRequirementsAsync(ClientApplication application, ImmutableArray<string> requirements, CancellationToken cancellationToken) =>
        Done(() => application.Requirements = [.. requirements]);

    public ValueTask SetSettingsAsync(ClientApplication application, ImmutableDictionary<string, string> settings, CancellationToken cancellationToken) =>
        Done(() => application.Settings = WriteTexts(settings));
}
