using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Tests.Web;
using EServices.Platform.Time;
using EServices.Testing;
using Microsoft.Extensions.Logging.Abstractions;

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

    private static SavedEvents Saved(int round, int number) =>
        new(Note.Map.Collection, $"not_{round}_{number}", [new UnsentEvent($"evt_{round}_{number}", "type", "{}", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)], EarlierUnsent: false);

    /// <summary>The confirm comes from another thread, at once.</summary>
    private sealed class RacingSender : IEventSender
    {
        public bool Connected => true;

        public async Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken) => await Task.Yield();
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
