using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Application.Applications;
using EServices.Application.Documents;
using EServices.Application.Timeline;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EServices.Application.Forms;

/// <summary>The form as it is kept now.</summary>
/// <param name="Missing">JSON Pointers of fields that still have to be filled in.</param>
/// <param name="Problems">All that stands in the way of handing in, the missing fields too, by JSON Pointer into the form; the code is the schema's keyword.</param>
/// <param name="Masked">Pointers of fields in which of an Aadhaar number only the last four digits were kept.</param>
internal sealed record FormView(JsonObject Form, bool Complete, IReadOnlyList<string> Missing, IReadOnlyList<FieldError> Problems, IReadOnlyList<string> Masked);

internal static class FormEndpoints
{
    /// <summary>Bytes of the largest form.</summary>
    public const int Largest = 256 * 1024;

    private const int Deepest = 16;

    /// <summary>Some keywords compare all entries of a list with each other; a form that people fill in has far fewer values.</summary>
    private const int MostValues = 2_000;

    public static void MapForms(this IEndpointRouteBuilder api) =>
        api.MapPut("/applications/{id}/form", FillInAsync)
            .Allow(Roles.Citizen, Roles.Operator, Roles.Helpline)
            .WithMetadata(new RequestSizeLimitAttribute(Largest))
            .Accepts<JsonObject>("application/json")
            .WithName("FillInForm").WithTags("Applications")
            .WithSummary("Keeps the whole form, complete or not, and says what is missing or wrong by JSON Pointer; submit refuses while anything is. "
                + "400 only for what can't be kept: values of another type and unknown fields. At most 256 KB and 16 levels. If-Match is honoured.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(415);

    private static async Task<Results<Ok<FormView>, ProblemHttpResult>> FillInAsync(
        string id, Caller caller, Cases cases, DocumentStore<ServiceApplication> applications, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (await cases.OpenAsync(id, caller, cancellationToken) is not { } opened)
            return Problems.NotFound("application", id);
        if (http.Precondition(opened.Application) is { } changed)
            return changed;
        if (!http.Request.HasJsonContentType())
            return Problems.Of(415, "media-type-unsupported", "A form is application/json.");
        if (Parse(await BoundedBody.ReadAsync(http.Request, Largest, cancellationToken), out var malformed) is not { } form)
            return Problems.Of(400, "malformed-json", "The body is not a JSON object that a form can be.", [malformed!]);

        var before = opened.Application.Timeline.Count;
        if (opened.Application.FillIn(form, opened.Service, opened.Part, Actor.Of(caller), time.GetUtcNow(), out var masked) is { } refusal)
            return Problems.Of(refusal);
        if (opened.Application.Timeline.Count > before)
            await applications.SaveAsync(opened.Application, cancellationToken);
        http.Tell(opened.Application);
        var problems = opened.Application.FormProblems(opened.Service);
        return TypedResults.Ok(new FormView(
            opened.Application.Form!, problems.Count == 0, [.. problems.Where(problem => problem.Code == "required").Select(problem => problem.Pointer)], problems, masked));
    }

    /// <summary>A JSON object, neither too deep nor with a name twice; null with the error otherwise.</summary>
    internal static JsonObject? Parse(byte[] body, out FieldError? error)
    {
        try
        {
            var node = JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = Deepest, AllowDuplicateProperties = false });
            error = node is not JsonObject ? new FieldError("", "type", "A form is a JSON object.")
                : CountValues(node) > MostValues ? new FieldError("", "too-many", $"At most {MostValues} values.")
                : null;
            return error is null ? (JsonObject)node! : null;
        }
        catch (JsonException malformed)
        {
            error = new FieldError("", "json", malformed.LineNumber is { } line
                ? $"Not readable at line {line + 1}, position {malformed.BytePositionInLine + 1}."
                : $"Malformed, deeper than {Deepest} levels, or with a name twice.");
            return null;
        }
    }

    private static int CountValues(JsonNode? node) => node switch
    {
        JsonObject members => 1 + members.Sum(member => CountValues(member.Value)),
        JsonArray items => 1 + items.Sum(CountValues),
        _ => 1,
    };
}
