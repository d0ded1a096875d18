using EServices.Dispatch.Operators;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Visits;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Operator = EServices.Dispatch.Operators.Operator;

namespace EServices.Dispatch.Days;

internal static class DayEndpoints
{
    public static void MapDays(this RouteGroupBuilder api)
    {
        var days = api.MapGroup("/operators").WithTags("Days").ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
        days.MapGet("/{id}/days/{date}", GetAsync).Allow(Roles.Operator, Roles.Helpline, Roles.Operations)
            .WithName("GetOperatorDay").WithSummary("An operator's day: the visits in order with planned times, and home again. 'me' is the operator who asks.");
        days.MapGet("/days/{date}/map", DrawAsync).Allow(Roles.Helpline, Roles.Operations).Produces<string>(200, "image/svg+xml")
            .WithName("DrawDistrictDay").WithSummary("A district's day as a picture (SVG): who goes where, in which order, and what nobody comes to.");
        api.MapGet("/visits/{id}/explanation", ExplainAsync).Allow(Roles.Helpline, Roles.Operations).WithTags("Visits")
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
            .WithName("ExplainVisit").WithSummary("Why this operator and this time, who else could come in the window at what cost, and who couldn't and why.");
    }

    internal static async Task<Results<Ok<DayView>, ProblemHttpResult>> GetAsync(
        string id, DateOnly date, Caller caller, DocumentStore<Operator> operators, OperatorDays days, CancellationToken cancellationToken)
    {
        var office = caller.Is(Roles.Helpline) || caller.Is(Roles.Operations);
        var self = caller.Is(Roles.Operator) && caller.Email is { } email
            ? await operators.FirstAsync(OperatorDocuments.ByEmail.Where(email.ToLowerInvariant()), cancellationToken)
            : null;
        var person = id == "me" || id == self?.Id ? self : office ? await operators.FindAsync(id, cancellationToken) : null;
        if (person is null)
            return Problems.NotFound("operator", id);
        if (NotADay(date) is { } problem)
            return problem;
        return TypedResults.Ok(DayView.Of(await days.OfAsync(person, date, null, cancellationToken)));
    }

    internal static async Task<Results<ContentHttpResult, ProblemHttpResult>> DrawAsync(
        DateOnly date, [FromQuery] string? districtCode, DocumentStore<Operator> operators, DocumentStore<Visit> visits, OperatorDays days, StatePack pack, CancellationToken cancellationToken)
    {
        if (pack.Geography.Districts.Find(districtCode) is not { } district)
            return new Checks().That(false, "?districtCode", "unknown", "The LGD code of a district of this state.").Problem();
        if (NotADay(date) is { } problem)
            return problem;
        var serving = await operators.ListAsync(OperatorDocuments.ByDistrict.Where(district.Code), null, DayMap.MostOperators, cancellationToken);
        var ofAll = await Task.WhenAll(serving.Items.Select(person => days.OfAsync(person, date, null, cancellationToken)));
        var unassigned = await visits.ListAsync(VisitDocuments.ByStateDay.Where(VisitState.Unassigned, date), null, DayMap.MostOperators, cancellationToken);
        var places = unassigned.Items.Where(visit => visit.Order.Address.DistrictCode == district.Code).Select(visit => days.PlaceOf(visit.Order.Need)).ToList();
        return TypedResults.Text(DayMap.Draw($"{district.Name.In("en")}, {date:yyyy-MM-dd}", [.. ofAll.Where(day => day.Load > 0)], places), "image/svg+xml");
    }

    internal static async Task<Results<Ok<ExplanationView>, ProblemHttpResult>> ExplainAsync(
        string id, DocumentStore<Visit> visits, DocumentStore<Operator> operators, OperatorDays days, SlotFinder finder, WorkingTimes times, CancellationToken cancellationToken)
    {
        if (await visits.FindAsync(id, cancellationToken) is not { } visit)
            return Problems.NotFound("visit", id);
        var need = visit.Order.Need;
        var holder = visit.HeldBy is null ? null : await operators.FindAsync(visit.HeldBy, cancellationToken);
        List<Operator> people = [.. (await finder.NearestAsync(need, cancellationToken)).Where(person => times.Works(visit.Day, person))];
        if (holder is not null)
            people = [holder, .. people.Where(person => person.Id != holder.Id)];
        var told = VisitExplanation.Of(visit, days.StopFor(need, visit.Window, id), await days.TogetherAsync(people, visit.Day, [days.StopFor(need, visit.Window, id)], cancellationToken));
        var later = await finder.FindAsync(need, visit.Day, days: 7, limit: ExplanationView.Most, cancellationToken);
        return TypedResults.Ok(new ExplanationView(
            id, visit.Why, told.AsItStands, visit.StartsAt, visit.EndsAt, told.PlannedAt, ExplanationView.Minutes(told.Costs),
            [.. told.Instead.Take(ExplanationView.Most).Select(offer => InsteadView.Of(offer, told.Costs))],
            [.. told.Not.Take(ExplanationView.Most).Select(closed => new CantView(new OperatorName(closed.Operator.Id, closed.Operator.Name), closed.Why))],
            [.. later.Where(offer => offer.Window.StartsAt != visit.StartsAt).Select(offer => InsteadView.Of(offer, told.Costs))]));
    }

