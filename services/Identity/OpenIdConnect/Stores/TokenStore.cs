using System.Collections.Immutable;
using System.Text.Json;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace EServices.Identity.OpenIdConnect.Stores;

internal sealed class TokenStore(DocumentStore<IssuedToken> documents, DocumentStore<Grant> grants, Ids ids, TimeProvider time)
    : EntityStore<IssuedToken>(documents, IssuedToken.ByCreated.All, ids, "tok"), IOpenIddictTokenStore<IssuedToken>
{
    public IAsyncEnumerable<IssuedToken> FindAsync(string? subject, string? client, string? status, string? type, CancellationToken cancellationToken) =>
        AllOf(Narrowest(subject, client), cancellationToken).Where(token =>
            (subject is null || token.Subject == subject) && (client is null || token.ApplicationId == client)
            && (status is null || token.Status == status) && (type is null || token.Type == type));

    public IAsyncEnumerable<IssuedToken> FindByApplicationIdAsync(string identifier, CancellationToken cancellationToken) =>
        AllOf(IssuedToken.ByApplication.Where(identifier), cancellationToken);

    public IAsyncEnumerable<IssuedToken> FindByAuthorizationIdAsync(string identifier, CancellationToken cancellationToken) =>
        AllOf(IssuedToken.ByGrant.Where(identifier), cancellationToken);

    public async ValueTask<IssuedToken?> FindByReferenceIdAsync(string identifier, CancellationToken cancellationToken) =>
        await Documents.FirstAsync(IssuedToken.ByReference.Where(identifier), cancellationToken);

    public IAsyncEnumerable<IssuedToken> FindBySubjectAsync(string subject, CancellationToken cancellationToken) =>
        AllOf(IssuedToken.BySubject.Where(subject), cancellationToken);

    public ValueTask<IssuedToken> InstantiateAsync(CancellationToken cancellationToken) => new(new IssuedToken(NewId()));

    public ValueTask<string?> GetApplicationIdAsync(IssuedToken token, CancellationToken cancellationToken) => new(token.ApplicationId);

    public ValueTask<string?> GetAuthorizationIdAsync(IssuedToken token, CancellationToken cancellationToken) => new(token.AuthorizationId);

    public ValueTask<DateTimeOffset?> GetCreationDateAsync(IssuedToken token, CancellationToken cancellationToken) => new(token.CreatedAt);

    public ValueTask<DateTimeOffset?> GetExpirationDateAsync(IssuedToken token, CancellationToken cancellationToken) => new(token.ExpiresAt);

    public ValueTask<string?> GetPayloadAsync(IssuedToken token, CancellationToken cancellationToken) => new(token.Payload);

    public ValueTask<ImmutableDictionary<string, JsonElement>> GetPropertiesAsync(IssuedToken token, CancellationToken cancellationToken) => new(ReadProperties(token.Properties));

    public ValueTask<DateTimeOffset?> GetRedemptionDateAsync(IssuedToken token, CancellationToken cancellationToken) => new(token.RedeemedAt);

    public ValueTask<string?> GetReferenceIdAsync(IssuedToken token, CancellationToken cancellationToken) => new(token.ReferenceId);

    public ValueTask<string?> GetStatusAsync(IssuedToken token, CancellationToken cancellationToken) => new(token.Status);

    public ValueTask<string?> GetSubjectAsync(IssuedToken token, CancellationToken cancellationToken) => new(token.Subject);

    public ValueTask<string?> GetTypeAsync(IssuedToken token, CancellationToken cancellationToken) => new(token.Type);

    /// <summary>Removes those made before the threshold that nothing can be done with: expired, used, revoked, or of an authorization that is no longer valid.</summary>
    public ValueTask<long> PruneAsync(DateTimeOffset threshold, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return RemoveAsync(
            AllOf(IssuedToken.ByCreated.All.LessThan(threshold), cancellationToken).Where(async (token, stop) =>
                token.Status is not (Statuses.Valid or Statuses.Inactive)
                || token.ExpiresAt < now
                || (token.AuthorizationId is { } grant && (await grants.FindAsync(grant, stop))?.Status is not Statuses.Valid)),
            cancellationToken);
    }

    public ValueTask<long> RevokeAsync(string? subject, string? client, string? status, string? type, CancellationToken cancellationToken) =>
        ChangeAsync(FindAsync(subject, client, status, type, cancellationToken), Revoke, cancellationToken);

    public ValueTask<long> RevokeByApplicationIdAsync(string identifier, CancellationToken cancellationToken = default) =>
        ChangeAsync(FindByApplicationIdAsync(identifier, cancellationToken), Revoke, cancellationToken);

    public ValueTask<long> RevokeByAuthorizationIdAsync(string identifier, CancellationToken cancellationToken) =>
        ChangeAsync(FindByAuthorizationIdAsync(identifier, cancellationToken), Revoke, cancellationToken);

    public ValueTask<long> RevokeBySubjectAsync(string subject, CancellationToken cancellationToken = default) =>
        ChangeAsync(FindBySubjectAsync(subject, cancellationToken), Revoke, cancellationToken);

    public ValueTask SetApplicationIdAsync(IssuedToken token, string? identifier, CancellationToken cancellationToken) => Done(() => token.ApplicationId = identifier);

    public ValueTask SetAuthorizationIdAsync(IssuedToken token, string? identifier, CancellationToken cancellationToken) => Done(() => token.AuthorizationId = identifier);

    public ValueTask SetCreationDateAsync(IssuedToken token, DateTimeOffset? date, CancellationToken cancellationToken) => Done(() => token.CreatedAt = date ?? default);

    public ValueTask SetExpirationDateAsync(IssuedToken token, DateTimeOffset? date, CancellationToken cancellationToken) => Done(() => token.ExpiresAt = date);

    public ValueTask SetPayloadAsync(IssuedToken token, string? payload, CancellationToken cancellationToken) => Done(() => token.Payload = payload);

    public ValueTask SetPropertiesAsync(IssuedToken token, ImmutableDictionary<string, JsonElement> properties, CancellationToken cancellationToken) =>
        Done(() => token.Properties = WriteTexts(properties));

    public ValueTask SetRedemptionDateAsync(IssuedToken token, DateTimeOffset? date, CancellationToken cancellationToken) => Done(() => token.RedeemedAt = date);

    public ValueTask SetReferenceIdAsync(IssuedToken token, string? identifier, CancellationToken cancellationToken) => Done(() => token.ReferenceId = identifier);

    public ValueTask SetStatusAsync(IssuedToken token, string? status, CancellationToken cancellationToken) => Done(() => token.Status = status);

    public ValueTask SetSubjectAsync(IssuedToken token, string? subject, CancellationToken cancellationToken) => Done(() => token.Subject = subject);

    public ValueTask SetTypeAsync(IssuedToken token, string? type, CancellationToken cancellationToken) => Done(() => token.Type = type);

    private static void Revoke(IssuedToken token) => token.Status = Statuses.Revoked;

    private static IndexQuery<IssuedToken> Narrowest(string? subject, string? client) =>
        subject is not null ? IssuedToken.BySubject.Where(subject) : client is not null ? IssuedToken.ByApplication.Where(client) : IssuedToken.ByCreated.All;
}
