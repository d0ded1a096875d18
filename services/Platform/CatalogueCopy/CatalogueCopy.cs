using System.Diagnostics;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.CatalogueCopy;

internal sealed class WhenServiceLaunched(DocumentStore<KnownService> services) : IReaction<ServiceLaunched>
{
    public async Task On(ServiceLaunched fact, Delivery delivery, CancellationToken cancellationToken)
    {
        // A launched version never changes, so the first copy is the copy: a replay has nothing to do, and it comes to everyone when one asks.
        if (await services.CountAsync(KnownService.ByService.Where(fact.ServiceId, fact.Version), cancellationToken) > 0)
            return;
        try
        {
            await services.SaveAsync(new KnownService(fact), cancellationToken);
        }
        catch (DuplicateKeyException)
        {
        }
    }
}

internal sealed class WhenServiceSuspended(DocumentStore<KnownService> services) : IReaction<ServiceSuspended>
{
    /// <exception cref="DocumentNotFoundException">It came before the launch it speaks of, and is to be tried again.</exception>
    public async Task On(ServiceSuspended fact, Delivery delivery, CancellationToken cancellationToken)
    {
        var id = KnownService.KeyOf(fact.ServiceId, fact.Version);
        var known = await services.GetAsync(id, cancellationToken);
        // Catalogue tells it again at every replay, each time as a new event: nothing is saved for what is known.
        if (known.Suspended != fact.Reason)
            await services.ReactAsync(id, delivery, service => service.Suspend(fact.Reason), cancellationToken);
    }
}

internal sealed class WhenCatalogueReplayed(CatalogueCopyState state) : IReaction<CatalogueReplayed>
{
    public Task On(CatalogueReplayed fact, Delivery delivery, CancellationToken cancellationToken)
    {
        if (fact.RequestedBy == state.Service)
            state.Answered(fact.Missing);
        return Task.CompletedTask;
    }
}

/// <summary>Whether the copy has been complete once since it was begun. Until then the service is not ready: it would refuse services that exist.</summary>
public sealed class CatalogueCopyState(IHostEnvironment environment, Microsoft.Extensions.Configuration.IConfiguration configuration) : IHealthCheck
{
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal string Service { get; } = configuration["OTEL_SERVICE_NAME"] ?? environment.ApplicationName;

    internal Task Completed => complete.Task;

    /// <summary>Ends when Catalogue has answered, whatever it said.</summary>
    internal Task NextAnswer => answer.Task;

    internal void Answered(int missing)
    {
        if (missing == 0)
            complete.TrySetResult();
        Interlocked.Exchange(ref answer, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(complete.Task.IsCompleted ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Waiting for Catalogue to confirm that no launched service is missing here."));
}

/// <summary>
/// Asks Catalogue, at start and until it answers that nothing is missing, for the launched services that this copy lacks. An event that was published before this
/// service's queue existed is not lost that way.
/// </summary>
internal sealed partial class AskForCatalogue(
    DocumentStore<KnownService> services, IEventSender sender, CatalogueCopyState state, Ids ids, TimeProvider time, ILogger<AskForCatalogue> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Without anything new for so long, nothing is on its way any more. Asking while a catalogue is still arriving would have all of it sent once more, to
    /// everyone who listens.
    /// </summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1.5);

    /// <summary>What Catalogue sent again before its answer is still being saved here when the answer arrives.</summary>
    private static readonly TimeSpan QuietAfterAnswer = TimeSpan.FromMilliseconds(400);

    /// <summary>A request is lost only while Catalogue has no queue yet; else it waits there for as long as Catalogue is away.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await AskUntilCompleteAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start asks again.
        }
    }

    private async Task AskUntilCompleteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look);
        var pace = new AskingPace(Quiet, QuietAfterAnswer, LostAfter, LongestPause);
        var clock = Stopwatch.StartNew();
        var answer = state.NextAnswer;
        do
        {
            try
            {
                // The answer comes through a queue of this service, so that has to be bound before.
                if (sender.WhyNotReady is not null)
                    continue;
                if (!pace.Asks(await services.CountAsync(KnownService.ByService.All, stoppingToken), answer.IsCompleted, clock.Elapsed))
                    continue;
                answer = state.NextAnswer;
                await AskAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                pace.Failed();
                AskingFailed(failure.Message);
            }
        }
        while (!state.Completed.IsCompleted && await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Asks once; whether an answer comes, and whether it says that nothing is missing, shows in the state.</summary>
    internal async Task AskAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, int>();
        await foreach (var id in services.IdsAsync(KnownService.ByService.All, cancellationToken))
        {
            // Versions come in order; behind a gap nothing counts as known, so that the gap is told again.
            var (service, version) = KnownService.Of(id);
            if (known.GetValueOrDefault(service) == version - 1)
                known[service] = version;
        }
        var request = new CatalogueReplayRequested(state.Service, known);
        var now = time.GetUtcNow();
        await sender.SendAsync(
            new UnsentEvent(ids.New("evt"), request.GetType().FullName!, System.Text.Json.JsonSerializer.Serialize(request, ContractJson.Options), now, now),
            cancellationToken);
    }

    [LoggerMessage(EventName = "CatalogueAskFailed", Level = LogLevel.Warning, Message = "Asking for the catalogue failed and is repeated: {Reason}")]
    private partial void AskingFailed(string reason);
}
