namespace EServices.Dispatch.Routing.Planning;

/// <summary>
/// Separates what of a pool can be planned from what can't, and says why: data that contradicts itself first, then visits that no operator may serve.
/// </summary>
internal sealed class PoolReview
{
    /// <summary>Three days: tours may end after midnight, sums stay small.</summary>
    public const int LastSecond = 3 * 86_400;

    private readonly Pool _pool;
    private readonly List<Refusal> _refusals = [];
    private readonly Dictionary<string, int> _visitOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _operatorOf = new(StringComparer.Ordinal);

    public PoolReview(Pool pool)
    {
        _pool = pool;
        VisitUsable = new bool[pool.Visits.Count];
        OperatorUsable = new bool[pool.Operators.Count];
        for (var index = 0; index < pool.Operators.Count; index++)
            ReviewOperator(index, pool.Operators[index]);
        for (var index = 0; index < pool.Visits.Count; index++)
            ReviewId(index, pool.Visits[index]);
        Locks = ReviewLocks();
        for (var index = 0; index < pool.Visits.Count; index++)
            ReviewVisit(index, pool.Visits[index]);
    }

    public IReadOnlyList<Refusal> Refusals => _refusals;

    /// <summary>By index in the pool: may be planned (a locked one is, where it stands).</summary>
    public bool[] VisitUsable { get; }

    public bool[] OperatorUsable { get; }

    /// <summary>The usable locked stops by operator index and shift.</summary>
    public Dictionary<(int Operator, int Shift), List<LockedStop>> Locks { get; }

    /// <summary>Index in the pool of the first visit with an id.</summary>
    public IReadOnlyDictionary<string, int> VisitOf => _visitOf;

    public IReadOnlyDictionary<string, int> OperatorOf => _operatorOf;

    private HashSet<string> Locked { get; } = new(StringComparer.Ordinal);

    public bool IsLocked(string visit) => Locked.Contains(visit);

    /// <summary>What is wrong with the figures of a visit, if anything.</summary>
    public static (RefusalCode Code, string Why)? Fault(PoolVisit visit, int places)
    {
        if (visit.Place < 0 || visit.Place >= places)
            return (RefusalCode.UnknownPlace, $"Its place {visit.Place} is none of the {places} that the travel times know.");
        if (visit.Duration < 0)
            return (RefusalCode.Negative, $"Its duration is {visit.Duration} seconds.");
        if (visit.Duration > LastSecond)
            return (RefusalCode.OutOfRange, $"Its duration of {visit.Duration} seconds is longer than three days.");
        if (visit.Load < 0)
            return (RefusalCode.Negative, $"Its load is {visit.Load}.");
        if (visit.Priority is < 1 or > PoolVisit.HighestPriority)
            return (RefusalCode.OutOfRange, $"Its priority {visit.Priority} is not between 1 and {PoolVisit.HighestPriority}.");
        if (visit.Deadline < 0)
            return (RefusalCode.Negative, $"Its deadline is {visit.Deadline} seconds from the day's start.");
        if (visit.LateBy is < 0 or > LastSecond)
            return (visit.LateBy < 0 ? RefusalCode.Negative : RefusalCode.OutOfRange, $"It may be late by {visit.LateBy} seconds.");
        foreach (var window in visit.Promised is { } promised ? [promised] : visit.Windows)
        {
            if (window.From < 0)
                return (RefusalCode.Negative, $"Its window begins {window.From} seconds from the day's start.");
            if (window.Until < window.From)
                return (RefusalCode.EmptyWindow, $"Its window ends ({Clock.Of(window.Until)}) before it begins ({Clock.Of(window.From)}).");
            if (window.From > LastSecond)
                return (RefusalCode.OutOfRange, $"Its window begins {window.From} seconds from the day's start, which is after the third day.");
        }
        return null;
    }

