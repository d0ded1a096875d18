using System.Diagnostics;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Visits;
using EServices.Platform;
using EServices.Platform.Hosting;
using EServices.Platform.Storage;

namespace EServices.Dispatch.Days;

/// <summary>
/// Looks after days as they go, off the path of requests. A territory's day with a visit that nobody comes to, or with a promise that its operator can't keep, is
/// mended; days ahead are planned anew for shorter ways where those are worth a message to the citizen. The routing core says what to change (<see cref="Replan"/>);
/// every change is one hold like any other, so several processes can do this at once, and what happened meanwhile wins. Each tick does a bounded amount of work, in
/// an order without chance.
/// </summary>
internal sealed partial class DayKeeper(
    DocumentStore<Visit> visits, DocumentStore<Operator> operators, OperatorDays days, WorkingTimes times, Booking booking, DispatchRules rules, TimeProvider time, ILogger<DayKeeper> logger)
    : Sweep(Every, logger)
{
    private const int Batch = 100;
    private const int OperatorsOfDistrict = 500;

    /// <summary>How far ahead promises at risk are looked for.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(12);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>What territories' days were like when they were last planned anew: as long as nothing changed, nothing better would be found.</summary>
    private readonly Dictionary<Territory, string> improved = [];

    /// <summary>Territories' days that were looked at since the visits ahead were gone through from the first.</summary>
    private readonly HashSet<Territory> lookedAt = [];

    /// <summary>Where the last tick stopped looking for shorter ways.</summary>
    private string? improvedUpTo;

    /// <param name="District">LGD code.</param>
    private readonly record struct Territory(DateOnly Day, string District);

    public override Task RunOnceAsync(CancellationToken cancellationToken) => TickAsync(cancellationToken);

    /// <returns>How many visits got another operator.</returns>
    internal async Task<int> TickAsync(CancellationToken cancellationToken) => await MendAsync(cancellationToken) + await ImproveAsync(cancellationToken);

    /// <summary>Visits that nobody comes to (a cancellation elsewhere may have freed someone), and days of which a promise would be broken as they stand.</summary>
    private async Task<int> MendAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // Also a window that has begun can be kept until it ends.
        var waiting = (await visits.ListAsync(VisitDocuments.ByState.Where(VisitState.Unassigned).AtLeast(now - rules.Window), null, Batch, cancellationToken)).Items;
        var late = await LateAsync(now, cancellationToken);
        var changed = 0;
        foreach (var troubled in waiting.Concat(late.Keys).GroupBy(TerritoryOf).OrderBy(group => group.Key.Day).ThenBy(group => group.Key.District, StringComparer.Ordinal).ToList())
        {
            List<Visit> nobodys = [.. troubled.Where(visit => visit.HeldBy is null)];
            List<Operator> involved = [.. troubled.Where(late.ContainsKey).Select(visit => late[visit]).DistinctBy(person => person.Id)];
            changed += await ReplanAsync("mend", troubled.Key, troubled.First(), involved, nobodys, _ => true, replan => replan.Mend(), cancellationToken);
        }
        return changed;
    }

    /// <summary>Visits of the next hours that their operators can't begin in time, and whose they are.</summary>
    private async Task<Dictionary<Visit, Operator>> LateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<Visit> soon = [];
        foreach (var state in new[] { VisitState.Scheduled, VisitState.Accepted })
        {
            await foreach (var visit in visits.AllAsync(VisitDocuments.ByState.Where(state).AtLeast(now - rules.Window).LessThan(now + Ahead), cancellationToken))
                soon.Add(visit);
        }
        Dictionary<Visit, Operator> found = [];
        foreach (var (operatorId, day) in soon.Select(visit => (visit.OperatorId!, visit.Day)).Distinct().Order().ToList())
        {
            if (await operators.FindAsync(operatorId, cancellationToken) is not { } person)
                continue;
            var asItStands = await days.OfAsync(person, day, null, cancellationToken);
            foreach (var timing in asItStands.Timetable.Late.Where(timing => timing.Late.TotalMinutes > rules.LateToleranceMinutes && !timing.Stop.Locked))
                found[timing.Stop.Visit!] = person;
        }
        return found;
    }

    /// <summary>Days that are far enough ahead, territory by territory: visits pass to whoever has the shorter way, if what is saved is worth telling citizens of others.</summary>
    private async Task<int> ImproveAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var from = now.AddHours(rules.SettledHours);
        var page = await visits.ListAsync(VisitDocuments.ByState.Where(VisitState.Scheduled).AtLeast(from), improvedUpTo, rules.ImprovedAtOnce, cancellationToken);
        foreach (var past in improved.Keys.Where(known => known.Day < times.DayOf(now)).ToList())
            improved.Remove(past);
        var (changed, planned) = (0, 0);
        foreach (var territory in page.Items.GroupBy(TerritoryOf).Where(ofOne => !lookedAt.Contains(ofOne.Key)).ToList())
        {
            // The rest of the page has its turn at the next tick.
            if (planned == rules.ReplansAtOnce)
                return changed;
            lookedAt.Add(territory.Key);
            changed += await ReplanAsync("improve", territory.Key, territory.First(), [], [], ofAll => HasUnsettled(ofAll) && IsWorthIt(territory.Key, ofAll), replan =>
            {
                planned++;
                using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(rules.ReplanMilliseconds), time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
                return replan.Improve(IsSettled, either.Token);
            }, cancellationToken);
        }
        improvedUpTo = page.Next;
        if (page.Next is null)
            lookedAt.Clear();
        return changed;

        bool HasUnsettled(IReadOnlyList<OperatorDay> ofAll) => ofAll.Any(day => day.Stops.Any(stop => !IsSettled(stop)));

        // Whom the citizen has been told anew once is not changed for some minutes' sake again.
        bool IsSettled(Stop stop) =>
            stop.Visit!.State != VisitState.Scheduled || stop.Window.StartsAt < from || stop.Visit.Timeline.Any(deed => deed.What == "reassigned");
    }

    private bool IsWorthIt(Territory territory, IReadOnlyList<OperatorDay> ofAll)
    {
        // Where nobody drives for long, nothing could be saved that is worth a change.
        if (ofAll.All(day => day.Timetable.Travel.TotalMinutes < rules.ChangeWorthMinutes))
            return false;
        var state = string.Join(' ', ofAll.SelectMany(day => day.Stops).Select(stop => $"{stop.VisitId}/{stop.Visit!.Version}").Order(StringComparer.Ordinal));
        if (improved.GetValueOrDefault(territory) == state)
            return false;
        improved[territory] = state;
        return true;
    }

    private static Territory TerritoryOf(Visit visit) => new(visit.Day, visit.Order.Address.DistrictCode);

    /// <summary>Plans a territory's day anew and makes what comes of it true, move by move.</summary>
    /// <param name="seen">Around whom operators are gathered where there are many.</param>
    /// <param name="involved">Operators who belong to it wherever they are.</param>
    /// <param name="worthIt">Whether these days are planned at all.</param>
    private async Task<int> ReplanAsync(
        string kind, Territory territory, Visit seen, IReadOnlyList<Operator> involved, IReadOnlyList<Visit> nobodys,
        Func<IReadOnlyList<OperatorDay>, bool> worthIt, Func<Replan, Replanned> plan, CancellationToken cancellationToken)
    {
        var serving = await operators.ListAsync(OperatorDocuments.ByDistrict.Where(territory.District), null, OperatorsOfDistrict, cancellationToken);
        List<Operator> people = [.. involved.Concat(serving.Items.OrderBy(person => person.Base.KmTo(seen.Order.Need.Place)).ThenBy(person => person.Id, StringComparer.Ordinal))
            .DistinctBy(person => person.Id).Take(rules.ReplanOperators)];
        List<Stop> waiting = [.. nobodys.Select(visit => days.StopFor(visit.Order.Need, visit.Window, visit.Id) with { Visit = visit })];
        var ofAll = await days.TogetherAsync(people, territory.Day, waiting, cancellationToken);
        // A visit that passed on while days were read is seen twice; the next tick sees it where it is.
        List<Stop> all = [.. ofAll.SelectMany(day => day.Stops), .. waiting];
        if (all.DistinctBy(stop => stop.VisitId).Count() < all.Count || !worthIt(ofAll))
            return 0;
        using var span = ReplanFigures.Begin(kind);
        var begun = Stopwatch.GetTimestamp();
        var result = plan(new Replan(ofAll, waiting, day => day.Operator.Active && times.Works(day.Day, day.Operator), rules));
        var took = Stopwatch.GetElapsedTime(begun);
        if (result.Unsound.Count > 0)
            PlanUnsound(territory.Day, territory.District, string.Join("; ", result.Unsound.Take(3)));
        foreach (var ofOne in result.Hopeless.GroupBy(stop => stop.Visit!.OperatorId!))
            PromiseAtRisk(ofOne.Key, territory.Day, ofOne.Count());
        var (applied, broken) = (0, new HashSet<int>());
        foreach (var move in result.Moves)
        {
            // The rest of a bundle is worth it only with what came before.
            if (broken.Contains(move.Bundle))
                continue;
            var offer = SlotRanking.OfferOf(move.Stop.Visit!.Order.Need, move.To, move.Stop, move.Insertion);
            if (await PassAsync(move.Stop.Visit, offer, move.Why, cancellationToken))
                applied++;
            else
                broken.Add(move.Bundle);
        }
        ReplanFigures.End(span, kind, ofAll, result, applied, took);
        return applied;
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

    [LoggerMessage(EventName = "PromiseAtRisk", Level = LogLevel.Warning, Message = "Operator {OperatorId} will be late to {Count} visits on {Day}, and nobody else can come in those windows")]
    private partial void PromiseAtRisk(string operatorId, DateOnly day, int count);

    [LoggerMessage(EventName = "PlanUnsound", Level = LogLevel.Error, Message = "The plan of {Day} in district {District} did not pass its check, and nothing was changed: {Violations}")]
    private partial void PlanUnsound(DateOnly day, string district, string violations);
}
