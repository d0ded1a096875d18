using System.Text.Json.Nodes;
using EServices.Catalogue.Launches;
using EServices.Catalogue.Services;
using EServices.Platform;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Definitions;

/// <summary>A definition's life, for catalogue-managers: draft, review by a second person, launch. Every act is written down.</summary>
internal static class DefinitionEndpoints
{
    private const int LongestId = 100;

    public static void MapDefinitions(this RouteGroupBuilder api)
    {
        var definitions = api.MapGroup("/catalogue/definitions").Allow(Roles.CatalogueManager).WithTags("Catalogue");
        definitions.MapPost("", BeginAsync).Once<Definition>().WithName("beginDefinition")
            .WithSummary("Begin a draft: from nothing (content with a new id) or from what holds for a service now").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        definitions.MapGet("", ListAsync).WithName("listDefinitions").WithSummary("Definitions, newest first; of one state (draft, inReview, approved, launched, discarded) or of one service").ProducesProblem(400);
        definitions.MapGet("/{id}", ReadAsync).WithName("getDefinition").WithSummary("A definition with its authors, reviews, content and all that is wrong with it").ProducesProblem(404);
        definitions.MapPut("/{id}", ChangeAsync).WithName("changeDefinition")
            .WithSummary("Keep the whole content of a draft, complete or not; If-Match is required. 'problems' says what stands in the way of a review")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
        definitions.MapPost("/{id}/actions/{action}", ActAsync).WithName("actOnDefinition")
            .WithSummary("submit, approve (If-Match is required, by someone who did not write in it), send-back (with a comment), launch (at once or 'on' a day) or discard (with a reason)")
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
        definitions.MapGet("/{id}/acts", ActsAsync).WithName("listDefinitionActs").WithSummary("Everything that was done with a definition, or refused, newest first").ProducesProblem(404);
        api.MapGet("/catalogue/acts", AllActsAsync).Allow(Roles.CatalogueManager).WithTags("Catalogue").WithName("listCatalogueActs")
            .WithSummary("The audit log of the catalogue, newest first; of one service where 'service' says so").ProducesProblem(400);
    }

    internal static async Task<Results<Created<DefinitionView>, ProblemHttpResult>> BeginAsync(
        NewDefinition wanted, Caller caller, Once once, CatalogueLog log, Shelf shelf, Governing governing, Launching launching, DocumentStore<Definition> definitions, StatePack pack, Ids ids,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var id = wanted.ServiceId ?? IdOf(wanted.Content);
        var place = wanted.ServiceId is null ? "/content/id" : "/serviceId";
        var checks = new Checks().That(wanted.ServiceId is null != wanted.Content is null, "", "one-of", "Either 'serviceId', to begin from what holds now, or 'content'.");
        if (checks.Passed)
            checks.Required(id, place, LongestId);
        if (!checks.Passed)
            return checks.Problem();

        var held = shelf.Now.Services.GetValueOrDefault(id!);
        if (held?.State == ServiceState.Retired)
            return Problems.Of(StatusCodes.Status409Conflict, "service-retired", $"{id} is retired, and stays so.");
        if (wanted.Content is not null && (held is not null || pack.Services.Has(id)))
            return Problems.Of(StatusCodes.Status409Conflict, "service-exists", $"There is a service '{id}' already; say 'serviceId' to begin from what holds for it now.", [new FieldError(place, "taken", "An id that no service has.")]);
        JsonObject? content = wanted.Content;
        if (content is null)
        {
            content = held?.DefinitionId is { } earlier && held.PackFingerprint == governing.FingerprintOf(id!) ? (await definitions.GetAsync(earlier, cancellationToken)).Content
                : pack.Services.Find(id) is { } service ? WrittenJson.Of(service)
                : null;
            if (content is null)
                return Problems.NotFound("service", id!);
        }
        if (await definitions.FirstAsync(Definition.ByOpen.Where(id!), cancellationToken) is { } open)
            return Problems.Of(StatusCodes.Status409Conflict, "definition-open", $"{open.Id} is open for {id}: one at a time.");

        var now = time.GetUtcNow();
        var definition = new Definition(ids.New("def"), id!, content, new Basis(held?.Number, governing.FingerprintOf(id!)), new Hand(caller.Subject, caller.Name, now), wanted.EffectiveOn);
        Created<DefinitionView>? answer = null;
        await log.ActAsync(CatalogueActKind.Begin, caller, ActSubject.Of(definition) with { Revision = 1 }, null, async () =>
        {
            answer = await once.SaveAsync(
                definitions, definition, TypedResults.Created($"/api/v1/catalogue/definitions/{definition.Id}", DefinitionView.Of(definition, launching, shelf, saved: false)), cancellationToken);
            return null;
        }, cancellationToken);
        return answer!;
    }

