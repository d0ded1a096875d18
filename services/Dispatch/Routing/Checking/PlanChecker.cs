namespace EServices.Dispatch.Routing.Checking;

/// <summary>
/// Drives a plan's tours second by second as they are written down and compares with the pool. It shares nothing with the solver but the model, so that a mistake
/// of one is seen by the other.
/// </summary>
public static class PlanChecker
{
    public static CheckedPlan Check(Pool pool, Plan plan, PlanSettings settings) => new Run(pool, plan, settings).Go();

    private sealed class Run(Pool pool, Plan plan, PlanSettings settings)
    {
        private const int ThreeDays = 259_200;

        private readonly List<Violation> _found = [];
        private readonly Dictionary<string, PoolVisit> _visits = new(StringComparer.Ordinal);
        private readonly Dictionary<string, PoolOperator> _people = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<PlannedStop>> _servedBy = new(StringComparer.Ordinal);
        private readonly HashSet<string> _lockedVisits = new(StringComparer.Ordinal);
        private long _seconds;
        private long _metres;
        private long _wayCost;

        public CheckedPlan Go()
        {
            foreach (var visit in pool.Visits)
            {
                if (!string.IsNullOrEmpty(visit.Id))
                    _visits.TryAdd(visit.Id, visit);
            }
            HashSet<string> ids = new(StringComparer.Ordinal);
            foreach (var person in pool.Operators)
            {
                if (!string.IsNullOrEmpty(person.Id) && ids.Add(person.Id) && Usable(person))
                    _people.Add(person.Id, person);
            }
            HashSet<(string, int)> tours = [];
            foreach (var tour in plan.Tours)
            {
                if (!_people.TryGetValue(tour.Operator, out var person) || tour.Shift < 0 || tour.Shift >= person.Shifts.Count)
                    Add(ViolationKind.UnknownTour, tour.Operator, null, $"Shift {tour.Shift} of this operator isn't in the pool or can't be used.");
                else if (!tours.Add((tour.Operator, tour.Shift)))
                    Add(ViolationKind.TourTwice, tour.Operator, null, $"Shift {tour.Shift} has a second tour.");
                else
                    CheckTour(tour, person);
            }
            CheckLocksOfToursLeftOut(tours);
            CheckCapacities();
            CheckEveryVisit();
            var objective = Recompute();
            Compare(objective);
            return new CheckedPlan(_found, objective);
        }

        private bool Usable(PoolOperator person)
        {
            if (person.Shifts.Count == 0 || person.MaxVisits < 0 || person.MaxLoad < 0
                || person.FixedCost is < 0 or > 10_000_000 || person.TravelCostPercent is < 0 or > 10_000)
            {
                return false;
            }
            foreach (var shift in person.Shifts)
            {
                if (!Known(shift.StartPlace) || !Known(shift.EndPlace) || shift.From < 0 || shift.ServeUntil < 0 || shift.Until < shift.From || shift.Until > ThreeDays)
                    return false;
                if (shift.Break is not { } pause)
                    continue;
                if (pause.Duration < 0 || pause.From < 0 || pause.TakenAt < 0 || pause.TakenAt > ThreeDays - pause.Duration)
                    return false;
                var first = Math.Max(shift.From, pause.From);
                if (pause.TakenAt is null && (pause.Until < pause.From || first > pause.Until || first > (long)shift.Until - pause.Duration))
                    return false;
            }
            foreach (var one in person.Shifts)
            {
                if (person.Shifts.Any(other => !ReferenceEquals(one, other) && one.From < other.Until && other.From < one.Until))
                    return false;
            }
            return true;
        }

        private bool Known(int place) => place >= 0 && place < pool.Travel.Count;

        /// <summary>The locked stops of a shift that can be taken as facts.</summary>
        private List<LockedStop> Facts(Shift shift) =>
        [
            .. shift.Locked.Where(stop => stop.Visit is not null && _visits.TryGetValue(stop.Visit, out var visit) && Known(visit.Place)
                && stop.StartAt >= 0 && stop.EndAt >= stop.StartAt && stop.EndAt <= ThreeDays),
        ];

