using EServices.Dispatch.Routing;

namespace EServices.Routing.Tests.Support;

/// <summary>Pools that differ in everything a pool can differ in; nasty ones also hold what no pool should.</summary>
internal static class RandomPools
{
    private static readonly string[] Words = ["a", "b", "c"];

    public static Pool Make(int seed, bool nasty = false, int mostVisits = 14, int mostOperators = 4, int leastVisits = 1, int leastOperators = 1)
    {
        var chance = new Random(seed);
        var places = chance.Next(2, 12);
        var travel = Travel(chance, places, nasty);
        var visits = Enumerable.Range(0, chance.Next(nasty ? 0 : leastVisits, mostVisits + 1)).Select(index => Visit(chance, index, places, nasty)).ToList();
        var operators = Enumerable.Range(0, chance.Next(nasty ? 0 : leastOperators, mostOperators + 1)).Select(index => Operator(chance, index, places, nasty)).ToList();
        if (chance.Next(3) == 0 && operators.Count > 0 && visits.Count > 1)
            Lock(chance, operators, visits);
        var now = chance.Next(4) == 0 ? chance.Next(60_000) : 0;
        var apart = chance.Next(3) == 0;
        // Windows as they are booked: a few of one grid, so that many ask for the same.
        if (apart)
            visits = [.. visits.Select(visit => chance.Next(2) == 0 ? visit with { Promised = OfGrid(chance) } : visit)];
        return new Pool { Operators = operators, Visits = visits, Travel = travel, Now = now, WindowsApart = apart };
    }

    public static PlanSettings Settings(int seed)
    {
        var chance = new Random(seed ^ 0x5a5a);
        return new PlanSettings
        {
            Goal = (OperatorGoal)chance.Next(3),
            Travel = (TravelMeasure)chance.Next(2),
        };
    }

    public static PoolVisit Visit(Random chance, int index, int places, bool nasty)
    {
        var visit = new PoolVisit
        {
            Id = nasty && chance.Next(15) == 0 ? $"v{chance.Next(index + 1)}" : $"v{index}",
            Place = nasty && chance.Next(25) == 0 ? chance.Next(-2, places + 3) : chance.Next(places),
            Duration = nasty && chance.Next(25) == 0 ? -chance.Next(100) : chance.Next(5, 60) * 60,
            Windows = [.. Enumerable.Range(0, chance.Next(4)).Select(_ => Window(chance, nasty))],
            Promised = chance.Next(4) == 0 ? Window(chance, nasty) : null,
            Deadline = chance.Next(6) == 0 ? chance.Next(nasty ? -1000 : 30_000, 120_000) : null,
            Priority = nasty && chance.Next(25) == 0 ? chance.Next(-3, 2000) : chance.Next(1, 6),
            Skills = Some(chance, 5),
            Devices = Some(chance, 8),
            Languages = Some(chance, 6),
            Territory = chance.Next(3) == 0 ? Words[chance.Next(3)] : null,
            OnlyOperator = chance.Next(12) == 0 ? $"o{chance.Next(5)}" : null,
            LateBy = chance.Next(10) == 0 ? chance.Next(nasty ? -100 : 0, 3600) : 0,
            Except = chance.Next(10) == 0 ? [$"o{chance.Next(3)}"] : [],
            Load = nasty && chance.Next(25) == 0 ? -1 : chance.Next(4),
        };
        return nasty && chance.Next(40) == 0 ? visit with { Id = "" } : visit;
    }

    private static PoolOperator Operator(Random chance, int index, int places, bool nasty)
    {
        var from = chance.Next(7, 11) * 3600;
        var until = from + (chance.Next(3, 10) * 3600);
        var (start, end) = (chance.Next(places), chance.Next(places));
        var pause = chance.Next(2) == 0 ? new Break(chance.Next(1, 60) * 60, from + chance.Next(7200), from + 7200 + chance.Next(1800)) : null;
        List<Shift> shifts = [new Shift(from, until, start, chance.Next(3) == 0 ? end : start) { Break = pause, ServeUntil = chance.Next(4) == 0 ? until - chance.Next(7200) : null }];
        if (chance.Next(4) == 0)
            shifts.Add(new Shift(until + chance.Next(7200), until + 14_400, start, start));
        if (nasty && chance.Next(10) == 0)
            shifts[0] = shifts[0] with { From = chance.Next(-100, 100_000), EndPlace = chance.Next(-1, places + 1) };
        return new PoolOperator
        {
            Id = nasty && chance.Next(15) == 0 ? "o0" : $"o{index}",
            Shifts = nasty && chance.Next(20) == 0 ? [] : shifts,
            Skills = [.. Words.Where(_ => chance.Next(4) > 0)],
            Devices = [.. Words.Where(_ => chance.Next(4) > 0)],
            Languages = [.. Words.Where(_ => chance.Next(3) > 0)],
            Territories = chance.Next(2) == 0 ? [] : [.. Words.Where(_ => chance.Next(2) == 0)],
            MaxVisits = chance.Next(3) == 0 ? chance.Next(nasty ? -1 : 0, 6) : int.MaxValue,
            MaxLoad = chance.Next(3) == 0 ? chance.Next(12) : int.MaxValue,
            FixedCost = chance.Next(3) == 0 ? chance.Next(5000) : 0,
            TravelCostPercent = chance.Next(3) == 0 ? chance.Next(50, 200) : 100,
        };
    }

    private static TimeWindow OfGrid(Random chance) => 30_000 + (chance.Next(6) * 5400) is var from ? new TimeWindow(from, from + 5400) : default;

    private static TimeWindow Window(Random chance, bool nasty)
    {
        var from = chance.Next(nasty ? -3600 : 20_000, 70_000);
        return new TimeWindow(from, from + chance.Next(nasty ? -3600 : 600, 14_400));
    }

    private static IReadOnlyList<string> Some(Random chance, int rarity) => [.. Words.Where(_ => chance.Next(rarity) == 0)];

    private static TravelTimes Travel(Random chance, int places, bool nasty)
    {
        var (seconds, metres) = (new int[places * places], new int[places * places]);
        var at = Enumerable.Range(0, places).Select(_ => (X: chance.Next(4000), Y: chance.Next(4000))).ToList();
        for (var from = 0; from < places; from++)
        {
            for (var to = 0; to < places; to++)
            {
                var way = (int)Math.Sqrt(Math.Pow(at[from].X - at[to].X, 2) + Math.Pow(at[from].Y - at[to].Y, 2));
                // Each direction by itself; nasty ways obey no triangle, or don't exist.
                seconds[(from * places) + to] = nasty && chance.Next(8) == 0 ? chance.Next(-5, 20_000) : way + chance.Next(300);
                metres[(from * places) + to] = nasty && chance.Next(15) == 0 ? -1 : (way * 10) + chance.Next(500);
            }
        }
        return new TravelTimes(places, seconds, metres);
    }

    private static void Lock(Random chance, List<PoolOperator> operators, List<PoolVisit> visits)
    {
        var who = chance.Next(operators.Count);
        if (operators[who].Shifts.Count == 0)
            return;
        var time = operators[who].Shifts[0].From;
        List<LockedStop> locked = [];
        foreach (var visit in visits.Take(chance.Next(1, 3)))
        {
            var start = time + chance.Next(3600);
            time = start + chance.Next(3600);
            locked.Add(new LockedStop(visit.Id, start, time));
        }
        operators[who] = operators[who] with { Shifts = [operators[who].Shifts[0] with { Locked = locked }, .. operators[who].Shifts.Skip(1)] };
    }
}
