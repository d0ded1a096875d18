using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EServices.Contracts;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Definitions;

[JsonConverter(typeof(CamelCaseEnumConverter<DefinitionState>))]
internal enum DefinitionState
{
    /// <summary>Being written; only now it can be changed.</summary>
    Draft,

    /// <summary>Waits for the word of someone who did not write it.</summary>
    InReview,

    /// <summary>Waits for its day, its batch, or to be launched at once.</summary>
    Approved,

    /// <summary>Became a numbered version of the service, and never changes again.</summary>
    Launched,

    /// <summary>Given up before it was launched.</summary>
    Discarded,
}

/// <summary>
/// What people write of a service, from the first draft to its launch as a numbered version. Suspension and retirement are of the service itself
/// (<see cref="Services.ServiceVersion"/>). What is approved is what the reviewer read: a change takes it back to a draft.
/// </summary>
internal sealed class Definition : Document
{
    public const int LongestComment = 2_000;

    public static readonly DocumentMap<Definition> Map = new("definitions");
    public static readonly DocumentIndex<Definition> ByState = Map.Index("by_state", definition => definition.State, definition => definition.CreatedAt);
    public static readonly DocumentIndex<Definition> ByTime = Map.Index("by_time", definition => definition.CreatedAt);
    public static readonly DocumentIndex<Definition> ByService = Map.Index("by_service", definition => definition.ServiceId, definition => definition.CreatedAt);

    /// <summary>One open definition of a service at a time: two that are launched one after the other would each undo the other.</summary>
    public static readonly DocumentIndex<Definition> ByOpen = Map.Unique("one_open", definition => definition.OpenFor);
    public static readonly DocumentIndex<Definition> ByDue = Map.Index("by_due", definition => definition.DueOn);
    public static readonly DocumentIndex<Definition> ByBatch = Map.Index("by_batch", definition => definition.WaitsForBatch);

    public Definition(string id, string serviceId, JsonObject content, Basis basis, Hand author, DateOnly? effectiveOn)
        : base(id) =>
        (ServiceId, Content, Basis, Authors, CreatedAt, ChangedAt, OpenFor, EffectiveOn) = (serviceId, content, basis, [author], author.At, author.At, serviceId, effectiveOn);

    private Definition() => (ServiceId, Content, Basis, Authors) = ("", [], new Basis(null, null), []);

    public string ServiceId { get; private set; }

    public DefinitionState State { get; private set; }

    /// <summary>The service in the shape of a pack's, complete or not.</summary>
    public JsonObject Content { get; private set; }

    public Basis Basis { get; private set; }

    /// <summary>Everyone who wrote in it, once each: none of them may review it.</summary>
    public IReadOnlyList<Hand> Authors { get; private set; }

