using EServices.Dispatch.Routing.Planning;

namespace EServices.Dispatch.Routing.Online;

/// <summary>
/// A day's plan as the day goes: requests are priced against it in well under a millisecond or two, and what happens (a request accepted, a cancellation, a
/// no-show, a late operator, an urgent visit) changes it where it must and leaves the rest. Promised windows are kept before anything else. Safe for several
/// threads: each call has the plan to itself.
/// </summary>
public sealed class LivePlan
{
    // A repair that inserting alone can't make searches this long; bounded in iterations so that the same events give the same plan.
    private const long RepairIterations = 800;

    // An hour on the road: giving a visit to someone else in a repair has to be worth it.
    private const int RepairChangeCost = 3600;

    private readonly Lock _gate = new();
    private readonly PlanSettings _settings;
    private readonly TravelTimes _travel;
    private Pool _pool;
    private Problem _problem;
    private Solution _solution;

    /// <param name="pool">Taken over; its travel is copied, since places are added.</param>
    /// <param name="plan">Where its visits are. What doesn't fit (any more) is put elsewhere or left out.</param>
    /// <param name="settings">Its costs of change count between each change and the plan before it; <see cref="PlanSettings.Known"/> isn't used.</param>
    public LivePlan(Pool pool, Plan plan, PlanSettings settings, DateOnly day = default)
    {
        (_settings, _travel, Day) = (settings with { Known = null }, pool.Travel.Copy(), day);
        _pool = pool with { Travel = _travel };
        _problem = new Problem(_pool, _settings);
        _solution = new Solution(_problem);
        SearchRun.TakeOver(_solution, _problem, plan);
        InsertAbsent(_problem, _solution);
    }

    public DateOnly Day { get; }

    /// <summary>The pool as it is now.</summary>
    public Pool Pool
    {
        get
        {
            lock (_gate)
                return _pool;
        }
    }

    /// <summary>The plan as it is now, with times and reasons.</summary>
    public Plan Plan
    {
        get
        {
            lock (_gate)
                return PlanWriter.Write(_problem, _pool, _solution);
        }
    }

    /// <summary>
    /// What can be offered for a request, cheapest first, at most three operators to a window. Nothing is changed or held.
    /// </summary>
    /// <param name="request">Its <see cref="PoolVisit.Windows"/> are what may be offered; its place is a known one, or stands for <paramref name="ways"/>.</param>
    /// <param name="ways">The ways of a place that the plan doesn't know; null for a known one.</param>
    public SlotOffers Price(PoolVisit request, PlaceTravel? ways = null, int limit = 10)
    {
        lock (_gate)
        {
            if (Fault(request, ways) is var (code, why))
                return new SlotOffers([], new UnservedVisit(request.Id, code, why));
            var windows = Offerable(request);
            ways ??= _travel.Of(request.Place);
            var offers = new Pricing(_problem, _solution, Day).Price(request, ways, windows, limit);
            return offers.Count > 0 ? new SlotOffers(offers, null) : new SlotOffers([], WhyNone(request, ways));
        }
    }

    /// <summary>Why one operator can't take a request within one window as the plan stands, everybody else's day aside; null if they can.</summary>
    /// <param name="ways">As in <see cref="Price"/>.</param>
    public (RefusalCode Code, string Why)? WhyNot(PoolVisit request, TimeWindow window, string person, int shift = 0, PlaceTravel? ways = null)
    {
        lock (_gate)
        {
            var promised = request with { Promised = window };
            if (Fault(promised, ways) is { } fault)
                return fault;
            var index = Array.FindIndex(_problem.Tours, tour => _problem.Operators[tour.Operator].Id == person && tour.Shift == shift);
            if (index < 0)
                return (RefusalCode.NoShift, "has no such shift");
            if (Offerable(promised) is not [var open])
                return (RefusalCode.NoTimeLeft, $"could begin within {window} no more");
            ways ??= _travel.Of(request.Place);
            var asked = promised with { OnlyOperator = promised.OnlyOperator ?? person };
            return new Pricing(_problem, _solution, Day).Price(asked, ways, [open], 3).Any(offer => offer.Operator == person && offer.Shift == shift)
                ? null
                : Obstacle.Of(_problem, _solution, index, promised, open, There(ways), Back(ways));
        }
    }

