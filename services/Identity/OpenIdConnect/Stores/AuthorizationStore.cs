using System.Collections.Immutable;
using System.Text.Json;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace EServices.Identity.OpenIdConnect.Stores;

internal sealed class AuthorizationStore(DocumentStore<Grant> documents, DocumentStore<IssuedToken> tokens, Ids ids)
    : EntityStore<Grant>(documents, Grant.ByCreated.All, ids, "aut"), IOpenIddictAuthorizationStore<Grant>
{
    public IAsyncEnumerable<Grant> FindAsync(
        string? subject, string? client, string? status, string? type, ImmutableArray<string>? scopes, CancellationToken cancellationToken) =>
        AllOf(Narrowest(subject, client), cancellationToken).Where(grant =>
            (subject is null || grant.Subject == subject) && (client is null || grant.ApplicationId == client)
            && (status is null || grant.Status == status) && (type is null || grant.Type == type)
            && (scopes is null || scopes.Value.All(grant.Scopes.Contains)));

    public IAsyncEnumerable<Grant> FindByApplicationIdAsync(string identifier, CancellationToken cancellationToken) =>
        AllOf(Grant.ByApplication.Where(identifier), cancellationToken);

    public IAsyncEnumerable<Grant> FindBySubjectAsync(string subject, CancellationToken cancellationToken) =>
        AllOf(Grant.BySubject.Where(subject), cancellationToken);

    public ValueTask<Grant> InstantiateAsync(CancellationToken cancellationToken) => new(new Grant(NewId()));

    public ValueTask<string?> GetApplicationIdAsync(Grant authorization, CancellationToken cancellationToken) => new(authorization.ApplicationId);

    public ValueTask<DateTimeOffset?> GetCreationDateAsync(Grant authorization, CancellationToken cancellationToken) => new(authorization.CreatedAt);

    public ValueTask<ImmutableDictionary<string, JsonElement>> GetPropertiesAsync(Grant authorization, CancellationToken cancellationToken) =>
        new(ReadProperties(authorization.Properties));

    public ValueTask<ImmutableArray<string>> GetScopesAsync(Grant authorization, CancellationToken cancellationToken) => new([.. authorization.Scopes]);

    public ValueTask<string?> GetStatusAsync(Grant authorization, CancellationToken cancellationToken) => new(authorization.Status);

    public ValueTask<string?> GetSubjectAsync(Grant authorization, CancellationToken cancellationToken) => new(authorization.Subject);

    public ValueTask<string?> GetTypeAsync(Grant authorization, CancellationToken cancellationToken) => new(authorization.Type);

    /// <summary>Removes those made before the threshold that are no longer valid, and ad-hoc ones on which no token hangs any more.</summary>
    public ValueTask<long> PruneAsync(DateTimeOffset threshold, CancellationToken cancellationToken) =>
        RemoveAsync(
            AllOf(Grant.ByCreated.All.LessThan(threshold), cancellationToken).Where(async (grant, stop) =>
                grant.Status != Statuses.Valid
                || (grant.Type == AuthorizationTypes.AdHoc && await tokens.FirstAsync(IssuedToken.ByGrant.Where(grant.Id), stop) is null)),
            cancellationToken);

    public ValueTask<long> RevokeAsync(string? subject, string? client, string? status, string? type, CancellationToken cancellationToken) =>
        ChangeAsync(FindAsync(subject, client, status, type, null, cancellationToken), Revoke, cancellationToken);

    public ValueTask<long> RevokeByApplicationIdAsync(string identifier, CancellationToken cancellationToken = default) =>
        ChangeAsync(FindByApplicationIdAsync(identifier, cancellationToken), Revoke, cancellationToken);

    public ValueTask<long> RevokeBySubjectAsync(string subject, CancellationToken cancellationToken = default) =>
        ChangeAsync(FindBySubjectAsync(subject, cancellationToken), Revoke, cancellationToken);

    public ValueTask SetApplicationIdAsync(Grant authorization, string? identifier, CancellationToken cancellationToken) => Done(() => authorization.ApplicationId = identifier);

    public ValueTask SetCreationDateAsync(Grant authorization, DateTimeOffset? date, CancellationToken cancellationToken) =>
        Done(() => authorization.CreatedAt = date ?? default);

    public ValueTask SetPropertiesAsync(Grant authorization, ImmutableDictionary<string, JsonElement> properties, CancellationToken cancellationToken) =>
        Done(() => authorization.Properties = WriteTexts(properties));

    public ValueTask SetScopesAsync(Grant authorization, ImmutableArray<string> scopes, CancellationToken cancellationToken) => Done(() => authorization.Scopes = [.. scopes]);

    public ValueTask SetStatusAsync(Grant authorization, string? status, CancellationToken cancellationToken) => Done(() => authorization.Status = status);

    public ValueTask SetSubjectAsync(Grant authorization, string? subject, CancellationToken cancellationToken) => Done(() => authorization.Subject = subject);

    public ValueTask SetTypeAsync(Grant authorization, string? type, CancellationToken cancellationToken) => Done(() => authorization.Type = type);

    private static void Revoke(Grant grant) => grant.Status = Statuses.Revoked;

    private static IndexQuery<Grant> Narrowest(string? subject, string? client) =>
        subject is not null ? Grant.BySubject.Where(subject) : client is not null ? Grant.ByApplication.Where(client) : Grant.ByCreated.All;
}
