using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using EServices.Platform.Storage;
using EServices.Platform.Time;

namespace EServices.Platform.Messaging;

/// <summary>Turns raised facts into unsent events, and hands what was saved to the dispatcher through a bounded channel.</summary>
public sealed class Outbox(Ids ids)
{
    /// <summary>How long the fast path has before the sweep takes an event over.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    internal const int Capacity = 10_000;

    private static readonly string[] AllowedBaggage = ["tracking.number", "tenant"];

    private readonly Channel<SavedEvents> saved = Channel.CreateBounded<SavedEvents>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait });

    internal ChannelReader<SavedEvents> Saved => saved.Reader;

    /// <summary>
    /// The events as they will be saved. The current trace goes along, so that one trace spans request, store, broker and consumer,
    /// also when it is not sampled and however much later the event is sent.
    /// </summary>
    public IReadOnlyList<UnsentEvent> Prepare(IReadOnlyList<object> facts, DateTimeOffset now)
    {
        if (facts.Count == 0)
            return [];
        var activity = Activity.Current;
        var baggage = activity is null
            ? null
            : string.Join(',', activity.Baggage.Where(item => AllowedBaggage.Contains(item.Key)).Select(item => $"{item.Key}={Uri.EscapeDataString(item.Value ?? "")}"));
        return
        [
            .. facts.Select(fact => new UnsentEvent(
                ids.New("evt"), fact.GetType().FullName!, JsonSerializer.Serialize(fact, fact.GetType(), ContractJson.Options), now, now + Grace,
                activity?.Id, activity?.TraceStateString, string.IsNullOrEmpty(baggage) ? null : baggage)),
        ];
    }

    /// <summary>Never waits: when the channel is full the events stay in their documents, and the sweep finds them.</summary>
    internal void Offer(SavedEvents events) => saved.Writer.TryWrite(events);
}

/// <param name="EarlierUnsent">Earlier events of the same document still wait: send what the store says, in order, instead of only these.</param>
internal sealed record SavedEvents(string Collection, string DocumentId, IReadOnlyList<UnsentEvent> Events, bool EarlierUnsent);

/// <summary>JSON of events: camelCase, enums by their converters, numbers exact.</summary>
public static class ContractJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
}
