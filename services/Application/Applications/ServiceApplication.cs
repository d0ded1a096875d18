using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Application.Certificates;
using EServices.Application.Clock;
using EServices.Application.Forms;
using EServices.Application.Timeline;
using EServices.Application.Workflow;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Platform;
using EServices.Platform.CatalogueCopy;
using EServices.Platform.Storage;

namespace EServices.Application.Applications;

/// <summary>
/// One request for one service, from its draft to its certificate. Stays with the version of the service it began under. Whoever calls it has found out what
/// the actor is to it (<see cref="Part"/>); what is refused is told by a <see cref="Refusal"/> and changes nothing.
/// </summary>
internal sealed partial class ServiceApplication : Document
{
    public const int MostDocuments = 40;
    public const int LongestReason = 1000;

    private ServiceApplication(string id, PinnedService service, Channel channel, Person citizen, Whereabouts place, string? visitId, Actor actor, DateTimeOffset now)
        : base(id)
    {
        (ServiceId, ServiceVersion, ServiceName, DepartmentId) = (service.Terms.ServiceId, service.Terms.Version, service.Terms.Name, service.Terms.DepartmentId);
        (Channel, Citizen, Place, VisitId, CreatedBy, CreatedAt, ChangedAt) = (channel, citizen, place, visitId, actor.Subject, now, now);
        Note(now, actor, "draft-begun", "The application was begun.");
    }

    private ServiceApplication() => (ServiceId, DepartmentId, CreatedBy, ServiceName, Citizen, Place) = ("", "", "", null!, null!, null!);

    public ApplicationState State { get; private set; }

    public string ServiceId { get; private set; }

    public int ServiceVersion { get; private set; }

    public Localised ServiceName { get; private set; }

    public string DepartmentId { get; private set; }

    public Channel Channel { get; private set; }

    public Person Citizen { get; private set; }

    public Whereabouts Place { get; private set; }

    public string? VisitId { get; private set; }

