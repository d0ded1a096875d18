using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Explaining;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Visits;

namespace EServices.Dispatch.Days;

/// <summary>Why a visit is with whom it is and when, as the routing core sees the day: who else could keep the window and at what cost, and who couldn't and why.</summary>
/// <param name="AsItStands">In a sentence.</param>
/// <param name="PlannedAt">When the service begins; null where nobody comes or somebody is there.</param>
/// <param name="Costs">Time on the road that the visit costs its operator.</param>
/// <param name="Instead">Cheapest first.</param>
internal sealed record VisitExplanation(string AsItStands, DateTimeOffset? PlannedAt, TimeSpan Costs, IReadOnlyList<Offer> Instead, IReadOnlyList<ClosedWindow> Not)
{
    /// <param name="days">Of those who could come, and of whoever has it; with ways among all places, also that of the visit.</param>
    public static VisitExplanation Of(Visit visit, Stop stop, IReadOnlyList<OperatorDay> days)
    {
        var known = days.Where(day => day.Drivable).ToDictionary(day => day.Operator.Id, StringComparer.Ordinal);
        if (known.Count == 0)
            return new VisitExplanation("Nobody who could come works that day.", null, TimeSpan.Zero, [], []);
        var held = visit.HeldBy is null ? null : known.GetValueOrDefault(visit.HeldBy);
        var pool = DayPool.Of([.. known.Values], held is null ? [stop] : [], (asked, one, day) =>
            (day is null ? asked : DayPool.Bearing(asked, one, day)) with { Except = one.VisitId == visit.Id ? visit.DeclinedBy : [] });
        var told = Explainer.Explain(pool.Pool, pool.Known, new PlanSettings(), visit.Id)!;
        List<Choice> others = [.. told.Choices.Where(choice => choice.Operator != visit.HeldBy)];
        // A promise that is late with its operator needn't be so with another.
        var until = pool.Second(visit.EndsAt);
        return new VisitExplanation(
            told.Why,
            held?.Timetable.Timings.FirstOrDefault(timing => timing.Stop.VisitId == visit.Id)?.StartsAt,
            held is null ? TimeSpan.Zero : held.Timetable.Travel - held.Without(visit.Id).Timetable.Travel,
            [
                .. others.Where(choice => choice.StartAt <= until).Select(choice => SlotRanking.OfferOf(
                    visit.Order.Need, known[choice.Operator], stop, new Insertion(null, pool.At(choice.StartAt!.Value), TimeSpan.FromSeconds(choice.Cost!.Value)))),
            ],
            [
                .. others.Where(choice => !(choice.StartAt <= until))
                    .Select(choice => new ClosedWindow(known[choice.Operator].Operator, visit.Window, Obstacles.Say(choice.Obstacle ?? RefusalCode.ComesTooLate))),
            ]);
    }
}