    internal static async Task<Results<Ok<Page<DefinitionLine>>, ProblemHttpResult>> ListAsync(
        string? state, string? service, Paging paging, DocumentStore<Definition> definitions, StatePack pack, CancellationToken cancellationToken)
    {
        DefinitionState? wanted = Enum.GetValues<DefinitionState>().Cast<DefinitionState?>().FirstOrDefault(known => string.Equals(known.ToString(), state, StringComparison.OrdinalIgnoreCase));
        var checks = new Checks()
            .That(state is null || wanted is not null, "?state", "unknown", "draft, inReview, approved, launched or discarded.")
            .That(state is null || service is null, "?service", "one-of", "Either 'state' or 'service'.");
        if (!checks.Passed)
            return checks.Problem();
        var query = wanted is { } one ? Definition.ByState.Where(one) : service is not null ? Definition.ByService.Where(service) : Definition.ByTime.All;
        var page = await definitions.ListAsync(query.Descending(), paging.Cursor, paging.Limit, cancellationToken);
        return TypedResults.Ok(page.Select(definition => DefinitionLine.Of(definition, pack.About.Languages[0].Tag)));
    }

    internal static async Task<Results<Ok<DefinitionView>, ProblemHttpResult>> ReadAsync(
        string id, DocumentStore<Definition> definitions, Launching launching, Shelf shelf, HttpContext http, CancellationToken cancellationToken)
    {
        if (await definitions.FindAsync(id, cancellationToken) is not { } definition)
            return Problems.NotFound("definition", id);
        http.Tell(definition);
        return TypedResults.Ok(DefinitionView.Of(definition, launching, shelf));
    }

    internal static async Task<Results<Ok<DefinitionView>, ProblemHttpResult>> ChangeAsync(
        string id, ChangedDefinition wanted, Caller caller, CatalogueLog log, DocumentStore<Definition> definitions, Launching launching, Shelf shelf, TimeProvider time, HttpContext http,
        CancellationToken cancellationToken)
    {
        if (await definitions.FindAsync(id, cancellationToken) is not { } definition)
            return Problems.NotFound("definition", id);
        if ((Unnamed(http) ?? http.Precondition(definition)) is { } changed)
            return changed;
        if (wanted.Content is null)
            return new Checks().That(false, "/content", "required", "The service in the shape of a pack's, whole.").Problem();
        return await KeepAsync(
            CatalogueActKind.Edit, null, definition, caller, log, definitions, launching, shelf, http,
            () => definition.Edit(wanted.Content, wanted.EffectiveOn, new Hand(caller.Subject, caller.Name, time.GetUtcNow())), cancellationToken);
    }

