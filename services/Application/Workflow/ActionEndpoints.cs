using EServices.Application.Applications;
using EServices.Application.Certificates;
using EServices.Application.Clock;
using EServices.Application.Timeline;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Application.Workflow;

/// <summary>What an action needs; <c>next</c> of the application says which members.</summary>
/// <param name="Fields">For send-back: JSON Pointers of the form's fields to mend.</param>
/// <param name="Documents">For send-back: ids of the documents to hand in again.</param>
internal sealed record ActionInput(string? Reason, string? Remarks, IReadOnlyList<string>? Fields, IReadOnlyList<string>? Documents);

internal static class ActionEndpoints
{
    private const int MostMarks = 100;

    public static void MapActions(this IEndpointRouteBuilder api) =>
        api.MapPost("/applications/{id}/actions/{action}", ActAsync)
            .Allow(Roles.Citizen, Roles.Operator, Roles.Helpline, Roles.Officer)
            .WithName("ActOnApplication").WithTags("Applications")
            .WithSummary("Officer: approve {remarks?}, reject {reason}, send-back {fields[], documents[], reason}, revoke {reason}. Applicant: resubmit, withdraw. If-Match is honoured.")
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);

    private static async Task<Results<Ok<ApplicationView>, ProblemHttpResult>> ActAsync(
        string id, string action, ActionInput? input, Caller caller, Cases cases, Issuing issuing, WorkingCalendar calendar,
        DocumentStore<ServiceApplication> applications, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (await cases.OpenAsync(id, caller, cancellationToken) is not { } opened)
            return Problems.NotFound("application", id);
        if (Steps.Actions.FirstOrDefault(known => known.Path == $"actions/{action}") is not { } step)
            return Problems.Of(404, "action-unknown", $"There is no action '{action}'; there are: {string.Join(", ", Steps.Actions.Select(known => known.Name))}.");
        if (http.Precondition(opened.Application) is { } changed)
            return changed;
        var given = input ?? new ActionInput(null, null, null, null);
        if ((given.Fields?.Count ?? 0) + (given.Documents?.Count ?? 0) > MostMarks || given.Fields?.Contains(null!) == true || given.Documents?.Contains(null!) == true)
            return new Checks().That(false, "/fields", "range", $"At most {MostMarks} fields and documents, none of them null.").Problem();

        var (application, service, part) = opened;
        var (actor, now) = (Actor.Of(caller), time.GetUtcNow());
        Refusal? refusal;
        if (step == Steps.Approve)
            refusal = application.Approve(given.Remarks, part, actor, calendar, await issuing.CertificateAsync(application, service.Terms, calendar, cancellationToken), now);
        else if (step == Steps.Reject)
            refusal = application.Reject(given.Reason, part, actor, calendar, now);
        else if (step == Steps.SendBack)
            refusal = application.SendBack(given.Fields ?? [], given.Documents ?? [], given.Reason, service, part, actor, calendar, now);
        else if (step == Steps.Resubmit)
            refusal = application.Resubmit(service, part, actor, calendar, now);
        else if (step == Steps.Withdraw)
            refusal = application.Withdraw(part, actor, now);
        else
            refusal = application.Revoke(given.Reason, part, actor, now);
        if (refusal is not null)
            return Problems.Of(refusal);
        await applications.SaveAsync(application, cancellationToken);
        http.Tell(application);
        return TypedResults.Ok(cases.View(opened));
    }
}
