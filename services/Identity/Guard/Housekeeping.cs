using EServices.Identity.OneTimeCodes;
using EServices.Platform.Storage;
using OpenIddict.Abstractions;

namespace EServices.Identity.Guard;

/// <summary>Removes what nobody can use any more: tokens, authorizations, codes and counted attempts.</summary>
internal sealed partial class Housekeeping(
    IServiceScopeFactory scopes, DocumentStore<OneTimeCode> codes, DocumentStore<Attempts> attempts, TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    private const int MostAtOnce = 10_000;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    // Used refresh tokens are kept longer than this only while valid: a second use has to be recognised within the time a thief would try.
    private static readonly TimeSpan TokensKept = TimeSpan.FromDays(14);
    private static readonly TimeSpan AttemptsKept = TimeSpan.FromDays(1);

    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(now - TokensKept, cancellationToken);
        await scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>().PruneAsync(now - TokensKept, cancellationToken);
        await RemoveAsync(codes, OneTimeCode.ByIssued.All.LessThan(now - AttemptsKept), cancellationToken);
        await RemoveAsync(attempts, Attempts.ByLast.All.LessThan(now - AttemptsKept), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await TidyAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Failed(failure);
            }
        }
    }

    private static async Task RemoveAsync<T>(DocumentStore<T> store, IndexQuery<T> query, CancellationToken cancellationToken)
        where T : Document
    {
        await foreach (var document in store.AllAsync(query, cancellationToken).Take(MostAtOnce))
        {
            try
            {
                await store.DeleteAsync(document, cancellationToken);
            }
            catch (StorageException busy) when (busy is ConflictException or DocumentNotFoundException)
            {
                // In use again, or its event waits to be sent; the next round sees.
            }
        }
    }

    [LoggerMessage(EventName = "HousekeepingFailed", Level = LogLevel.Warning, Message = "Tidying up failed; the next round tries again")]
    private partial void Failed(Exception failure);
}
