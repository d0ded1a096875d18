using EServices.Platform.Storage;

namespace EServices.Identity.OpenIdConnect.Stores;

// OpenIddict's entities as documents. OpenIddict makes them empty, fills them in by its managers and then has them created,
// so their setters are open to this room; what they may hold is the managers' business.

/// <summary>A client: a front end, a command-line tool or a machine.</summary>
internal sealed class ClientApplication : Document
{
    public static readonly DocumentMap<ClientApplication> Map = new("oidc_applications");
    public static readonly DocumentIndex<ClientApplication> ByClientId = Map.Unique("by_client_id", client => client.ClientId);
    public static readonly DocumentIndex<ClientApplication> ByRedirectUri = Map.Index("by_redirect_uri", client => client.RedirectUris);
    public static readonly DocumentIndex<ClientApplication> ByPostLogoutRedirectUri = Map.Index("by_post_logout_redirect_uri", client => client.PostLogoutRedirectUris);

    public ClientApplication(string id)
        : base(id)
    {
    }

    private ClientApplication()
    {
    }

    public string? ClientId { get; set; }
    public string? ClientSecret { get; set; }
    public string? ClientType { get; set; }
    public string? ApplicationType { get; set; }
    public string? ConsentType { get; set; }
    public string? DisplayName { get; set; }
    public string? DisplayNames { get; set; }
    public string? JsonWebKeySet { get; set; }
    public IReadOnlyList<string> Permissions { get; set; } = [];
    public IReadOnlyList<string> RedirectUris { get; set; } = [];
    public IReadOnlyList<string> PostLogoutRedirectUris { get; set; } = [];
    public IReadOnlyList<string> Requirements { get; set; } = [];
    public string? Settings { get; set; }
    public string? Properties { get; set; }
}

/// <summary>That someone let a client act for them: what a chain of tokens hangs on, and is revoked by.</summary>
internal sealed class Grant : Document
{
    public static readonly DocumentMap<Grant> Map = new("oidc_authorizations");
    public static readonly DocumentIndex<Grant> ByCreated = Map.Index("by_created", grant => grant.CreatedAt);
    public static readonly DocumentIndex<Grant> BySubject = Map.Index("by_subject", grant => grant.Subject);
    public static readonly DocumentIndex<Grant> ByApplication = Map.Index("by_application", grant => grant.ApplicationId);

    public Grant(string id)
        : base(id)
    {
    }

    private Grant()
    {
    }

    public string? ApplicationId { get; set; }
    public string? Subject { get; set; }
    public string? Status { get; set; }
    public string? Type { get; set; }
    public IReadOnlyList<string> Scopes { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }
    public string? Properties { get; set; }
}

/// <summary>The record of a token: what makes a code single-use and a refresh token rotate. A reference token's payload is in it, encrypted.</summary>
internal sealed class IssuedToken : Document
{
    public static readonly DocumentMap<IssuedToken> Map = new("oidc_tokens");
    public static readonly DocumentIndex<IssuedToken> ByCreated = Map.Index("by_created", token => token.CreatedAt);
    public static readonly DocumentIndex<IssuedToken> BySubject = Map.Index("by_subject", token => token.Subject);
    public static readonly DocumentIndex<IssuedToken> ByApplication = Map.Index("by_application", token => token.ApplicationId);
    public static readonly DocumentIndex<IssuedToken> ByGrant = Map.Index("by_authorization", token => token.AuthorizationId);
    public static readonly DocumentIndex<IssuedToken> ByReference = Map.Unique("by_reference", token => token.ReferenceId);

    public IssuedToken(string id)
        : base(id)
    {
    }

    private IssuedToken()
    {
    }

    public string? ApplicationId { get; set; }
    public string? AuthorizationId { get; set; }
    public string? Subject { get; set; }
    public string? Status { get; set; }
    public string? Type { get; set; }
    public string? ReferenceId { get; set; }
    public string? Payload { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RedeemedAt { get; set; }
    public string? Properties { get; set; }
}

/// <summary>A scope that is registered at run time. The platform's own scopes are registered in code.</summary>
internal sealed class ScopeEntry : Document
{
    public static readonly DocumentMap<ScopeEntry> Map = new("oidc_scopes");
    public static readonly DocumentIndex<ScopeEntry> ByName = Map.Unique("by_name", scope => scope.Name);
    public static readonly DocumentIndex<ScopeEntry> ByResource = Map.Index("by_resource", scope => scope.Resources);

    public ScopeEntry(string id)
        : base(id)
    {
    }

    private ScopeEntry()
    {
    }

    public string? Name { get; set; }
    public string? DisplayName { get; set; }
    public string? DisplayNames { get; set; }
    public string? Description { get; set; }
    public string? Descriptions { get; set; }
    public IReadOnlyList<string> Resources { get; set; } = [];
    public string? Properties { get; set; }
}
