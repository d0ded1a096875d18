using System.Text.Json;
using EServices.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.Web;

/// <summary>Every error that leaves a service is a problem document, also those that the framework makes.</summary>
internal static class Errors
{
    public static void AddErrors(this WebApplicationBuilder app)
    {
        app.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        app.Services.AddExceptionHandler<ExceptionProblems>();
        app.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            var problem = context.ProblemDetails;
            if (problem.Type is null || !problem.Type.StartsWith(Problems.TypePrefix, StringComparison.Ordinal))
                Name(problem);
            problem.Instance ??= context.HttpContext.Request.Path;
            if (System.Diagnostics.Activity.Current?.TraceId is { } trace)
                problem.Extensions["traceId"] = trace.ToString();
        });
    }

    public static void UseErrors(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = context => context.Exception is not { } failure || ExceptionProblems.IsExpected(failure) });
        app.UseStatusCodePages();
    }

    /// <summary>Our names for the statuses that the framework answers by itself.</summary>
    private static void Name(ProblemDetails problem)
    {
        var (code, detail) = problem.Status switch
        {
            401 => ("token-required", "A valid access token is required; see /.well-known/openid-configuration."),
            403 => ("role-required", "Your role does not allow this."),
            404 => ("not-found", "There is nothing at this address."),
            405 => ("method-not-allowed", "This address does not take this method; 'Allow' names those it takes."),
            413 => ("body-too-large", "The request's body is larger than this address takes."),
            415 => ("media-type-unsupported", "This address does not take this Content-Type."),
            429 => ("too-many-requests", "Too many requests; 'Retry-After' says when to come again."),
            503 => ("unavailable", "The service can't answer now; try again shortly."),
            _ => ($"status-{problem.Status}", problem.Detail),
        };
        problem.Type = Problems.TypePrefix + code;
        problem.Detail ??= detail;
    }
}

internal sealed partial class ExceptionProblems(IProblemDetailsService problems, ILogger<ExceptionProblems> logger) : IExceptionHandler
{
    public static bool IsExpected(Exception failure) =>
        failure is BadHttpRequestException or BadRequestException or StorageException or FormatException or OperationCanceledException;

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }
        var problem = Describe(exception);
        context.Response.StatusCode = problem.Status!.Value;
        if (exception is StoreBusyException busy)
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(busy.RetryAfter.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (problem.Status == StatusCodes.Status500InternalServerError)
            RequestFailed(context.Request.Method, context.GetEndpoint()?.DisplayName ?? "", exception);
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem, Exception = exception });
    }

    private static ProblemDetails Describe(Exception exception) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException json } => Problems.Details(400, "malformed-json",
            "The body is not the JSON that this address takes.", [new FieldError(PointerOf(json.Path), "json", Sentence(json))]),
        BadHttpRequestException { StatusCode: 413 } => Problems.Details(413, "body-too-large", "The request's body is larger than this address takes."),
        BadHttpRequestException bad => Problems.Details(bad.StatusCode, bad.StatusCode == 415 ? "media-type-unsupported" : "bad-request", bad.Message),
        BadRequestException bad => Problems.Details(400, "invalid-request", bad.Message, [bad.Error]),
        FormatException format => Problems.Details(400, "invalid-cursor", format.Message, [new FieldError("?cursor", "cursor", format.Message)]),
        DocumentNotFoundException => Problems.Details(404, "not-found", "There is no such record."),
        ConflictException => Problems.Details(409, "changed-meanwhile", "The record was changed by someone else at the same time. Read it again and repeat."),
        DuplicateKeyException duplicate when duplicate.Index == OnceFilter<Document>.AnswerIndex => Problems.Details(409, "idempotency-key-running",
            "The first request with this Idempotency-Key is still running. Ask again in a moment."),
        DuplicateKeyException => Problems.Details(409, "already-exists", "There is such a record already."),
        StoreBusyException { MayBeKept: true } => Problems.Details(503, "busy",
            "The service stopped answering while it saved; whether the change was kept is not known. Repeat the same request, with the same Idempotency-Key where it has one, after 'Retry-After'."),
        StoreBusyException => Problems.Details(503, "busy", "The service takes no more work at this moment; nothing was changed. 'Retry-After' says when to come again."),
        _ => Problems.Details(500, "internal-error", "Something went wrong on our side. The trace id helps us find it."),
    };

    /// <summary>System.Text.Json's <c>$.citizen.mobile</c> or <c>$.lines[2].paise</c> as a JSON Pointer.</summary>
    internal static string PointerOf(string? path) =>
        string.IsNullOrEmpty(path) || path == "$" ? "" : path[1..].Replace("['", "/", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal)
            .Replace('.', '/').Replace("[", "/", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);

    private static string Sentence(JsonException json) =>
        json.LineNumber is { } line ? $"Not readable at line {line + 1}, position {json.BytePositionInLine + 1}: a value of another type or malformed JSON." : "A value of another type or malformed JSON.";

    [LoggerMessage(EventName = "RequestFailed", Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
    private partial void RequestFailed(string method, string endpoint, Exception failure);
}
