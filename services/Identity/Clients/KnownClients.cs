using EServices.Identity.OpenIdConnect;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace EServices.Identity.Clients;

/// <summary>The platform's own front ends. They are public: what they hold can be read by whoever runs them, so PKCE stands in for a secret.</summary>
internal static class KnownClients
{
    public const string Web = "web";
    public const string Cli = "cli";

    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Brings both to what this version and its configuration say; addresses of <c>web</c> come from <c>Identity:Web:RedirectUris</c> and <c>…:SignedOutUris</c>.</summary>
    public static async Task SeedAsync(IOpenIddictApplicationManager clients, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var web = Public(Web, "Web front end", ApplicationTypes.Web);
        web.RedirectUris.UnionWith(Addresses(configuration, "Identity:Web:RedirectUris"));
        web.PostLogoutRedirectUris.UnionWith(Addresses(configuration, "Identity:Web:SignedOutUris"));
        await KeepAsync(clients, web, cancellationToken);

        // Command-line tools listen on a port of the moment: registered without one, any is taken (RFC 8252, 7.3).
        var cli = Public(Cli, "Command-line tools", ApplicationTypes.Native);
        cli.RedirectUris.UnionWith(LoopbackHosts.Select(host => new Uri($"http://{host}/callback")));
        await KeepAsync(clients, cli, cancellationToken);
    }

    private static OpenIddictApplicationDescriptor Public(string id, string name, string type) => new()
    {
        ClientId = id,
        DisplayName = name,
        ClientType = ClientTypes.Public,
        ApplicationType = type,
        ConsentType = ConsentTypes.Implicit,
        Permissions =
        {
            Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.EndSession, Permissions.Endpoints.Revocation,
            Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.Prefixes.GrantType + OpenIdConnectHosting.OtpGrant,
            Permissions.ResponseTypes.Code,
            Permissions.Scopes.Profile, Permissions.Scopes.Email, Permissions.Scopes.Phone, Permissions.Scopes.Roles,
        },
        Requirements = { Requirements.Features.ProofKeyForCodeExchange },
    };

    private static IEnumerable<Uri> Addresses(IConfiguration configuration, string key) =>
        configuration.GetSection(key).GetChildren().Select(entry => Uri.TryCreate(entry.Value, UriKind.Absolute, out var address) && address.Fragment.Length == 0
            ? address
            : throw new InvalidOperationException($"Configuration '{entry.Path}' is not an absolute address without a fragment: '{entry.Value}'."));

    private static async Task KeepAsync(IOpenIddictApplicationManager clients, OpenIddictApplicationDescriptor wanted, CancellationToken cancellationToken)
    {
        if (await clients.FindByClientIdAsync(wanted.ClientId!, cancellationToken) is { } there)
            await clients.UpdateAsync(there, wanted, cancellationToken);
        else
            await clients.CreateAsync(wanted, cancellationToken);
    }
}