        private void CheckTour(PlannedTour tour, PoolOperator person)
        {
            var shift = person.Shifts[tour.Shift];
            var facts = Facts(shift).Where(stop => _lockedVisits.Add(stop.Visit)).ToList();
            for (var at = 0; at < facts.Count; at++)
            {
                var stop = at < tour.Stops.Count ? tour.Stops[at] : null;
                if (stop is null || stop.Visit != facts[at].Visit || stop.StartAt != facts[at].StartAt || stop.EndAt != facts[at].EndAt || !stop.Locked)
                    Add(ViolationKind.LockBroken, tour.Operator, facts[at].Visit, $"It is locked as stop {at} from {Clock.Of(facts[at].StartAt)} to {Clock.Of(facts[at].EndAt)}.");
            }
            var free = Math.Max(shift.From, pool.Now);
            var here = shift.StartPlace;
            foreach (var stop in facts)
            {
                free = Math.Max(free, stop.EndAt);
                here = _visits[stop.Visit].Place;
            }
            if (shift.Break is { TakenAt: { } taken } past)
                free = Math.Max(free, taken + past.Duration);
            if (facts.Count == 0 && tour.DepartAt < free)
                Add(ViolationKind.Shift, tour.Operator, null, $"It leaves at {Clock.Of(tour.DepartAt)}, but may only from {Clock.Of(free)}.");
            foreach (var stop in tour.Stops.Take(facts.Count))
                Serve(tour.Operator, stop);

            // The break as it was written, unless it is over; -1 where there is none to look for.
            var pause = shift.Break is { TakenAt: null } due ? due : null;
            var pauseAt = pause is null ? -1 : CheckBreak(tour, shift, pause, free);
            var pauseSeen = pauseAt < 0 || (pauseAt >= free && pauseAt + pause!.Duration <= tour.DepartAt);
            if (pause is null && tour.BreakAt != shift.Break?.TakenAt)
                Add(ViolationKind.Break, tour.Operator, null, "It has a break other than the one that was taken.");

            var leave = facts.Count > 0 ? free : Math.Max(free, tour.DepartAt);
            long seconds = 0;
            long metres = 0;
            foreach (var stop in tour.Stops.Skip(facts.Count))
            {
                Serve(tour.Operator, stop);
                if (!_visits.TryGetValue(stop.Visit, out var visit) || !Known(visit.Place))
                {
                    Add(ViolationKind.UnknownVisit, tour.Operator, stop.Visit, "No such visit can be planned.");
                    continue;
                }
                CheckStop(tour, person, stop, visit);
                Drive(tour, ref seconds, ref metres, here, visit.Place, leave, stop.ArriveAt, stop.StartAt, stop.Visit, pause, pauseAt, ref pauseSeen);
                if (stop.StartAt < stop.ArriveAt)
                    Add(ViolationKind.Travel, tour.Operator, stop.Visit, $"It begins at {Clock.Of(stop.StartAt)}, before the arrival at {Clock.Of(stop.ArriveAt)}.");
                (here, leave) = (visit.Place, stop.EndAt);
            }
            if (tour.Stops.Count > 0)
            {
                // Facts may have left an operator where no way leads home.
                if (tour.Stops.Count > facts.Count || pool.Travel.Reaches(here, shift.EndPlace))
                    Drive(tour, ref seconds, ref metres, here, shift.EndPlace, leave, tour.ReturnAt, tour.ReturnAt, null, pause, pauseAt, ref pauseSeen);
                var home = Math.Max(0, pool.Travel.Seconds(here, shift.EndPlace));
                // Facts may have made the tour late; then nothing but the way home (and the break that is due) may come after them.
                var late = tour.Stops.Count == facts.Count ? Math.Max(free + home, pause?.From ?? 0) + (pause?.Duration ?? 0) : 0;
                var over = Math.Max(tour.ReturnAt, pauseAt < 0 ? 0 : pauseAt + pause!.Duration);
                if (over > Math.Max(shift.Until, late) && !WasLateAnyway(facts, shift, free, pause, over))
                    Add(ViolationKind.Shift, tour.Operator, null, $"It is over at {Clock.Of(over)}, after the shift's end at {Clock.Of(shift.Until)}.");
                if (!pauseSeen && pauseAt >= tour.ReturnAt)
                    pauseSeen = true;
                if (!pauseSeen)
                    Add(ViolationKind.Break, tour.Operator, null, $"Its break at {Clock.Of(pauseAt)} lies within a service, or leaves too little time for the way.");
            }
            if (seconds != tour.TravelSeconds || metres != tour.TravelMetres)
                Add(ViolationKind.Figure, tour.Operator, null, $"It says {tour.TravelSeconds} s and {tour.TravelMetres} m of travel, but its ways add up to {seconds} s and {metres} m.");
            _seconds += seconds;
            _metres += metres;
            _wayCost += (settings.Travel == TravelMeasure.Seconds ? seconds : metres) * person.TravelCostPercent;
        }

