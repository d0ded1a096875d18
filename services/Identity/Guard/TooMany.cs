using System.Globalization;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Identity.Guard;

internal static class TooManyExtensions
{
    /// <summary>429 with Retry-After in whole seconds.</summary>
    public static ProblemHttpResult TooMany(this HttpContext http, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = Seconds(wait).ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, "too-many-attempts", $"Too many attempts. Come again in {Seconds(wait)} seconds.");
    }

    public static int Seconds(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
}
