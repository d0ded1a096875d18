namespace EServices.Dispatch.Routing.Planning;

/// <summary>Where a visit could go and what that costs, in hundredths; no place if <see cref="Tour"/> is -1.</summary>
internal readonly record struct Insertion(int Tour, int Gap, long Cost)
{
    public static Insertion None => new(-1, -1, long.MaxValue);

    public bool Found => Tour >= 0;
}

/// <summary>What an insertion at a tour's begin or end asks first: the cost of the ways there now, and whose they are.</summary>
internal record struct TourEnds(int First, int Last, int Operator, int Percent);

/// <summary>Which visit is where, and what it all costs. Changes are made by tour and can be undone by tour.</summary>
internal sealed class Solution
{
    /// <summary>More than any way costs.</summary>
    public const int Beyond = 1_000_000_000;

    /// <summary>Figures of <see cref="Gaps"/> for each visit; those of the gap after it begin at half of it.</summary>
    public const int GapFacts = 8;

    private readonly Problem _problem;
    private readonly int[] _visits;
    private readonly long[] _load;
    private readonly int[] _work;
    private readonly bool _takingIsFree;

    // By operator and promised window: how many of the operator's visits share time with it.
    private readonly int[] _sharing;
    private readonly int _windows;
    private readonly List<int> _absent = [];
    private readonly int[] _absentAt;

    public Solution(Problem problem)
    {
        _problem = problem;
        _takingIsFree = problem.Settings.Goal == OperatorGoal.None && !problem.CountsChanges && problem.Operators.All(person => person.FixedCost == 0);
        Tours = [.. Enumerable.Range(0, problem.Tours.Length).Select(index => new Tour(problem, index))];
        _visits = new int[problem.Operators.Length];
        _load = new long[problem.Operators.Length];
        _work = new int[problem.Operators.Length];
        // Read here first, since locked ones count too.
        var locked = problem.WindowsApart ? problem.Tours.SelectMany(facts => facts.LockedWindows.Select(window => (facts.Operator, Window: problem.Promises.NumberOf(window)))).ToList() : [];
        _windows = problem.Promises.Count;
        _sharing = new int[problem.Operators.Length * _windows];
        foreach (var (person, window) in locked)
            Share(person, window, 1);
        foreach (var facts in problem.Tours)
        {
            _visits[facts.Operator] += facts.Locked.Count;
            _load[facts.Operator] += facts.LockedLoad;
            _work[facts.Operator] += facts.LockedWork;
        }
        for (var person = 0; person < problem.Operators.Length; person++)
            Cost += GoalCost(person);
        foreach (var tour in Tours)
        {
            tour.Update();
            Cost += tour.Cost;
        }
        Ends = [.. Tours.Select(tour => new TourEnds(tour.Gaps[0].Way, tour.Gaps[0].Way, tour.Operator, tour.Percent))];
        TourOf = new int[problem.Place.Length];
        PositionOf = new int[problem.Place.Length];
        Gaps = new int[GapFacts * problem.Place.Length];
        _absentAt = new int[problem.Place.Length];
        Array.Fill(TourOf, -1);
        Array.Fill(_absentAt, -1);
        for (var visit = 0; visit < problem.Count; visit++)
            AddAbsent(visit);
    }

    public Tour[] Tours { get; }

    /// <summary>By tour.</summary>
    public TourEnds[] Ends { get; }

    /// <summary>By visit; -1 if nobody comes.</summary>
    public int[] TourOf { get; }

    public int[] PositionOf { get; }

    /// <summary>
    /// By visit, <see cref="GapFacts"/> figures: of the gap before it what the way past it costs without the operator's rate (<see cref="Beyond"/> where the visit is its
    /// tour's first, minus that where nobody comes), the earliest departure before and the latest arrival after the gap; then the same of the gap after it. All in one
    /// place, so that a search which tries many gaps tells most of them off without looking further.
    /// </summary>
    public int[] Gaps { get; }

    /// <summary>Visits nobody comes to.</summary>
    public IReadOnlyList<int> Absent => _absent;

    /// <summary>Weight of those (see <see cref="Problem.Left"/>).</summary>
    public long Left { get; private set; }

    /// <summary>Goal, travel, fixed costs and disruption, in hundredths.</summary>
    public long Cost { get; private set; }

    /// <summary>Tours with visits that aren't locked.</summary>
    public int ToursOut { get; private set; }

    public int VisitsOf(int person) => _visits[person];

    public long LoadOf(int person) => _load[person];

    /// <summary>An operator's part of the goal's figure.</summary>
    public long GoalOf(int person) => _visits[person] == 0 ? 0 : GoalOfWork(_work[person]);