    public IReadOnlyList<Review> Reviews { get; private set; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>The day from which it is to hold; null where its launch says so.</summary>
    public DateOnly? EffectiveOn { get; private set; }

    /// <summary>The service, while this is open; null afterwards.</summary>
    public string? OpenFor { get; private set; }

    /// <summary>The day on which it is to be launched, once it is approved and until it is done.</summary>
    public DateOnly? DueOn { get; private set; }

    /// <summary>The batch with which it is to be launched, once it is approved without a day of its own and until it is done.</summary>
    public string? WaitsForBatch { get; private set; }

    /// <summary>The version that it became.</summary>
    public int? LaunchedAs { get; private set; }

    public DateTimeOffset? LaunchedAt { get; private set; }

    /// <summary>Version and first day of its own fee, fixed with the launch so that reading it again makes the same rule.</summary>
    public int? FeeVersion { get; private set; }

    public DateOnly? FeeFrom { get; private set; }

    public bool IsAuthor(string account) => Authors.Any(author => author.By == account);

    public Refusal? Edit(JsonObject content, DateOnly? effectiveOn, Hand author)
    {
        if (State != DefinitionState.Draft)
            return NotADraft();
        (Content, EffectiveOn) = (content, effectiveOn);
        if (!IsAuthor(author.By))
            Authors = [.. Authors, author];
        ChangedAt = author.At;
        return null;
    }

    /// <param name="problems">What is wrong with the content now.</param>
    public Refusal? Submit(IReadOnlyList<FieldError> problems, DateTimeOffset now)
    {
        if (State != DefinitionState.Draft)
            return NotADraft();
        if (problems.Count > 0)
            return Refusal.Conflict("incomplete", "The draft can't be reviewed as it is; 'errors' names all that is missing or wrong.", [.. problems]);
        (State, ChangedAt) = (DefinitionState.InReview, now);
        return null;
    }

    /// <param name="batch">The batch that the content names.</param>
    public Refusal? Approve(Hand reviewer, string? comment, string batch, DateOnly today)
    {
        if (RefusesReview(reviewer) is { } refusal)
            return refusal;
        if (EffectiveOn < today)
            return Refusal.Conflict("day-has-passed", $"It was to hold from {EffectiveOn:yyyy-MM-dd}, which has passed: send it back for another day.");
        (State, ChangedAt) = (DefinitionState.Approved, reviewer.At);
        (DueOn, WaitsForBatch) = EffectiveOn is { } day ? (day, (string?)null) : ((DateOnly?)null, batch);
        Reviews = [.. Reviews, new Review(Verdict.Approved, reviewer, comment)];
        return null;
    }

    /// <summary>Back to its authors, from review or from its wait: the reviewer says what to mend.</summary>
    public Refusal? SendBack(Hand reviewer, string comment)
    {
        if (State != DefinitionState.Approved && RefusesReview(reviewer) is { } refusal)
            return refusal;
        Return(new Review(Verdict.SentBack, reviewer, comment));
        return null;
    }

    /// <summary>It was due, and can't be launched any more as it was approved.</summary>
    public void HoldBack(string why, DateTimeOffset now) => Return(new Review(Verdict.HeldBack, new Hand("", "", now), why));

    /// <summary>Makes it due on a day of the state; on one that has come it is launched at once.</summary>
    /// <param name="on">Null for now, unless a later day was approved.</param>
    public Refusal? Schedule(DateOnly? on, DateOnly today, DateTimeOffset now)
    {
        if (RefusesLaunch() is { } refusal)
            return refusal;
        if (on < today)
            return Refusal.Invalid("day-has-passed", $"In the state it is {today:yyyy-MM-dd}.", new FieldError("/on", "past", "A day to come, or none for now."));
        if (on is null && DueOn > today)
            return Refusal.Conflict("effective-later", $"It is due on {DueOn:yyyy-MM-dd}; say 'on' to move it.");
        (DueOn, WaitsForBatch, ChangedAt) = (on ?? today, null, now);
        return null;
    }

    /// <summary>Makes it due now, as one of its batch.</summary>
    public void JoinBatch(DateOnly today) => (DueOn, WaitsForBatch) = (today, null);

    public void Launched(int number, DateOnly from, DateTimeOffset now) =>
        (State, LaunchedAs, LaunchedAt, FeeVersion, FeeFrom, OpenFor, DueOn, WaitsForBatch, ChangedAt) = (DefinitionState.Launched, number, now, number, from, null, null, null, now);

    public Refusal? Discard(DateTimeOffset now)
    {
        if (State is DefinitionState.Launched)
            return Immutable();
        if (State is DefinitionState.Discarded)
            return Refusal.Conflict("discarded", "It was given up already.");
        (State, OpenFor, DueOn, WaitsForBatch, ChangedAt) = (DefinitionState.Discarded, null, null, null, now);
        return null;
    }

    private void Return(Review review)
    {
        Reviews = [.. Reviews, review];
        (State, DueOn, WaitsForBatch, ChangedAt) = (DefinitionState.Draft, null, null, review.By.At);
    }

    private Refusal? RefusesReview(Hand reviewer) => State switch
    {
        DefinitionState.InReview => IsAuthor(reviewer.By) ? Refusal.Forbidden("own-draft", "Whoever wrote in a draft can't review it: a second person has to.") : null,
        DefinitionState.Draft => Refusal.Conflict("not-submitted", "It is still a draft; its authors have to submit it for review."),
        DefinitionState.Launched => Immutable(),
        _ => Refusal.Conflict("not-in-review", $"It is {NameOf(State)}, so there is nothing to review."),
    };

    private Refusal? RefusesLaunch() => State switch
    {
        DefinitionState.Approved => null,
        DefinitionState.Draft or DefinitionState.InReview => Refusal.Conflict("not-reviewed", "Only what a second person has approved can be launched."),
        DefinitionState.Launched => Immutable(),
        _ => Refusal.Conflict("discarded", "It was given up."),
    };

    private Refusal NotADraft() => State switch
    {
        DefinitionState.Launched => Immutable(),
        DefinitionState.Discarded => Refusal.Conflict("discarded", "It was given up; begin a new draft."),
        _ => Refusal.Conflict("not-a-draft", $"It is {NameOf(State)}; it has to be sent back before it can be changed."),
    };

    private Refusal Immutable() =>
        Refusal.Conflict("launched-is-immutable", $"It was launched as version {LaunchedAs} of {ServiceId}, which never changes; begin a new draft from it.");

    private static string NameOf(DefinitionState state) => state switch
    {
        DefinitionState.InReview => "in review",
        DefinitionState.Approved => "approved",
        DefinitionState.Discarded => "given up",
        _ => "a draft",
    };
}

/// <summary>What it was begun from.</summary>
/// <param name="Version">The service's version then; null for a new service.</param>
/// <param name="PackFingerprint">Of the pack's definition then; null where the pack has none.</param>
internal sealed record Basis(int? Version, string? PackFingerprint);

/// <summary>Who did something, and when.</summary>
/// <param name="By">Account id; empty for the service itself.</param>
internal sealed record Hand(string By, string Name, DateTimeOffset At);

[JsonConverter(typeof(CamelCaseEnumConverter<Verdict>))]
internal enum Verdict
{
    Approved,
    SentBack,

    /// <summary>By the service itself, on the day of the launch.</summary>
    HeldBack,
}

internal sealed record Review(Verdict Verdict, Hand By, string? Comment);
