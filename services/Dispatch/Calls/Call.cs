using EServices.Contracts;
using EServices.Contracts.Catalogue;
using EServices.Contracts.Dispatch;
using EServices.Contracts.Identity;
using EServices.Dispatch.Codes;
using EServices.Dispatch.Places;
using EServices.Dispatch.Slots;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Time;

namespace EServices.Dispatch.Calls;

/// <summary>
/// A call to the helpline, also one that nobody answered. Everything that has to be certain before anyone travels is gathered here, step by step;
/// <see cref="Readiness"/> says what is still open.
/// </summary>
internal sealed class Call : Document
{
    private const int QuotesKept = 10;

    private Call(string id, string from, string language, bool answered, DateTimeOffset now)
        : base(id)
    {
        (From, Language, ReceivedAt) = (from, language, now);
        Raise(new CallReceived(id, from, language, answered, now));
    }

    private Call()
    {
    }

    /// <summary>The caller's number, E.164.</summary>
    public string From { get; private set; } = "";

    public string Language { get; private set; } = "";

    public CallState State { get; private set; }

    public DateTimeOffset ReceivedAt { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>The number while its call-back waits, else null: unique, so a number has one place in the queue however often it rings.</summary>
    public string? WaitingFrom { get; private set; }

    /// <summary>By what the queue is ordered: the first unanswered ring, or the last time somebody called back in vain.</summary>
    public DateTimeOffset QueuedAt { get; private set; }

    /// <summary>How often it rang unanswered: counted, for somebody may ring a thousand times.</summary>
    public int Rings { get; private set; }

    public DateTimeOffset? LastRangAt { get; private set; }

    /// <summary>How often the helpline called back in vain.</summary>
    public int CallBacks { get; private set; }

    public OneTimeCode? Code { get; private set; }

    public DateTimeOffset? NumberConfirmedAt { get; private set; }

    public string? CallerName { get; private set; }

    public ChosenService? Service { get; private set; }

    public IReadOnlyList<ConfirmedDocument> Documents { get; private set; } = [];

    public Address? Address { get; private set; }

    /// <summary>What the caller was told services cost, whenever the news came.</summary>
    public IReadOnlyList<Quote> Quotes { get; private set; } = [];

    public string? VisitId { get; private set; }

    /// <summary>Visits of this call that came to nothing: news of their beginning may still come after that of their end.</summary>
    public IReadOnlyList<string> EndedVisits { get; private set; } = [];

    public string? Disposition { get; private set; }

    public IReadOnlyList<Deed> Timeline { get; private set; } = [];

    /// <summary>Someone at the helpline took the call: the caller's number gets a code, since a number can be shown falsely.</summary>
    public static Call Answered(string id, string from, string language, Actor by, DateTimeOffset now, IChance chance, DispatchRules rules)
    {
        var call = new Call(id, from, language, answered: true, now) { State = CallState.Open, QueuedAt = now };
        call.TakeUp(by, now, chance, rules);
        return call;
    }

    /// <summary>Nobody answered: the call waits to be called back.</summary>
    public static Call Unanswered(string id, string from, string language, Actor by, DateTimeOffset now)
    {
        var call = new Call(id, from, language, answered: false, now) { State = CallState.Callback, WaitingFrom = from, QueuedAt = now, Rings = 1, LastRangAt = now };
        call.Note(now, "unanswered", by);
        return call;
    }

    /// <summary>The number rang again in vain. It keeps the place it has.</summary>
    public void RingAgain(DateTimeOffset now) => (Rings, LastRangAt) = (Rings + 1, now);

    /// <summary>The waiting caller is on the line, called back or because they rang again and were answered.</summary>
    public Refusal? Answer(Actor by, DateTimeOffset now, IChance chance, DispatchRules rules)
    {
        if (State != CallState.Callback)
            return Refusal.Conflict("not-waiting", "The call does not wait to be called back: somebody took it up, or it is closed.");
        (State, WaitingFrom) = (CallState.Open, null);
        TakeUp(by, now, chance, rules);
        return null;
    }

    public Refusal? ResendCode(Actor by, DateTimeOffset now, IChance chance, DispatchRules rules)
    {
        if (NotOpen() is { } refusal)
            return refusal;
        if (NumberConfirmedAt is not null)
            return Refusal.Conflict("number-confirmed", "The number is confirmed already.");
        if (Code!.MayResend(now, rules) is { } wait)
            return wait;
        SendCode(now, chance, rules, Code.Issue + 1);
        Note(now, "code-resent", by);
        return null;
    }

    public Refusal? ConfirmNumber(string code, Actor by, DateTimeOffset now)
    {
        if (NotOpen() is { } refusal)
            return refusal;
        if (NumberConfirmedAt is not null)
            return Refusal.Conflict("number-confirmed", "The number is confirmed already.");
        var wrong = Code!.Check(code, Id, now, out var left);
        Code = wrong is null ? null : left;
        if (wrong is not null)
            return wrong;
        NumberConfirmedAt = now;
        Note(now, "number-confirmed", by);
        return null;
    }

    /// <summary>Papers confirmed for another service say nothing about this one.</summary>
    public Refusal? Choose(ChosenService service, Actor by, DateTimeOffset now)
    {
        if (NotOpen() is { } refusal)
            return refusal;
        if (Service?.ServiceId != service.ServiceId || Service.Version != service.Version)
            Documents = [];
        Service = service;
        Note(now, "service-chosen", by, service.ServiceId);
        return null;
    }

    /// <summary>The caller has this paper at hand.</summary>
    /// <param name="alternative">The paper that is shown instead, if not the one asked for.</param>
    public Refusal? ConfirmDocument(string? documentId, string? alternative, Actor by, DateTimeOffset now)
    {
        if (NotOpen() is { } refusal)
            return refusal;
        if (Service is null)
            return Refusal.Conflict("service-not-chosen", "Which papers are needed is known once the service is chosen.");
        if (Service.Documents.FirstOrDefault(document => document.DocumentId == documentId) is not { } asked)
        {
            return Refusal.Invalid("document-unknown", "The service does not ask for this document.",
                new FieldError("/documentId", "unknown", $"One of: {string.Join(", ", Service.Documents.Select(document => document.DocumentId))}."));
        }
        if (alternative is not null && alternative != documentId && asked.Alternatives.All(other => other.DocumentId != alternative))
        {
            return Refusal.Invalid("alternative-unknown", "This is not taken instead of the document.",
                new FieldError("/alternative", "unknown", $"One of: {string.Join(", ", asked.Alternatives.Select(other => other.DocumentId))}."));
        }
        var shown = alternative ?? asked.DocumentId;
        Documents = [.. Documents.Where(document => document.DocumentId != documentId), new ConfirmedDocument(asked.DocumentId, shown, now)];
        Note(now, "document-confirmed", by, shown);
        return null;
    }

    public Refusal? NameCaller(string name, Actor by, DateTimeOffset now)
    {
        if (NotOpen() is { } refusal)
            return refusal;
        CallerName = name.Trim();
        Note(now, "caller-named", by);
        return null;
    }

    public Refusal? SetAddress(Address address, Actor by, DateTimeOffset now)
    {
        if (NotOpen() is { } refusal)
            return refusal;
        Address = address;
        Note(now, "address-matched", by);
        return null;
    }

    /// <summary>Payment told what a service costs. It may be heard of before the service is chosen here, and out of turn: what counts is decided in <see cref="QuoteNow"/>.</summary>
    public void Quoted(Quote quote) =>
        Quotes = [.. Quotes.Where(other => other.QuoteId != quote.QuoteId).Append(quote).OrderBy(other => other.GivenAt).TakeLast(QuotesKept)];

    /// <summary>The latest quote for the chosen service at the door, in force or not.</summary>
    public Quote? QuoteNow() =>
        Quotes.LastOrDefault(quote => quote.ServiceId == Service?.ServiceId && quote.ServiceVersion == Service?.Version && quote.Channel == Channel.Doorstep);

    /// <param name="rules">How often a call-back is tried before it is given up.</param>
    public Refusal? Close(string code, Actor by, DateTimeOffset now, DispatchRules rules)
    {
        if (State is CallState.Disposed or CallState.Scheduled)
            return Refusal.Conflict("call-closed", "The call is closed already.");
        if (Dispositions.Find(code) is not { } disposition || !disposition.States.Contains(State))
        {
            return Refusal.Invalid("disposition-unknown", "A call in this state can't be closed with this code.",
                new FieldError("/code", "unknown", $"One of: {string.Join(", ", Dispositions.For(State).Select(known => known.Code))}."));
        }
        Note(now, "disposed", by, code);
        if (code == Dispositions.NotReached && ++CallBacks < rules.CallBackTries)
        {
            // To the end of the queue: someone who can't be reached must not hold up those who wait.
            QueuedAt = now;
            return null;
        }
        (State, WaitingFrom, Disposition, Code) = (CallState.Disposed, null, code, null);
        return null;
    }

    /// <summary>A visit is held for this call.</summary>
    public void Scheduled(string visitId, DateTimeOffset at)
    {
        if (EndedVisits.Contains(visitId) || State is not (CallState.Open or CallState.Scheduled))
            return;
        (State, VisitId) = (CallState.Scheduled, visitId);
        Note(at, "visit-scheduled", Actor.System, visitId);
    }

    /// <summary>A visit of this call was cancelled or found nobody: the call is open for another one.</summary>
    public void VisitEnded(string visitId, string how, DateTimeOffset at)
    {
        EndedVisits = [.. EndedVisits, visitId];
        Note(at, how, Actor.System, visitId);
        if (VisitId == visitId)
            (State, VisitId) = (CallState.Open, null);
    }

    public IReadOnlyList<ReadinessCheck> Readiness(DateTimeOffset now) => Calls.Readiness.Of(this, now);

    /// <summary>What a visit needs to know, or every check that fails.</summary>
    public Refusal? Order(DateTimeOffset now, out VisitOrder? order)
    {
        order = null;
        if (State is CallState.Disposed or CallState.Callback)
            return Refusal.Conflict("call-closed", State == CallState.Callback ? "The caller has not been called back yet." : "The call is closed.");
        var failing = Readiness(now).Where(check => !check.Ok).ToList();
        if (failing.Count > 0)
        {
            return Refusal.Conflict("not-ready", "Nobody is sent before everything is certain; 'errors' says what is open.",
                [.. failing.Select(check => new FieldError("/callId", check.Check, check.Why))]);
        }
        var quote = QuoteNow()!;
        order = new VisitOrder(Id, new Person(From, CallerName!, Language), Service!.ServiceId, Service.Version, Service.Name, Service.Skills, Address!, quote.QuoteId, quote.TotalPaise, Service.Minutes);
        return null;
    }

    /// <summary>What a slot has to meet; null before service and address are known.</summary>
    public Need? Need() => Service is null || Address is null ? null : new Need(Service.Skills, Language, Address.DistrictCode, Address.Place, Service.Minutes);

    /// <summary>Actions that would be taken now, the next one to do first.</summary>
    public IReadOnlyList<string> Next(DateTimeOffset now) => Calls.Readiness.Next(this, now);

    private Refusal? NotOpen() => State == CallState.Open
        ? null
        : Refusal.Conflict("call-closed", State switch
        {
            CallState.Callback => "The caller has not been called back yet: answer the call first.",
            CallState.Scheduled => "A visit is scheduled for this call; change the visit.",
            _ => "The call is closed.",
        });

    private void TakeUp(Actor by, DateTimeOffset now, IChance chance, DispatchRules rules)
    {
        AnsweredAt = now;
        Note(now, "answered", by);
        SendCode(now, chance, rules, issue: 1);
    }

    private void SendCode(DateTimeOffset now, IChance chance, DispatchRules rules, int issue)
    {
        Code = OneTimeCode.New(chance, Id, now, TimeSpan.FromMinutes(rules.CallCodeMinutes), out var clear, issue);
        Raise(new OneTimeCodeIssued(From, Language, "otp-call-confirm", clear, new Dictionary<string, string>(), Code.ExpiresAt));
    }

    private void Note(DateTimeOffset at, string what, Actor by, string? note = null) => Timeline = [.. Timeline, new Deed(at, what, by, note)];
}

[System.Text.Json.Serialization.JsonConverter(typeof(CamelCaseEnumConverter<CallState>))]
internal enum CallState
{
    /// <summary>Waits to be called back.</summary>
    Callback,
    Open,

    /// <summary>A visit is held.</summary>
    Scheduled,
    Disposed,
}

/// <summary>The service as it was when chosen: a later version does not change what the caller was asked.</summary>
/// <param name="Minutes">Time at the door, where the service says it.</param>
internal sealed record ChosenService(string ServiceId, int Version, Localised Name, IReadOnlyList<DocumentAsked> Documents, IReadOnlyList<string> Skills, int? Minutes = null);

/// <param name="Shown">The document itself or the alternative that the caller has.</param>
internal sealed record ConfirmedDocument(string DocumentId, string Shown, DateTimeOffset At);

/// <param name="GivenAt">When Payment raised it.</param>
internal sealed record Quote(string QuoteId, string ServiceId, int ServiceVersion, Channel Channel, long TotalPaise, DateTimeOffset GivenAt, DateTimeOffset ExpiresAt);

/// <summary>All that a visit takes over from its call.</summary>
internal sealed record VisitOrder(
    string CallId, Person Citizen, string ServiceId, int ServiceVersion, Localised ServiceName, IReadOnlyList<string> Skills, Address Address, string QuoteId, long TotalPaise, int? Minutes = null)
{
    public Need Need => new(Skills, Citizen.Language, Address.DistrictCode, Address.Place, Minutes);
}
