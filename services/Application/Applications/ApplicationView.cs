using System.Text.Json.Nodes;
using EServices.Application.Clock;
using EServices.Application.Workflow;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Contracts.Catalogue;
using EServices.Platform;
using EServices.Platform.Web;

namespace EServices.Application.Applications;

/// <summary>An application as one caller sees it.</summary>
/// <param name="TrackingNumber">Null in a draft.</param>
/// <param name="Citizen">To officers the mobile number is masked.</param>
/// <param name="Form">Null to a helper once it is handed in: from then on it is between the citizen and the office.</param>
/// <param name="Problems">What is missing or wrong before it can be handed in, by <c>/form/…</c> and <c>/documents/…</c>; told while it can be changed.</param>
/// <param name="Promise">JWS (ES256) with due date, rule, officer, appellate authority, fee and tracking number; verifiable with the keys at <c>/.well-known/jwks.json</c>.</param>
/// <param name="Next">What this caller can do now.</param>
internal sealed record ApplicationView(
    string Id, string? TrackingNumber, ApplicationState State, string ServiceId, int ServiceVersion, Localised ServiceName, Channel Channel, Person Citizen,
    string? DistrictCode, string? TehsilCode, string? VisitId, JsonObject? Form, IReadOnlyList<AskedDocumentView> Documents, IReadOnlyList<FieldError> Problems,
    Bill? Bill, Receipt? Receipt, ClockView? Clock, string? Promise, ReturnedView? SentBack, DecisionView? Decision, CertificateLink? Certificate,
    bool Overdue, NextStep NextStep, IReadOnlyList<NextAction> Next, DateTimeOffset CreatedAt, DateTimeOffset? SubmittedAt, DateTimeOffset ChangedAt);

internal sealed record AskedDocumentView(string DocumentId, Localised Name, bool Mandatory, IReadOnlyList<DocumentAlternative> Alternatives, IReadOnlyList<Attachment> Given);

/// <param name="DueOn">The last day by law, in the state's time zone; null while the clock stands still.</param>
/// <param name="RemainingWorkingDays">Left when the clock was paused; null otherwise.</param>
/// <param name="Certain">False when holidays of <paramref name="UnpublishedYears"/> are not known: the date is then an estimate.</param>
/// <param name="Explanation">Every day between start and due date that does not count, and why.</param>
internal sealed record ClockView(
    ClockState State, DateTimeOffset StartedAt, DateOnly? DueOn, int WorkingDays, int? RemainingWorkingDays, bool Certain, IReadOnlyList<int> UnpublishedYears,
    IReadOnlyList<ClockPause> Pauses, DateTimeOffset? StoppedAt, IReadOnlyList<DayView> Explanation)
{
    public static ClockView Of(StatutoryClock clock) => new(
        clock.StoppedAt is not null ? ClockState.Stopped : clock.Paused ? ClockState.Paused : ClockState.Running,
        clock.StartedAt, clock.DueOn, clock.WorkingDays, clock.DueOn is null ? clock.WorkingDays - clock.Counted : null, clock.UncertainYears.Count == 0, clock.UncertainYears,
        clock.Pauses, clock.StoppedAt, [.. clock.Uncounted.Select(day => new DayView(day.Date, false, day.Reason, day.Why, day.Assumed))]);
}

/// <param name="Assumed">The holiday hangs on moon sighting or on an order not yet published.</param>
internal sealed record DayView(DateOnly Date, bool Counted, UncountedReason Reason, Localised Why, bool Assumed);

internal sealed record ReturnedView(IReadOnlyList<string> Fields, IReadOnlyList<string> Documents, string Reason, DateTimeOffset At);

internal sealed record DecisionView(Decision Decision, string Reason, bool WithinTime, DateTimeOffset At, string Officer);

internal sealed record CertificateLink(string CertificateId, string Number, string Href, bool Revoked);

/// <param name="Needs">Members that the body must have.</param>
internal sealed record NextAction(string Action, string Method, string Href, IReadOnlyList<string> Needs);

/// <summary>One line of a list.</summary>
internal sealed record ApplicationLine(
    string Id, string? TrackingNumber, ApplicationState State, string ServiceId, Localised ServiceName, string? DistrictCode, DateOnly? DueOn, bool Overdue,
    NextStep NextStep, DateTimeOffset CreatedAt, DateTimeOffset? SubmittedAt, DateTimeOffset ChangedAt);

internal static class ApplicationViews
{
    private static readonly ApplicationState[] Open = [ApplicationState.Draft, ApplicationState.SentBack];

