using EServices.Identity.Clients;
using EServices.Identity.Keys;
using EServices.Identity.Staff;
using OpenIddict.Abstractions;

namespace EServices.Identity;

/// <summary>What has to be there before anything is served: keys, clients, accounts. Runs once the store is prepared.</summary>
internal sealed class FirstThings(TokenKeys keys, StaffSeed staff, IServiceScopeFactory scopes, IConfiguration configuration) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        StoreFile.Protect(configuration);
        await keys.LoadAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        await KnownClients.SeedAsync(scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>(), configuration, cancellationToken);
        await staff.SeedAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
