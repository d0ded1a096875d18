using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EServices.Platform.Web;

/// <summary>Errors as RFC 9457 <c>application/problem+json</c>: <c>type</c> is <c>urn:eservices:problem:{code}</c>, <c>errors</c> names fields by JSON Pointer.</summary>
public static class Problems
{
    public const string TypePrefix = "urn:eservices:problem:";

    public static ProblemHttpResult Of(int status, string code, string detail, IReadOnlyList<FieldError>? errors = null) =>
        TypedResults.Problem(Details(status, code, detail, errors));

    public static ProblemHttpResult Of(Refusal refusal) => Of(StatusOf(refusal.Kind), refusal.Code, refusal.Detail, refusal.Errors);

    public static ProblemHttpResult NotFound(string what, string id) => Of(StatusCodes.Status404NotFound, "not-found", $"There is no {what} '{id}' that you may see.");

    internal static ProblemDetails Details(int status, string code, string detail, IReadOnlyList<FieldError>? errors = null)
    {
        var problem = new ProblemDetails { Status = status, Type = TypePrefix + code, Title = Title(code), Detail = detail };
        if (errors is { Count: > 0 })
            problem.Extensions["errors"] = errors;
        return problem;
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status409Conflict,
    };

    private static string Title(string code)
    {
        var words = code.Replace('-', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}

/// <summary>Gathers everything that is wrong with a request, so that it is told at once.</summary>
public sealed class Checks
{
    private readonly List<FieldError> errors = [];

    public bool Passed => errors.Count == 0;

    public IReadOnlyList<FieldError> Errors => errors;

    public Checks That(bool holds, string pointer, string code, string detail)
    {
        if (!holds)
            errors.Add(new FieldError(pointer, code, detail));
        return this;
    }

    public Checks Required(string? value, string pointer, int longest = 200)
    {
        if (string.IsNullOrWhiteSpace(value))
            errors.Add(new FieldError(pointer, "required", "A value is required."));
        else if (value.Length > longest)
            errors.Add(new FieldError(pointer, "too-long", $"At most {longest} characters."));
        return this;
    }

    public Checks Mobile(string? value, string pointer, out string normalised)
    {
        if (!Web.Mobile.TryNormalise(value, out normalised))
            errors.Add(new FieldError(pointer, "mobile", "An Indian mobile number: +91 and ten digits, the first from 6 to 9."));
        return this;
    }

    public ProblemHttpResult Problem() =>
        Problems.Of(StatusCodes.Status400BadRequest, "invalid-request", "The request can't be taken as it is; 'errors' says what to mend.", errors);
}