    /// <summary>
    /// Takes a request on with an offered window as its promise. Where the plan changed since the offer, whoever can keep the window comes; if nobody can, it is
    /// refused and nothing changes. No other visit is given to someone else.
    /// </summary>
    public LiveChange Accept(PoolVisit request, SlotOffer offer, PlaceTravel? ways = null)
    {
        lock (_gate)
        {
            var promised = request with { Promised = offer.Window };
            if (Fault(promised, ways) is var (code, why))
                return LiveChange.Refused(request.Id, code, why);
            var known = ways ?? _travel.Of(request.Place);
            var now = new Pricing(_problem, _solution, Day).Price(promised, known, Offerable(promised), 3);
            if (now.Count == 0)
                return new LiveChange(WhyNone(promised, known), [], [], []);
            return Change(With(promised, ways), now.FirstOrDefault(one => one.Operator == offer.Operator && one.Shift == offer.Shift) ?? now[0], promised.Id);
        }
    }

    /// <summary>
    /// Takes a visit on that can't wait for an offer. Where no tour has room, others give way: those without a promise to somebody else or to another day, as few
    /// as can be.
    /// </summary>
    public LiveChange AddUrgent(PoolVisit visit, PlaceTravel? ways = null)
    {
        lock (_gate)
        {
            return Fault(visit, ways) is var (code, why)
                ? LiveChange.Refused(visit.Id, code, why)
                : Change(With(visit, ways));
        }
    }

    /// <summary>A visit is no longer asked for. Who had been left out may get its time.</summary>
    public LiveChange Cancel(string visit)
    {
        lock (_gate)
        {
            if (!_problem.IndexOf.ContainsKey(visit))
                return LiveChange.Refused(visit, RefusalCode.BadLock, "It isn't in the plan, or can't be cancelled because it is done or under way.");
            return Change(_pool with { Visits = [.. _pool.Visits.Where(one => one.Id != visit)] });
        }
    }

    /// <summary>
    /// A visit is under way (being driven to, being served, or done): it and its times don't move any more. It must be the next of its tour.
    /// </summary>
    public LiveChange Lock(string visit, int startAt, int endAt)
    {
        lock (_gate)
        {
            if (!_problem.IndexOf.TryGetValue(visit, out var index) || _solution.TourOf[index] < 0)
                return LiveChange.Refused(visit, RefusalCode.BadLock, "Nobody was to come, or it is locked already.");
            if (_solution.PositionOf[index] != 0)
                return LiveChange.Refused(visit, RefusalCode.BadLock, "Another visit of the tour comes before it.");
            if (startAt < 0 || endAt < startAt || endAt > PoolReview.LastSecond)
                return LiveChange.Refused(visit, RefusalCode.BadLock, "It ends before it begins, or outside three days.");
            var facts = _problem.Tours[_solution.TourOf[index]];
            return Change(WithShift(facts, shift => shift with { Locked = [.. shift.Locked, new LockedStop(visit, startAt, endAt)] }));
        }
    }

    /// <summary>Nobody was at the door: the way and the wait until <paramref name="leaveAt"/> stay in the tour as a fact, the rest goes on from there.</summary>
    public LiveChange NoShow(string visit, int arrivedAt, int leaveAt) => Lock(visit, arrivedAt, leaveAt);

    /// <summary>
    /// An operator is free only from <paramref name="freeAt"/> on: the visit under way lasts until then, or the shift begins then. Later visits move within their
    /// windows; those that can't are given to others, the promised ones first.
    /// </summary>
    public LiveChange Late(string person, int shift, int freeAt)
    {
        lock (_gate)
        {
            var facts = _problem.Tours.FirstOrDefault(tour => _problem.Operators[tour.Operator].Id == person && tour.Shift == shift);
            if (facts is null || freeAt < 0 || freeAt > PoolReview.LastSecond)
                return LiveChange.Refused(person, RefusalCode.NoShift, "There is no such operator or shift, or no such time.");
            return Change(WithShift(facts, old => Delayed(old, freeAt)));
        }
    }

    /// <summary>The time goes on: nothing that isn't locked begins before.</summary>
    public LiveChange At(int now)
    {
        lock (_gate)
            return Change(_pool with { Now = Math.Max(_pool.Now, now) });
    }

    /// <summary>
    /// Looks for room for everyone whom the plan leaves out, as a change does for those whom it puts out: others give way within what they were promised, as few as
    /// can be.
    /// </summary>
    public LiveChange Repair()
    {
        lock (_gate)
            return Change(_pool, everyone: true);
    }

