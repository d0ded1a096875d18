using System.Diagnostics;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Planning;
using Google.OrTools.ConstraintSolver;
using Google.Protobuf.WellKnownTypes;
using static Google.OrTools.ConstraintSolver.operations_research_constraint_solver;

namespace EServices.Benchmarks.Generated;

/// <summary>
/// The same day for Google OR-Tools' routing: a vehicle per shift, allowed vehicles, disjunctions with penalties that put serving before travel, dimensions for
/// time, visits and load (those of a day in two parts are added up), breaks; guided local search.
/// </summary>
internal sealed class OrToolsDay(Pool pool)
{
    // Above any detour of a day, so that serving comes first; owed visits a thousand times that.
    private const long PenaltyUnit = 100_000;
    private const long Longest = 172_800;

    private readonly List<(PoolOperator Person, Shift Shift, int Number)> _shifts =
        [.. pool.Operators.SelectMany(person => person.Shifts.Select((shift, number) => (person, shift, number)))];

    /// <summary>Its plan; null if it found none in the time. The time includes making its model, as ours includes making ours.</summary>
    /// <param name="clock">What the time is counted by; null for the wall's clock.</param>
    public Plan? Solve(TimeSpan time, FirstSolutionStrategy.Types.Value first, Func<TimeSpan>? clock = null)
    {
        var begun = Stopwatch.GetTimestamp();
        var elapsed = clock ?? (() => Stopwatch.GetElapsedTime(begun));
        var visits = pool.Visits.Count;
        var vehicles = _shifts.Count;
        // Nodes: visits, then a start and an end per shift.
        int[] starts = [.. Enumerable.Range(0, vehicles).Select(vehicle => visits + (2 * vehicle))];
        int[] ends = [.. starts.Select(start => start + 1)];
        using var manager = new RoutingIndexManager(visits + (2 * vehicles), vehicles, starts, ends);
        using var model = new RoutingModel(manager);
        AddTravel(model);
        AddCapacities(model);
        var hours = model.GetMutableDimension("time");
        for (var visit = 0; visit < visits; visit++)
        {
            var index = manager.NodeToIndex(visit);
            var asked = pool.Visits[visit];
            var owed = asked.Promised is not null || asked.Deadline < 86_400;
            model.AddDisjunction([index], PenaltyUnit * asked.Priority * (owed ? 1000 : 1));
            model.VehicleVar(index).SetValues(Allowed(asked));
            SetWindows(hours.CumulVar(index), asked);
        }
        SetShifts(manager, model, hours);

        var parameters = DefaultRoutingSearchParameters();
        parameters.FirstSolutionStrategy = first;
        parameters.LocalSearchMetaheuristic = LocalSearchMetaheuristic.Types.Value.GuidedLocalSearch;
        var left = time - elapsed();
        if (clock is null)
            parameters.TimeLimit = Duration.FromTimeSpan(left > TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100));
        else
            model.AddSearchMonitor(model.solver().MakeCustomLimit(() => clock() > time));
        using var found = model.SolveWithParameters(parameters);
        return found is null ? null : Read(manager, model, found);
    }

    private void AddTravel(RoutingModel model)
    {
        var visits = pool.Visits.Count;
        int[] place = [.. pool.Visits.Select(visit => visit.Place), .. _shifts.SelectMany(one => (int[])[one.Shift.StartPlace, one.Shift.EndPlace])];
        var travel = new long[place.Length][];
        var timed = new long[place.Length][];
        for (var from = 0; from < place.Length; from++)
        {
            var service = from < visits ? pool.Visits[from].Duration : 0;
            travel[from] = new long[place.Length];
            timed[from] = new long[place.Length];
            for (var to = 0; to < place.Length; to++)
            {
                // Nobody drives for a tour without visits.
                travel[from][to] = from >= visits && to >= visits ? 0 : pool.Travel.Seconds(place[from], place[to]);
                timed[from][to] = travel[from][to] + service;
            }
        }
        model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(travel));
        model.AddDimension(model.RegisterTransitMatrix(timed), Longest, Longest, false, "time");
    }

    private void AddCapacities(RoutingModel model)
    {
        var none = new long[2 * _shifts.Count];
        model.AddDimensionWithVehicleCapacity(model.RegisterUnaryTransitVector([.. pool.Visits.Select(_ => 1L), .. none]), 0,
            [.. _shifts.Select(one => (long)Math.Min(one.Person.MaxVisits, pool.Visits.Count))], true, "visits");
        model.AddDimensionWithVehicleCapacity(model.RegisterUnaryTransitVector([.. pool.Visits.Select(visit => (long)visit.Load), .. none]), 0,
            [.. _shifts.Select(one => (long)Math.Min(one.Person.MaxLoad, 1_000_000))], true, "load");
        var solver = model.solver();
        foreach (var person in pool.Operators.Where(person => person.Shifts.Count > 1))
        {
            var own = Enumerable.Range(0, _shifts.Count).Where(vehicle => ReferenceEquals(_shifts[vehicle].Person, person)).ToList();
            foreach (var (dimension, most) in ((string, long)[])[("visits", person.MaxVisits), ("load", person.MaxLoad)])
                solver.Add(solver.MakeSumLessOrEqual([.. own.Select(vehicle => model.GetMutableDimension(dimension).CumulVar(model.End(vehicle)))], most));
        }
    }

    private long[] Allowed(PoolVisit visit) =>
    [
        // -1 is staying out.
        -1,
        .. Enumerable.Range(0, _shifts.Count).Where(vehicle => _shifts[vehicle].Person is var person
            && visit.Skills.All(person.Skills.Contains) && visit.Devices.All(person.Devices.Contains)
            && (visit.Languages.Count == 0 || visit.Languages.Any(person.Languages.Contains))
            && (visit.Territory is null || person.Territories.Count == 0 || person.Territories.Contains(visit.Territory)))
            .Select(vehicle => (long)vehicle),
    ];

    private static void SetWindows(IntVar begin, PoolVisit visit)
    {
        List<TimeWindow> windows = visit.Promised is { } promised ? [promised] : [.. visit.Windows.OrderBy(window => window.From)];
        if (windows.Count > 0)
            begin.SetRange(windows[0].From, windows.Max(window => window.Until));
        for (var next = 1; next < windows.Count; next++)
        {
            if (windows[next].From > windows[next - 1].Until + 1)
                begin.RemoveInterval(windows[next - 1].Until + 1, windows[next].From - 1);
        }
        if (visit.Deadline is { } deadline)
            begin.SetMax(deadline);
    }

    private void SetShifts(RoutingIndexManager manager, RoutingModel model, RoutingDimension clock)
    {
        // How long each stop stands still before a break can be on the way: its service.
        var stays = new long[model.Size()];
        for (var visit = 0; visit < pool.Visits.Count; visit++)
            stays[manager.NodeToIndex(visit)] = pool.Visits[visit].Duration;
        var solver = model.solver();
        for (var vehicle = 0; vehicle < _shifts.Count; vehicle++)
        {
            var shift = _shifts[vehicle].Shift;
            clock.CumulVar(model.Start(vehicle)).SetRange(shift.From, shift.Until);
            clock.CumulVar(model.End(vehicle)).SetRange(shift.From, shift.Until);
            if (shift.Break is { } pause)
                clock.SetBreakIntervalsOfVehicle([solver.MakeFixedDurationIntervalVar(pause.From, pause.Until, pause.Duration, false, $"break {vehicle}")], vehicle, stays);
        }
    }

    /// <summary>Its order of visits, with times as early as they can be: what can't be driven falls out, and the count would show it.</summary>
    private Plan Read(RoutingIndexManager manager, RoutingModel model, Assignment found)
    {
        Dictionary<(string, int), IReadOnlyList<string>> order = [];
        for (var vehicle = 0; vehicle < _shifts.Count; vehicle++)
        {
            List<string> stops = [];
            for (var index = found.Value(model.NextVar(model.Start(vehicle))); !model.IsEnd(index); index = found.Value(model.NextVar(index)))
                stops.Add(pool.Visits[manager.IndexToNode(index)].Id);
            order[(_shifts[vehicle].Person.Id, _shifts[vehicle].Number)] = stops;
        }
        return Schedules.Of(pool, new PlanSettings(), order);
    }
}
