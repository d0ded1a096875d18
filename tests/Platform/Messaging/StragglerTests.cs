using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Tests.Web;
using EServices.Platform.Time;
using EServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;

namespace EServices.Platform.Tests.Messaging;

public sealed class StragglerTests
{
    private const int Documents = 64;

    /// <summary>
    /// Confirms arrive while the dispatcher decides who is late: whichever side of that each falls on, its event is cleared, and once. What is cleared twice is
    /// counted twice by everyone who counts what was sent.
    /// </summary>
    [Fact]
    public async Task ConfirmedWhilePatienceEnds_IsClearedOnce()
    {
        var cleared = new ConcurrentQueue<string>();
        var keeper = ClearingKeeper.Create(cleared);
        using var dispatcher = new OutboxDispatcher(
            new Outbox(new Ids(TimeProvider.System, new SeededChance(1))), keeper, new RacingSender(), [], new Impatient(), NullLogger<OutboxDispatcher>.Instance);

        for (var round = 0; round < 400; round++)
        {
            await dispatcher.SettleAsync([.. Enumerable.Range(0, Documents).Select(number => Saved(round, number))], TestContext.Current.CancellationToken);
            var expected = Documents * (round + 1);
            await Eventually.HoldsAsync(() => cleared.Count >= expected, () => $"{cleared.Count} of {expected} cleared");
        }

        var twice = cleared.GroupBy(id => id).Where(times => times.Count() > 1).Select(times => times.Key).ToList();
        Assert.True(twice.Count == 0, $"{twice.Count} of {400 * Documents} were cleared twice, first {twice.FirstOrDefault()}");
    }

    /// <summary>
    /// What is saved of a document while its last event is still on its way has to wait for it, and not for longer: without a word from whoever waited, it would
    /// lie there until a sweep finds it due.
    /// </summary>
    [Fact]
    public async Task SavedBehindOneThatIsStillSent_IsSentOnceThatIsDone()
    {
        var folder = Directory.CreateTempSubdirectory("eservices-straggler-").FullName;
        try
        {
            await using var keeper = Keepers.Open($"sqlite:{Path.Combine(folder, "notes.db")}");
            await keeper.PrepareAsync(Note.Map, Cancel);
            var outbox = new Outbox(new Ids(TimeProvider.System, new SeededChance(1)));
            var sender = new SlowSender("evt_first");
            using var dispatcher = new OutboxDispatcher(outbox, keeper, sender, [Note.Map], new Impatient(), NullLogger<OutboxDispatcher>.Instance)
            {
                SweepEvery = TimeSpan.FromHours(1),
            };
            await dispatcher.StartAsync(Cancel);

            await SaveAsync("not_1", version: 0, "evt_first");
            await Eventually.HoldsAsync(() => sender.Asked.Contains("evt_first"), () => "the first is not on its way");
            await SaveAsync("not_1", version: 1, "evt_behind");
            // Some of these are in the same lane and so come after it.
            for (var other = 0; other < Documents; other++)
                await SaveAsync($"not_other_{other}", version: 0, $"evt_other_{other}");
            await Eventually.HoldsAsync(() => sender.Asked.Count == Documents + 1, () => $"{sender.Asked.Count} asked for");
            Assert.DoesNotContain("evt_behind", sender.Asked);

            sender.Confirm();

            await Eventually.HoldsAsync(() => sender.Asked.Contains("evt_behind"), () => "what came behind still waits");
            await Eventually.HoldsAsync(
                async () => (await keeper.DueAsync(Note.Map.Collection, DateTimeOffset.MaxValue, 1, Cancel)).Count == 0, () => "not all of it is cleared");
            await dispatcher.StopAsync(Cancel);
            Assert.Equal(Documents + 2, sender.Asked.Count);

            async Task SaveAsync(string id, long version, string eventId)
            {
                UnsentEvent[] events = [new(eventId, "type", "{}", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1))];
                var saved = await keeper.SaveAsync(Note.Map, new DocumentWrite(id, version, new BsonDocument("text", id), events, null, DateTimeOffset.UtcNow), Cancel);
                outbox.Offer(new SavedEvents(Note.Map.Collection, id, events, saved.EarlierUnsent));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static SavedEvents Saved(int round, int number) =>
        new(Note.Map.Collection, $"not_{round}_{number}", [new UnsentEvent($"evt_{round}_{number}", "type", "{}", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)], EarlierUnsent: false);

    /// <summary>The confirm comes from another thread, at once.</summary>
    private sealed class RacingSender : IEventSender
    {
        public bool Connected => true;

        public async Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken) => await Task.Yield();
    }

    /// <summary>The confirm of one event comes when the test says so.</summary>
    private sealed class SlowSender(string slow) : IEventSender
    {
        private readonly TaskCompletionSource confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Connected => true;

        public ConcurrentQueue<string> Asked { get; } = new();

        public void Confirm() => confirmed.SetResult();

        public Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken)
        {
            Asked.Enqueue(unsent.EventId);
            return unsent.EventId == slow ? confirmed.Task : Task.CompletedTask;
        }
    }

    /// <summary>Its timers fire when they are made.</summary>
    private sealed class Impatient : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    /// <summary>Remembers what is cleared; nothing else is asked of it.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "The proxy derives from it.")]
    private class ClearingKeeper : DispatchProxy
    {
        private ConcurrentQueue<string> cleared = null!;

        public static IKeeper Create(ConcurrentQueue<string> cleared)
        {
            var keeper = Create<IKeeper, ClearingKeeper>();
            ((ClearingKeeper)keeper).cleared = cleared;
            return keeper;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod?.Name != nameof(IKeeper.SentAsync))
                throw new NotSupportedException(targetMethod?.Name);
            foreach (var sent in (IReadOnlyList<SentEvents>)args![1]!)
            {
                foreach (var id in sent.EventIds)
                    cleared.Enqueue(id);
            }
            return Task.CompletedTask;
        }
    }
}