    private static (RefusalCode Code, string Why)? Fault(PoolOperator person, int places)
    {
        if (person.Shifts is null || person.Shifts.Count == 0)
            return (RefusalCode.NoShift, "There is no shift.");
        if (person.MaxVisits < 0 || person.MaxLoad < 0 || person.FixedCost < 0 || person.TravelCostPercent < 0)
            return (RefusalCode.Negative, "A capacity or cost is below zero.");
        if (person.FixedCost > 10_000_000 || person.TravelCostPercent > 10_000)
            return (RefusalCode.OutOfRange, "The fixed cost is above 10,000,000 or travel costs more than a hundred times others'.");
        foreach (var shift in person.Shifts)
        {
            if (shift.StartPlace < 0 || shift.StartPlace >= places || shift.EndPlace < 0 || shift.EndPlace >= places)
                return (RefusalCode.UnknownPlace, $"Its shift's places {shift.StartPlace} and {shift.EndPlace} aren't both of the {places} that the travel times know.");
            if (shift.From < 0)
                return (RefusalCode.Negative, $"Its shift begins {shift.From} seconds from the day's start.");
            if (shift.ServeUntil < 0)
                return (RefusalCode.Negative, $"It serves until {shift.ServeUntil} seconds from the day's start.");
            if (shift.Until < shift.From)
                return (RefusalCode.EmptyWindow, $"Its shift ends ({Clock.Of(shift.Until)}) before it begins ({Clock.Of(shift.From)}).");
            if (shift.Until > LastSecond)
                return (RefusalCode.OutOfRange, "Its shift ends after the third day.");
            if (shift.Break is { } pause && (pause.Duration < 0 || pause.From < 0 || pause.TakenAt < 0))
                return (RefusalCode.Negative, "A time of its break is below zero.");
            if (shift.Break is { TakenAt: null } due && (due.Until < due.From || Math.Max(due.From, shift.From) > due.Until || (long)Math.Max(due.From, shift.From) + due.Duration > shift.Until))
                return (RefusalCode.EmptyWindow, "Its break doesn't fit into its window and shift.");
            if (shift.Break is { TakenAt: { } taken } past && (long)taken + past.Duration > LastSecond)
                return (RefusalCode.OutOfRange, "Its break ends after the third day.");
        }
        var ordered = person.Shifts.OrderBy(shift => shift.From).ToList();
        for (var next = 1; next < ordered.Count; next++)
        {
            if (ordered[next].From < ordered[next - 1].Until)
                return (RefusalCode.NoShift, $"Its shifts overlap at {Clock.Of(ordered[next].From)}.");
        }
        return null;
    }

    private void ReviewOperator(int index, PoolOperator person)
    {
        if (string.IsNullOrEmpty(person.Id))
            Refuse(RefusalSubject.Operator, index, "", RefusalCode.MissingId, "It has no id.");
        else if (!_operatorOf.TryAdd(person.Id, index))
            Refuse(RefusalSubject.Operator, index, person.Id, RefusalCode.DuplicateId, $"Operator {_operatorOf[person.Id]} of the list has this id already.");
        else if (Fault(person, _pool.Travel.Count) is var (code, why))
            Refuse(RefusalSubject.Operator, index, person.Id, code, why);
        else
            OperatorUsable[index] = true;
    }

    private void ReviewId(int index, PoolVisit visit)
    {
        if (string.IsNullOrEmpty(visit.Id))
            Refuse(RefusalSubject.Visit, index, "", RefusalCode.MissingId, "It has no id.");
        else if (!_visitOf.TryAdd(visit.Id, index))
            Refuse(RefusalSubject.Visit, index, visit.Id, RefusalCode.DuplicateId, $"Visit {_visitOf[visit.Id]} of the list has this id already.");
    }

    private Dictionary<(int Operator, int Shift), List<LockedStop>> ReviewLocks()
    {
        Dictionary<(int, int), List<LockedStop>> locks = [];
        for (var index = 0; index < _pool.Operators.Count; index++)
        {
            if (!OperatorUsable[index])
                continue;
            var person = _pool.Operators[index];
            for (var shift = 0; shift < person.Shifts.Count; shift++)
            {
                foreach (var stop in person.Shifts[shift].Locked)
                {
                    if (stop.Visit is null || !_visitOf.TryGetValue(stop.Visit, out var visit))
                        Refuse(RefusalSubject.Operator, index, person.Id, RefusalCode.BadLock, $"Its locked visit '{stop.Visit}' is not in the pool.");
                    else if (_pool.Visits[visit].Place is var place && (place < 0 || place >= _pool.Travel.Count))
                        Refuse(RefusalSubject.Operator, index, person.Id, RefusalCode.BadLock, $"The place of its locked visit '{stop.Visit}' is unknown.");
                    else if (stop.StartAt < 0 || stop.EndAt < stop.StartAt || stop.EndAt > LastSecond)
                        Refuse(RefusalSubject.Operator, index, person.Id, RefusalCode.BadLock, $"Its locked visit '{stop.Visit}' ends before it begins or outside three days.");
                    else if (!Locked.Add(stop.Visit))
                        Refuse(RefusalSubject.Operator, index, person.Id, RefusalCode.BadLock, $"Its locked visit '{stop.Visit}' is locked already.");
                    else if (locks.TryGetValue((index, shift), out var stops))
                        stops.Add(stop);
                    else
                        locks[(index, shift)] = [stop];
                }
            }
        }
        return locks;
    }

    private void ReviewVisit(int index, PoolVisit visit)
    {
        if (string.IsNullOrEmpty(visit.Id) || _visitOf[visit.Id] != index)
            return;
        if (IsLocked(visit.Id))
            VisitUsable[index] = true;
        else if (Fault(visit, _pool.Travel.Count) is var (code, why))
            Refuse(RefusalSubject.Visit, index, visit.Id, code, why);
        else
            VisitUsable[index] = true;
    }

    private void Refuse(RefusalSubject subject, int index, string id, RefusalCode code, string why) => _refusals.Add(new Refusal(subject, index, id, code, why));
}
