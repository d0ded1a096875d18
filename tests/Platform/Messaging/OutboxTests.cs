using System.Collections.Concurrent;
using System.Diagnostics;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging;
using EServices.Platform.Messaging.DeadLetters;
using EServices.Platform.Storage;
using EServices.Platform.Tests.Web;
using EServices.Platform.Time;
using EServices.Platform.Web;
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
        // It is kept beside its document, with what is known of it; and nothing tries it again.
        var letters = service.Services.GetRequiredService<DocumentStore<DeadLetter>>();
        DeadLetter? letter = null;
        await Eventually.HoldsAsync(async () => (letter = await letters.FirstAsync(DeadLetter.ByState.Where(DeadLetterState.Parked), None)) is not null, () => "no letter");
        Assert.Equal((DeadLetterSource.Outbox, "notes/not_a", nameof(ServiceSuspended), 1), (letter!.Source, letter.Place, letter.Event, letter.Attempts));
        Assert.Equal((typeof(UnsendableEventException).FullName, "poison refused"), (letter.Failure.Type, letter.Failure.Message));
        await Eventually.HoldsAsync(
            async () => (await service.Services.GetRequiredService<IKeeper>().ParkedAsync(Note.Map.Collection, 10, None)).Count == 0, () => "it lies in its document too");
        Assert.Equal(1, sender.Tried["poison"]);
    }

    [Fact]
    public async Task Event_ThatIsNotConfirmed_DelaysNoOther()
    {
        var sender = new UnsteadySender { Held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        await using var service = await NoteService.StartAsync(sender: sender);
        await SaveAsync(service, "stuck", "stuck", "after it");
        await Eventually.HoldsAsync(() => sender.Tried.ContainsKey("stuck"), () => "it was not tried");

        // Enough for every lane to have some.
        for (var number = 0; number < 100; number++)
            await SaveAsync(service, $"n{number}", $"n{number}");

        await Eventually.HoldsAsync(() => sender.Sent.Count == 100, () => $"{sender.Sent.Count} of 100 sent beside the one that is stuck");
        var keeper = service.Services.GetRequiredService<IKeeper>();
        await Eventually.HoldsAsync(async () => (await keeper.DueAsync(Note.Map.Collection, DateTimeOffset.MaxValue, 10, None)) is ["not_stuck"], () => "sent ones were not cleared");
        Assert.Equal(1, sender.Tried["stuck"]);
        sender.Held.SetResult();
        await Eventually.HoldsAsync(() => sender.Sent.Count == 102, () => $"{sender.Sent.Count} of 102 sent", TimeSpan.FromSeconds(20));
        Assert.Equal(["stuck", "after it"], sender.Sent.Skip(100));
        await Eventually.HoldsAsync(async () => (await keeper.UnsentAsync(Note.Map.Collection, "not_stuck", None)).Count == 0, () => "it was not cleared");
    }

    [Fact]
    public async Task Event_Parked_IsSentWhenOperationsRetryIt_AndParkedAgainWhileItFails()
    {
        var sender = new UnsteadySender();
        sender.Poison.Add("poison");
        await using var service = await NoteService.StartAsync(sender: sender);
        await SaveAsync(service, "a", "poison");
        var letters = service.Services.GetRequiredService<DocumentStore<DeadLetter>>();
        DeadLetter? letter = null;
        await Eventually.HoldsAsync(async () => (letter = await letters.FirstAsync(DeadLetter.ByState.Where(DeadLetterState.Parked), None)) is not null, () => "no letter");
        var desk = service.Services.GetRequiredService<OperationsDesk>();

        await desk.RetryAsync(letter!.Id, Caller.Nobody, null, None);
        await Eventually.HoldsAsync(
            async () => await letters.GetAsync(letter.Id, None) is { State: DeadLetterState.Parked, Attempts: 2 }, () => "not parked again with its new attempt");
        sender.Poison.Clear();
        await desk.RetryAsync(letter.Id, Caller.Nobody, null, None);

        await Eventually.HoldsAsync(async () => (await letters.GetAsync(letter.Id, None)).State == DeadLetterState.Handled, () => "not handled");
        Assert.Equal(["poison"], sender.Sent);
    }

    [Fact]
    public async Task Event_RetriedWhileTheBrokerIsAway_WaitsForItAndLosesNoTry()
    {
        var sender = new UnsteadySender();
        sender.Poison.Add("poison");
        await using var service = await NoteService.StartAsync(sender: sender);
        await SaveAsync(service, "a", "poison");
        var letters = service.Services.GetRequiredService<DocumentStore<DeadLetter>>();
        DeadLetter? letter = null;
        await Eventually.HoldsAsync(async () => (letter = await letters.FirstAsync(DeadLetter.ByState.Where(DeadLetterState.Parked), None)) is not null, () => "no letter");
        sender.Connected = false;

        await service.Services.GetRequiredService<OperationsDesk>().RetryAsync(letter!.Id, Caller.Nobody, null, None);

        await Eventually.HoldsAsync(
            async () => await letters.GetAsync(letter.Id, None) is { State: DeadLetterState.Waiting, Attempts: 1, TriesLeft: 1 } waiting && waiting.DueAt > letter.LastFailedAt.AddSeconds(4),
            () => "it was not put off");
        Assert.Equal(1, sender.Tried["poison"]);
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

        public ConcurrentDictionary<string, int> Tried { get; } = new();

        /// <summary>Holds the event "stuck" until it is set.</summary>
        public TaskCompletionSource? Held { get; init; }

        public async Task SendAsync(UnsentEvent unsent, CancellationToken cancellationToken)
        {
            var reason = System.Text.Json.JsonSerializer.Deserialize<ServiceSuspended>(unsent.Body, ContractJson.Options)!.Reason;
            Tried.AddOrUpdate(reason, 1, (_, times) => times + 1);
            if (Poison.Contains(reason))
                throw new UnsendableEventException($"{reason} refused");
            if (FailuresLeft.TryGetValue(reason, out var left) && left > 0)
            {
                FailuresLeft[reason] = left - 1;
                throw new TimeoutException($"{reason} not confirmed");
            }
            if (reason == "stuck" && Held is { } held)
                await held.Task.WaitAsync(cancellationToken);
            Sent.Enqueue(reason);
        }
    }
}
