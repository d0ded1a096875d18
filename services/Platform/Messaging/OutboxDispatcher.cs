using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using EServices.Platform.Messaging.DeadLetters;
using EServices.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.Messaging;

/// <summary>
/// Sends saved events: right after the save through the outbox's channel, and by a sweep what a crash, a full channel or a lost broker left behind.
/// Documents are spread over lanes by their id: the events of one document keep their order, and a document that can't be sent holds up nobody else.
/// </summary>
internal sealed partial class OutboxDispatcher(
    Outbox outbox, IKeeper keeper, IEventSender sender, IEnumerable<DocumentMap> maps, TimeProvider time, ILogger<OutboxDispatcher> logger) : BackgroundService
{
    internal const int AttemptsBeforeParking = 10;
    internal const string SentCounter = "eservices.outbox.sent";
    private const int Lanes = 8;
    private const int LaneCapacity = 1_000;
    private const int BatchSize = 64;

    /// <summary>Batches of one lane that are being sent or cleared.</summary>
    private const int MostBatches = 4;

    private const int MostStragglers = 256;

    /// <summary>Documents of one look at what is due. Small beside the lanes, so that what is saved meanwhile finds room in them and does not wait behind a long backlog.</summary>
    private const int MostSwept = 2_048;
    private static readonly TimeSpan ConnectionLook = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a sweep that found more than it may take looks whether half of it is done.</summary>
    private static readonly TimeSpan BacklogLook = TimeSpan.FromMilliseconds(5);

    private static readonly Meter Meter = new("EServices.Messaging");
    private static readonly Counter<long> Sent = Meter.CreateCounter<long>(SentCounter, "{event}", "Events that the broker confirmed and the store cleared");

    /// <summary>How long a batch waits for the slowest of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Documents that are still being sent though their batch has gone on; true once more of them was saved meanwhile.</summary>
    private readonly ConcurrentDictionary<(string Collection, string Id), bool> stragglers = new();

    /// <summary>Documents that the sweep has put into a lane and that are not settled yet.</summary>
    private readonly ConcurrentDictionary<(string Collection, string Id), bool> swept = new();

    private volatile int failedBatches;

    private readonly Channel<SavedEvents>[] lanes =
    [
        .. Enumerable.Range(0, Lanes).Select(_ => Channel.CreateBounded<SavedEvents>(LaneCapacity)),
    ];

    /// <summary>How often is looked for what is due, beside what is sent right after its save.</summary>
    internal TimeSpan SweepEvery { get; init; } = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll([SpreadAsync(stoppingToken), SweepAsync(stoppingToken), .. lanes.Select(lane => DrainAsync(lane.Reader, stoppingToken))]);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not sent stays in its documents for the next start.
        }
    }

    private async Task SpreadAsync(CancellationToken stopping)
    {
        await foreach (var saved in outbox.Saved.ReadAllAsync(stopping))
        {
            // At its start a service saves before it is connected. What has waited for longer is due, and the sweep's.
            while (!sender.Connected && saved.Events.All(unsent => unsent.DueAt > time.GetUtcNow()))
                await Task.Delay(ConnectionLook, stopping);
            // Nothing is lost by leaving an event to the sweep; waiting here for a full lane would hold up the others.
            if (sender.Connected)
                LaneOf(saved).TryWrite(saved);
        }
    }

    private ChannelWriter<SavedEvents> LaneOf(SavedEvents saved) =>
        lanes[(uint)string.GetHashCode(saved.DocumentId, StringComparison.Ordinal) % Lanes].Writer;

    private async Task SweepAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(SweepEvery);
        do
        {
            while (!sender.Connected)
                await Task.Delay(ConnectionLook, stopping);
            // What a broker left behind that was away for an hour does not wait for the next tick after every look; but where batches fail, it does.
            var failed = failedBatches;
            while (failed == failedBatches && sender.Connected && await SweepOnceAsync(stopping))
                await HalfDoneAsync(stopping);
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    /// <summary>Puts what is due into the lanes. True when there may be more of it.</summary>
    private async Task<bool> SweepOnceAsync(CancellationToken stopping)
    {
        var more = false;
        foreach (var map in maps)
        {
            try
            {
                var due = await keeper.DueAsync(map.Collection, time.GetUtcNow(), MostSwept, stopping);
                foreach (var id in due.Where(id => swept.TryAdd((map.Collection, id), true)))
                {
                    var left = new SavedEvents(map.Collection, id, [], EarlierUnsent: true);
                    await LaneOf(left).WriteAsync(left, stopping);
                }
                more |= due.Count == MostSwept;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                SweepFailed(map.Collection, failure);
            }
        }
        return more;
    }

    /// <summary>Waits until half of what was swept is settled, or for as long as a sweep waits anyway.</summary>
    private async Task HalfDoneAsync(CancellationToken stopping)
    {
        for (var until = time.GetUtcNow() + SweepEvery; swept.Count > MostSwept / 2 && time.GetUtcNow() < until;)
            await Task.Delay(BacklogLook, stopping);
    }

    /// <summary>
    /// Batches are sent without waiting for the confirms of those before, which would add half a confirm's time to every event. Only a document that is still
    /// being sent or cleared is waited for: until it is cleared, the store counts its events among those to be sent, and a later one must not overtake them.
    /// </summary>
    private async Task DrainAsync(ChannelReader<SavedEvents> lane, CancellationToken stopping)
    {
        var underWay = new List<(Task Settled, HashSet<(string Collection, string Id)> Documents)>(MostBatches);
        while (await lane.WaitToReadAsync(stopping))
        {
            if (underWay.Count == MostBatches)
                await Task.WhenAny(underWay.Select(batch => batch.Settled));
            var saves = new List<SavedEvents>();
            while (saves.Count < BatchSize && lane.TryRead(out var saved))
                saves.Add(saved);
            var documents = saves.Select(saved => (saved.Collection, saved.DocumentId)).ToHashSet();
            foreach (var (settled, others) in underWay)
            {
                if (!settled.IsCompleted && others.Overlaps(documents))
                    await settled;
            }
            underWay.RemoveAll(batch => batch.Settled.IsCompleted);
            underWay.Add((SettledAsync(saves, stopping), documents));
        }
    }

    private async Task SettledAsync(IReadOnlyList<SavedEvents> batch, CancellationToken stopping)
    {
        try
        {
            await SettleAsync(batch, stopping);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The events stay unsent in their documents; consumers know those that were sent in spite of it by their ids.
            Interlocked.Increment(ref failedBatches);
            BatchFailed(failure);
        }
        finally
        {
            foreach (var left in batch.Where(saved => saved.Events.Count == 0))
                swept.TryRemove((left.Collection, left.DocumentId), out _);
        }
    }

    /// <summary>Sends what these saves left unsent, and clears what the broker has confirmed.</summary>
    internal async Task SettleAsync(IReadOnlyList<SavedEvents> batch, CancellationToken stopping) =>
        await ClearAsync(await SendAllAsync(batch, stopping), stopping);

    /// <summary>
    /// Sends what these saves left unsent, the documents beside each other. One whose confirm is slow holds up nobody else: it goes on by itself, is left alone
    /// meanwhile, and is cleared when it is done.
    /// </summary>
    private async Task<(string Collection, SentEvents Events)[]> SendAllAsync(IReadOnlyList<SavedEvents> batch, CancellationToken stopping)
    {
        var documents = batch.GroupBy(saved => (saved.Collection, saved.DocumentId)).Where(group => !WaitsBehind(group.Key))
            .Select(group => (group.Key, Fresh: FreshOf([.. group]))).ToList();
        // One look for all of a collection: a backlog is read as fast as it is sent.
        var unsent = documents.Where(document => document.Fresh is null).GroupBy(document => document.Key.Collection, document => document.Key.DocumentId)
            .ToDictionary(ids => ids.Key, ids => keeper.UnsentAsync(ids.Key, [.. ids], stopping));
        var sends = documents.ConvertAll(document => (document.Key, Sent: document.Fresh is { } fresh
            ? SendAsync(document.Key, fresh, fresh: true, stopping)
            : SendUnsentAsync(document.Key, unsent[document.Key.Collection], stopping)));
        var all = Task.WhenAll(sends.Select(send => send.Sent));
        if (all.IsCompleted || stragglers.Count >= MostStragglers)
        {
            await all;
        }
        else
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await Task.WhenAny(all, Task.Delay(Patience, time, enough.Token));
            enough.Cancel();
        }
        // Asked once of each: one that is done a moment later has been left to itself all the same, and is cleared there alone.
        var done = new List<Task<(string Collection, SentEvents Events)>>(sends.Count);
        foreach (var (document, sent) in sends)
        {
            if (sent.IsCompleted)
            {
                done.Add(sent);
                continue;
            }
            stragglers[document] = false;
            _ = FinishAsync(document, sent, stopping);
        }
        return await Task.WhenAll(done);
    }

    /// <summary>True of a document that is still being sent: what was saved meanwhile is looked for once that is done.</summary>
    private bool WaitsBehind((string Collection, string Id) document)
    {
        while (stragglers.TryGetValue(document, out var more))
        {
            if (more || stragglers.TryUpdate(document, newValue: true, comparisonValue: false))
                return true;
        }
        return false;
    }

    private async Task FinishAsync((string Collection, string Id) document, Task<(string Collection, SentEvents Events)> sending, CancellationToken stopping)
    {
        var cleared = false;
        try
        {
            await ClearAsync([await sending], stopping);
            cleared = true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            BatchFailed(failure);
        }
        catch (OperationCanceledException)
        {
            // What was not sent stays in its document for the next start.
        }
        finally
        {
            if (stragglers.TryRemove(document, out var more) && more && cleared)
            {
                var left = new SavedEvents(document.Collection, document.Id, [], EarlierUnsent: true);
                LaneOf(left).TryWrite(left);
            }
        }
    }

    private async Task ClearAsync((string Collection, SentEvents Events)[] sent, CancellationToken stopping)
    {
        foreach (var collection in sent.Where(document => document.Events.EventIds.Count > 0).GroupBy(document => document.Collection))
        {
            await keeper.SentAsync(collection.Key, [.. collection.Select(document => document.Events)], stopping);
            Sent.Add(collection.Sum(document => document.Events.EventIds.Count));
        }
    }

    /// <summary>The events of a document's only save; null whenever an earlier event may still wait, and the document as the store has it tells the order.</summary>
    private static IReadOnlyList<UnsentEvent>? FreshOf(List<SavedEvents> saves) => saves is [{ EarlierUnsent: false } only] ? only.Events : null;

    private async Task<(string Collection, SentEvents Events)> SendUnsentAsync(
        (string Collection, string Id) document, Task<IReadOnlyDictionary<string, IReadOnlyList<UnsentEvent>>> unsent, CancellationToken stopping) =>
        await SendAsync(document, (await unsent).GetValueOrDefault(document.Id, []), fresh: false, stopping);

    /// <summary>Sends the events of one document in order, up to the first that fails.</summary>
    private async Task<(string Collection, SentEvents Events)> SendAsync(
        (string Collection, string Id) document, IReadOnlyList<UnsentEvent> events, bool fresh, CancellationToken stopping)
    {
        var (collection, id) = document;
        var sent = new List<string>(events.Count);
        foreach (var unsent in events)
        {
            if (unsent.Attempts > 0 && unsent.DueAt > time.GetUtcNow())
                break;
            try
            {
                await (fresh ? sender.SendFreshAsync(unsent, stopping) : sender.SendAsync(unsent, stopping));
                sent.Add(unsent.EventId);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                // Later events keep behind one that will be tried again, but not behind one that is parked.
                if (!await ParkedAsync(collection, id, unsent, failure, stopping))
                    break;
            }
        }
        return (collection, new SentEvents(id, sent));
    }

    /// <summary>Records a failed attempt; true when the event is parked by it.</summary>
    private async Task<bool> ParkedAsync(string collection, string id, UnsentEvent unsent, Exception failure, CancellationToken stopping)
    {
        // A broker that is away is nobody's fault: the event keeps its attempts and waits.
        var blameless = failure is not UnsendableEventException && !sender.Connected;
        var attempts = blameless ? unsent.Attempts : unsent.Attempts + 1;
        var parked = failure is UnsendableEventException || attempts >= AttemptsBeforeParking;
        var wait = TimeSpan.FromSeconds(Math.Min(300, Math.Pow(2, attempts)));
        await keeper.FailedAsync(collection, id, unsent.EventId, attempts, parked ? null : time.GetUtcNow() + wait, Failure.Of(failure).ToString(), stopping);
        if (parked)
            EventParked(unsent.Type, unsent.EventId, attempts, failure);
        else
            SendFailed(unsent.Type, unsent.EventId, attempts, failure.Message);
        return parked;
    }

    [LoggerMessage(EventName = "OutboxSweepFailed", Level = LogLevel.Warning, Message = "The sweep of {Collection} failed; the next one tries again")]
    private partial void SweepFailed(string collection, Exception failure);

    [LoggerMessage(EventName = "OutboxBatchFailed", Level = LogLevel.Warning, Message = "A batch of events could not be settled; the sweep repeats what is left")]
    private partial void BatchFailed(Exception failure);

    [LoggerMessage(EventName = "EventSendFailed", Level = LogLevel.Warning, Message = "{Type} {EventId} was not sent (attempt {Attempts}): {Reason}")]
    private partial void SendFailed(string type, string eventId, int attempts, string reason);

    [LoggerMessage(EventName = "EventParked", Level = LogLevel.Error, Message = "{Type} {EventId} is parked after {Attempts} attempts")]
    private partial void EventParked(string type, string eventId, int attempts, Exception failure);
}
