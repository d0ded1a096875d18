using System.Globalization;
using System.Text;
using EServices.Gateway.Routing;
using EServices.Platform;
using EServices.Platform.Messaging.DeadLetters;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace EServices.Gateway.Operations;

/// <summary><c>/api/v1/operations</c>: the dead letters of all services in one place, and the audit log of what was done with them; for the role <c>operations</c>.</summary>
internal static class DeadLetterOperations
{
    private const string Base = "/api/v1/operations";

    public static void AddDeadLetterOperations(this WebApplicationBuilder app) => app.Services.AddSingleton<ServiceDesk>();

    public static void MapDeadLetterOperations(this WebApplication app)
    {
        var operations = app.MapGroup(Base).WithTags("Operations").Allow(Roles.Operations)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        operations.MapGet("/dead-letters", ListAsync).WithName("ListDeadLetters").WithSummary("Events that could not be sent or reacted to, of all services, the newest first")
            .WithDescription("Parked ones if `state` is not given. A service that does not answer in time is named in `unanswered`; the others' letters are there. A page may be shorter than its limit and still have a `next`.")
            .AddOpenApiOperationTransformer((operation, _, _) => Describe(operation)).ProducesProblem(StatusCodes.Status400BadRequest);
        operations.MapGet("/dead-letters/{id}", ReadAsync).WithName("ReadDeadLetter").WithSummary("One of them, with its stack and its content, texts masked")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        operations.MapPost("/dead-letters/{id}/retry", RetryAsync).WithName("RetryDeadLetter").WithSummary("Try it again now. If it fails, it is parked again with its new attempts")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        operations.MapPost("/dead-letters/{id}/discard", DiscardAsync).WithName("DiscardDeadLetter").WithSummary("Decide, with a reason, that nobody ever handles it")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        operations.MapPost("/dead-letters/retry", RetryManyAsync).WithName("RetryDeadLetters").WithSummary("Try all that a filter chooses again, or first look which those are")
            .WithDescription("`dryRun` has no default. At most `limit` letters of each service, the oldest first; `more` tells of others. Every call is in the audit log, a dry run too.")
            .AddOpenApiOperationTransformer((operation, _, _) => DescribeKey(operation)).ProducesProblem(StatusCodes.Status400BadRequest);
        operations.MapGet("/acts", ListActsAsync).WithName("ListOperationsActs").WithSummary("The audit log: who retried or discarded what, when and why, the newest first")
            .AddOpenApiOperationTransformer((operation, _, _) => DescribeService(operation)).ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<Results<Ok<DeadLetterPage>, ProblemHttpResult>> ListAsync(DeadLetterQuestion question, Paging paging, ServiceDesk desk, HttpContext http)
    {
        if (!TryChoose(question.Filter.Service, "?service", out var services, out var unknown))
            return unknown;
        var places = MergedPages.Read(paging.Cursor, services);
        var answers = await desk.AskAllAsync<DeadLetterList>(
            places.Keys.Intersect(services), service => $"{Base}/dead-letters?{QueryOf(question)}&{PageOf(places[service], paging.Limit)}", http, ServiceDesk.ToRead);
        var (items, next) = MergedPages.Merge(
            places, [.. answers.Where(answer => answer.Given).Select(answer => (answer.Service, answer.Value!.Items, answer.Value.Next))], paging.Limit,
            letter => letter.FirstFailedAt, letter => letter.Cursor);
        return TypedResults.Ok(new DeadLetterPage([.. items.Select(letter => letter with { Cursor = null })], next, SilentOf(answers)));
    }

    private static async Task<Results<Ok<OperationsActPage>, ProblemHttpResult>> ListActsAsync(string? service, Paging paging, ServiceDesk desk, HttpContext http)
    {
        if (!TryChoose(service, "?service", out var services, out var unknown))
            return unknown;
        var places = MergedPages.Read(paging.Cursor, services);
        var answers = await desk.AskAllAsync<OperationsActList>(
            places.Keys.Intersect(services), one => $"{Base}/acts?{PageOf(places[one], paging.Limit)}", http, ServiceDesk.ToRead);
        var (items, next) = MergedPages.Merge(
            places, [.. answers.Where(answer => answer.Given).Select(answer => (answer.Service, answer.Value!.Items, answer.Value.Next))], paging.Limit,
            act => act.At, act => act.Cursor);
        return TypedResults.Ok(new OperationsActPage([.. items.Select(act => act with { Cursor = null })], next, SilentOf(answers)));
    }

    private static Task<IResult> ReadAsync(string id, ServiceDesk desk, HttpContext http) => OfOneAsync<DeadLetterDetail>(id, "", null, desk, http, ServiceDesk.ToRead, TypedResults.Ok);

    private static Task<IResult> RetryAsync(string id, RetryOne? wanted, ServiceDesk desk, HttpContext http) =>
        OfOneAsync<DeadLetterView>(id, "/retry", wanted ?? new RetryOne(), desk, http, ServiceDesk.ToAct, letter => TypedResults.Accepted($"{Base}/dead-letters/{letter.Id}", letter));

    private static Task<IResult> DiscardAsync(string id, DiscardOne wanted, ServiceDesk desk, HttpContext http) =>
        OfOneAsync<DeadLetterView>(id, "/discard", wanted, desk, http, ServiceDesk.ToAct, TypedResults.Ok);

    private static async Task<Results<Ok<RetriedByService>, ProblemHttpResult, ContentHttpResult>> RetryManyAsync(RetryMany wanted, ServiceDesk desk, HttpContext http)
    {
        if (http.Request.Headers["Idempotency-Key"].ToString().Trim().Length is 0 or > 255)
            return Problems.Of(StatusCodes.Status400BadRequest, "idempotency-key-missing", "This request needs an Idempotency-Key header of at most 255 characters, so that a repeat does nothing twice.");
        if (wanted.Check() is { Passed: false } wrong)
            return wrong.Problem();
        if (!TryChoose(wanted.Filter?.Service, "/filter/service", out var services, out var unknown))
            return unknown;
        var answers = await desk.AskAllAsync<RetriedMany>(services, _ => $"{Base}/dead-letters/retry", http, ServiceDesk.ToAct, _ => wanted);
        // What one refuses (a key that was used for something else) it refuses for a reason that the caller has to know.
        if (answers.FirstOrDefault(answer => answer.Refused) is { Problem: { } problem } refused)
            return TypedResults.Content(problem, "application/problem+json", Encoding.UTF8, refused.Status);
        var given = answers.Where(answer => answer.Given).Select(answer => answer.Value!).ToList();
        return TypedResults.Ok(new RetriedByService(
            wanted.DryRun!.Value, given.Sum(one => one.Matched), given.Sum(one => one.Retried), given.Any(one => one.More), [.. given.Where(one => one.Matched > 0)], SilentOf(answers)));
    }

    /// <summary>The id names the service: <c>dlt_payment_…</c>.</summary>
    private static async Task<IResult> OfOneAsync<T>(string id, string act, object? body, ServiceDesk desk, HttpContext http, TimeSpan deadline, Func<T, IResult> result)
    {
        if (id.Split('_') is not ["dlt", var service, { Length: > 0 }, ..] || !RouteTable.Services.Contains(service))
            return Problems.NotFound("dead letter", id);
        var answer = await desk.AskAsync<T>(service, $"{Base}/dead-letters/{Uri.EscapeDataString(id)}{act}", http, deadline, body);
        if (answer is { Given: true, Value: { } value })
            return result(value);
        if (answer is { Refused: true, Problem: { } problem })
            return TypedResults.Content(problem, "application/problem+json", Encoding.UTF8, answer.Status);
        http.Response.Headers.RetryAfter = 2.ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status503ServiceUnavailable, "service-unavailable",
            $"The service '{service}' does not answer ({answer.Why}).{(body is null ? "" : " What was asked may have been done: look before you repeat it.")}");
    }

