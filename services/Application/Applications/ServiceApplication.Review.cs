using EServices.Application.Certificates;
using EServices.Application.Clock;
using EServices.Application.Forms;
using EServices.Application.Timeline;
using EServices.Application.Workflow;
using EServices.Contracts.Application;
using EServices.Contracts.Payment;
using EServices.Platform;

namespace EServices.Application.Applications;

/// <summary>What happens once it has been handed in: bill, acknowledgement, the officer's steps, the clock.</summary>
internal sealed partial class ServiceApplication
{
    public void Billed(BillIssued fact, DateTimeOffset now)
    {
        // The settlement may have been heard of first; then only the lines are new.
        if (Bill?.IssuedAt is not null)
            return;
        Bill = new Bill(fact.BillId, fact.Lines, fact.TotalPaise, fact.IssuedAt);
        Note(now, Actor.System, "billed", $"A bill over {Rupees(fact.TotalPaise)} was issued.");
    }

    /// <summary>
    /// The fee is paid: the application is acknowledged, and its time runs from the day of payment, however late we hear of it.
    /// </summary>
    /// <param name="promise">Signs what is promised.</param>
    public void Settled(BillSettled fact, PinnedService service, WorkingCalendar calendar, Func<PromiseTerms, string> promise, DateTimeOffset now)
    {
        if (Receipt is not null)
            return;
        Bill ??= new Bill(fact.BillId, [], fact.TotalPaise, null);
        Receipt = new Receipt(fact.ReceiptId, fact.ReceiptNumber, fact.TotalPaise, fact.Method, fact.SettledAt);
        Note(now, Actor.System, "paid", $"{Rupees(fact.TotalPaise)} were paid; receipt {fact.ReceiptNumber}.");
        // Paid after it was withdrawn: the money is on record, and nothing else happens here.
        if (State != ApplicationState.Submitted)
            return;

        var limit = service.Terms.TimeLimit;
        var at = fact.SettledAt < now && fact.SettledAt >= SubmittedAt ? fact.SettledAt : now;
        State = ApplicationState.UnderReview;
        Clock = StatutoryClock.Start(at, limit.WorkingDays, Place.Division, calendar);
        Promise = new SignedPromise(promise(new PromiseTerms(this, service.Terms, Clock, Receipt)), now);
        Listed();
        Note(now, Actor.System, "acknowledged",
            $"The application is complete. {limit.DesignatedOfficer} has {limit.WorkingDays} working days: until {Clock.DueOn:yyyy-MM-dd}.{Uncertain()}");
        Raise(new ApplicationAcknowledged(
            Id, TrackingNumber!, ServiceId, ServiceName, Citizen, Clock.DueOn!.Value, limit.WorkingDays, limit.DesignatedOfficer, limit.FirstAppellate, at));
    }

    /// <param name="issue">Makes and signs the certificate, given when the decision was taken.</param>
    public Refusal? Approve(string? remarks, Part part, Actor actor, WorkingCalendar calendar, Func<IssuedCertificate> issue, DateTimeOffset now)
    {
        if ((Steps.Approve.Refuses(State, part) ?? TooLong(remarks, "/remarks")) is { } refusal)
            return refusal;
        Certificate = issue();
        Decide(Contracts.Application.Decision.Approved, Aadhaar.Mask(remarks ?? ""), ApplicationState.Approved, actor, calendar, now);
        Note(now, Actor.System, "certificate-issued", $"Certificate {Certificate.Number} was issued.");
        Raise(new CertificateIssued(Id, TrackingNumber!, Certificate.CertificateId, ServiceId, ServiceName, Citizen, now));
        return null;
    }

    public Refusal? Reject(string? reason, Part part, Actor actor, WorkingCalendar calendar, DateTimeOffset now)
    {
        if ((Steps.Reject.Refuses(State, part) ?? Reason(reason)) is { } refusal)
            return refusal;
        Decide(Contracts.Application.Decision.Rejected, Aadhaar.Mask(reason!), ApplicationState.Rejected, actor, calendar, now);
        return null;
    }

    /// <summary>Back to the applicant, with exactly what to mend. The clock stands still until it comes in again.</summary>
    public Refusal? SendBack(
        IReadOnlyList<string> fields, IReadOnlyList<string> documents, string? reason, PinnedService service, Part part, Actor actor, WorkingCalendar calendar, DateTimeOffset now)
    {
        if ((Steps.SendBack.Refuses(State, part) ?? Reason(reason) ?? Unmarkable(fields, documents, service)) is { } refusal)
            return refusal;
        State = ApplicationState.SentBack;
        Clock = Clock!.Pause(now, calendar);
        Returned = new Returned([.. fields.Distinct()], [.. documents.Distinct()], Aadhaar.Mask(reason!), now);
        Listed();
        Note(now, actor, "sent-back", $"{Returned.Reason} To mend: {string.Join(", ", fields.Concat(documents))}. The clock stands still; {Clock.WorkingDays - Clock.Counted} working days are left.");
        Raise(new ApplicationSentBack(Id, TrackingNumber!, ServiceName, Citizen, Returned.Fields, Returned.Documents, Returned.Reason, now));
        return null;
    }

    public Refusal? Resubmit(PinnedService service, Part part, Actor actor, WorkingCalendar calendar, DateTimeOffset now)
    {
        if ((Steps.Resubmit.Refuses(State, part) ?? Incomplete(service)) is { } refusal)
            return refusal;
        State = ApplicationState.UnderReview;
        Clock = Clock!.Resume(now, calendar);
        Listed();
        Note(now, actor, "resubmitted", $"The application was mended. The clock runs again: until {Clock.DueOn:yyyy-MM-dd}.{Uncertain()}");
        return null;
    }

