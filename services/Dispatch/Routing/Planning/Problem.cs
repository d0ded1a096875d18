using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Planning;

/// <summary>The fixed facts of one tour: one shift of one operator, from where its locked part ends.</summary>
internal sealed class TourFacts
{
    public required int Operator { get; init; }

    public required int Shift { get; init; }

    /// <summary>Where the free part begins, and when.</summary>
    public required int StartPlace { get; init; }

    public required int FreeAt { get; set; }

    public required int EndPlace { get; init; }

    /// <summary>When the tour must be at its end place; later than the shift says where the locked part can't be home earlier.</summary>
    public int Until { get; set; }

    /// <summary>0 where no break is due.</summary>
    public int BreakLength { get; set; }

    public int BreakFrom { get; set; }

    public int BreakUntil { get; set; }

    /// <summary>No service that isn't locked ends later; <see cref="Problem.Far"/> without such a limit.</summary>
    public int ServeUntil { get; init; }

    public required IReadOnlyList<LockedStop> Locked { get; init; }

    /// <summary>What was promised for them.</summary>
    public required IReadOnlyList<TimeWindow> LockedWindows { get; init; }

    public int LockedLoad { get; init; }

    public int LockedWork { get; init; }

    /// <summary>Travel is paid even without free visits, since the operator is out.</summary>
    public bool Out => Locked.Count > 0;
}

/// <summary>A pool as the solver reads it: indices instead of ids, arrays instead of objects, only what can be planned.</summary>
internal sealed class Problem
{
    /// <summary>Seconds between places without a way: more than any day, little enough to add up a few.</summary>
    public const int Far = 100_000_000;

    /// <summary>Above any sum of travel: what one unit of the goal weighs, in hundredths of the cost's unit.</summary>
    public const long GoalWeight = 100_000_000;

    private readonly Pool _pool;
    private int[]? _knownOperator;
    private int[]? _knownStart;

    /// <param name="grid">The pool's travel as read before, for another problem over the same places.</param>
    public Problem(Pool pool, PlanSettings settings, TravelGrid? grid = null)
    {
        (_pool, Settings) = (pool, settings);
        Grid = grid ?? new TravelGrid(pool.Travel);
        (Seconds, Metres, Stride) = (Grid.Seconds, Grid.Metres, Grid.Stride);
        Costs = settings.Travel == TravelMeasure.Seconds ? Seconds : Metres;
        Review = new PoolReview(pool);
        Operators = [.. pool.Operators.Where((_, index) => Review.OperatorUsable[index])];
        Fitness = new Fitness(Operators);
        Tours = MakeTours();
        var capacity = Math.Max(8, pool.Visits.Count);
        Visits = new PoolVisit[capacity];
        Place = new int[capacity];
        Service = new int[capacity];
        Load = new int[capacity];
        Left = new long[capacity];
        First = new int[capacity];
        Last = new int[capacity];
        Windows = new TimeWindow[]?[capacity];
        Fits = new bool[capacity][];
        Promise = new int[capacity];
        for (var index = 0; index < pool.Visits.Count; index++)
        {
            var visit = pool.Visits[index];
            if (!Review.VisitUsable[index])
                Refused.Add(index);
            else if (!Review.IsLocked(visit.Id))
                Append(visit);
        }
    }

    public PlanSettings Settings { get; }

    public int Now => _pool.Now;

    public PoolReview Review { get; }

    public Fitness Fitness { get; }

    public PoolOperator[] Operators { get; }

    public TourFacts[] Tours { get; }

    /// <summary>Tours of each operator.</summary>
    public int[][] ToursOf { get; private set; } = [];

    /// <summary>Indices in the pool of visits whose figures can't be used.</summary>
    public List<int> Refused { get; } = [];

    public int Count { get; private set; }

    public PoolVisit[] Visits { get; private set; }

    public int[] Place { get; private set; }

    public int[] Service { get; private set; }

    public int[] Load { get; private set; }

    /// <summary>What leaving a visit out weighs: the priority, and above that bit 32 the priority again where it is owed.</summary>
    public long[] Left { get; private set; }

    /// <summary>When service may first begin, and may last begin; after <see cref="Last"/> = -1 never.</summary>
    public int[] First { get; private set; }

    public int[] Last { get; private set; }

    /// <summary>Windows in order and apart, where there are several; null for one.</summary>
    public TimeWindow[]?[] Windows { get; private set; }

    /// <summary>Which operators may serve, by visit.</summary>
    public bool[][] Fits { get; private set; }

    public bool WindowsApart => _pool.WindowsApart;

