using System.Globalization;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Checking;
using EServices.Dispatch.Routing.Online;
using EServices.Dispatch.Routing.Planning;
using EServices.Dispatch.Slots;

namespace EServices.Dispatch.Days;

/// <summary>A visit that passes to another operator in the window that is promised.</summary>
/// <param name="From">The day that it leaves; null for one that nobody came to.</param>
/// <param name="To">The day that it comes into, as it is once the moves before this one are made.</param>
/// <param name="Why">The reason in a sentence.</param>
/// <param name="Bundle">Moves that only together are worth it have the same number.</param>
internal sealed record Move(Stop Stop, OperatorDay? From, OperatorDay To, Insertion Insertion, string Why, int Bundle);

/// <param name="Moves">In an order in which each can be held when its turn comes.</param>
/// <param name="Proposed">Moves of the core's plan, those included that can't be made one after another, or that aren't worth it.</param>
/// <param name="Hopeless">Visits that will be late, and that nobody else can keep either.</param>
/// <param name="Unsound">What the independent checker found wrong; then there are no moves.</param>
internal sealed record Replanned(IReadOnlyList<Move> Moves, int Proposed, IReadOnlyList<Stop> Hopeless, long Iterations, TimeSpan TravelBefore, TimeSpan TravelAfter, IReadOnlyList<Violation> Unsound)
{
    public static Replanned Nothing { get; } = new([], 0, [], 0, TimeSpan.Zero, TimeSpan.Zero, []);
}

/// <summary>
/// The days of a territory's operators planned anew by the routing core, without touching any store: what would change, in an order in which it can be done.
/// Promised windows stay, and so does what is under way. The core's plan passes its independent checker, or nothing comes of it.
/// </summary>
/// <param name="days">Of one date, with ways among all of their places.</param>
/// <param name="waiting">Visits that nobody comes to, with windows that are still to come.</param>
/// <param name="open">Operators who may get more: who work that day and serve at all.</param>
internal sealed class Replan(IReadOnlyList<OperatorDay> days, IReadOnlyList<Stop> waiting, Func<OperatorDay, bool> open, DispatchRules rules)
{
    /// <summary>
    /// Plans of which some moves can't be made one after another (two operators who would exchange a window) are planned again without those, and those that leave
    /// someone out with that one where it is.
    /// </summary>
    private const int Attempts = 3;

    private readonly IReadOnlyList<OperatorDay> days = [.. days.Where(day => day.Drivable)];

    private enum Asked
    {
        /// <summary>Stays with whom it is.</summary>
        Stays,

        /// <summary>May pass to whoever speaks the language, if its operator does.</summary>
        SameLanguage,

        /// <summary>May pass to anyone able.</summary>
        Anyone,
    }

    /// <summary>
    /// Finds somebody for visits that nobody comes to, and for those that their operator can't keep. Others are moved only where this alone makes room. Who can't be
    /// helped stays, as late as it will be, and the rest is planned around it.
    /// </summary>
    public Replanned Mend()
    {
        if (days.Count == 0)
            return Replanned.Nothing;
        var late = days.SelectMany(day => day.Timetable.Late).Where(timing => timing.Late.TotalMinutes > rules.LateToleranceMinutes && !timing.Stop.Locked)
            .Select(timing => timing.Stop.VisitId).ToHashSet(StringComparer.Ordinal);
        if (late.Count + waiting.Count == 0)
            return Replanned.Nothing;
        // A day with a late visit may be relieved of any other as well.
        var troubled = days.Where(day => day.Stops.Any(stop => late.Contains(stop.VisitId))).ToHashSet();
        HashSet<string> hopeless = new(StringComparer.Ordinal);
        for (var attempt = 1; ; attempt++)
        {
            var (pool, plan) = (default(DayPool)!, Plan.Empty);
            foreach (var (language, others) in new[] { (true, false), (false, false), (false, true) })
            {
                pool = PoolOf(hopeless, (stop, day) => day is null || troubled.Contains(day) || others ? language ? Asked.SameLanguage : Asked.Anyone : Asked.Stays);
                var live = new LivePlan(pool.Pool, pool.Known, new PlanSettings());
                live.Repair();
                plan = live.Plan;
                if (plan.Unserved.Count == 0)
                    break;
            }
            List<string> more = [.. plan.Unserved.Select(unserved => unserved.Visit).Where(visit => days.Any(day => day.Stops.Any(stop => stop.VisitId == visit)) && hopeless.Add(visit))];
            if (more.Count > 0 && attempt < Attempts)
                continue;
            return ResultOf(pool, plan, new PlanSettings(), hopeless, iterations: 0, MendWhy);
        }

        string MendWhy(Stop stop, OperatorDay? from, TimeSpan saved) =>
            from is null ? "Someone who can come in the promised window has become free."
            : troubled.Contains(from) ? $"{from.Operator.Name} could not have kept every promised window of the day."
            : "This way every promised window of the day can be kept.";
    }