    public Refusal? Withdraw(Part part, Actor actor, DateTimeOffset now)
    {
        if (Steps.Withdraw.Refuses(State, part) is { } refusal)
            return refusal;
        State = ApplicationState.Withdrawn;
        Clock = Clock?.Stop(now);
        Listed();
        Note(now, actor, "withdrawn", "The applicant withdrew the application.");
        Raise(new ApplicationWithdrawn(Id, TrackingNumber!, ServiceId, Citizen, now));
        return null;
    }

    /// <summary>The decision stands; the certificate is no longer good from now on.</summary>
    public Refusal? Revoke(string? reason, Part part, Actor actor, DateTimeOffset now)
    {
        if ((Steps.Revoke.Refuses(State, part) ?? Reason(reason)) is { } refusal)
            return refusal;
        if (Certificate!.RevokedAt is not null)
            return Refusal.Conflict("already-revoked", "The certificate has been revoked already.");
        Certificate = Certificate with { RevokedAt = now, RevokedBecause = Aadhaar.Mask(reason!) };
        Note(now, actor, "certificate-revoked", $"Certificate {Certificate.Number} was revoked: {Certificate.RevokedBecause}");
        return null;
    }

    /// <summary>Marks it late once its last day has passed in the state, and counts again what had to be estimated. True when something changed.</summary>
    public bool Watch(WorkingCalendar calendar, DateTimeOffset now)
    {
        if (Clock is not { Running: true } clock || MarkedOverdue)
            return false;
        if (clock.UncertainYears.Any(calendar.Covers))
        {
            Clock = clock.Recount(calendar);
            if (Clock.DueOn != clock.DueOn)
                Note(now, Actor.System, "due-date-counted-again", $"The holidays of {string.Join(", ", clock.UncertainYears)} are published: due on {Clock.DueOn:yyyy-MM-dd} instead of {clock.DueOn:yyyy-MM-dd}.");
        }
        if (Clock.IsOverdue(calendar.DateAt(now)))
        {
            MarkedOverdue = true;
            Note(now, Actor.System, "overdue", $"The last day, {Clock.DueOn:yyyy-MM-dd}, has passed without a decision.");
        }
        Listed();
        return MarkedOverdue || !ReferenceEquals(Clock, clock);
    }

    /// <summary>Whether it is, or was decided, late. Also true in the minutes before the watch comes round.</summary>
    public bool IsOverdue(DateOnly today) => MarkedOverdue || Clock?.IsOverdue(today) == true || Decision is { WithinTime: false };

    private void Decide(Decision decision, string reason, ApplicationState state, Actor actor, WorkingCalendar calendar, DateTimeOffset now)
    {
        var withinTime = calendar.DateAt(now) <= Clock!.DueOn;
        (State, Clock, Decision) = (state, Clock.Stop(now), new Decided(decision, reason, withinTime, now, actor.Name));
        Listed();
        Note(now, actor, decision == Contracts.Application.Decision.Approved ? "approved" : "rejected",
            $"The application was {Steps.Words(state)}{(withinTime ? " within its time" : " after its time")}.{(decision == Contracts.Application.Decision.Rejected ? $" {reason}" : "")}");
        Raise(new ApplicationDecided(
            Id, TrackingNumber!, ServiceId, DepartmentId, ServiceName, Citizen, Place.DistrictCode, decision, reason, withinTime, now));
    }

    private void Listed()
    {
        ListedOn = Clock?.DueOn ?? ListedOn;
        WatchedUntil = Clock is { Running: true } && !MarkedOverdue ? Clock.DueOn : null;
    }

    private string Uncertain() => Clock!.UncertainYears.Count == 0
        ? ""
        : $" The holidays of {string.Join(", ", Clock.UncertainYears)} are not published yet: the date is an estimate.";

    private static Refusal? Unmarkable(IReadOnlyList<string> fields, IReadOnlyList<string> documents, PinnedService service)
    {
        if (fields.Count + documents.Count == 0)
            return Refusal.Invalid("nothing-marked", "Say what to mend: 'fields', 'documents' or both.", new FieldError("/fields", "required", "At least one field or document."));
        var known = service.Form.Fields;
        var errors = fields
            .Select((field, index) => (Error: new FieldError($"/fields/{index}", "unknown", "No JSON Pointer of a field of the form, such as /applicantName."), Fits: JsonPointer.FirstMember(field) is { } name && known.Contains(name)))
            .Concat(documents.Select((document, index) => (
                Error: new FieldError($"/documents/{index}", "unknown", "The service does not ask for this document."), Fits: service.Terms.Documents.Any(asked => asked.DocumentId == document))))
            .Where(mark => !mark.Fits).Select(mark => mark.Error).ToArray();
        return errors.Length == 0 ? null : Refusal.Invalid("mark-unknown", "What is marked does not exist.", errors);
    }

    private static Refusal? Reason(string? reason) => string.IsNullOrWhiteSpace(reason)
        ? Refusal.Invalid("reason-required", "A reason has to be given; the citizen reads it.", new FieldError("/reason", "required", "A reason has to be given."))
        : TooLong(reason, "/reason");

    private static Refusal? TooLong(string? text, string pointer) => text?.Length > LongestReason
        ? Refusal.Invalid("text-too-long", $"At most {LongestReason} characters.", new FieldError(pointer, "too-long", $"At most {LongestReason} characters."))
        : null;

    private static string Rupees(long paise) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"₹{paise / 100}.{paise % 100:00}");
}
