using EServices.Application.Applications;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Application.Timeline;

internal sealed record TimelineView(IReadOnlyList<TimelineEntryView> Items);

internal sealed record TimelineEntryView(DateTimeOffset At, ActorView Actor, string What, string Detail);

internal sealed record ActorView(string Role, string Name);

internal static class TimelineEndpoints
{
    public static void MapTimeline(this IEndpointRouteBuilder api) =>
        api.MapGet("/applications/{id}/timeline", ReadAsync)
            .Allow(Roles.Citizen, Roles.Operator, Roles.Helpline, Roles.Officer)
            .WithName("ReadTimeline").WithTags("Applications")
            .WithSummary("All that happened to an application, oldest first. Entries are added, never changed.")
            .ProducesProblem(404);

    private static async Task<Results<Ok<TimelineView>, ProblemHttpResult>> ReadAsync(string id, Caller caller, Cases cases, CancellationToken cancellationToken) =>
        await cases.OpenAsync(id, caller, cancellationToken) is { } opened
            ? TypedResults.Ok(new TimelineView(
                [.. opened.Application.Timeline.Select(entry => new TimelineEntryView(entry.At, new ActorView(entry.Actor.Role, entry.Actor.Name), entry.What, entry.Detail))]))
            : Problems.NotFound("application", id);
}