    /// <summary>Whether an operator may take a visit at all and has room for it in the day.</summary>
    public bool MayTake(int person, int visit) => _problem.Fits[visit][person] && HasRoom(person, visit);

    public bool HasRoom(int person, int visit) =>
        _visits[person] < _problem.Operators[person].MaxVisits && _load[person] + _problem.Load[visit] <= _problem.Operators[person].MaxLoad && WindowFree(person, visit);

    /// <summary>Whether nothing that the operator has shares time with what a visit was promised, where windows are to be apart.</summary>
    public bool WindowFree(int person, int visit) => _problem.Promise[visit] is var window && (window < 0 || _sharing[(person * _windows) + window] == 0);

    /// <summary>The same for a window that need not be promised to anyone yet.</summary>
    public bool WindowFree(int person, TimeWindow window)
    {
        if (!_problem.WindowsApart)
            return true;
        foreach (var index in _problem.ToursOf[person])
        {
            foreach (var promised in _problem.Tours[index].LockedWindows)
            {
                if (PromisedWindows.ShareTime(promised, window))
                    return false;
            }
            var tour = Tours[index];
            for (var position = 0; position < tour.Length; position++)
            {
                if (_problem.Visits[tour.Stops[position]].Promised is { } promised && PromisedWindows.ShareTime(promised, window))
                    return false;
            }
        }
        return true;
    }

    /// <summary>Whether the promised windows of what isn't locked in a tour share no time with others of the operator.</summary>
    public bool WindowsApart(int tour)
    {
        foreach (var visit in Tours[tour].Stops.AsSpan(0, Tours[tour].Length))
        {
            if (_problem.Promise[visit] is var window && window >= 0 && _sharing[(Tours[tour].Operator * _windows) + window] > 1)
                return false;
        }
        return true;
    }

    /// <summary>What a visit costs an operator wherever it stands in the tour, in hundredths.</summary>
    public long CostOfTaking(int person, int visit) => _takingIsFree ? 0 : GoalCost(person, _problem.Service[visit], 1) - GoalCost(person) + _problem.ChangeCost(visit, person);

    /// <summary>What one more visit of some length costs an operator: by the goal, and in fixed cost; both in hundredths.</summary>
    public (long Goal, long Going) TakingCost(int person, int service)
    {
        var going = _visits[person] == 0 ? 100L * _problem.Operators[person].FixedCost : 0;
        return (GoalCost(person, service, 1) - GoalCost(person) - going, going);
    }

    public void Insert(int tour, int gap, int visit)
    {
        var into = Tours[tour];
        Cost -= into.Cost + GoalCost(into.Operator);
        ToursOut += into.Length == 0 ? 1 : 0;
        var changed = into.Insert(gap, visit);
        Count(into.Operator, visit, 1);
        Cost += into.Cost + GoalCost(into.Operator);
        RemoveAbsent(visit);
        Locate(into, changed - 1);
    }

    /// <summary>Removes some stops that follow each other.</summary>
    public void Remove(int tour, int position, int count)
    {
        var from = Tours[tour];
        Cost -= from.Cost + GoalCost(from.Operator);
        for (var gone = position; gone < position + count; gone++)
        {
            var visit = from.Stops[gone];
            TourOf[visit] = -1;
            Count(from.Operator, visit, -1);
            AddAbsent(visit);
        }
        ToursOut -= count > 0 && count == from.Length ? 1 : 0;
        Locate(from, from.Remove(position, count) - 1);
        Cost += from.Cost + GoalCost(from.Operator);
    }

    /// <summary>Puts given stops in place of a tour's; they are absent or in that tour.</summary>
    public void Replace(int tour, ReadOnlySpan<int> stops)
    {
        Remove(tour, 0, Tours[tour].Length);
        Fill(tour, stops);
    }

    /// <summary>Puts tours back as they were kept. All that came into one of them is absent first, since visits may have moved from one to another.</summary>
    /// <param name="moved">The visits that may be elsewhere, or absent, since then.</param>
    public void Restore(List<int> tours, List<int> moved)
    {
        foreach (var visit in moved)
        {
            if (TourOf[visit] is not (>= 0 and var index))
                continue;
            var person = Tours[index].Operator;
            Cost -= GoalCost(person);
            TourOf[visit] = -1;
            Count(person, visit, -1);
            Cost += GoalCost(person);
            AddAbsent(visit);
        }
        foreach (var index in tours)
        {
            var tour = Tours[index];
            Cost -= tour.Cost + GoalCost(tour.Operator);
            ToursOut -= tour.Length > 0 ? 1 : 0;
            tour.Restore();
            ToursOut += tour.Length > 0 ? 1 : 0;
            for (var position = 0; position < tour.Length; position++)
            {
                var visit = tour.Stops[position];
                if (TourOf[visit] >= 0)
                    continue;
                Count(tour.Operator, visit, 1);
                RemoveAbsent(visit);
            }
            Locate(tour);
            Cost += tour.Cost + GoalCost(tour.Operator);
        }
    }