    internal static async Task<Results<Ok<DefinitionView>, ProblemHttpResult>> ActAsync(
        string id, string action, DefinitionAct? body, Caller caller, CatalogueLog log, DocumentStore<Definition> definitions, Launching launching, ScheduledLaunches launches, Shelf shelf,
        StatePack pack, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (await definitions.FindAsync(id, cancellationToken) is not { } definition)
            return Problems.NotFound("definition", id);
        // A reviewer answers for what they have read, so they say which revision that was.
        if (((action == "approve" ? Unnamed(http) : null) ?? http.Precondition(definition)) is { } changed)
            return changed;
        var checks = new Checks().That(body?.Comment is null or { Length: <= Definition.LongestComment }, "/comment", "too-long", $"At most {Definition.LongestComment} characters.");
        if (action == "send-back")
            checks.Required(body?.Comment, "/comment", Definition.LongestComment);
        if (action == "discard")
            checks.Required(body?.Reason, "/reason", 500);
        if (!checks.Passed)
            return checks.Problem();

        var now = time.GetUtcNow();
        var today = pack.About.DateAt(now);
        var hand = new Hand(caller.Subject, caller.Name, now);
        switch (action)
        {
            case "submit":
                return await Keep(CatalogueActKind.Submit, null, () => definition.Submit(launching.Problems(definition), now)
                    ?? (launching.ChangesNothing(definition) ? Refusal.Conflict("nothing-changed", "It says what the launched version says already.") : null));
            case "approve":
                return await Keep(CatalogueActKind.Approve, body?.Comment, () => definition.Approve(hand, body?.Comment, DefinitionView.BatchOf(definition), today));
            case "send-back":
                return await Keep(CatalogueActKind.SendBack, body!.Comment, () => definition.SendBack(hand, body.Comment!.Trim()));
            case "discard":
                return await Keep(CatalogueActKind.Discard, body!.Reason!.Trim(), () => definition.Discard(now));
            case "launch":
                // Due first and launched then: if this ends in between, the next look launches it.
                launches.Begun();
                if (await Keep(CatalogueActKind.Launch, body?.On is { } on ? $"{on:yyyy-MM-dd}" : null, () => definition.Schedule(body?.On, today, now)) is { Result: ProblemHttpResult refused })
                    return refused;
                if (definition.DueOn > today)
                    return TypedResults.Ok(DefinitionView.Of(definition, launching, shelf));
                await launches.LaunchAsync(id, cancellationToken);
                definition = await definitions.GetAsync(id, cancellationToken);
                http.Tell(definition);
                return definition.State == DefinitionState.Launched
                    ? TypedResults.Ok(DefinitionView.Of(definition, launching, shelf))
                    : Problems.Of(StatusCodes.Status409Conflict, "held-back", $"It could not be launched and is a draft again: {definition.Reviews[^1].Comment}");
            default:
                return Problems.Of(StatusCodes.Status404NotFound, "unknown-action", "Actions are submit, approve, send-back, launch and discard.");
        }

        Task<Results<Ok<DefinitionView>, ProblemHttpResult>> Keep(CatalogueActKind kind, string? reason, Func<Refusal?> change) =>
            KeepAsync(kind, reason, definition, caller, log, definitions, launching, shelf, http, change, cancellationToken);
    }

    internal static async Task<Results<Ok<Page<ActView>>, ProblemHttpResult>> ActsAsync(
        string id, Paging paging, DocumentStore<Definition> definitions, DocumentStore<CatalogueAct> acts, CancellationToken cancellationToken) =>
        await definitions.FindAsync(id, cancellationToken) is null
            ? Problems.NotFound("definition", id)
            : TypedResults.Ok((await acts.ListAsync(CatalogueAct.ByDefinition.Where(id).Descending(), paging.Cursor, paging.Limit, cancellationToken)).Select(ActView.Of));

    internal static async Task<Ok<Page<ActView>>> AllActsAsync(string? service, Paging paging, DocumentStore<CatalogueAct> acts, CancellationToken cancellationToken)
    {
        var query = service is null ? CatalogueAct.ByTime.All : CatalogueAct.ByService.Where(service);
        return TypedResults.Ok((await acts.ListAsync(query.Descending(), paging.Cursor, paging.Limit, cancellationToken)).Select(ActView.Of));
    }

    private static async Task<Results<Ok<DefinitionView>, ProblemHttpResult>> KeepAsync(
        CatalogueActKind kind, string? reason, Definition definition, Caller caller, CatalogueLog log, DocumentStore<Definition> definitions, Launching launching, Shelf shelf,
        HttpContext http, Func<Refusal?> change, CancellationToken cancellationToken)
    {
        var refusal = await log.ActAsync(kind, caller, ActSubject.Of(definition), reason, async () =>
        {
            if (change() is { } refused)
                return refused;
            await definitions.SaveAsync(definition, cancellationToken);
            return null;
        }, cancellationToken);
        if (refusal is not null)
            return Problems.Of(refusal);
        http.Tell(definition);
        return TypedResults.Ok(DefinitionView.Of(definition, launching, shelf));
    }

    private static ProblemHttpResult? Unnamed(HttpContext http) => http.Request.Headers.IfMatch.Count > 0
        ? null
        : Problems.Of(StatusCodes.Status428PreconditionRequired, "if-match-required", "Say in If-Match which revision you have read: the ETag that came with it.");

    private static string? IdOf(JsonObject? content) =>
        content?["id"] is JsonValue id && id.GetValueKind() == System.Text.Json.JsonValueKind.String ? id.GetValue<string>() : null;
}