        /// <summary>A tour that its locked part makes late anyway may take in what lies on the way, as long as it isn't home later for it.</summary>
        private bool WasLateAnyway(List<LockedStop> facts, Shift shift, int free, Break? pause, int over)
        {
            if (facts.Count == 0)
                return false;
            var home = Math.Max(0, pool.Travel.Seconds(_visits[facts[^1].Visit].Place, shift.EndPlace));
            return over <= Math.Max(free + home, pause?.From ?? 0) + (pause?.Duration ?? 0);
        }

        private int CheckBreak(PlannedTour tour, Shift shift, Break pause, int free)
        {
            if (tour.BreakAt is not { } at)
            {
                if (tour.Stops.Count > 0 && pause.Duration > 0)
                    Add(ViolationKind.Break, tour.Operator, null, "Its break is missing.");
                return -1;
            }
            // Whoever is only free after the window takes the break at once.
            if (at < Math.Max(pause.From, Math.Max(shift.From, pool.Now)) || at > Math.Max(pause.Until, free))
                Add(ViolationKind.Break, tour.Operator, null, $"Its break begins at {Clock.Of(at)}, outside {Clock.Of(pause.From)}–{Clock.Of(pause.Until)}.");
            return at;
        }

        private void Drive(
            PlannedTour tour, ref long seconds, ref long metres, int from, int to, int leave, int arrive, int begin, string? visit, Break? pause, int pauseAt, ref bool pauseSeen)
        {
            var way = pool.Travel.Seconds(from, to);
            if (way < 0)
            {
                Add(ViolationKind.NoWay, tour.Operator, visit, visit is null ? "No way leads back to its end place." : "No way leads there from the stop before.");
                return;
            }
            seconds += way;
            metres += pool.Travel.Metres(from, to);
            var needed = way;
            if (!pauseSeen && pauseAt >= leave && pauseAt + pause!.Duration <= begin)
            {
                pauseSeen = true;
                needed += pause.Duration;
            }
            if (begin - leave < needed)
                Add(ViolationKind.Travel, tour.Operator, visit, $"It takes {needed} s from {Clock.Of(leave)} on to get there, but {Clock.Of(begin)} is {begin - leave} s later.");
            if (arrive - leave < way)
                Add(ViolationKind.Travel, tour.Operator, visit, $"It arrives at {Clock.Of(arrive)}, sooner than the way of {way} s from {Clock.Of(leave)} allows.");
        }

        private void Serve(string person, PlannedStop stop)
        {
            _seen[stop.Visit] = _seen.GetValueOrDefault(stop.Visit) + 1;
            if (!_servedBy.TryGetValue(person, out var stops))
                _servedBy[person] = stops = [];
            stops.Add(stop);
        }