    /// <summary>The cheapest gap of a tour for a visit, exactly: every gap is tried.</summary>
    public Insertion BestIn(int tour, int visit, long below = long.MaxValue)
    {
        var into = Tours[tour];
        var best = Insertion.None with { Cost = below };
        var taking = CostOfTaking(into.Operator, visit);
        for (var gap = 0; gap <= into.Length; gap++)
        {
            var cost = into.Detour(gap, visit) + taking;
            if (cost < best.Cost && into.Fits(gap, visit))
                best = new Insertion(tour, gap, cost);
        }
        return best;
    }

    /// <summary>The cheapest gap of all for a visit, exactly.</summary>
    public Insertion Best(int visit)
    {
        var best = Insertion.None;
        for (var tour = 0; tour < Tours.Length; tour++)
        {
            if (MayTake(Tours[tour].Operator, visit) && BestIn(tour, visit, best.Cost) is { Found: true } better)
                best = better;
        }
        return best;
    }

    private void Fill(int tour, ReadOnlySpan<int> stops)
    {
        var into = Tours[tour];
        Cost -= into.Cost + GoalCost(into.Operator);
        ToursOut += stops.Length > 0 ? 1 : 0;
        into.Set(stops);
        for (var position = 0; position < stops.Length; position++)
        {
            Count(into.Operator, stops[position], 1);
            RemoveAbsent(stops[position]);
        }
        Locate(into);
        Cost += into.Cost + GoalCost(into.Operator);
    }

    private long GoalCost(int person, int moreWork = 0, int moreVisits = 0)
    {
        var visits = _visits[person] + moreVisits;
        if (visits == 0)
            return 0;
        return (100L * _problem.Operators[person].FixedCost) + (Problem.GoalWeight * GoalOfWork(_work[person] + moreWork));
    }

    private long GoalOfWork(long work) => _problem.Settings.Goal switch
    {
        OperatorGoal.FewestOperators => 1,
        OperatorGoal.FairSpread => Squared((work + 3599) / 3600),
        _ => 0,
    };

    private static long Squared(long number) => number * number;

    private void Count(int person, int visit, int sign)
    {
        _visits[person] += sign;
        _load[person] += sign * _problem.Load[visit];
        _work[person] += sign * _problem.Service[visit];
        if (_problem.Promise[visit] is var window && window >= 0)
            Share(person, window, sign);
    }

    private void Share(int person, int window, int sign)
    {
        foreach (var sharing in _problem.Promises.Sharing(window))
            _sharing[(person * _windows) + sharing] += sign;
    }

    /// <summary>Notes where a tour's visits are, and what is known of the gaps beside them.</summary>
    private void Locate(Tour tour, int from = 0)
    {
        (Ends[tour.Index].First, Ends[tour.Index].Last) = (tour.Gaps[0].Way, tour.Gaps[tour.Length].Way);
        for (var position = Math.Max(0, from); position < tour.Length; position++)
        {
            var visit = tour.Stops[position];
            (TourOf[visit], PositionOf[visit]) = (tour.Index, position);
            var facts = Gaps.AsSpan(GapFacts * visit, GapFacts);
            facts[0] = position > 0 ? tour.Gaps[position].Way : Beyond;
            facts[1] = Math.Min(tour.Gaps[position].Leave0, tour.Gaps[position].Leave1);
            facts[2] = Math.Max(tour.Gaps[position].Reach0, tour.Gaps[position].Reach1);
            facts[4] = position + 1 < tour.Length ? tour.Gaps[position + 1].Way : Beyond;
            facts[5] = Math.Min(tour.Gaps[position + 1].Leave0, tour.Gaps[position + 1].Leave1);
            facts[6] = Math.Max(tour.Gaps[position + 1].Reach0, tour.Gaps[position + 1].Reach1);
        }
    }

    private void AddAbsent(int visit)
    {
        Gaps[GapFacts * visit] = Gaps[(GapFacts * visit) + (GapFacts / 2)] = -Beyond;
        _absentAt[visit] = _absent.Count;
        _absent.Add(visit);
        Left += _problem.Left[visit];
    }

    private void RemoveAbsent(int visit)
    {
        var at = _absentAt[visit];
        var last = _absent[^1];
        (_absent[at], _absentAt[last], _absentAt[visit]) = (last, at, -1);
        _absent.RemoveAt(_absent.Count - 1);
        Left -= _problem.Left[visit];
    }
}
