using EServices.Contracts;
using EServices.Dispatch.Calls;
using EServices.Dispatch.Places;
using EServices.Platform;
using EServices.Platform.CatalogueCopy;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EServices.Dispatch.Slots;

internal static class SlotEndpoints
{
    private const int MostDays = 31;

    public static void MapSlots(this RouteGroupBuilder api) =>
        api.MapGet("/slots", ListAsync).Allow(Roles.Helpline, Roles.Citizen, Roles.Operations)
            .WithName("ListSlots").WithTags("Slots")
            .WithSummary("Windows in which someone able can come: for a call (callId), or for a service and a place. The best first; nothing is held by asking.")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    internal static async Task<Results<Ok<SlotsView>, ProblemHttpResult>> ListAsync(
        [AsParameters] SlotQuestion question, Caller caller, DocumentStore<Call> calls, KnownServices services, StatePack pack, SlotFinder finder, DispatchRules rules,
        CancellationToken cancellationToken)
    {
        var checks = new Checks()
            .That(question.Days is null or (>= 1 and <= MostDays), "?days", "range", $"From 1 to {MostDays}.")
            .That(question.Limit is null or (>= 1 and <= Paging.Most), "?limit", "range", $"From 1 to {Paging.Most}.");
        if (question.CallId is null)
        {
            checks.Required(question.ServiceId, "?serviceId").Required(question.DistrictCode, "?districtCode").Required(question.TehsilCode, "?tehsilCode");
        }
        checks.That(question.Urgent != true || caller.Is(Roles.Helpline), "?urgent", "helpline", "Only the helpline can ask for windows without the usual lead time.");
        if (!checks.Passed)
            return checks.Problem();

        var (need, problem) = question.CallId is { } callId
            ? await OfCallAsync(callId, caller, calls, cancellationToken)
            : await OfPlaceAsync(question, services, pack, cancellationToken);
        if (need is null)
            return problem!;
        var (from, days, limit) = (question.From ?? finder.Today, question.Days ?? rules.HorizonDays, question.Limit ?? 20);
        var offers = await finder.FindAsync(need, from, days, limit, cancellationToken, question.Urgent == true);
        var closed = question.Closed == true ? await finder.ClosedAsync(need, from, days, limit, cancellationToken) : null;
        return TypedResults.Ok(new SlotsView([.. offers.Select(SlotView.Of)], closed is null ? null : [.. closed.Select(ClosedView.Of)]));
    }

    private static async Task<(Need?, ProblemHttpResult?)> OfCallAsync(string callId, Caller caller, DocumentStore<Call> calls, CancellationToken cancellationToken)
    {
        if (await calls.FindAsync(callId, cancellationToken) is not { } call || !call.IsSeenBy(caller))
            return (null, Problems.NotFound("call", callId));
        return call.Need() is { } need
            ? (need, null)
            : (null, Problems.Of(Refusal.Conflict("not-ready", "Slots are found once the service is chosen and the address is matched.")));
    }

    private static async Task<(Need?, ProblemHttpResult?)> OfPlaceAsync(SlotQuestion question, KnownServices services, StatePack pack, CancellationToken cancellationToken)
    {
        var service = await services.CurrentAsync(question.ServiceId!, cancellationToken);
        var tehsil = pack.Geography.Tehsils.Find(question.TehsilCode);
        var checks = new Checks()
            .That(service is not null, "?serviceId", "unknown", "No such service has been launched.")
            .That(service is null || service.Launched.Channels.Contains(Channel.Doorstep), "?serviceId", "channel", "The service does not come to the door.")
            .That(pack.Geography.Districts.Has(question.DistrictCode), "?districtCode", "unknown", "The LGD code of a district of this state.")
            .That(tehsil is not null && tehsil.DistrictCode == question.DistrictCode, "?tehsilCode", "unknown", "The LGD code of a tehsil of that district.");
        return checks.Passed
            ? (new Need(service!.Launched.Skills, question.Language ?? pack.About.Languages[0].Tag, tehsil!.DistrictCode, new Point(tehsil.Latitude, tehsil.Longitude), service.Launched.DoorstepMinutes), null)
            : (null, checks.Problem());
    }
}

/// <param name="CallId">Takes service, place and language from the call; then the others are not needed.</param>
/// <param name="From">First day, in the state's zone; today if not given.</param>
/// <param name="Days">How many days from there; never beyond the horizon for which windows are offered.</param>
/// <param name="Limit">1 to 100; 20 if not given.</param>
/// <param name="Urgent">Without the usual lead time, also windows that have begun; for the helpline.</param>
/// <param name="Closed">Tells also of free windows that can't be kept, and why.</param>
internal sealed record SlotQuestion(
    [FromQuery] string? CallId, [FromQuery] string? ServiceId, [FromQuery] string? DistrictCode, [FromQuery] string? TehsilCode, [FromQuery] string? Language,
    [FromQuery] DateOnly? From, [FromQuery] int? Days, [FromQuery] int? Limit, [FromQuery] bool? Urgent, [FromQuery] bool? Closed);

/// <param name="Closed">Free windows that can't be kept; null where nobody asked for them.</param>
internal sealed record SlotsView(IReadOnlyList<SlotView> Items, IReadOnlyList<ClosedView>? Closed);

/// <param name="Why">As the end of a sentence.</param>
internal sealed record ClosedView(OperatorName Operator, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string Why)
{
    public static ClosedView Of(ClosedWindow closed) => new(new OperatorName(closed.Operator.Id, closed.Operator.Name), closed.Window.StartsAt, closed.Window.EndsAt, closed.Why);
}

/// <param name="DistanceKm">From the operator's centre, by road.</param>
/// <param name="PlannedAt">When the operator would begin, as the day stands now; within the window, which alone is promised.</param>
/// <param name="AddedMinutes">The price: minutes that the visit adds to the operator's time on the road.</param>
/// <param name="Why">Why this operator, in a sentence.</param>
internal sealed record SlotView(string Id, DateTimeOffset StartsAt, DateTimeOffset EndsAt, OperatorName Operator, double DistanceKm, DateTimeOffset PlannedAt, int AddedMinutes, string Why)
{
    public static SlotView Of(Offer offer) => new(
        offer.Slot.Id, offer.Window.StartsAt, offer.Window.EndsAt, new OperatorName(offer.Operator.Id, offer.Operator.Name), offer.DistanceKm,
        offer.PlannedAt, (int)Math.Round(offer.Added.TotalMinutes), offer.Why);
}

internal sealed record OperatorName(string Id, string Name);