    /// <summary>Account of the person who began it; the citizen's own or a helper's.</summary>
    public string CreatedBy { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public JsonObject? Form { get; private set; }

    public IReadOnlyList<Attachment> Attachments { get; private set; } = [];

    /// <summary>Given on submission, with its check character; null in a draft.</summary>
    public string? TrackingNumber { get; private set; }

    public DateTimeOffset? SubmittedAt { get; private set; }

    public Bill? Bill { get; private set; }

    public Receipt? Receipt { get; private set; }

    public StatutoryClock? Clock { get; private set; }

    public SignedPromise? Promise { get; private set; }

    /// <summary>What is to be mended, while sent back; and what was, afterwards.</summary>
    public Returned? Returned { get; private set; }

    public Decided? Decision { get; private set; }

    public IssuedCertificate? Certificate { get; private set; }

    public IReadOnlyList<TimelineEntry> Timeline { get; private set; } = [];

    /// <summary>Noticed to be late. Set once; a decision does not take it back.</summary>
    public bool MarkedOverdue { get; private set; }

    /// <summary>Orders an office's list: the due date where there is one, else the date of submission. Null in a draft, which is in no office's list.</summary>
    public DateOnly? ListedOn { get; private set; }

    /// <summary>The due date while someone has to watch it pass; null otherwise.</summary>
    public DateOnly? WatchedUntil { get; private set; }

    /// <summary>Null when an application for this service may begin now by this channel.</summary>
    public static Refusal? RefusesDraft(KnownService? service, string serviceId, Channel channel)
    {
        if (service is null)
            return Refusal.Invalid("service-unknown", $"There is no service '{serviceId}'.", new FieldError("/serviceId", "unknown", "No launched service has this id."));
        if (service.Suspended is { } reason)
            return Refusal.Conflict("service-suspended", $"{service.Launched.Name.In("en")} can't be applied for now: {reason}", new FieldError("/serviceId", "suspended", reason));
        return service.Launched.Channels.Contains(channel)
            ? null
            : Refusal.Invalid("channel-not-offered", "The service is not offered by this channel.",
                new FieldError("/channel", "not-offered", $"One of: {string.Join(", ", service.Launched.Channels.Select(JsonNames.Of))}."));
    }

    public static ServiceApplication Begin(
        string id, PinnedService service, Channel channel, Person citizen, Whereabouts place, string? visitId, Actor actor, DateTimeOffset now) =>
        new(id, service, channel, citizen, place, visitId, actor, now);

    /// <summary>
    /// Takes the form as it is, complete or not; what is missing or wrong is told by <see cref="Problems"/>. Refused is what no later change could make right:
    /// values of another type, fields that the form does not have, Aadhaar numbers as JSON numbers; and, when sent back, changes elsewhere than asked.
    /// </summary>
    /// <param name="masked">Pointers of fields in which an Aadhaar number was masked.</param>
    public Refusal? FillIn(JsonObject form, PinnedService service, Part part, Actor actor, DateTimeOffset now, out IReadOnlyList<string> masked)
    {
        masked = [];
        if (Steps.Form.Refuses(State, part) is { } refusal)
            return refusal;
        var safe = Aadhaar.Mask(form, service.Form, out masked, out var numbers);
        var wrong = service.Form.Check(JsonSerializer.SerializeToElement(safe), Citizen.Language).Where(error => error.Code is "type" or "additionalProperties" or "unevaluatedProperties" or "propertyNames")
            .Concat(numbers.Select(pointer => new FieldError(pointer, "aadhaar", "An Aadhaar number is not kept; leave it out."))).ToArray();
        if (wrong.Length > 0)
            return Refusal.Invalid("form-invalid", "The form has values that can't be kept; 'errors' names them.", wrong);
        var changes = FormChanges.Between(Form ?? [], safe);
        if (State == ApplicationState.SentBack)
        {
            var closed = changes.Where(change => !Returned!.Fields.Any(field => JsonPointer.IsWithin(change, field) || JsonPointer.IsWithin(field, change)))
                .Select(change => new FieldError(change, "not-asked", "The officer did not ask to mend this field.")).ToArray();
            if (closed.Length > 0)
                return Refusal.Conflict("field-not-open", "Only what was sent back can be changed now.", closed);
        }
        if (Form is not null && changes.Count == 0)
            return null;
        Form = safe;
        Note(now, actor, "form-filled-in", masked.Count == 0
            ? "The form was filled in."
            : $"The form was filled in. Of Aadhaar numbers only the last four digits were kept ({string.Join(", ", masked)}).");
        return null;
    }

    /// <summary>Null when a document of this type may be handed in now; says for which of the documents asked for it counts.</summary>
    public Refusal? RefusesDocument(string type, PinnedService service, Part part, out string askedFor)
    {
        askedFor = "";
        if (Steps.Attach.Refuses(State, part) is { } refusal)
            return refusal;
        var asked = service.Terms.Documents.FirstOrDefault(document => document.DocumentId == type)
            ?? service.Terms.Documents.FirstOrDefault(document => document.Alternatives.Any(alternative => alternative.DocumentId == type));
        if (asked is null)
        {
            var accepted = service.Terms.Documents.SelectMany(document => document.Alternatives.Select(alternative => alternative.DocumentId).Prepend(document.DocumentId)).Distinct();
            return Refusal.Invalid("document-not-asked", "The service does not ask for this document.",
                new FieldError("?type", "not-asked", $"One of: {string.Join(", ", accepted)}."));
        }
        askedFor = asked.DocumentId;
        if (State == ApplicationState.SentBack && !Returned!.Documents.Contains(askedFor))
            return Refusal.Conflict("document-not-open", "Only what was sent back can be handed in again now.", new FieldError("?type", "not-asked", "The officer did not ask for this document again."));
        return Attachments.Count < MostDocuments
            ? null
            : Refusal.Conflict("too-many-documents", $"An application holds at most {MostDocuments} documents.");
    }

    /// <summary>False for a document that is attached already.</summary>
    public bool Attach(Attachment attachment, Actor actor)
    {
        if (Attachments.Any(known => known.DocumentId == attachment.DocumentId && (State != ApplicationState.SentBack || known.AttachedAt >= Returned!.At)))
            return false;
        Attachments = [.. Attachments.Where(known => known.DocumentId != attachment.DocumentId), attachment];
        Note(attachment.AttachedAt, actor, "document-attached", $"{attachment.Type} was handed in ({attachment.MediaType}, {attachment.Bytes} bytes, SHA-256 {attachment.Sha256[..12]}…).");
        return true;
    }

    /// <summary>All that is missing or wrong, by place: <c>/form/…</c> and <c>/documents/…</c>. Empty when it can be handed in.</summary>
    public IReadOnlyList<FieldError> Problems(PinnedService service) =>
    [
        .. FormProblems(service).Select(error => error with { Pointer = "/form" + error.Pointer }),
        .. service.Terms.Documents
            .Where(asked => (asked.Mandatory && !Attachments.Any(given => given.AskedFor == asked.DocumentId))
                || (State == ApplicationState.SentBack && Returned!.Documents.Contains(asked.DocumentId) && !Attachments.Any(given => given.AskedFor == asked.DocumentId && given.AttachedAt >= Returned.At)))
            .Select(asked => new FieldError($"/documents/{JsonPointer.Escape(asked.DocumentId)}", "required",
                asked.Alternatives.Count == 0
                    ? $"{asked.Name.In("en")} has to be handed in."
                    : $"{asked.Name.In("en")} has to be handed in, or one of: {string.Join(", ", asked.Alternatives.Select(alternative => alternative.Name.In("en")))}.")),
    ];

    /// <summary>As <see cref="Problems"/>, of the form alone, by pointer into the form.</summary>
    public IReadOnlyList<FieldError> FormProblems(PinnedService service) => service.Form.Check(JsonSerializer.SerializeToElement(Form ?? []), Citizen.Language);

    public Refusal? Submit(PinnedService service, string trackingNumber, Part part, Actor actor, DateTimeOffset now)
    {
        if ((Steps.Submit.Refuses(State, part) ?? Incomplete(service)) is { } refusal)
            return refusal;
        (State, TrackingNumber, SubmittedAt) = (ApplicationState.Submitted, trackingNumber, now);
        Note(now, actor, "submitted", $"The application was handed in under {trackingNumber}.");
        Raise(new ApplicationSubmitted(
            Id, trackingNumber, ServiceId, ServiceVersion, ServiceName, Channel, Citizen, Place.DistrictCode, VisitId, actor.Subject, now));
        ListedOn = DateOnly.FromDateTime(now.UtcDateTime);
        return null;
    }

    private Refusal? Incomplete(PinnedService service) =>
        Problems(service) is { Count: > 0 } problems
            ? Refusal.Conflict("incomplete", "The application is not complete; 'errors' names all that is missing or wrong.", [.. problems])
            : null;

    private void Note(DateTimeOffset at, Actor actor, string what, string detail)
    {
        Timeline = [.. Timeline, new TimelineEntry(at, actor, what, detail)];
        ChangedAt = at;
    }
}
