using EServices.Identity.Clients;
using EServices.Identity.OpenIdConnect.Stores;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace EServices.Identity.OpenIdConnect;

/// <summary>In a sandbox a front end under development signs in from whatever loopback address its tools serve it on; elsewhere only registered addresses count.</summary>
internal sealed class ClientManager(
    IOpenIddictApplicationCache<ClientApplication> cache, ILogger<OpenIddictApplicationManager<ClientApplication>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options, IOpenIddictApplicationStore<ClientApplication> store, IConfiguration configuration)
    : OpenIddictApplicationManager<ClientApplication>(cache, logger, options, store)
{
    private readonly bool sandbox = configuration.GetValue("ESERVICES_SANDBOX", false);

    public override async ValueTask<bool> ValidateRedirectUriAsync(ClientApplication application, string uri, CancellationToken cancellationToken = default) =>
        MayComeFrom(application, uri) || await base.ValidateRedirectUriAsync(application, uri, cancellationToken);

    public override async ValueTask<bool> ValidatePostLogoutRedirectUriAsync(ClientApplication application, string uri, CancellationToken cancellationToken = default) =>
        MayComeFrom(application, uri) || await base.ValidatePostLogoutRedirectUriAsync(application, uri, cancellationToken);

    private bool MayComeFrom(ClientApplication application, string uri) =>
        sandbox && application.ClientId == KnownClients.Web
        && Uri.TryCreate(uri, UriKind.Absolute, out var address)
        && address is { Scheme: "http", UserInfo: "", Fragment: "", IsLoopback: true };
}