    /// <summary>Where windows are to be apart.</summary>
    public PromisedWindows Promises { get; } = new();

    /// <summary>By visit: the number of its promised window; -1 where that may share time with others.</summary>
    public int[] Promise { get; private set; }

    public TravelGrid Grid { get; }

    public int[] Seconds { get; }

    /// <summary>Travel by the measure of the settings.</summary>
    public int[] Costs { get; }

    public int[] Metres { get; }

    public int Stride { get; }

    /// <summary>Index by id of what is planned freely.</summary>
    public Dictionary<string, int> IndexOf { get; } = new(StringComparer.Ordinal);

    public bool CountsChanges => _knownOperator is not null;

    public bool CountsMoves => _knownStart is not null && Settings.MovedCost > 0;

    public static long LeftOf(PoolVisit visit) => visit.Owed ? ((long)visit.Priority << 32) + visit.Priority : visit.Priority;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SecondsBetween(int from, int to) => Seconds[(from * Stride) + to];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CostBetween(int from, int to) => Costs[(from * Stride) + to];

    /// <summary>The first moment from <paramref name="time"/> on when service may begin; <see cref="Far"/> or more if never.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextStart(int visit, int time)
    {
        var windows = Windows[visit];
        if (windows is not null)
            return NextStart(windows, time);
        var start = Math.Max(time, First[visit]);
        return start <= Last[visit] ? start : Far;
    }

    /// <summary>The last moment up to <paramref name="time"/> when service may begin; negative if never.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LatestStart(int visit, int time)
    {
        var windows = Windows[visit];
        if (windows is not null)
            return LatestStart(windows, time);
        var start = Math.Min(time, Last[visit]);
        return start >= First[visit] ? start : -Far;
    }

    public int Append(PoolVisit visit)
    {
        if (Count == Place.Length)
            Grow();
        var index = Count++;
        Visits[index] = visit;
        Place[index] = visit.Place;
        Service[index] = visit.Duration;
        Load[index] = visit.Load;
        Left[index] = LeftOf(visit);
        Fits[index] = Fitness.Of(visit).Fits;
        Promise[index] = WindowsApart && visit.Promised is { } promised ? Promises.NumberOf(promised) : -1;
        SetWindows(index, visit);
        IndexOf[visit.Id] = index;
        return index;
    }

    /// <summary>When service may begin, in order and apart: what was promised or else what is allowed, within deadline and day.</summary>
    public static TimeWindow[] Allowed(PoolVisit visit, int now)
    {
        TimeWindow[] given = visit.Promised is { } promised ? [promised with { Until = promised.Until + visit.LateBy }] : visit.Windows.Count > 0 ? [.. visit.Windows] : [new(0, PoolReview.LastSecond)];
        var until = Math.Min(visit.Deadline ?? PoolReview.LastSecond, PoolReview.LastSecond);
        var clipped = given.Select(window => new TimeWindow(Math.Max(window.From, now), Math.Min(window.Until, until)))
            .Where(window => window.From <= window.Until).OrderBy(window => window.From).ToList();
        List<TimeWindow> apart = [];
        foreach (var window in clipped)
        {
            if (apart.Count > 0 && window.From <= apart[^1].Until + 1)
                apart[^1] = apart[^1] with { Until = Math.Max(apart[^1].Until, window.Until) };
            else
                apart.Add(window);
        }
        return [.. apart];
    }

    public void SetWindows(int index, PoolVisit visit)
    {
        Visits[index] = visit;
        Left[index] = LeftOf(visit);
        var allowed = Allowed(visit, _pool.Now);
        (First[index], Last[index]) = allowed.Length == 0 ? (1, -1) : (allowed[0].From, allowed[^1].Until);
        Windows[index] = allowed.Length > 1 ? allowed : null;
    }

    /// <summary>What a visit costs by being with an operator other than the known one, in hundredths.</summary>
    public long ChangeCost(int visit, int person) =>
        _knownOperator is { } known && visit < known.Length && known[visit] >= 0 && known[visit] != person ? 100L * Settings.ChangedOperatorCost : 0;

    public long MoveCost(int visit, int start) =>
        _knownStart is { } known && visit < known.Length && known[visit] >= 0 && Math.Abs(known[visit] - start) > Settings.MovedTolerance ? 100L * Settings.MovedCost : 0;

