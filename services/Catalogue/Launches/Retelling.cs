using System.Collections.Concurrent;
using EServices.Catalogue.Services;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Launches;

/// <summary>
/// Publishes launched versions again, each once for all who wait for it: what is published goes to everyone, and at the start of a platform several services ask
/// at the same moment for the same thousand definitions.
/// </summary>
internal sealed class Retelling(DocumentStore<ServiceVersion> services, IKeeper keeper, Outbox outbox, IEventSender sender, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Told> told = new(StringComparer.Ordinal);

    private long moment;

    /// <summary>Now, to be given with what is asked for: what is published later than this reaches the one who asked, whose queue stood before it could ask.</summary>
    public long Asked() => Interlocked.Increment(ref moment);

    /// <summary>Ends when all that others were told of a version has been published since <paramref name="asked"/>, or will be by the outbox.</summary>
    public async Task TellAsync(string id, long asked, CancellationToken cancellationToken)
    {
        // Not yet sent for the first time: it is about to be, to the asker too.
        var unsent = await keeper.UnsentAsync(ServiceVersion.Map.Collection, id, cancellationToken);
        if (unsent.Any(waiting => waiting.Type == typeof(ServiceLaunched).FullName))
            return;
        var mine = new Told(Asked());
        var last = told.AddOrUpdate(id, mine, (_, held) => held.Began > asked ? held : mine);
        if (last != mine)
        {
            await last.Published.WaitAsync(cancellationToken);
            return;
        }
        await mine.PublishAsync(async () => await SendAsync((await services.GetAsync(id, cancellationToken)).Told(), cancellationToken));
    }

    public async Task SendAsync(IReadOnlyList<object> facts, CancellationToken cancellationToken)
    {
        foreach (var unsent in outbox.Prepare(facts, time.GetUtcNow()))
            await sender.SendFreshAsync(unsent, cancellationToken);
    }

    private sealed class Told(long began)
    {
        private readonly TaskCompletionSource published = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Began => began;

        public Task Published => published.Task;

        public async Task PublishAsync(Func<Task> publish)
        {
            try
            {
                await publish();
                published.SetResult();
            }
            catch (Exception failure)
            {
                published.SetException(failure);
                // Others who wait hear of it; there may be none.
                _ = published.Task.Exception;
                throw;
            }
        }
    }
}