    private static ProblemHttpResult? NotADay(DateOnly date) => date.Year is >= 2000 and <= 2999
        ? null
        : new Checks().That(false, "?date", "range", "A date of these centuries.").Problem();
}

/// <param name="HomeAt">Back at the centre; null where no way leads there.</param>
/// <param name="LateMinutes">Minutes in all by which promised windows would be missed, as the day stands.</param>
internal sealed record DayView(
    OperatorName Operator, DateOnly Date, DateTimeOffset ShiftStart, DateTimeOffset ShiftEnd, IReadOnlyList<StopView> Stops, DateTimeOffset? HomeAt,
    int TravelMinutes, double TravelKm, int LateMinutes)
{
    public static DayView Of(OperatorDay day)
    {
        var timetable = day.Timetable;
        var met = day.Stops.Where(stop => stop.Met).OrderBy(stop => stop.ArrivedAt).Select(stop => StopView.Of(stop, null));
        return new DayView(
            new OperatorName(day.Operator.Id, day.Operator.Name), day.Day, day.ShiftStart, day.ShiftEnd,
            [.. met, .. timetable.Timings.Select(timing => StopView.Of(timing.Stop, timing))], timetable.HomeAt,
            ExplanationView.Minutes(timetable.Travel), Math.Round(timetable.Metres / 1000.0, 1), timetable.Late.Sum(timing => (int)Math.Ceiling(timing.Late.TotalMinutes)));
    }
}

/// <param name="ArrivesAt">When the operator came, or will as the day stands.</param>
/// <param name="BeginsAt">Not before the window; null for a visit that is under way or done.</param>
/// <param name="TravelMinutes">From the stop before.</param>
/// <param name="LateMinutes">After the end of the window; 0 while the promise is kept.</param>
internal sealed record StopView(
    string VisitId, VisitState State, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset? ArrivesAt, DateTimeOffset? BeginsAt, int ServiceMinutes, int? TravelMinutes, int LateMinutes)
{
    public static StopView Of(Stop stop, Timing? timing) => new(
        stop.VisitId, stop.State, stop.Window.StartsAt, stop.Window.EndsAt, timing?.ArrivesAt ?? stop.ArrivedAt, timing?.StartsAt, (int)stop.Service.TotalMinutes,
        timing is null ? null : ExplanationView.Minutes(timing.Travel), timing is { Late: var late } && late > TimeSpan.Zero ? (int)Math.Ceiling(late.TotalMinutes) : 0);
}

/// <param name="Why">The reason when the slot was taken.</param>
/// <param name="AsItStands">Why this operator and this time as the day stands now, and what the next best would cost; of people it names ids alone.</param>
/// <param name="PlannedAt">When the operator begins, as the day stands now; null where nobody comes or somebody is there.</param>
/// <param name="CostsMinutes">Time on the road that the visit costs its operator now.</param>
/// <param name="Instead">Who else could keep the window, the cheapest first.</param>
/// <param name="Not">Who could not, and why.</param>
/// <param name="OtherWindows">The best other windows.</param>
internal sealed record ExplanationView(
    string VisitId, string Why, string AsItStands, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset? PlannedAt, int CostsMinutes,
    IReadOnlyList<InsteadView> Instead, IReadOnlyList<CantView> Not, IReadOnlyList<InsteadView> OtherWindows)
{
    public const int Most = 10;

    public static int Minutes(TimeSpan time) => (int)Math.Round(time.TotalMinutes);
}

/// <param name="MoreMinutes">Time on the road more (or less) than the visit costs now.</param>
internal sealed record InsteadView(string SlotId, OperatorName Operator, DateTimeOffset StartsAt, DateTimeOffset PlannedAt, int MoreMinutes, string Why)
{
    public static InsteadView Of(Offer offer, TimeSpan costs) => new(
        offer.Slot.Id, new OperatorName(offer.Operator.Id, offer.Operator.Name), offer.Window.StartsAt, offer.PlannedAt, ExplanationView.Minutes(offer.Added - costs), offer.Why);
}

internal sealed record CantView(OperatorName Operator, string Why);