    private static bool TryChoose(string? service, string pointer, out IReadOnlyList<string> services, out ProblemHttpResult unknown)
    {
        services = service is null ? RouteTable.Services : [service];
        unknown = Problems.Of(Refusal.Invalid("invalid-request", "There is no such service.", new FieldError(pointer, "unknown", $"One of {string.Join(", ", RouteTable.Services)}.")));
        return service is null || RouteTable.Services.Contains(service);
    }

    private static string QueryOf(DeadLetterQuestion question)
    {
        var filter = question.Filter;
        var parts = new List<string> { $"state={question.State?.ToString().ToLowerInvariant() ?? "all"}" };
        if (filter.Event is { } name)
            parts.Add($"event={Uri.EscapeDataString(name)}");
        if (filter.Source is { } source)
            parts.Add($"source={source.ToString().ToLowerInvariant()}");
        if (filter.Exception is { } exception)
            parts.Add($"exception={Uri.EscapeDataString(exception)}");
        if (filter.Since is { } since)
            parts.Add($"since={Uri.EscapeDataString(since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))}");
        return string.Join('&', parts);
    }

    private static string PageOf(string? cursor, int limit) => $"limit={limit}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}";

    private static IReadOnlyList<Unanswered> SilentOf<T>(IEnumerable<Answer<T>> answers) =>
        [.. answers.Where(answer => !answer.Given).Select(answer => new Unanswered(answer.Service, answer.Why!))];

