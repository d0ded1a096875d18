using EServices.Identity.Guard;
using EServices.Identity.OpenIdConnect.Stores;
using EServices.Identity.Tests.Hosting;
using EServices.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace EServices.Identity.Tests.OpenIdConnect;

/// <summary>OpenIddict's managers over our stores, where the flows don't reach.</summary>
public sealed class StoreTests : IAsyncDisposable
{
    private readonly IdentityHost host = new();
    private readonly AsyncServiceScope scope;

    public StoreTests()
    {
        host.Anonymous().Dispose();
        scope = host.Services.CreateAsyncScope();
    }

    private IOpenIddictTokenManager Tokens => scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();

    private IOpenIddictAuthorizationManager Authorizations => scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();

    private IOpenIddictApplicationManager Applications => scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();

    private IOpenIddictScopeManager Scopes => scope.ServiceProvider.GetRequiredService<IOpenIddictScopeManager>();

    public async ValueTask DisposeAsync()
    {
        await scope.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Token_SavedByTwo_IsALostRaceForTheSecond()
    {
        var token = (IssuedToken)await Tokens.CreateAsync(Token("cit_1"));
        var other = await host.Services.GetRequiredService<DocumentStore<IssuedToken>>().GetAsync(token.Id, CancellationToken.None);
        other.Status = Statuses.Redeemed;
        await host.Services.GetRequiredService<DocumentStore<IssuedToken>>().SaveAsync(other, CancellationToken.None);

        Assert.False(await Tokens.TryRedeemAsync(token));
    }

    [Fact]
    public async Task Tokens_AreFoundByWhatIsKnownOfThem()
    {
        var grant = (Grant)await Authorizations.CreateAsync(Authorization("cit_1"));
        var one = (IssuedToken)await Tokens.CreateAsync(Token("cit_1", grant.Id));
        await Tokens.CreateAsync(Token("cit_2"));

        Assert.Equal([one.Id], await IdsAsync(Tokens.FindByAuthorizationIdAsync(grant.Id)));
        Assert.Equal([one.Id], await IdsAsync(Tokens.FindBySubjectAsync("cit_1")));
        Assert.Equal([one.Id], await IdsAsync(Tokens.FindAsync("cit_1", null, Statuses.Valid, TokenTypeHints.RefreshToken)));
        Assert.Empty(await IdsAsync(Tokens.FindAsync("cit_1", null, Statuses.Revoked, null)));
        Assert.Equal(2, await Tokens.CountAsync());
        Assert.Single(await IdsAsync(Tokens.ListAsync(1, 1)));
    }

    [Fact]
    public async Task Revoke_OfASubject_LeavesOthersAlone()
    {
        var mine = (IssuedToken)await Tokens.CreateAsync(Token("cit_1"));
        var others = (IssuedToken)await Tokens.CreateAsync(Token("cit_2"));

        Assert.Equal(1, await Tokens.RevokeBySubjectAsync("cit_1"));

        Assert.Equal((Statuses.Revoked, Statuses.Valid), (await StatusAsync(mine.Id), await StatusAsync(others.Id)));
    }

    [Fact]
    public async Task Housekeeping_RemovesWhatNobodyCanUse_AndNothingElse()
    {
        var grant = (Grant)await Authorizations.CreateAsync(Authorization("cit_1"));
        var revoked = (Grant)await Authorizations.CreateAsync(Authorization("cit_1"));
        await Authorizations.TryRevokeAsync(revoked);
        var empty = (Grant)await Authorizations.CreateAsync(Authorization("cit_1"));
        var valid = (IssuedToken)await Tokens.CreateAsync(Token("cit_1", grant.Id, days: 90));
        var expired = (IssuedToken)await Tokens.CreateAsync(Token("cit_1", grant.Id, days: 1));
        var ofRevoked = (IssuedToken)await Tokens.CreateAsync(Token("cit_1", revoked.Id, days: 90));
        host.Clock.Advance(TimeSpan.FromDays(15));
        var young = (IssuedToken)await Tokens.CreateAsync(Token("cit_1", days: -1));

        await host.Services.GetRequiredService<Housekeeping>().TidyAsync(CancellationToken.None);

        var left = new List<string>();
        foreach (var id in new[] { valid.Id, expired.Id, ofRevoked.Id, young.Id })
        {
            if (await StatusAsync(id) is not null)
                left.Add(id);
        }
        Assert.Equal([valid.Id, young.Id], left);
        var grants = host.Services.GetRequiredService<DocumentStore<Grant>>();
        Assert.NotNull(await grants.FindAsync(grant.Id, CancellationToken.None));
        Assert.Null(await grants.FindAsync(revoked.Id, CancellationToken.None));
        Assert.Null(await grants.FindAsync(empty.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Application_KeepsAllThatAManagerTellsIt()
    {
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = "whole",
            ClientType = ClientTypes.Public,
            DisplayName = "Whole",
            DisplayNames = { [System.Globalization.CultureInfo.GetCultureInfo("ur")] = "مکمل" },
            RedirectUris = { new Uri("https://a.example/x"), new Uri("https://b.example/y") },
            PostLogoutRedirectUris = { new Uri("https://a.example/") },
            Permissions = { Permissions.Endpoints.Token },
            Requirements = { Requirements.Features.ProofKeyForCodeExchange },
            Settings = { [Settings.TokenLifetimes.AccessToken] = "00:05:00" },
            Properties = { ["dotted.key"] = System.Text.Json.JsonSerializer.SerializeToElement(new[] { 1, 2 }) },
        };
        await Applications.CreateAsync(descriptor);

        var found = new OpenIddictApplicationDescriptor();
        await Applications.PopulateAsync(found, Assert.Single(await ListAsync(Applications.FindByRedirectUriAsync("https://b.example/y"))));

        Assert.Equal("whole", found.ClientId);
        Assert.Equal("مکمل", found.DisplayNames.Single().Value);
        Assert.Equal(descriptor.RedirectUris, found.RedirectUris);
        Assert.Equal("00:05:00", found.Settings[Settings.TokenLifetimes.AccessToken]);
        Assert.Equal("[1,2]", found.Properties["dotted.key"].GetRawText());
        Assert.Single(await ListAsync(Applications.FindByPostLogoutRedirectUriAsync("https://a.example/")));
    }

    [Fact]
    public async Task Scope_IsFoundByNameAndResource()
    {
        await Scopes.CreateAsync(new OpenIddictScopeDescriptor { Name = "statistics", Resources = { "eservices" } });

        Assert.NotNull(await Scopes.FindByNameAsync("statistics"));
        Assert.Single(await ListAsync(Scopes.FindByNamesAsync(["statistics", "unknown", "statistics"])));
        Assert.Single(await ListAsync(Scopes.FindByResourceAsync("eservices")));
    }

    [Fact]
    public async Task Queryables_AreRefusedWithAReason()
    {
        var store = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenStore<IssuedToken>>();

        var refused = await Assert.ThrowsAsync<NotSupportedException>(async () => await store.CountAsync(tokens => tokens, CancellationToken.None));

        Assert.Contains("declared indexes", refused.Message, StringComparison.Ordinal);
    }

    private OpenIddictTokenDescriptor Token(string subject, string? grant = null, int days = 1) => new()
    {
        Subject = subject,
        AuthorizationId = grant,
        Type = TokenTypeHints.RefreshToken,
        Status = Statuses.Valid,
        CreationDate = host.Clock.GetUtcNow(),
        ExpirationDate = host.Clock.GetUtcNow().AddDays(days),
    };

    private OpenIddictAuthorizationDescriptor Authorization(string subject) => new()
    {
        Subject = subject,
        ApplicationId = "cli_1",
        Type = AuthorizationTypes.AdHoc,
        Status = Statuses.Valid,
        CreationDate = host.Clock.GetUtcNow(),
    };

    private async Task<string?> StatusAsync(string id) =>
        (await host.Services.GetRequiredService<DocumentStore<IssuedToken>>().FindAsync(id, CancellationToken.None))?.Status;

    private static async Task<List<string>> IdsAsync(IAsyncEnumerable<object> tokens) => [.. (await ListAsync(tokens)).Select(token => ((IssuedToken)token).Id)];

    private static async Task<List<object>> ListAsync(IAsyncEnumerable<object> entities) => await entities.ToListAsync();
}