        private void CheckStop(PlannedTour tour, PoolOperator person, PlannedStop stop, PoolVisit visit)
        {
            if (stop.Locked)
                Add(ViolationKind.LockBroken, tour.Operator, stop.Visit, "It is said to be locked, but isn't.");
            foreach (var skill in visit.Skills.Where(skill => !person.Skills.Contains(skill, StringComparer.Ordinal)))
                Add(ViolationKind.Skill, tour.Operator, stop.Visit, $"The operator hasn't the skill {skill}.");
            foreach (var device in visit.Devices.Where(device => !person.Devices.Contains(device, StringComparer.Ordinal)))
                Add(ViolationKind.Device, tour.Operator, stop.Visit, $"The operator hasn't the device {device}.");
            if (visit.Languages.Count > 0 && !visit.Languages.Intersect(person.Languages, StringComparer.Ordinal).Any())
                Add(ViolationKind.Language, tour.Operator, stop.Visit, "The operator speaks none of the languages.");
            if (visit.Territory is not null && person.Territories.Count > 0 && !person.Territories.Contains(visit.Territory, StringComparer.Ordinal))
                Add(ViolationKind.Territory, tour.Operator, stop.Visit, $"The operator doesn't serve {visit.Territory}.");
            if (visit.OnlyOperator is not null && visit.OnlyOperator != person.Id)
                Add(ViolationKind.OnlyOperator, tour.Operator, stop.Visit, $"Only {visit.OnlyOperator} may come.");
            if (visit.Except.Contains(person.Id, StringComparer.Ordinal))
                Add(ViolationKind.Excluded, tour.Operator, stop.Visit, "The operator was ruled out for it.");
            if (stop.EndAt > person.Shifts[tour.Shift].ServeUntil)
                Add(ViolationKind.Shift, tour.Operator, stop.Visit, $"It ends at {Clock.Of(stop.EndAt)}, but the operator serves until {Clock.Of(person.Shifts[tour.Shift].ServeUntil!.Value)}.");
            if (visit.Promised is { } promised && (stop.StartAt < promised.From || stop.StartAt - visit.LateBy > promised.Until))
                Add(ViolationKind.Promise, tour.Operator, stop.Visit, $"It begins at {Clock.Of(stop.StartAt)}, but {promised} was promised.");
            if (visit.Promised is null && visit.Windows.Count > 0 && !visit.Windows.Any(window => window.Holds(stop.StartAt)))
                Add(ViolationKind.Window, tour.Operator, stop.Visit, $"It begins at {Clock.Of(stop.StartAt)}, outside {string.Join(", ", visit.Windows)}.");
            if (stop.StartAt > visit.Deadline)
                Add(ViolationKind.Deadline, tour.Operator, stop.Visit, $"It begins at {Clock.Of(stop.StartAt)}, after {Clock.Of(visit.Deadline.Value)}.");
            if (stop.EndAt - stop.StartAt != visit.Duration || visit.Duration < 0)
                Add(ViolationKind.Duration, tour.Operator, stop.Visit, $"It takes {stop.EndAt - stop.StartAt} s instead of {visit.Duration} s.");
        }

        private void CheckLocksOfToursLeftOut(HashSet<(string, int)> tours)
        {
            foreach (var person in _people.Values)
            {
                for (var shift = 0; shift < person.Shifts.Count; shift++)
                {
                    if (tours.Contains((person.Id, shift)))
                        continue;
                    foreach (var stop in Facts(person.Shifts[shift]).Where(stop => !_seen.ContainsKey(stop.Visit)))
                        Add(ViolationKind.LockBroken, person.Id, stop.Visit, "It is locked, but its tour isn't in the plan.");
                }
            }
        }

        private void CheckCapacities()
        {
            foreach (var (id, stops) in _servedBy)
            {
                var person = _people[id];
                // Facts may exceed a capacity; then nothing is added to them.
                var free = stops.Where(stop => !_lockedVisits.Contains(stop.Visit)).ToList();
                if (free.Count > 0 && stops.Count > person.MaxVisits)
                    Add(ViolationKind.Visits, id, null, $"It has {stops.Count} visits of at most {person.MaxVisits}.");
                if (pool.WindowsApart)
                    CheckWindowsApart(id, stops, free);
                var load = stops.Sum(stop => _visits.TryGetValue(stop.Visit, out var visit) ? Math.Max(0L, visit.Load) : 0);
                if (load > person.MaxLoad && free.Any(stop => _visits.TryGetValue(stop.Visit, out var visit) && visit.Load > 0))
                    Add(ViolationKind.Load, id, null, $"It carries {load} of at most {person.MaxLoad}.");
            }
        }

