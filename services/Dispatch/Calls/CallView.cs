using EServices.Contracts;
using EServices.Dispatch.Places;

namespace EServices.Dispatch.Calls;

/// <param name="Rings">How often it rang unanswered.</param>
/// <param name="Code">The code that is under way to the caller's number; its digits are in the message alone.</param>
/// <param name="Documents">What the chosen service asks for, and which paper the caller has for it.</param>
/// <param name="Ready">Every check of <paramref name="Readiness"/> holds: a visit can be held.</param>
/// <param name="Next">Actions that would be taken now, the next one to do first.</param>
/// <param name="Queue">The place in the call-back list; only while it waits there.</param>
internal sealed record CallView(
    string Id, CallState State, string From, string Language, string? Name, DateTimeOffset ReceivedAt, DateTimeOffset? AnsweredAt, int Rings, DateTimeOffset? LastRangAt, int CallBacks,
    CodeView? Code, DateTimeOffset? NumberConfirmedAt, ServiceView? Service, IReadOnlyList<DocumentView> Documents, Address? Address, QuoteView? Quote,
    string? VisitId, string? Disposition, bool Ready, IReadOnlyList<ReadinessCheck> Readiness, IReadOnlyList<string> Next, QueuePlace? Queue,
    IReadOnlyList<DeedView> Timeline)
{
    public static CallView Of(Call call, DateTimeOffset now, QueuePlace? queue = null)
    {
        var readiness = call.Readiness(now);
        return new CallView(
            call.Id, call.State, call.From, call.Language, call.CallerName, call.ReceivedAt, call.AnsweredAt, call.Rings, call.LastRangAt, call.CallBacks,
            call.Code is { } code ? new CodeView(code.SentAt, code.ExpiresAt, code.TriesLeft) : null, call.NumberConfirmedAt,
            call.Service is { } service ? new ServiceView(service.ServiceId, service.Version, service.Name) : null,
            [.. (call.Service?.Documents ?? []).Select(asked => new DocumentView(
                asked.DocumentId, asked.Name, asked.Mandatory, [.. asked.Alternatives.Select(other => new AlternativeView(other.DocumentId, other.Name))],
                call.Documents.FirstOrDefault(confirmed => confirmed.DocumentId == asked.DocumentId)?.Shown))],
            call.Address, call.QuoteNow() is { } quote ? new QuoteView(quote.QuoteId, quote.TotalPaise, quote.ExpiresAt) : null,
            call.VisitId, call.Disposition, readiness.All(check => check.Ok), readiness, call.Next(now), queue, [.. call.Timeline.Select(DeedView.Of)]);
    }
}

internal sealed record CodeView(DateTimeOffset SentAt, DateTimeOffset ExpiresAt, int TriesLeft);

internal sealed record ServiceView(string Id, int Version, Localised Name);

/// <param name="Shown">The paper the caller has: this document or one of its alternatives; null while not confirmed.</param>
internal sealed record DocumentView(string DocumentId, Localised Name, bool Mandatory, IReadOnlyList<AlternativeView> Alternatives, string? Shown);

internal sealed record AlternativeView(string DocumentId, Localised Name);

internal sealed record QuoteView(string QuoteId, long TotalPaise, DateTimeOffset ExpiresAt);
