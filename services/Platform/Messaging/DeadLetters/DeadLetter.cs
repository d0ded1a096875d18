using System.Text.Json.Serialization;
using EServices.Contracts;
using EServices.Platform.Storage;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>
/// An event that could not be sent or reacted to, taken out of everyone's way: kept whole in the service's own store, tried again when due, parked when its
/// tries are used up, and then an operator's to retry or discard. There is one for each place and event, however often the event comes.
/// </summary>
internal sealed class DeadLetter : Document
{
    public static readonly DocumentMap<DeadLetter> Map = new("dead_letters");
    public static readonly DocumentIndex<DeadLetter> ByDue = Map.Index("by_due", letter => letter.DueAt);
    public static readonly DocumentIndex<DeadLetter> ByTime = Map.Index("by_time", letter => letter.FirstFailedAt);
    public static readonly DocumentIndex<DeadLetter> ByState = Map.Index("by_state", letter => letter.State, letter => letter.FirstFailedAt);
    public static readonly DocumentIndex<DeadLetter> ByEvent = Map.Index("by_event", letter => letter.Event, letter => letter.FirstFailedAt);
    public static readonly DocumentIndex<DeadLetter> ByStateAndEvent = Map.Index("by_state_and_event", letter => letter.State, letter => letter.Event, letter => letter.FirstFailedAt);
    public static readonly DocumentIndex<DeadLetter> ByEnd = Map.Index("by_end", letter => letter.EndedAt);

    /// <param name="tries">How often it will be tried before it is parked; 0 parks it at once.</param>
    public DeadLetter(string id, DeadLetterSource source, string place, EventInTrouble trouble, int attempts, Failure failure, DateTimeOffset now, int tries, TimeSpan wait)
        : base(id)
    {
        (Source, Place) = (source, place);
        (EventType, Event, EventId, Body, RaisedAt) = (trouble.Type, ShortName(trouble.Type), trouble.EventId, trouble.Body, trouble.RaisedAt);
        (TraceParent, TraceState, Baggage, TrackingNumber) = (trouble.TraceParent, trouble.TraceState, trouble.Baggage, trouble.TrackingNumber);
        (Attempts, Failure, FirstFailedAt, LastFailedAt) = (attempts, failure, now, now);
        Await(tries, wait, now);
    }

    private DeadLetter() => (Place, EventType, Event, EventId, Body, Failure) = ("", "", "", "", "", new Failure("", "", null));

    public DeadLetterSource Source { get; private set; }

    /// <summary>The queue it came by (<c>payment.when-visit-confirmed</c>), or the document that could not send it (<c>bills/bil_…</c>).</summary>
    public string Place { get; private set; }

    /// <summary>Full name of the contract.</summary>
    public string EventType { get; private set; }

    /// <summary>The contract's own name, without its namespace.</summary>
    public string Event { get; private set; }

    public string EventId { get; private set; }

    /// <summary>The contract as JSON; of a message that can't be read, its text.</summary>
    public string Body { get; private set; }

    public DateTimeOffset RaisedAt { get; private set; }

    public string? TraceParent { get; private set; }

    public string? TraceState { get; private set; }

    public string? Baggage { get; private set; }

    public string? TrackingNumber { get; private set; }

    public DeadLetterState State { get; private set; }

    /// <summary>The last failure.</summary>
    public Failure Failure { get; private set; }

    /// <summary>All attempts ever made, the first delivery among them.</summary>
    public int Attempts { get; private set; }

    /// <summary>Tries that are left before it is parked.</summary>
    public int TriesLeft { get; private set; }

    public DateTimeOffset FirstFailedAt { get; private set; }

    public DateTimeOffset LastFailedAt { get; private set; }

    /// <summary>When it was parked last; null if it never was.</summary>
    public DateTimeOffset? ParkedAt { get; private set; }

    /// <summary>When it is tried next; null unless it waits.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>When it was handled or discarded.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Id of the last operator's act upon it.</summary>
    public string? LastAct { get; private set; }

    /// <summary>
    /// Counts an attempt before it is made, so that one that takes the process down with it is counted too. The letter is due again after the lease, should nothing
    /// more be heard of this attempt.
    /// </summary>
    /// <returns>False when there is no try left, or it does not wait any more: do not attempt it.</returns>
    public bool Begin(DateTimeOffset now, TimeSpan lease)
    {
        if (State != DeadLetterState.Waiting)
            return false;
        if (TriesLeft == 0)
        {
            Failure = new Failure("NoAnswer", "The last attempt ended without an answer: the process went down with it.", null);
            Park(now);
            return false;
        }
        Attempts++;
        TriesLeft--;
        DueAt = now + lease;
        return true;
    }

