using System.Globalization;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Visits;
using EServices.Platform;
using EServices.Platform.Hosting;
using EServices.Platform.Storage;

namespace EServices.Dispatch.Days;

/// <summary>
/// Looks after days as they go, off the path of requests: visits that nobody comes to get someone who has become free, a promise that an operator can't keep
/// passes to one who can, and days ahead get shorter ways where that is worth a message to the citizen. Promised windows never move here, nor does a visit under way.
/// Every change is one hold like any other, so several processes can do this at once; each tick looks at a bounded number of visits, in an order without chance.
/// </summary>
internal sealed partial class DayKeeper(
    DocumentStore<Visit> visits, DocumentStore<Operator> operators, OperatorDays days, SlotFinder finder, Booking booking, DispatchRules rules, TimeProvider time, ILogger<DayKeeper> logger)
    : Sweep(Every, logger)
{
    private const int Batch = 100;

    /// <summary>How far ahead promises at risk are looked for.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(12);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>Where the last tick stopped looking for shorter ways.</summary>
    private string? improvedUpTo;

    public override Task RunOnceAsync(CancellationToken cancellationToken) => TickAsync(cancellationToken);

    /// <returns>How many visits got another operator.</returns>
    internal async Task<int> TickAsync(CancellationToken cancellationToken) =>
        await FindSomebodyAsync(cancellationToken) + await RepairAsync(cancellationToken) + await ImproveAsync(cancellationToken);

    /// <summary>Unassigned visits whose window is still to come: a cancellation elsewhere may have freed someone.</summary>
    private async Task<int> FindSomebodyAsync(CancellationToken cancellationToken)
    {
        var changed = 0;
        // Also a window that has begun can be kept until it ends.
        var waiting = await visits.ListAsync(VisitDocuments.ByState.Where(VisitState.Unassigned).AtLeast(time.GetUtcNow() - rules.Window), null, Batch, cancellationToken);
        foreach (var visit in waiting.Items)
        {
            var offers = await finder.ForWindowAsync(visit.Order.Need, visit.Window, visit.DeclinedBy, cancellationToken);
            if (offers is [var best, ..] && await PassAsync(visit, best, "Someone who can come in the promised window has become free.", cancellationToken))
                changed++;
        }
        return changed;
    }

    /// <summary>Days of which a promise would be broken as they stand: one visit of each passes to somebody else, the one that helps most for the least.</summary>
    private async Task<int> RepairAsync(CancellationToken cancellationToken)
    {
        var changed = 0;
        var now = time.GetUtcNow();
        var soon = new List<Visit>();
        foreach (var state in new[] { VisitState.Scheduled, VisitState.Accepted })
        {
            await foreach (var visit in visits.AllAsync(VisitDocuments.ByState.Where(state).AtLeast(now - rules.Window).LessThan(now + Ahead), cancellationToken))
                soon.Add(visit);
        }
        foreach (var (operatorId, day) in soon.Select(visit => (visit.OperatorId!, visit.Day)).Distinct().Order().ToList())
        {
            if (await operators.FindAsync(operatorId, cancellationToken) is not { } person)
                continue;
            var asItStands = await days.OfAsync(person, day, null, cancellationToken);
            if (asItStands.Timetable.Late.Any(timing => timing.Late.TotalMinutes > rules.LateToleranceMinutes) && await RelieveAsync(asItStands, cancellationToken))
                changed++;
        }
        return changed;
    }

    private async Task<bool> RelieveAsync(OperatorDay day, CancellationToken cancellationToken)
    {
        var late = day.Timetable.Late.Sum(timing => timing.Late.TotalSeconds);
        var ways = new List<(double Late, TimeSpan Cost, Visit Visit, Offer Offer)>();
        foreach (var stop in day.Stops.Where(stop => !stop.Locked))
        {
            var without = day.Without(stop.VisitId);
            var left = without.Timetable.Late.Sum(timing => timing.Late.TotalSeconds);
            if (left >= late || await visits.FindAsync(stop.VisitId, cancellationToken) is not { } visit)
                continue;
            var offers = await finder.ForWindowAsync(visit.Order.Need, visit.Window, [.. visit.DeclinedBy, day.Operator.Id], cancellationToken);
            if (offers is [var best, ..])
                ways.Add((left, best.Added - (day.Timetable.Travel - without.Timetable.Travel), visit, best));
        }
        if (ways.Count == 0)
        {
            if (day.Stops.Any(stop => !stop.Locked))
                PromiseAtRisk(day.Operator.Id, day.Day, (int)Math.Ceiling(late / 60));
            return false;
        }
        var (_, _, moved, offer) = ways.MinBy(way => (way.Late, way.Cost));
        return await PassAsync(moved, offer, $"{day.Operator.Name} could not have kept every promised window of the day.", cancellationToken);
    }

    /// <summary>Days that are far enough ahead: a visit passes to whoever has the shorter way, if what is saved is worth telling the citizen of another operator.</summary>
    private async Task<int> ImproveAsync(CancellationToken cancellationToken)
    {
        var changed = 0;
        var from = time.GetUtcNow().AddHours(rules.SettledHours);
        var page = await visits.ListAsync(VisitDocuments.ByState.Where(VisitState.Scheduled).AtLeast(from), improvedUpTo, rules.ImprovedAtOnce, cancellationToken);
        improvedUpTo = page.Next;
        foreach (var visit in page.Items)
        {
            // Whom the citizen has been told anew once is not changed for some minutes' sake again.
            if (visit.Timeline.Any(deed => deed.What == "reassigned") || await operators.FindAsync(visit.OperatorId!, cancellationToken) is not { } person)
                continue;
            var day = await days.OfAsync(person, visit.Day, null, cancellationToken);
            var saved = day.Timetable.Travel - day.Without(visit.Id).Timetable.Travel;
            if (saved.TotalMinutes < rules.ChangeWorthMinutes)
                continue;
            var offers = await finder.ForWindowAsync(visit.Order.Need, visit.Window, [.. visit.DeclinedBy, person.Id], cancellationToken);
            if (offers.Where(offer => offer.Speaks || !person.Speaks(visit.Order.Need.Language)).MinBy(offer => offer.Added) is not { } best
                || (saved - best.Added).TotalMinutes < rules.ChangeWorthMinutes)
                continue;
            if (await PassAsync(visit, best, string.Create(CultureInfo.InvariantCulture, $"The day has {(saved - best.Added).TotalMinutes:0} minutes less on the road this way."), cancellationToken))
                changed++;
        }
        return changed;
    }

    private async Task<bool> PassAsync(Visit seen, Offer offer, string why, CancellationToken cancellationToken)
    {
        Refusal? refusal;
        try
        {
            refusal = await booking.TakeAsync(seen.Order.Need, offer, async place =>
            {
                var visit = await visits.GetAsync(seen.Id, cancellationToken);
                // Somebody acted on it since: what was thought of no longer holds.
                if (visit.Version != seen.Version)
                    return Refusal.Conflict("version-changed", "The visit has changed.");
                if (visit.Reassign(offer, place, why, time.GetUtcNow(), rules) is { } notNow)
                    return notNow;
                await visits.SaveAsync(visit, cancellationToken);
                return null;
            }, cancellationToken);
        }
        catch (ConflictException)
        {
            return false;
        }
        if (refusal is null)
            Reassigned(seen.Id, seen.OperatorId, offer.Operator.Id);
        return refusal is null;
    }

    [LoggerMessage(EventName = "VisitReassigned", Level = LogLevel.Information, Message = "Visit {VisitId} passes from operator {From} to {To}")]
    private partial void Reassigned(string visitId, string? from, string to);

    [LoggerMessage(EventName = "PromiseAtRisk", Level = LogLevel.Warning, Message = "Operator {OperatorId} will be {Minutes} minutes late in all on {Day}, and nobody else can come in those windows")]
    private partial void PromiseAtRisk(string operatorId, DateOnly day, int minutes);
}