    private static Task Describe(OpenApiOperation operation)
    {
        DescribeService(operation);
        Add(operation, "event", "Name of the contract: `BillSettled`.");
        Add(operation, "source", "`queue` or `outbox`.");
        Add(operation, "state", "`waiting`, `parked`, `handled`, `discarded` or `all`; `parked` if absent.");
        Add(operation, "exception", "Name of the last exception's type, with or without its namespace.");
        Add(operation, "since", "First failed at this instant or later, ISO 8601.");
        return Task.CompletedTask;
    }

    private static Task DescribeService(OpenApiOperation operation)
    {
        if (operation.Parameters?.Any(parameter => parameter.Name == "service") != true)
            Add(operation, "service", $"One of {string.Join(", ", RouteTable.Services)}.");
        Add(operation, "cursor", "From the page before.");
        Add(operation, "limit", "From 1 to 100; 20 if absent.");
        return Task.CompletedTask;
    }

    private static Task DescribeKey(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "Idempotency-Key",
            In = ParameterLocation.Header,
            Required = true,
            Description = "Makes a repeat of this request safe: the first answer is given again. Kept for 48 hours.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
        });
        return Task.CompletedTask;
    }

    private static void Add(OpenApiOperation operation, string name, string description)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
    }
}

/// <param name="Unanswered">Services whose letters are missing from this page.</param>
internal sealed record DeadLetterPage(IReadOnlyList<DeadLetterView> Items, string? Next, IReadOnlyList<Unanswered> Unanswered);

/// <param name="Unanswered">Services whose acts are missing from this page.</param>
internal sealed record OperationsActPage(IReadOnlyList<OperationsActView> Items, string? Next, IReadOnlyList<Unanswered> Unanswered);

/// <param name="Matched">Letters chosen by the filter, of all services that answered.</param>
/// <param name="Retried">With how many it was done; 0 in a dry run.</param>
/// <param name="More">Others match beyond the limit: the same request, with a new key, takes the next.</param>
/// <param name="Unanswered">Services that did not answer: with theirs it may have been done or not.</param>
internal sealed record RetriedByService(bool DryRun, int Matched, int Retried, bool More, IReadOnlyList<RetriedMany> Services, IReadOnlyList<Unanswered> Unanswered);