    /// <summary>Searches for a better plan and takes it over. The plan is held meanwhile: to go on pricing, improve a copy and give it to a new live plan.</summary>
    public PlanResult Improve(PlanLimits limits, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            var known = new Plan(PlanWriter.Tours(_problem, _solution), [], Plan.Empty.Objective);
            var result = Planner.Improve(_pool, _settings with { Known = known }, known, limits, null, cancel);
            Load(_pool, _settings, Order(result.Plan));
            return result;
        }
    }

    private static Shift Delayed(Shift shift, int freeAt)
    {
        if (shift.Locked.Count > 0)
        {
            var last = shift.Locked[^1];
            return shift with { Locked = [.. shift.Locked.Take(shift.Locked.Count - 1), last with { EndAt = Math.Max(last.EndAt, freeAt) }] };
        }
        var from = Math.Clamp(freeAt, shift.From, shift.Until);
        var pause = shift.Break;
        if (pause is { TakenAt: null })
        {
            // Who begins after the window for the break takes it at once, or not at all where the shift is too short for it.
            pause = pause with { Until = Math.Max(pause.Until, from) };
            if (Math.Max(pause.From, from) + pause.Duration > shift.Until)
                pause = null;
        }
        return shift with { From = from, Break = pause };
    }

    private static Dictionary<(string, int), IReadOnlyList<string>> Order(Plan plan) =>
        plan.Tours.ToDictionary(tour => (tour.Operator, tour.Shift), tour => (IReadOnlyList<string>)[.. tour.Stops.Where(stop => !stop.Locked).Select(stop => stop.Visit)]);

    private Dictionary<(string, int), IReadOnlyList<string>> Order()
    {
        Dictionary<(string, int), IReadOnlyList<string>> order = [];
        foreach (var tour in _solution.Tours)
        {
            var facts = _problem.Tours[tour.Index];
            var stops = new string[tour.Length];
            for (var position = 0; position < tour.Length; position++)
                stops[position] = _problem.Visits[tour.Stops[position]].Id;
            order[(_problem.Operators[facts.Operator].Id, facts.Shift)] = stops;
        }
        return order;
    }

    private (RefusalCode Code, string Why)? Fault(PoolVisit visit, PlaceTravel? ways)
    {
        if (string.IsNullOrEmpty(visit.Id))
            return (RefusalCode.MissingId, "It has no id.");
        if (_problem.Review.VisitOf.ContainsKey(visit.Id))
            return (RefusalCode.DuplicateId, "A visit with this id is in the pool already.");
        if (ways is not null && ways.Count != _travel.Count)
            return (RefusalCode.UnknownPlace, $"Its ways lead to {ways.Count} places, but there are {_travel.Count}.");
        return PoolReview.Fault(ways is null ? visit : visit with { Place = 0 }, Math.Max(_travel.Count, ways is null ? 0 : 1));
    }

    /// <summary>The windows as asked for, but not merged where they touch: each is offered by itself.</summary>
    private List<TimeWindow> Offerable(PoolVisit request)
    {
        IReadOnlyList<TimeWindow> asked = request.Promised is { } promised ? [promised] : request.Windows.Count > 0 ? request.Windows : [new TimeWindow(0, PoolReview.LastSecond)];
        List<TimeWindow> windows = [];
        foreach (var window in asked)
        {
            var clipped = new TimeWindow(Math.Max(window.From, _pool.Now), Math.Min(window.Until, request.Deadline ?? window.Until));
            if (clipped.From <= clipped.Until && !windows.Contains(clipped))
                windows.Add(clipped);
        }
        return windows;
    }

    private UnservedVisit WhyNone(PoolVisit request, PlaceTravel ways)
    {
        var (code, why) = LeftOut.Why(_problem, _solution, request, There(ways), Back(ways));
        return new UnservedVisit(request.Id, code, why);
    }

    private static Func<int, int> There(PlaceTravel ways) => place => Way(ways.SecondsFrom[place], ways.MetresFrom[place]);

    private static Func<int, int> Back(PlaceTravel ways) => place => Way(ways.SecondsTo[place], ways.MetresTo[place]);

    private static int Way(int seconds, int metres) => seconds is < 0 or > TravelTimes.Longest || metres < 0 ? Problem.Far : seconds;

    private Pool With(PoolVisit visit, PlaceTravel? ways)
    {
        if (ways is not null)
        {
            visit = visit with { Place = _travel.Add(ways) };
            _problem.Grid.AddPlace(_travel);
        }
        return _pool with { Visits = [.. _pool.Visits, visit] };
    }

    private Pool WithShift(TourFacts facts, Func<Shift, Shift> changed)
    {
        var id = _problem.Operators[facts.Operator].Id;
        var index = _problem.Review.OperatorOf[id];
        PoolOperator[] operators = [.. _pool.Operators];
        Shift[] shifts = [.. operators[index].Shifts];
        shifts[facts.Shift] = changed(shifts[facts.Shift]);
        operators[index] = operators[index] with { Shifts = shifts };
        return _pool with { Operators = operators };
    }

    /// <param name="everyone">Whether room is also searched for those whom the plan left out before.</param>
    private LiveChange Change(Pool pool, SlotOffer? put = null, string? putVisit = null, bool everyone = false)
    {
        var before = Assigned();
        HashSet<string> absent = [.. _solution.Absent.Select(visit => _problem.Visits[visit].Id)];
        var left = everyone ? [] : absent;
        // The repair counts every change of operator; the plan that comes of it is valued as any other.
        var settings = _settings with
        {
            ChangedOperatorCost = Math.Max(_settings.ChangedOperatorCost, RepairChangeCost),
            Known = new Plan(PlanWriter.Tours(_problem, _solution), [], Plan.Empty.Objective),
        };
        var order = Order();
        Load(pool, settings, order);
        if (put is not null && putVisit is not null)
            Put(put, _problem.IndexOf[putVisit]);
        InsertAbsent(_problem, _solution);
        if (Missing(left).Count > 0)
            SearchForRoom(left);
        Load(pool, _settings, Order());
        return Compare(before, left, absent);
    }

    /// <summary>The visits without a place that had one, or that just came.</summary>
    private List<int> Missing(HashSet<string> leftBefore) => [.. _solution.Absent.Where(visit => !leftBefore.Contains(_problem.Visits[visit].Id))];

    /// <summary>A short search from the plan as it stands, until everyone has a place who had one.</summary>
    private void SearchForRoom(HashSet<string> leftBefore)
    {
        var search = new Search(_problem, new Neighbours(_problem), _solution, seed: 1);
        search.Construct(CancellationToken.None);
        for (var iteration = 0; iteration < RepairIterations; iteration++)
        {
            search.Focus = Missing(leftBefore);
            if (search.Focus.Count == 0)
                return;
            search.Step(temperature: 0);
        }
    }

    private void Put(SlotOffer offer, int visit)
    {
        foreach (var tour in _solution.Tours)
        {
            var facts = _problem.Tours[tour.Index];
            if (_problem.Operators[facts.Operator].Id == offer.Operator && facts.Shift == offer.Shift && _solution.BestIn(tour.Index, visit) is { Found: true } place)
                _solution.Insert(place.Tour, place.Gap, visit);
        }
    }

    private static void InsertAbsent(Problem problem, Solution solution)
    {
        foreach (var visit in solution.Absent.OrderByDescending(visit => problem.Left[visit]).ThenBy(visit => visit).ToList())
        {
            if (solution.Best(visit) is { Found: true } place)
                solution.Insert(place.Tour, place.Gap, visit);
        }
    }

    private void Load(Pool pool, PlanSettings settings, Dictionary<(string, int), IReadOnlyList<string>> order)
    {
        _pool = pool;
        _problem = new Problem(pool, settings, _problem.Grid);
        _problem.Know(settings.Known);
        _solution = new Solution(_problem);
        Fill(_problem, _solution, order);
    }

    private static void Fill(Problem problem, Solution solution, Dictionary<(string, int), IReadOnlyList<string>> order)
    {
        for (var index = 0; index < problem.Tours.Length; index++)
        {
            var facts = problem.Tours[index];
            if (order.TryGetValue((problem.Operators[facts.Operator].Id, facts.Shift), out var visits))
                Schedules.Put(problem, solution, index, visits);
        }
    }

    private Dictionary<string, string> Assigned()
    {
        Dictionary<string, string> assigned = new(StringComparer.Ordinal);
        foreach (var tour in _solution.Tours)
        {
            for (var position = 0; position < tour.Length; position++)
                assigned[_problem.Visits[tour.Stops[position]].Id] = _problem.Operators[tour.Operator].Id;
        }
        return assigned;
    }

    private LiveChange Compare(Dictionary<string, string> before, HashSet<string> leftBefore, HashSet<string> absentBefore)
    {
        var now = Assigned();
        List<UnservedVisit> left = [];
        foreach (var visit in _solution.Absent)
        {
            var id = _problem.Visits[visit].Id;
            if (!leftBefore.Contains(id))
            {
                var (code, why) = LeftOut.Why(_problem, _solution, visit);
                left.Add(new UnservedVisit(id, code, why));
            }
        }
        return new LiveChange(
            null,
            [.. now.Where(pair => before.TryGetValue(pair.Key, out var person) && person != pair.Value).Select(pair => pair.Key).Order(StringComparer.Ordinal)],
            left,
            [.. now.Keys.Where(absentBefore.Contains).Order(StringComparer.Ordinal)]);
    }
}
