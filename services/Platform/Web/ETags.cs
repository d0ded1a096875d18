using EServices.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Platform.Web;

/// <summary>Versions of documents as ETags: <c>"7"</c> is the seventh save.</summary>
public static class ETags
{
    public static string Of(long version) => $"\"{version}\"";

    /// <summary>Sets the answer's ETag to the document's version.</summary>
    public static void Tell(this HttpContext context, Document document) => context.Response.Headers.ETag = Of(document.Version);

    /// <summary>A 412 when the caller named another version in If-Match than the document has; null when it may go on.</summary>
    public static ProblemHttpResult? Precondition(this HttpContext context, Document document)
    {
        var wanted = context.Request.Headers.IfMatch.ToString();
        return wanted.Length == 0 || wanted == "*" || wanted.Split(',').Any(tag => tag.Trim() == Of(document.Version))
            ? null
            : Problems.Of(StatusCodes.Status412PreconditionFailed, "version-changed",
                $"The resource is at version {Of(document.Version)}, not {wanted}. Read it again and repeat the change.");
    }
}

/// <summary>The query parameters of every list: <c>cursor</c> from the page before, <c>limit</c> from 1 to 100 (20 if not given).</summary>
public sealed record Paging(string? Cursor, int Limit)
{
    public const int Most = 100;

    public static ValueTask<Paging> BindAsync(HttpContext context)
    {
        var cursor = context.Request.Query["cursor"].ToString();
        var limit = context.Request.Query["limit"].ToString();
        if (limit.Length == 0)
            return ValueTask.FromResult(new Paging(cursor.Length == 0 ? null : cursor, 20));
        return int.TryParse(limit, out var count) && count is >= 1 and <= Most
            ? ValueTask.FromResult(new Paging(cursor.Length == 0 ? null : cursor, count))
            : throw new BadRequestException("?limit", "range", $"A whole number from 1 to {Most}.");
    }
}

/// <summary>A request that can't be taken, noticed where no result can be returned (in binding). Answered as 400 with the field.</summary>
public sealed class BadRequestException(string pointer, string code, string detail) : Exception(detail)
{
    public FieldError Error { get; } = new(pointer, code, detail);
}
