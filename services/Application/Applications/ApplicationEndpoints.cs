using EServices.Application.Clock;
using EServices.Application.Timeline;
using EServices.Application.Tracking;
using EServices.Application.Workflow;
using EServices.Platform.CatalogueCopy;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Application.Applications;

internal static class ApplicationEndpoints
{
    private const int TrackingAttempts = 3;

    public static void MapApplications(this IEndpointRouteBuilder api)
    {
        api.MapGet("/applications/{id}", ReadAsync)
            .Allow(Roles.Citizen, Roles.Operator, Roles.Helpline, Roles.Officer)
            .WithName("ReadApplication").WithTags("Applications")
            .WithSummary("An application as its citizen, its helper or an officer of its office sees it, with what they can do next. Anyone else's does not exist.")
            .ProducesProblem(404);
        api.MapGet("/applications", ListAsync)
            .Allow(Roles.Citizen, Roles.Operator, Roles.Helpline, Roles.Officer)
            .WithName("ListApplications").WithTags("Applications")
            .WithSummary("An officer's work list (under review, what is due first before the rest; then what has no tehsil or no place and is every office's), or the caller's own applications, newest first.")
            .ProducesProblem(400);
        api.MapPost("/applications/{id}/submit", SubmitAsync)
            .Allow(Roles.Citizen, Roles.Operator, Roles.Helpline)
            .Once<ServiceApplication>()
            .WithName("SubmitApplication").WithTags("Applications")
            .WithSummary("Hands a draft in. Refused with 409 'incomplete' and every missing or wrong field and document while there is any; else it gets its tracking number, and a bill follows.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
    }

    private static async Task<Results<Ok<ApplicationView>, ProblemHttpResult>> ReadAsync(string id, Caller caller, Cases cases, HttpContext http, CancellationToken cancellationToken)
    {
        if (await cases.OpenAsync(id, caller, cancellationToken) is not { } opened)
            return Problems.NotFound("application", id);
        http.Tell(opened.Application);
        return TypedResults.Ok(cases.View(opened));
    }

    /// <param name="state">draft, submitted, underReview, sentBack, approved, rejected or withdrawn. For officers underReview if not given, and never draft.</param>
    private static async Task<Results<Ok<Page<ApplicationLine>>, ProblemHttpResult>> ListAsync(
        string? state, Paging paging, Caller caller, Access access, Cases cases, DocumentStore<ServiceApplication> applications, CancellationToken cancellationToken)
    {
        var wanted = ApplicationState.UnderReview;
        if (state is not null && !JsonNames.TryRead(state, out wanted))
            return new Checks().That(false, "?state", "unknown", $"One of: {string.Join(", ", Enum.GetValues<ApplicationState>().Select(JsonNames.Of))}.").Problem();
        var today = cases.Today;
        var page = caller.Is(Roles.Officer)
            ? await WorkAsync(access.WorkLists(caller), wanted, paging, applications, cancellationToken)
            : await applications.ListAsync(Own(caller, state is null ? null : wanted), paging.Cursor, paging.Limit, cancellationToken);
        return TypedResults.Ok(page.Select(application => application.Line(today)));
    }

    private static IndexQuery<ServiceApplication> Own(Caller caller, ApplicationState? state)
    {
        var query = (caller.IsCitizen, state) switch
        {
            (true, null) => ApplicationDocuments.ByCitizen.Where(caller.Mobile ?? ""),
            (true, { } wanted) => ApplicationDocuments.ByCitizenState.Where(caller.Mobile ?? "", wanted),
            (false, null) => ApplicationDocuments.ByHelper.Where(caller.Subject),
            (false, { } wanted) => ApplicationDocuments.ByHelperState.Where(caller.Subject, wanted),
        };
        return query.Descending();
    }

    /// <summary>One list after the other, as one; the cursor begins with the number of the list that it is in.</summary>
    private static async Task<Page<ServiceApplication>> WorkAsync(
        IReadOnlyList<string> offices, ApplicationState state, Paging paging, DocumentStore<ServiceApplication> applications, CancellationToken cancellationToken)
    {
        var (list, cursor) = (0, (string?)null);
        if (paging.Cursor is { } given)
        {
            if (given.Length < 2 || given[1] != '.' || given[0] - '0' is not (>= 0 and var number) || number >= offices.Count)
                throw new FormatException("The cursor belongs to another query.");
            (list, cursor) = (number, given.Length == 2 ? null : given[2..]);
        }
        var items = new List<ServiceApplication>();
        for (; list < offices.Count; list++, cursor = null)
        {
            if (items.Count == paging.Limit)
                return new Page<ServiceApplication>(items, $"{list}.");
            var page = await applications.ListAsync(ApplicationDocuments.ByOffice.Where(offices[list], state), cursor, paging.Limit - items.Count, cancellationToken);
            items.AddRange(page.Items);
            if (page.Next is not null)
                return new Page<ServiceApplication>(items, $"{list}.{page.Next}");
        }
        return new Page<ServiceApplication>(items, null);
    }

    private static async Task<Results<Ok<ApplicationView>, ProblemHttpResult>> SubmitAsync(
        string id, Caller caller, Once once, Cases cases, KnownServices services, DocumentStore<ServiceApplication> applications, StatePack pack, WorkingCalendar calendar,
        IChance chance, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await cases.OpenAsync(id, caller, cancellationToken) is not { } opened)
                return Problems.NotFound("application", id);
            if (http.Precondition(opened.Application) is { } changed)
                return changed;
            var pinned = await services.VersionAsync(opened.Application.ServiceId, opened.Application.ServiceVersion, cancellationToken);
            if (opened.Application.State == ApplicationState.Draft && pinned?.Suspended is { } reason)
                return Problems.Of(409, "service-suspended", $"The service can't be applied for now: {reason}");
            var now = time.GetUtcNow();
            var number = TrackingNumber.New(pack.About.NumberPrefix, calendar.DateAt(now).Year, chance);
            if (opened.Application.Submit(opened.Service, number, opened.Part, Actor.Of(caller), now) is { } refusal)
                return Problems.Of(refusal);
            try
            {
                return await once.SaveAsync(applications, opened.Application, TypedResults.Ok(cases.View(opened)), cancellationToken);
            }
            catch (DuplicateKeyException taken) when (taken.Index == ApplicationDocuments.ByTracking.Name && attempt < TrackingAttempts)
            {
                // One in thirty thousand million: drawn twice. Draw again.
            }
        }
    }
}
