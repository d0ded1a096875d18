using EServices.Identity.Keys;
using EServices.Identity.OpenIdConnect.Stores;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace EServices.Identity.OpenIdConnect;

/// <summary>OpenIddict over our stores, clock, keys and public address.</summary>
internal static class OpenIdConnectHosting
{
    /// <summary>The grant by which citizens' apps turn a mobile number and a one-time code into tokens, without a browser.</summary>
    public const string OtpGrant = "urn:eservices:params:oauth:grant-type:otp";

    private static readonly TimeSpan AccessTokenLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(5);

    // An app that lost the answer may ask again with the same refresh token; after that a second use is theft and ends the whole chain.
    private static readonly TimeSpan RefreshRepeat = TimeSpan.FromSeconds(10);

    public static void AddOpenIdConnect(this WebApplicationBuilder app)
    {
        app.Services.AddOpenIddict()
            .AddCore(core =>
            {
                core.SetDefaultApplicationEntity<ClientApplication>().ReplaceApplicationStore<ClientApplication, ApplicationStore>();
                core.SetDefaultAuthorizationEntity<Grant>().ReplaceAuthorizationStore<Grant, AuthorizationStore>();
                core.SetDefaultTokenEntity<IssuedToken>().ReplaceTokenStore<IssuedToken, TokenStore>();
                core.SetDefaultScopeEntity<ScopeEntry>().ReplaceScopeStore<ScopeEntry, ScopeStore>();
                core.ReplaceApplicationManager<ClientApplication, ClientManager>();
            })
            .AddServer(server =>
            {
                server.SetIssuer(app.Configuration.PublicUrl())
                    .SetAuthorizationEndpointUris("connect/authorize")
                    .SetTokenEndpointUris("connect/token")
                    .SetEndSessionEndpointUris("connect/logout")
                    .SetUserInfoEndpointUris("connect/userinfo")
                    .SetRevocationEndpointUris("connect/revoke")
                    .SetJsonWebKeySetEndpointUris(".well-known/jwks");
                server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()
                    .AllowClientCredentialsFlow()
                    .AllowRefreshTokenFlow()
                    .AllowCustomFlow(OtpGrant);
                server.RegisterScopes(Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.Phone, Scopes.Roles, Scopes.OfflineAccess)
                    .RegisterClaims(
                        Claims.Subject, Claims.Name, Claims.Role, Claims.PhoneNumber, Claims.Email, Principals.Lgd,
                        Claims.AuthenticationMethodReference, Claims.AuthenticationContextReference, Claims.AuthenticationTime);
                server.SetAccessTokenLifetime(AccessTokenLife).SetAuthorizationCodeLifetime(CodeLife).SetRefreshTokenReuseLeeway(RefreshRepeat)
                    .DisableAccessTokenEncryption()
                    .UseReferenceRefreshTokens();
                server.Configure(options =>
                {
                    // Without plain: it proves nothing to whoever can read the request.
                    options.CodeChallengeMethods.Clear();
                    options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
                });
                server.AddEventHandler(DiscoveryAdditions.Descriptor);
                server.UseAspNetCore()
                    // TLS ends before the gateway; on the way from there the network is the platform's own.
                    .DisableTransportSecurityRequirement()
                    .EnableAuthorizationEndpointPassthrough()
                    .EnableTokenEndpointPassthrough()
                    .EnableUserInfoEndpointPassthrough()
                    .EnableEndSessionEndpointPassthrough()
                    .EnableErrorPassthrough();
            });
        app.Services.AddSingleton<TokenKeys>();
        app.Services.AddSingleton<OwnConfiguration>();
        app.Services.AddOptions<OpenIddictServerOptions>().Configure<TokenKeys>((options, keys) =>
        {
            options.SigningCredentials.Add(new SigningCredentials(keys.Signing, SecurityAlgorithms.EcdsaSha256));
            options.EncryptionCredentials.Add(new EncryptingCredentials(keys.Encryption, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
        });
        app.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<OwnConfiguration>((options, own) => options.ConfigurationManager = own);
        app.Services.AddSingleton<StoreXmlRepository>();
        app.Services.AddDataProtection().SetApplicationName("EServices.Identity");
        app.Services.AddOptions<KeyManagementOptions>().Configure<StoreXmlRepository>((options, repository) => options.XmlRepository = repository);
    }

    /// <summary>What a client reads of this service (issuer, endpoints, redirects) is the configured public address, whatever Host header came along.</summary>
    public static void UsePublicAddress(this WebApplication app)
    {
        var address = app.Configuration.PublicUrl();
        app.Use((http, next) =>
        {
            // The gateway says by which name it was called itself.
            if (!http.Request.Headers.ContainsKey("X-Forwarded-Host") && Uri.TryCreate($"{http.Request.Scheme}://{http.Request.Host}/", UriKind.Absolute, out var direct))
                http.Features.Set(new AskedDirectly(direct));
            http.Request.Scheme = address.Scheme;
            http.Request.Host = address.IsDefaultPort ? new HostString(address.Host) : new HostString(address.Host, address.Port);
            return next(http);
        });
    }
}