    /// <summary>Takes back an attempt that could not be made: it counts for nothing.</summary>
    public void Postpone(DateTimeOffset dueAt)
    {
        if (State != DeadLetterState.Waiting)
            return;
        Attempts--;
        TriesLeft++;
        DueAt = dueAt;
    }

    /// <param name="wait">Until the next try, where one is left.</param>
    /// <param name="hopeless">No later try can succeed.</param>
    public void Fail(Failure failure, DateTimeOffset now, TimeSpan wait, bool hopeless = false)
    {
        (Failure, LastFailedAt) = (failure, now);
        if (State == DeadLetterState.Waiting)
            Await(hopeless ? 0 : TriesLeft, wait, now);
    }

    public void Succeed(DateTimeOffset now)
    {
        if (State != DeadLetterState.Discarded)
            End(DeadLetterState.Handled, now);
    }

    /// <summary>The event came once more and failed. What is parked or was discarded stays so; what was thought handled is not.</summary>
    public void ComeAgain(Failure failure, DateTimeOffset now, int tries, TimeSpan wait)
    {
        Attempts++;
        (Failure, LastFailedAt) = (failure, now);
        if (State != DeadLetterState.Handled)
            return;
        EndedAt = null;
        Await(tries, wait, now);
    }

    public Refusal? Retry(string act, DateTimeOffset now, int tries)
    {
        if (State is DeadLetterState.Handled or DeadLetterState.Discarded)
            return Refusal.Conflict("dead-letter-ended", $"It is {State.ToString().ToLowerInvariant()} already: there is nothing to try again.");
        if (State == DeadLetterState.Waiting)
            return null;
        LastAct = act;
        Await(tries, TimeSpan.Zero, now);
        return null;
    }

    public Refusal? Discard(string act, DateTimeOffset now)
    {
        if (State == DeadLetterState.Handled)
            return Refusal.Conflict("dead-letter-ended", "It is handled already: there is nothing to discard.");
        if (State == DeadLetterState.Discarded)
            return null;
        LastAct = act;
        End(DeadLetterState.Discarded, now);
        return null;
    }

    public static string ShortName(string type) => type[(type.LastIndexOf('.') + 1)..];

    private void Await(int tries, TimeSpan wait, DateTimeOffset now)
    {
        TriesLeft = tries;
        if (tries == 0)
        {
            Park(now);
            return;
        }
        State = DeadLetterState.Waiting;
        DueAt = now + wait;
    }

    private void Park(DateTimeOffset now)
    {
        State = DeadLetterState.Parked;
        TriesLeft = 0;
        (ParkedAt, DueAt) = (now, null);
    }

    private void End(DeadLetterState state, DateTimeOffset now)
    {
        State = state;
        TriesLeft = 0;
        (EndedAt, DueAt) = (now, null);
    }
}

/// <summary>Where an event got stuck.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<DeadLetterSource>))]
public enum DeadLetterSource
{
    /// <summary>A reaction of this service failed, or could not read the message.</summary>
    Queue,

    /// <summary>An event of this service could not be sent.</summary>
    Outbox,
}

[JsonConverter(typeof(CamelCaseEnumConverter<DeadLetterState>))]
public enum DeadLetterState
{
    /// <summary>Tried again by itself when due.</summary>
    Waiting,

    /// <summary>Its tries are used up: an operator retries or discards it.</summary>
    Parked,

    /// <summary>It succeeded in the end. Kept for a while when it had been parked.</summary>
    Handled,

    /// <summary>An operator decided that it will not be handled. Kept for a while, so that a late repeat finds it.</summary>
    Discarded,
}

/// <summary>What is known of an event that got stuck.</summary>
internal sealed record EventInTrouble(
    string EventId, string Type, string Body, DateTimeOffset RaisedAt, string? TraceParent, string? TraceState, string? Baggage, string? TrackingNumber);

/// <param name="Type">Full name of the exception's type.</param>
/// <param name="Stack">Where it was thrown, the innermost frames; null where that is not known.</param>
internal sealed record Failure(string Type, string Message, string? Stack)
{
    private const int LongestMessage = 2_000;
    private const int LongestStack = 4_000;

    public static Failure Of(Exception exception)
    {
        var inner = exception is AggregateException { InnerExceptions: [var only] } ? only : exception;
        return new Failure(inner.GetType().FullName!, Cut(inner.Message, LongestMessage), inner.StackTrace is { } stack ? Cut(stack, LongestStack) : null);
    }

    /// <summary>As <see cref="ToString"/> wrote it.</summary>
    public static Failure Parse(string text)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && !text.AsSpan(0, colon).Contains(' ')
            ? new Failure(text[..colon], Cut(text[(colon + 2)..], LongestMessage), null)
            : new Failure("", Cut(text, LongestMessage), null);
    }

    public override string ToString() => $"{Type}: {Message}";

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";
}