        private void CheckWindowsApart(string id, List<PlannedStop> stops, List<PlannedStop> free)
        {
            foreach (var stop in free)
            {
                foreach (var other in stops.Where(other => other.Visit != stop.Visit))
                {
                    if (_visits.TryGetValue(stop.Visit, out var one) && _visits.TryGetValue(other.Visit, out var two) && one.Promised is { } window && two.Promised is { } taken
                        && (window.Equals(taken) || !(window.Until <= taken.From || taken.Until <= window.From)))
                    {
                        Add(ViolationKind.WindowShared, id, stop.Visit, $"Its promised {window} shares time with the {taken} of {other.Visit}.");
                    }
                }
            }
        }

        private void CheckEveryVisit()
        {
            foreach (var left in plan.Unserved)
            {
                if (!_visits.ContainsKey(left.Visit))
                    Add(ViolationKind.UnknownVisit, null, left.Visit, "It is said to be left out, but isn't in the pool.");
                _seen[left.Visit] = _seen.GetValueOrDefault(left.Visit) + 1;
            }
            foreach (var id in _visits.Keys.Where(id => !_seen.ContainsKey(id)))
                Add(ViolationKind.VisitForgotten, null, id, "It is neither served nor said to be left out.");
            foreach (var (id, times) in _seen.Where(pair => pair.Value > 1))
                Add(ViolationKind.VisitTwice, null, id, $"It is in the plan {times} times.");
        }

        private PlanObjective Recompute()
        {
            long owed = 0;
            long left = 0;
            var served = _servedBy.Values.SelectMany(stops => stops).Select(stop => stop.Visit).ToHashSet(StringComparer.Ordinal);
            foreach (var visit in _visits.Values.Where(visit => !served.Contains(visit.Id)))
            {
                var priority = Math.Clamp(visit.Priority, 1, PoolVisit.HighestPriority);
                left += priority;
                owed += visit.Promised is not null || visit.Deadline < 86_400 ? priority : 0;
            }
            long goal = 0;
            long fixedCosts = 0;
            foreach (var (id, stops) in _servedBy)
            {
                fixedCosts += _people[id].FixedCost;
                var hours = (stops.Sum(stop => (long)stop.EndAt - stop.StartAt) + 3599) / 3600;
                goal += settings.Goal switch
                {
                    OperatorGoal.FewestOperators => 1,
                    OperatorGoal.FairSpread => hours * hours,
                    _ => 0,
                };
            }
            var disruption = Disruption();
            return new PlanObjective(
                owed, left, goal, ((100 * (fixedCosts + disruption)) + _wayCost) / 100, _seconds, _metres, _servedBy.Count, disruption, _servedBy.Values.Sum(stops => stops.Count));
        }

        private long Disruption()
        {
            if (settings.Known is not { } known)
                return 0;
            Dictionary<string, (string Operator, int StartAt)> now = new(StringComparer.Ordinal);
            foreach (var tour in plan.Tours)
            {
                foreach (var stop in tour.Stops.Where(stop => !stop.Locked))
                    now[stop.Visit] = (tour.Operator, stop.StartAt);
            }
            long cost = 0;
            foreach (var tour in known.Tours)
            {
                foreach (var stop in tour.Stops)
                {
                    if (!now.TryGetValue(stop.Visit, out var current))
                        continue;
                    cost += current.Operator == tour.Operator ? 0 : settings.ChangedOperatorCost;
                    cost += Math.Abs(current.StartAt - stop.StartAt) > settings.MovedTolerance ? settings.MovedCost : 0;
                }
            }
            return cost;
        }

        private void Compare(PlanObjective objective)
        {
            if (objective != plan.Objective)
                Add(ViolationKind.Figure, null, null, $"It says {plan.Objective}, but comes to {objective}.");
        }

        private void Add(ViolationKind kind, string? person, string? visit, string why) => _found.Add(new Violation(kind, person, visit, why));
    }
}
