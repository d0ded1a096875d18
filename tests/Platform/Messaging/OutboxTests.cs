using System.Collections.Concurrent;
using System.Diagnostics;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging;
using EServices.Platform.Storage;
using EServices.Platform.Tests.Web;
using EServices.Platform.Time;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Platform.Tests.Messaging;

public class OutboxTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Fact_Saved_IsSentAndCleared()
    {
        var sender = new UnsteadySender();
        await using var service = await NoteService.StartAsync(sender: sender);
        await SaveAsync(service, "a", "first", "second");

        await Eventually.HoldsAsync(() => sender.Sent.Count == 2, () => $"sent: {string.Join(", ", sender.Sent)}");
        Assert.Equal(["first", "second"], sender.Sent);
        var keeper = service.Services.GetRequiredService<IKeeper>();
        await Eventually.HoldsAsync(async () => (await keeper.UnsentAsync(Note.Map.Collection, "not_a", None)).Count == 0, () => "events stay in the document");
        Assert.Equal(1, (await service.Services.GetRequiredService<DocumentStore<Note>>().GetAsync("not_a", None)).Version);
    }

    [Fact]
    public async Task Broker_Away_KeepsEventsUntilItIsBack()
    {
        var sender = new UnsteadySender { Connected = false };
        await using var service = await NoteService.StartAsync(sender: sender);
        await SaveAsync(service, "a", "early");
        await SaveAsync(service, "b", "early too");
        var keeper = service.Services.GetRequiredService<IKeeper>();
        Assert.Equal(0, Assert.Single(await keeper.UnsentAsync(Note.Map.Collection, "not_a", None)).Attempts);

        sender.Connected = true;
        await Eventually.HoldsAsync(() => sender.Sent.Count == 2, () => $"sent: {string.Join(", ", sender.Sent)}", TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Event_ThatFailsOnce_IsTriedAgain_BeforeLaterOnesOfItsDocument()
    {
        var sender = new UnsteadySender();
        sender.FailuresLeft["shaky"] = 1;
        await using var service = await NoteService.StartAsync(sender: sender);
        await SaveAsync(service, "a", "shaky", "after");
        await SaveAsync(service, "b", "other");

        await Eventually.HoldsAsync(() => sender.Sent.Count == 3, () => $"sent: {string.Join(", ", sender.Sent)}", TimeSpan.FromSeconds(20));
        var order = sender.Sent.ToList();
        Assert.True(order.IndexOf("shaky") < order.IndexOf("after"), string.Join(", ", order));
        Assert.Equal("other", order[0]);
    }

    [Fact]
    public async Task Event_Unsendable_IsParked_AndHoldsUpNobody()
    {
        var sender = new UnsteadySender();
        sender.Poison.Add("poison");
        await using var service = await NoteService.StartAsync(sender: sender);
        await SaveAsync(service, "a", "poison", "after");
        await SaveAsync(service, "b", "other");

        await Eventually.HoldsAsync(() => sender.Sent.Count == 2, () => $"sent: {string.Join(", ", sender.Sent)}", TimeSpan.FromSeconds(20));
        var parked = Assert.Single(await service.Services.GetRequiredService<IKeeper>().ParkedAsync(Note.Map.Collection, 10, None));
        Assert.Equal(("not_a", "poison refused"), (parked.DocumentId, parked.Error));
    }

    [Fact]
    public void Prepare_InsideATrace_KeepsIt_SampledOrNot()
    {
        var outbox = new Outbox(new Ids(TimeProvider.System, new SeededChance(1)));
        foreach (var flags in new[] { ActivityTraceFlags.None, ActivityTraceFlags.Recorded })
        {
            using var activity = new Activity("request") { ActivityTraceFlags = flags };
            activity.AddBaggage("tracking.number", "JK-26-0001");
            activity.AddBaggage("mobile", "+919906000001");
            activity.Start();
            var unsent = Assert.Single(outbox.Prepare([Fact("a")], DateTimeOffset.UnixEpoch));
            Assert.Equal(activity.Id, unsent.TraceParent);
            Assert.Equal("tracking.number=JK-26-0001", unsent.Baggage);
        }
    }

    [Fact]
    public void KebabCase_OfAReaction_NamesItsQueue() => Assert.Equal("when-bill-settled", Bus.KebabCase("WhenBillSettled"));

    private static Task SaveAsync(NoteService service, string text, params string[] facts)
    {
        var note = new Note($"not_{text}", text);
        foreach (var fact in facts)
            note.Tell(Fact(fact));
        return service.Services.GetRequiredService<DocumentStore<Note>>().SaveAsync(note, None);
    }

    private static ServiceSuspended Fact(string reason) => new("service", 1, reason);

    private sealed class UnsteadySender : IEventSender
    {
        public bool Connected { get; set; } = true;

        public ConcurrentQueue<string> Sent { get; } = new();

        public ConcurrentDictionary<string, int> FailuresLeft { get; } = new();

        public HashSet<string> Poison { get; } = [];

        public Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken)
        {
            var reason = System.Text.Json.JsonSerializer.Deserialize<ServiceSuspended>(unsent.Body, ContractJson.Options)!.Reason;
            if (Poison.Contains(reason))
                throw new UnsendableEventException($"{reason} refused");
            if (FailuresLeft.TryGetValue(reason, out var left) && left > 0)
            {
                FailuresLeft[reason] = left - 1;
                throw new TimeoutException($"{reason} not confirmed");
            }
            Sent.Enqueue(reason);
            return Task.CompletedTask;
        }
    }
}
