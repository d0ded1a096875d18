using System.Globalization;
using EServices.Dispatch.Codes;
using EServices.Dispatch.Visits;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Dispatch;

/// <summary>How actions on a document are carried out and refused, the same for calls and visits.</summary>
internal static class Answers
{
    /// <summary>Carries out one action on a document as read. Null if it was taken and saved, else what to answer.</summary>
    public static async Task<ProblemHttpResult?> ActAsync<T>(
        this HttpContext http, DocumentStore<T> store, T document, Func<T, Refusal?> act, CancellationToken cancellationToken)
        where T : Document
    {
        if (http.Precondition(document) is { } changed)
            return changed;
        var refusal = act(document);
        if (refusal is null || LeavesATrace(refusal))
            await store.SaveAsync(document, cancellationToken);
        if (refusal is not null)
            return http.Refuse(refusal);
        http.Tell(document);
        return null;
    }

    private static ProblemHttpResult Refuse(this HttpContext http, Refusal refusal)
    {
        if (refusal.Code != OneTimeCode.TooSoon)
            return Problems.Of(refusal);
        http.Response.Headers.RetryAfter = http.RequestServices.GetRequiredService<DispatchRules>().CodeResendSeconds.ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, refusal.Code, refusal.Detail);
    }

    /// <summary>A wrong code costs a try, another total opens a case: these are refused and kept.</summary>
    private static bool LeavesATrace(Refusal refusal) => refusal.Code is OneTimeCode.Wrong or Visit.TotalMismatch;
}