    public static ApplicationView For(this ServiceApplication application, Part part, Forms.PinnedService service, DateOnly today)
    {
        var open = Open.Contains(application.State);
        var sees = SeesContent(application, part);
        return new ApplicationView(
            application.Id, application.TrackingNumber, application.State, application.ServiceId, application.ServiceVersion, application.ServiceName, application.Channel,
            (part & Part.Applicant) != 0 ? application.Citizen : application.Citizen with { Mobile = Mobile.Masked(application.Citizen.Mobile) },
            application.Place.DistrictCode, application.Place.TehsilCode, application.VisitId, sees ? application.Form ?? [] : null,
            [.. service.Terms.Documents.Select(asked => new AskedDocumentView(
                asked.DocumentId, asked.Name, asked.Mandatory, asked.Alternatives, sees ? [.. application.Attachments.Where(given => given.AskedFor == asked.DocumentId)] : []))],
            open && (part & Part.Applicant) != 0 ? application.Problems(service) : [],
            application.Bill, application.Receipt, application.Clock is { } clock ? ClockView.Of(clock) : null, application.Promise?.Compact,
            application.State == ApplicationState.SentBack ? new ReturnedView(application.Returned!.Fields, application.Returned.Documents, application.Returned.Reason, application.Returned.At) : null,
            application.Decision is { } decided ? new DecisionView(decided.Decision, decided.Reason, decided.WithinTime, decided.At, decided.Officer) : null,
            application.Certificate is { } certificate ? new CertificateLink(certificate.CertificateId, certificate.Number, Href(application, "certificate"), certificate.RevokedAt is not null) : null,
            application.IsOverdue(today), NextStepOf(application, today),
            NextActionsOf(application, part),
            application.CreatedAt, application.SubmittedAt, application.ChangedAt);
    }

    public static ApplicationLine Line(this ServiceApplication application, DateOnly today) => new(
        application.Id, application.TrackingNumber, application.State, application.ServiceId, application.ServiceName, application.Place.DistrictCode, application.Clock?.DueOn,
        application.IsOverdue(today), NextStepOf(application, today), application.CreatedAt, application.SubmittedAt, application.ChangedAt);

    /// <summary>Whether form and documents are shown: to a helper only while they can be worked on.</summary>
    public static bool SeesContent(ServiceApplication application, Part part) => (part & (Part.Owner | Part.Officer)) != 0 || Open.Contains(application.State);

    private static IReadOnlyList<NextAction> NextActionsOf(ServiceApplication application, Part part)
    {
        var steps = Steps.All.Where(step => step.Refuses(application.State, part) is null && (step != Steps.Revoke || application.Certificate?.RevokedAt is null))
            .Select(step => new NextAction(step.Name, step.Method, Href(application, step.Path), step.Needs));
        // Paying is Payment's: this only says where, so that a screen need not know.
        return application is { State: ApplicationState.Submitted, Bill: not null } && (part & Part.Applicant) != 0
            ? [new NextAction("pay", "POST", "/api/v1/payments", ["billId", "method"]), .. steps]
            : [.. steps];
    }

    /// <summary>Every state has someone whose turn it is, and a date or the reason why there is none.</summary>
    public static NextStep NextStepOf(ServiceApplication application, DateOnly today) => application.State switch
    {
        ApplicationState.Draft => Step("citizen", "complete-and-submit", "Fill in the form, attach the documents and hand the application in", null, "A draft has no deadline; the officer's time starts once it is handed in and paid."),
        ApplicationState.Submitted when application.Bill is null => Step("payment", "await-bill", "The bill is being made out", null, "It takes moments; the officer's time starts once the bill is paid."),
        ApplicationState.Submitted => Step("citizen", "pay-bill", "Pay the bill", null, "No date is set for paying; the officer's time starts on the day the bill is paid."),
        ApplicationState.UnderReview when application.Clock!.IsOverdue(today) => Step("officer", "decide-overdue", "The officer's decision is overdue", application.Clock.DueOn, "The last day by law has passed."),
        ApplicationState.UnderReview => Step("officer", "decide", "The officer decides", application.Clock!.DueOn,
            application.Clock.UncertainYears.Count == 0 ? "The last day by law." : "An estimate of the last day by law: some holidays are not published yet."),
        ApplicationState.SentBack => Step("citizen", "mend-and-resubmit", "Mend what the officer marked and hand it in again", null,
            $"No date is set for mending; the clock stands still, and the officer then has {application.Clock!.WorkingDays - application.Clock.Counted} working days."),
        ApplicationState.Approved => Step("nobody", "done", "The certificate is issued", null, "Nothing is left to do."),
        ApplicationState.Rejected => Step("citizen", "consider-appeal", "The application was rejected; an appeal to the first appellate authority is possible", null, "The time for an appeal runs from the decision."),
        _ => Step("nobody", "done", "The application was withdrawn", null, "Nothing is left to do."),
    };

    public static string Href(ServiceApplication application, string path) => $"/api/v1/applications/{application.Id}/{path}";

    private static NextStep Step(string who, string code, string what, DateOnly? by, string why) => new(who, code, Localised.English(what), by, why);
}