    /// <summary>Finds shorter ways: visits pass to others where this saves more time on the road than a message to the citizen is worth.</summary>
    /// <param name="settled">Whether a visit keeps its operator in any case.</param>
    public Replanned Improve(Func<Stop, bool> settled, CancellationToken cancellationToken)
    {
        HashSet<string> staying = [.. days.SelectMany(day => day.Stops).Where(settled).Select(stop => stop.VisitId)];
        var visits = days.Sum(day => day.Load);
        var found = Replanned.Nothing;
        for (var attempt = 1; attempt <= Attempts && staying.Count < visits && days.Count > 1; attempt++)
        {
            var pool = PoolOf([], (stop, _) => staying.Contains(stop.VisitId) ? Asked.Stays : Asked.SameLanguage);
            var settings = new PlanSettings { Known = pool.Known, ChangedOperatorCost = 60 * rules.ChangeWorthMinutes };
            var limits = new PlanLimits { Iterations = Math.Min(rules.ReplanStepsMost, (long)rules.ReplanSteps * visits) };
            var result = Planner.Improve(pool.Pool, settings, pool.Known, limits, null, cancellationToken);
            found = ResultOf(pool, result.Plan, settings, [], found.Iterations + result.Statistics.Iterations, (_, _, saved) =>
                string.Create(CultureInfo.InvariantCulture, $"The day has {saved.TotalMinutes:0} minutes less on the road this way."), worth: TimeSpan.FromMinutes(rules.ChangeWorthMinutes));
            var moved = found.Moves.Select(move => move.Stop.VisitId).ToHashSet(StringComparer.Ordinal);
            var stuck = Changes(result.Plan).Select(change => change.Stop.VisitId).Where(visit => !moved.Contains(visit)).ToList();
            if (stuck.Count == 0 || found.Unsound.Count > 0 || cancellationToken.IsCancellationRequested)
                break;
            staying.UnionWith(stuck);
        }
        return found;
    }

    private DayPool PoolOf(HashSet<string> hopeless, Func<Stop, OperatorDay?, Asked> asked)
    {
        var late = days.SelectMany(day => day.Timetable.Late).ToDictionary(timing => timing.Stop.VisitId, timing => timing);
        // Who declined one visit of a window can't be asked to come to another in it.
        var declined = days.SelectMany(day => day.Stops).Concat(waiting).GroupBy(stop => stop.Window.StartsAt)
            .ToDictionary(ofOne => ofOne.Key, ofOne => ofOne.SelectMany(stop => stop.Visit!.DeclinedBy).ToList());
        return DayPool.Of(days, waiting, Asking, Taking);

        PoolVisit Asking(PoolVisit visit, Stop stop, OperatorDay? holder)
        {
            var (held, need) = (stop.Visit!, stop.Visit!.Order.Need);
            // A visit that somebody has is never given up for one that nobody comes to.
            visit = visit with { Priority = holder is null ? 1 : PoolVisit.HighestPriority };
            var isLate = late.TryGetValue(stop.VisitId, out var timing);
            var bearable = isLate && (hopeless.Contains(stop.VisitId) || timing!.Late.TotalMinutes <= rules.LateToleranceMinutes);
            if (bearable)
                visit = DayPool.Bearing(visit, stop, holder!);
            var unfit = holder is not null && (!open(holder) || !holder.Operator.Suits(need)) && !isLate;
            var ask = asked(stop, holder);
            if (holder is not null && (bearable || unfit || hopeless.Contains(stop.VisitId) || ask == Asked.Stays))
                return visit with { OnlyOperator = holder.Operator.Id };
            return visit with
            {
                Skills = need.Skills,
                Territory = need.DistrictCode,
                Languages = ask == Asked.SameLanguage && holder?.Operator.Speaks(need.Language) != false ? [need.Language.ToLowerInvariant()] : [],
                Except = [.. held.DeclinedBy.Union(declined.GetValueOrDefault(stop.Window.StartsAt) ?? [])],
            };
        }

        // Who gets nothing more keeps what is kept for them alone, which names no territory.
        PoolOperator Taking(PoolOperator person, OperatorDay day) => person with
        {
            Skills = day.Operator.Skills,
            Languages = [.. day.Operator.Languages.Select(language => language.ToLowerInvariant())],
            Territories = open(day) ? day.Operator.Districts : [""],
        };
    }

