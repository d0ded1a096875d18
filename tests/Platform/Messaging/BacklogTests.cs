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

/// <summary>What waits after a broker was away for long. The sweep comes once only in these tests: whatever it leaves is never sent.</summary>
public sealed class BacklogTests : IDisposable
{
    private const int Documents = 5_000;
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);
    private readonly string folder = Directory.CreateTempSubdirectory("eservices-backlog-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task LongerThanOneLookTakes_IsSentInOneSweep_EachEventOnceAndInOrder()
    {
        await using var keeper = await FilledAsync();
        var sender = new CountingSender();
        using var dispatcher = Dispatcher(keeper, sender);

        await dispatcher.StartAsync(Cancel);
        await Eventually.HoldsAsync(
            async () => (await keeper.DueAsync(Note.Map.Collection, DateTimeOffset.MaxValue, 1, Cancel)).Count == 0, () => $"{sender.Sent.Count} of {2 * Documents} sent");
        await dispatcher.StopAsync(Cancel);

        Assert.Equal(2 * Documents, sender.Sent.Count);
        var places = sender.Sent.Select((id, place) => (id, place)).ToDictionary(sent => sent.id, sent => sent.place);
        Assert.Equal(2 * Documents, places.Count);
        Assert.All(Enumerable.Range(0, Documents), number => Assert.True(places[$"evt_{number}_a"] < places[$"evt_{number}_b"], $"document {number} out of order"));
    }

    [Fact]
    public async Task StoreThatClearsNothing_IsNotSweptOverAndOver()
    {
        await using var filled = await FilledAsync();
        var keeper = UnclearingKeeper.Over(filled);
        var store = (UnclearingKeeper)keeper;
        var outbox = new Outbox(new Ids(TimeProvider.System, new SeededChance(1)));
        using var dispatcher = Dispatcher(keeper, new CountingSender(), outbox);

        await dispatcher.StartAsync(Cancel);
        await Eventually.HoldsAsync(() => store.Refused >= store.Found && store.Found > 0, () => $"{store.Refused} of {store.Found} refused");
        // What is saved now goes its way, one after the other: long enough for a sweep that does not rest to come again.
        var before = store.Refused;
        for (var number = 0; number < 200; number++)
        {
            outbox.Offer(new SavedEvents(Note.Map.Collection, $"not_new_{number}", [Waiting($"evt_new_{number}")], EarlierUnsent: false));
            var expected = before + number + 1;
            await Eventually.HoldsAsync(() => store.Refused >= expected, () => $"{store.Refused} of {expected} refused");
        }
        await dispatcher.StopAsync(Cancel);

        Assert.Equal(1, store.Looks);
    }

    private static OutboxDispatcher Dispatcher(IKeeper keeper, IEventSender sender, Outbox? outbox = null) =>
        new(outbox ?? new Outbox(new Ids(TimeProvider.System, new SeededChance(1))), keeper, sender, [Note.Map], TimeProvider.System, NullLogger<OutboxDispatcher>.Instance)
        {
            SweepEvery = Never,
        };

    private static UnsentEvent Waiting(string id) => new(id, "type", "{}", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    private async Task<IKeeper> FilledAsync()
    {
        var keeper = Keepers.Open($"sqlite:{Path.Combine(folder, "notes.db")}");
        await keeper.PrepareAsync(Note.Map, Cancel);
        await Task.WhenAll(Enumerable.Range(0, Documents).Select(number => keeper.SaveAsync(
            Note.Map,
            new DocumentWrite(
                $"not_{number}", 0, new BsonDocument("text", $"{number}"), [Waiting($"evt_{number}_a"), Waiting($"evt_{number}_b")], null, DateTimeOffset.UnixEpoch),
            Cancel)));
        return keeper;
    }

    private sealed class CountingSender : IEventSender
    {
        public bool Connected => true;

        public ConcurrentQueue<string> Sent { get; } = new();

        public async Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Sent.Enqueue(unsent.EventId);
        }
    }

    /// <summary>A store that can be read and does not clear.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "The proxy derives from it.")]
    private class UnclearingKeeper : DispatchProxy
    {
        private IKeeper inner = null!;
        private int refused;
        private int looks;

        public int Looks => looks;

        /// <summary>Documents that the looks found due.</summary>
        public int Found { get; private set; }

        /// <summary>Documents that were not cleared.</summary>
        public int Refused => refused;

        public static IKeeper Over(IKeeper inner)
        {
            var keeper = Create<IKeeper, UnclearingKeeper>();
            ((UnclearingKeeper)keeper).inner = inner;
            return keeper;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case nameof(IKeeper.SentAsync):
                    Interlocked.Add(ref refused, ((IReadOnlyList<SentEvents>)args![1]!).Count);
                    return Task.FromException(new StoreBusyException("full", TimeSpan.FromSeconds(1)));
                case nameof(IKeeper.DueAsync):
                    Interlocked.Increment(ref looks);
                    return LookAsync((Task<IReadOnlyList<string>>)targetMethod.Invoke(inner, args)!);
                default:
                    return targetMethod.Invoke(inner, args);
            }
        }

        private async Task<IReadOnlyList<string>> LookAsync(Task<IReadOnlyList<string>> look)
        {
            var found = await look;
            Found += found.Count;
            return found;
        }
    }
}
