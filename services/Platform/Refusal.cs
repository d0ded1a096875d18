namespace EServices.Platform;

/// <summary>An expected "no" of the domain, with a stable code. Null where a method returns <c>Refusal?</c> means "yes".</summary>
/// <param name="Code">kebab-case, part of the public interface: the last segment of the problem's type.</param>
/// <param name="Detail">A sentence for the person who asked.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Detail, IReadOnlyList<FieldError>? Errors = null)
{
    public static Refusal Invalid(string code, string detail, params FieldError[] errors) => new(RefusalKind.Invalid, code, detail, errors);

    public static Refusal Conflict(string code, string detail, params FieldError[] errors) => new(RefusalKind.Conflict, code, detail, errors);

    public static Refusal Forbidden(string code, string detail) => new(RefusalKind.Forbidden, code, detail);

    public static Refusal NotFound(string code, string detail) => new(RefusalKind.NotFound, code, detail);
}

public enum RefusalKind
{
    Invalid,
    Forbidden,
    NotFound,
    Conflict,
}

/// <param name="Pointer">JSON Pointer into the request's body (<c>/citizen/mobile</c>), or <c>?name</c> for a query parameter.</param>
public sealed record FieldError(string Pointer, string Code, string Detail);
