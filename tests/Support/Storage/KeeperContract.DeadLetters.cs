using EServices.Platform.Messaging.DeadLetters;
using EServices.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EServices.Testing.Storage;

/// <summary>Dead letters on each keeper: what operations ask is answered by a declared index, and what was parked in a document is moved without a gap.</summary>
public abstract partial class KeeperContract
{
    [Fact]
    public async Task DeadLetters_AreFoundByStateEventAndTime_AndDueOnlyWhileTheyWait()
    {
        var letters = await DeadLettersAsync();
        var now = Clock.GetUtcNow();
        foreach (var (number, type, tries) in new[] { (1, "EServices.A", 0), (2, "EServices.B", 0), (3, "EServices.A", 2), (4, "EServices.A", 0) })
        {
            await letters.SaveAsync(
                new DeadLetter(
                    $"dlt_{number}", DeadLetterSource.Queue, "parcels.when-told",
                    new EventInTrouble($"evt_{number}", type, """{"what":"é"}""", now, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", null, null, null),
                    1, new Failure("System.TimeoutException", "late", null), now.AddSeconds(number), tries, TimeSpan.FromSeconds(10)),
                Cancel);
        }

        async Task<IEnumerable<string>> FoundAsync(IndexQuery<DeadLetter> query) => (await letters.ListAsync(query, null, 10, Cancel)).Items.Select(letter => letter.Id);
        Assert.Equal(["dlt_4", "dlt_2", "dlt_1"], await FoundAsync(DeadLetter.ByState.Where(DeadLetterState.Parked).Descending()));
        Assert.Equal(["dlt_1", "dlt_4"], await FoundAsync(DeadLetter.ByStateAndEvent.Where(DeadLetterState.Parked, "A")));
        Assert.Equal(["dlt_4"], await FoundAsync(DeadLetter.ByStateAndEvent.Where(DeadLetterState.Parked, "A").AtLeast(now.AddSeconds(2))));
        Assert.Equal(["dlt_4", "dlt_3", "dlt_1"], await FoundAsync(DeadLetter.ByEvent.Where("A").Descending()));
        Assert.Equal(["dlt_1", "dlt_2", "dlt_3", "dlt_4"], await FoundAsync(DeadLetter.ByTime.All));
        Assert.Equal(["dlt_3"], await FoundAsync(DeadLetter.ByDue.All));
        Assert.Empty(await FoundAsync(DeadLetter.ByDue.All.LessThan(now.AddSeconds(13))));
        Assert.Empty(await FoundAsync(DeadLetter.ByEnd.All));

        // A page can go on behind any of its items, not only behind the last.
        var all = DeadLetter.ByTime.All.Descending();
        var second = (await letters.ListAsync(all, null, 4, Cancel)).Items[1];
        Assert.Equal(["dlt_2", "dlt_1"], (await letters.ListAsync(all, letters.CursorBehind(second, all), 4, Cancel)).Items.Select(letter => letter.Id));

        await letters.UpdateAsync("dlt_1", letter => letter.Discard("act_1", now), Cancel);
        Assert.Equal(["dlt_1"], await FoundAsync(DeadLetter.ByEnd.All.LessThan(now.AddSeconds(1))));
        var read = await letters.GetAsync("dlt_1", Cancel);
        Assert.Equal((DeadLetterState.Discarded, "act_1", new Failure("System.TimeoutException", "late", null), """{"what":"é"}"""), (read.State, read.LastAct, read.Failure, read.Body));
    }

    [Fact]
    public async Task Parked_MovesIntoALetter_OnceHoweverOftenTheMoveIsCutOff()
    {
        var letters = await DeadLettersAsync();
        await Keeper.SaveAsync(Parcel.Map, Write("p1", 0, Event("e1"), Event("e2")), Cancel);
        await Keeper.FailedAsync("parcels", "p1", "e1", 10, null, "System.TimeoutException: no confirm", Cancel);
        var service = new ServiceName("parcels");
        using var meters = new Meters();
        var plan = new RedeliveryPlan();
        var (figures, bell) = (new DeadLetterFigures(meters), new DeadLetterBell());
        var box = new DeadLetterBox(service, letters, plan, figures, bell, Clock, NullLogger<DeadLetterBox>.Instance);
        using var redelivery = new Redelivery(
            letters, box, new ReactionRunner(service, [], null!), new RecordingSender(), Keeper, [Parcel.Map], plan, figures, bell, Clock, NullLogger<Redelivery>.Instance);

        // The letter was written, and the process went down before the event left its document.
        await box.AdoptAsync("parcels", Assert.Single(await Keeper.ParkedAsync("parcels", 10, Cancel)), Cancel);
        await redelivery.AdoptAsync(Cancel);
        await redelivery.AdoptAsync(Cancel);

        var letter = Assert.Single((await letters.ListAsync(DeadLetter.ByTime.All, null, 10, Cancel)).Items);
        Assert.Equal((DeadLetterState.Parked, DeadLetterSource.Outbox, "parcels/p1", "e1"), (letter.State, letter.Source, letter.Place, letter.EventId));
        Assert.Equal(("System.TimeoutException", "no confirm", "1447", Event("e1").Body), (letter.Failure.Type, letter.Failure.Message, letter.TrackingNumber, letter.Body));
        Assert.Empty(await Keeper.ParkedAsync("parcels", 10, Cancel));
        Assert.Equal(["e2"], (await Keeper.UnsentAsync("parcels", "p1", Cancel)).Select(unsent => unsent.EventId));
    }

    private async Task<DocumentStore<DeadLetter>> DeadLettersAsync()
    {
        await Keeper.PrepareAsync(DeadLetter.Map, Cancel);
        return new DocumentStore<DeadLetter>(DeadLetter.Map, Keeper, Outbox, Clock);
    }

    private sealed class Meters : System.Diagnostics.Metrics.IMeterFactory
    {
        private readonly List<System.Diagnostics.Metrics.Meter> made = [];

        public System.Diagnostics.Metrics.Meter Create(System.Diagnostics.Metrics.MeterOptions options)
        {
            var meter = new System.Diagnostics.Metrics.Meter(options);
            made.Add(meter);
            return meter;
        }

        public void Dispose() => made.ForEach(meter => meter.Dispose());
    }
}