    private IEnumerable<(Stop Stop, OperatorDay? From, string To)> Changes(Plan plan)
    {
        var holders = days.SelectMany(day => day.Stops.Select(stop => (stop, day))).ToDictionary(pair => pair.stop.VisitId, pair => (pair.stop, Day: (OperatorDay?)pair.day));
        foreach (var stop in waiting)
            holders.TryAdd(stop.VisitId, (stop, null));
        return from tour in plan.Tours
               from planned in tour.Stops
               where !planned.Locked && holders[planned.Visit].Day?.Operator.Id != tour.Operator
               select (holders[planned.Visit].stop, holders[planned.Visit].Day, tour.Operator);
    }

    private Replanned ResultOf(
        DayPool pool, Plan plan, PlanSettings settings, HashSet<string> hopeless, long iterations, Func<Stop, OperatorDay?, TimeSpan, string> why, TimeSpan? worth = null)
    {
        var verdict = PlanChecker.Check(pool.Pool, plan, settings);
        var late = days.SelectMany(day => day.Stops).Where(stop => hopeless.Contains(stop.VisitId)).ToList();
        var changes = verdict.Sound ? Changes(plan).ToList() : [];
        var (moves, after) = InOrder([.. changes]);
        var bundles = Bundles(moves);
        List<Move> made = [];
        var (before, then) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var bundle in bundles)
        {
            var touched = bundle.SelectMany(move => new[] { move.From?.Operator.Id, move.To.Operator.Id }).OfType<string>().Distinct().ToList();
            var (was, becomes) = (Sum(days.Where(day => touched.Contains(day.Operator.Id))), Sum(touched.Select(id => after[id])));
            if (worth is { } each && was - becomes < each * bundle.Count)
                continue;
            (before, then) = (before + was, then + becomes);
            var number = made.Count;
            made.AddRange(bundle.Select(move => move with { Why = why(move.Stop, move.From, was - becomes), Bundle = number }));
        }
        return new Replanned(made, changes.Count, late, iterations, before, then, verdict.Violations);

        static TimeSpan Sum(IEnumerable<OperatorDay> ofSome) => ofSome.Aggregate(TimeSpan.Zero, (sum, day) => sum + day.Timetable.Travel);
    }

    /// <summary>Changes one after another, each into a day that can keep it at that moment; what remains waits for itself.</summary>
    private (List<Move> Moves, Dictionary<string, OperatorDay> After) InOrder(List<(Stop Stop, OperatorDay? From, string To)> changes)
    {
        var now = days.ToDictionary(day => day.Operator.Id, StringComparer.Ordinal);
        List<Move> moves = [];
        while (changes.Count > 0)
        {
            var next = changes.FindIndex(change => now[change.To].Try(change.Stop).Refused is null);
            if (next < 0)
                break;
            var (stop, from, to) = changes[next];
            moves.Add(new Move(stop, from, now[to], now[to].Try(stop), "", 0));
            now[to] = now[to].With(stop);
            if (from is not null)
                now[from.Operator.Id] = now[from.Operator.Id].Without(stop.VisitId);
            changes.RemoveAt(next);
        }
        return (moves, now);
    }

    /// <summary>Moves that share an operator with each other, directly or by others.</summary>
    private static List<List<Move>> Bundles(List<Move> moves)
    {
        List<(HashSet<string> People, List<Move> Moves)> bundles = [];
        foreach (var move in moves)
        {
            HashSet<string> people = [move.To.Operator.Id];
            if (move.From is not null)
                people.Add(move.From.Operator.Id);
            var touched = bundles.Where(bundle => bundle.People.Overlaps(people)).ToList();
            bundles.RemoveAll(touched.Contains);
            bundles.Add(([.. touched.SelectMany(bundle => bundle.People), .. people], [.. touched.SelectMany(bundle => bundle.Moves), move]));
        }
        // As they were, also within a bundle: each move has those before it behind it.
        return [.. bundles.Select(bundle => bundle.Moves.OrderBy(moves.IndexOf).ToList()).OrderBy(ofOne => moves.IndexOf(ofOne[0]))];
    }
}