    /// <summary>Reads the known plan, to which changes cost, unless they cost nothing: then a search that needn't count them is faster.</summary>
    public void Know(Plan? plan)
    {
        if (plan is null || (Settings.ChangedOperatorCost == 0 && Settings.MovedCost == 0))
        {
            (_knownOperator, _knownStart) = (null, null);
            return;
        }
        (_knownOperator, _knownStart) = (new int[Count], new int[Count]);
        Array.Fill(_knownOperator, -1);
        Array.Fill(_knownStart, -1);
        var people = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var person = 0; person < Operators.Length; person++)
            people[Operators[person].Id] = person;
        foreach (var tour in plan.Tours)
        {
            foreach (var stop in tour.Stops)
            {
                if (IndexOf.TryGetValue(stop.Visit, out var visit))
                    (_knownOperator[visit], _knownStart[visit]) = (people.GetValueOrDefault(tour.Operator, int.MaxValue), stop.StartAt);
            }
        }
    }

    private static int NextStart(TimeWindow[] windows, int time)
    {
        foreach (var window in windows)
        {
            if (time <= window.Until)
                return Math.Max(time, window.From);
        }
        return Far;
    }

    private static int LatestStart(TimeWindow[] windows, int time)
    {
        for (var index = windows.Length - 1; index >= 0; index--)
        {
            if (time >= windows[index].From)
                return Math.Min(time, windows[index].Until);
        }
        return -Far;
    }

    private void Grow()
    {
        var size = (Place.Length * 2) + 8;
        Visits = Resized(Visits, size);
        Place = Resized(Place, size);
        Service = Resized(Service, size);
        Load = Resized(Load, size);
        Left = Resized(Left, size);
        First = Resized(First, size);
        Last = Resized(Last, size);
        Windows = Resized(Windows, size);
        Fits = Resized(Fits, size);
        Promise = Resized(Promise, size);
    }

    private static T[] Resized<T>(T[] array, int size)
    {
        Array.Resize(ref array, size);
        return array;
    }

    private TourFacts[] MakeTours()
    {
        List<TourFacts> tours = [];
        var person = -1;
        ToursOf = new int[Operators.Length][];
        for (var index = 0; index < _pool.Operators.Count; index++)
        {
            if (!Review.OperatorUsable[index])
                continue;
            person++;
            var shifts = _pool.Operators[index].Shifts;
            ToursOf[person] = [.. Enumerable.Range(tours.Count, shifts.Count)];
            for (var shift = 0; shift < shifts.Count; shift++)
                tours.Add(MakeTour(person, shift, shifts[shift], Review.Locks.GetValueOrDefault((index, shift)) ?? []));
        }
        return [.. tours];
    }

    private TourFacts MakeTour(int person, int number, Shift shift, List<LockedStop> locked)
    {
        var visits = locked.Select(stop => _pool.Visits[Review.VisitOf[stop.Visit]]).ToList();
        var freeAt = Math.Max(shift.From, _pool.Now);
        foreach (var stop in locked)
            freeAt = Math.Max(freeAt, stop.EndAt);
        var pause = shift.Break;
        if (pause?.TakenAt is { } taken)
        {
            freeAt = Math.Max(freeAt, taken + pause.Duration);
            pause = null;
        }
        var tour = new TourFacts
        {
            Operator = person,
            Shift = number,
            StartPlace = visits.Count > 0 ? visits[^1].Place : shift.StartPlace,
            FreeAt = freeAt,
            EndPlace = shift.EndPlace,
            Locked = locked,
            LockedWindows = [.. visits.Where(visit => visit.Promised is not null).Select(visit => visit.Promised!.Value)],
            ServeUntil = shift.ServeUntil ?? Far,
            LockedLoad = visits.Sum(visit => Math.Max(0, visit.Load)),
            LockedWork = locked.Sum(stop => stop.EndAt - stop.StartAt),
            BreakLength = pause?.Duration ?? 0,
            BreakFrom = pause?.From ?? 0,
            // Whoever is still at a door when the window for the break ends takes it at once.
            BreakUntil = Math.Max(pause?.Until ?? 0, freeAt),
            Until = shift.Until,
        };
        if (tour.Out)
            tour.Until = Math.Max(tour.Until, EarliestEnd(tour));
        return tour;
    }

    /// <summary>When a tour is over whose free part has no visits. Where no way leads home, it ends where it is.</summary>
    private int EarliestEnd(TourFacts tour)
    {
        var way = SecondsBetween(tour.StartPlace, tour.EndPlace);
        way = way >= Far ? 0 : way;
        return tour.BreakLength == 0 ? tour.FreeAt + way : Math.Max(tour.FreeAt + way, tour.BreakFrom) + tour.BreakLength;
    }
}
