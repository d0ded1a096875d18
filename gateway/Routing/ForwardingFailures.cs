using System.Globalization;
using EServices.Platform.Web;
using Yarp.ReverseProxy.Forwarder;

namespace EServices.Gateway.Routing;

/// <summary>Says in a problem document what became of a request that a service did not answer, and whether it is safe to repeat.</summary>
internal static class ForwardingFailures
{
    private const int RetryAfterSeconds = 2;

    public static async Task ExplainAsync(HttpContext context, RequestDelegate next)
    {
        var route = context.GetReverseProxyFeature().Route.Config;
        if (context.Request.ContentLength > route.MaxRequestBodySize)
        {
            await TooLarge(route.MaxRequestBodySize.Value).ExecuteAsync(context);
            return;
        }
        await next(context);
        if (context.GetForwarderErrorFeature() is { } failure && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            await DescribeAsync(context, failure, route.ClusterId!, route.MaxRequestBodySize ?? 0);
    }

    private static Task DescribeAsync(HttpContext context, IForwarderErrorFeature failure, string service, long limit)
    {
        context.Response.Headers.Remove("Content-Length");
        if (failure.Exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } || context.Response.StatusCode == StatusCodes.Status413PayloadTooLarge)
            return TooLarge(limit).ExecuteAsync(context);
        switch (failure.Error)
        {
            case ForwarderError.NoAvailableDestinations:
            case ForwarderError.Request when failure.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }:
                context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return Problems.Of(StatusCodes.Status503ServiceUnavailable, "service-unavailable",
                    $"The service '{service}' can't be reached now. Nothing was done; try again shortly.").ExecuteAsync(context);
            case ForwarderError.RequestTimedOut or ForwarderError.RequestBodyDestination when context.Response.StatusCode == StatusCodes.Status504GatewayTimeout:
                return Problems.Of(StatusCodes.Status504GatewayTimeout, "service-timeout",
                    $"The service '{service}' did not answer in time. What was asked may have been done: repeat it with the same Idempotency-Key.").ExecuteAsync(context);
            case ForwarderError.RequestBodyClient or ForwarderError.RequestCanceled:
                return Problems.Of(StatusCodes.Status400BadRequest, "body-incomplete", "The request's body did not arrive whole.").ExecuteAsync(context);
            default:
                context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return Problems.Of(StatusCodes.Status502BadGateway, "service-broke-off",
                    $"The service '{service}' broke off while answering. What was asked may have been done: repeat it with the same Idempotency-Key.").ExecuteAsync(context);
        }
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult TooLarge(long limit) =>
        Problems.Of(StatusCodes.Status413PayloadTooLarge, "body-too-large", $"The request's body is larger than the {limit} bytes that this address takes.");
}
