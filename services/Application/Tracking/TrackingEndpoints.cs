using EServices.Application.Applications;
using EServices.Application.Workflow;
using EServices.Contracts;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Application.Tracking;

/// <summary>What anyone who holds the number may know: nothing of the person.</summary>
internal sealed record TrackView(
    string TrackingNumber, ApplicationState State, string ServiceId, Localised ServiceName, DateOnly? DueOn, bool Overdue, NextStep NextStep, DateTimeOffset SubmittedAt, DateTimeOffset ChangedAt);

internal static class TrackingEndpoints
{
    public static void MapTracking(this IEndpointRouteBuilder api) =>
        api.MapGet("/track/{trackingNumber}", TrackAsync)
            .AllowAnonymous()
            .WithName("Track").WithTags("Tracking")
            .WithSummary("Where an application stands, for whoever holds its number. Case, hyphens and spaces do not matter; a mistyped number is noticed by its check character.")
            .ProducesProblem(400).ProducesProblem(404);

    private static async Task<Results<Ok<TrackView>, ProblemHttpResult>> TrackAsync(
        string trackingNumber, Cases cases, DocumentStore<ServiceApplication> applications, CancellationToken cancellationToken)
    {
        if (!TrackingNumber.TryParse(trackingNumber, out var number))
            return Problems.Of(Refusal.Invalid("tracking-number-invalid", "This is not a tracking number: a character is mistyped, missing or too many."));
        if (await applications.FirstAsync(ApplicationDocuments.ByTracking.Where(number), cancellationToken) is not { } application)
            return Problems.NotFound("application", number);
        return TypedResults.Ok(new TrackView(
            number, application.State, application.ServiceId, application.ServiceName, application.Clock?.DueOn, application.IsOverdue(cases.Today),
            ApplicationViews.NextStepOf(application, cases.Today), application.SubmittedAt!.Value, application.ChangedAt));
    }
}
