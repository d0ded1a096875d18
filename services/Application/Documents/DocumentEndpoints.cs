using EServices.Application.Applications;
using EServices.Application.Timeline;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EServices.Application.Documents;

/// <param name="Sha256">Lowercase hex.</param>
internal sealed record DocumentView(string DocumentId, string AskedFor, string Type, string MediaType, int Bytes, string Sha256, DateTimeOffset AttachedAt, string Href)
{
    public static DocumentView Of(ServiceApplication application, Attachment given) => new(
        given.DocumentId, given.AskedFor, given.Type, given.MediaType, given.Bytes, given.Sha256, given.AttachedAt, ApplicationViews.Href(application, $"documents/{given.DocumentId}"));
}

internal static class DocumentEndpoints
{
    /// <summary>Bytes of the largest document.</summary>
    public const int Largest = 5 * 1024 * 1024;

    private const int Attempts = 8;

    public static void MapDocuments(this IEndpointRouteBuilder api)
    {
        api.MapPost("/applications/{id}/documents", AttachAsync)
            .Allow(Roles.Citizen, Roles.Operator, Roles.Helpline)
            .WithMetadata(new RequestSizeLimitAttribute(Largest))
            .Accepts<byte[]>("application/pdf", "image/jpeg", "image/png")
            .WithName("AttachDocument").WithTags("Applications")
            .WithSummary("Hands in a document: the file itself as body, at most 5 MB. 'type' is the id of a document that the service asks for, or of one of its alternatives. "
                + "The same file again answers 200 with the attachment there is.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(415);
        api.MapGet("/applications/{id}/documents/{documentId}", ReadAsync)
            .Allow(Roles.Citizen, Roles.Operator, Roles.Helpline, Roles.Officer)
            .WithName("ReadDocument").WithTags("Applications")
            .WithSummary("The file as it was handed in.")
            .Produces<byte[]>(200, "application/pdf", "image/jpeg", "image/png")
            .ProducesProblem(404);
    }

    private static async Task<Results<Created<DocumentView>, Ok<DocumentView>, ProblemHttpResult>> AttachAsync(
        string id, string? type, Caller caller, Cases cases, DocumentStore<ServiceApplication> applications, DocumentStore<UploadedDocument> documents,
        TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (await cases.OpenAsync(id, caller, cancellationToken) is not { } opened)
            return Problems.NotFound("application", id);
        if (http.Precondition(opened.Application) is { } changed)
            return changed;
        var mediaType = http.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        if (!MediaTypes.Taken.Contains(mediaType))
            return Problems.Of(415, "media-type-unsupported", $"A document is one of: {string.Join(", ", MediaTypes.Taken)}.");
        if (opened.Application.RefusesDocument(type ?? "", opened.Service, opened.Part, out var askedFor) is { } refusal)
            return Problems.Of(refusal);
        var content = await BoundedBody.ReadAsync(http.Request, Largest, cancellationToken);
        if (MediaTypes.Of(content) != mediaType)
            return Problems.Of(400, "content-mismatch", content.Length == 0 ? "The body is empty." : $"The file does not begin as {mediaType} does.");

        var document = new UploadedDocument(id, type!, mediaType, content, time.GetUtcNow());
        try
        {
            await documents.SaveAsync(document, cancellationToken);
        }
        catch (DuplicateKeyException)
        {
            // Handed in before: its content is the same, for the id is made of it.
        }
        var attachment = new Attachment(document.Id, askedFor, type!, mediaType, content.Length, document.Sha256, document.UploadedAt);
        for (var attempt = 1; ; attempt++)
        {
            var isNew = opened.Application.Attach(attachment, Actor.Of(caller));
            try
            {
                if (isNew)
                    await applications.SaveAsync(opened.Application, cancellationToken);
                http.Tell(opened.Application);
                var view = DocumentView.Of(opened.Application, opened.Application.Attachments.First(known => known.DocumentId == document.Id));
                return isNew ? TypedResults.Created(view.Href, view) : TypedResults.Ok(view);
            }
            catch (ConflictException) when (attempt < Attempts && http.Request.Headers.IfMatch.Count == 0)
            {
                // Papers are handed in side by side; each finds its place, unless the application is no longer open to them.
                if (await cases.OpenAsync(id, caller, cancellationToken) is not { } again)
                    return Problems.NotFound("application", id);
                opened = again;
                if (opened.Application.RefusesDocument(type!, opened.Service, opened.Part, out askedFor) is { } closed)
                    return Problems.Of(closed);
            }
        }
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadAsync(
        string id, string documentId, Caller caller, Cases cases, DocumentStore<UploadedDocument> documents, HttpContext http, CancellationToken cancellationToken)
    {
        if (await cases.OpenAsync(id, caller, cancellationToken) is not { } opened || !ApplicationViews.SeesContent(opened.Application, opened.Part)
            || opened.Application.Attachments.FirstOrDefault(given => given.DocumentId == documentId) is not { } attachment
            || await documents.FindAsync(documentId, cancellationToken) is not { } document)
            return Problems.NotFound("document", documentId);
        // Citizens' papers: not for caches on the way, and never run as something else by a browser.
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.File(document.Content, attachment.MediaType, $"{attachment.Type}.{attachment.MediaType.Split('/')[1]}");
    }
}
