using System.Globalization;

namespace EServices.Dispatch.Routing.Vrptw.Files;

/// <summary>What a plan costs by the file's own figures, in both conventions.</summary>
public sealed record VrptwVerdict(int Vehicles, double Distance, double DistanceTruncated, bool InTimeExactly);

/// <summary>
/// Drives a plan stop by stop over the instance as read, in floating point; shares nothing with the solver. What the two conventions
/// mean is told at <see cref="VrptwArithmetic"/>.
/// </summary>
public static class VrptwCheck
{
    private const double Tolerance = 1e-6;

    /// <summary>Checks every route, and that every customer but those told as unserved is served once.</summary>
    /// <param name="routes">Nodes in the order of service, by their place in the file (the depot is 0), without the depot.</param>
    /// <returns>The verdict, or every fault in words.</returns>
    public static (VrptwVerdict? Verdict, IReadOnlyList<string> Faults) Check(VrptwInstance instance, IReadOnlyList<IReadOnlyList<int>> routes, VrptwArithmetic arithmetic, IReadOnlyCollection<int>? unserved = null)
    {
        var faults = new List<string>();
        var visits = new int[instance.Nodes];
        double distance = 0, truncated = 0;
        var exactly = true;
        for (var route = 0; route < routes.Count; route++)
        {
            if (routes[route].Count == 0)
                faults.Add($"route {route + 1} serves nobody");
            double late = instance.Ready[0], early = instance.Ready[0];
            var (at, load) = (0, 0L);
            foreach (var stop in routes[route].Append(0))
            {
                if (stop < 0 || stop >= instance.Nodes)
                {
                    faults.Add($"route {route + 1} names customer {stop}, which the file does not have");
                    break;
                }
                var arc = instance.Arc(at, stop);
                if (arc < 0)
                    faults.Add($"route {route + 1} drives from {instance.Numbers[at]} to {instance.Numbers[stop]}, where there is no road");
                var cut = Math.Floor((arc * 10) + Tolerance) / 10;
                distance += arc;
                truncated += cut;
                // Two clocks: one that runs on exact arcs, one on arcs cut to one decimal.
                late = Math.Max(late + arc, instance.Ready[stop]);
                early = Math.Max(early + cut, instance.Ready[stop]);
                exactly &= late <= instance.Due[stop] + Tolerance;
                var clock = arithmetic == VrptwArithmetic.Exact ? late : early;
                if (clock > instance.Due[stop] + Tolerance)
                    faults.Add(string.Create(CultureInfo.InvariantCulture, $"route {route + 1} reaches {instance.Numbers[stop]} at {clock:F3}, after {instance.Due[stop]:F3}"));
                if (stop != 0)
                {
                    late += instance.Service[stop];
                    early += instance.Service[stop];
                    load += instance.Demand[stop];
                    visits[stop]++;
                }
                at = stop;
            }
            if (load > instance.Capacity)
                faults.Add($"route {route + 1} loads {load}, above {instance.Capacity}");
        }
        if (routes.Count > instance.Vehicles)
            faults.Add($"there are {routes.Count} routes for {instance.Vehicles} vehicles");
        for (var customer = 1; customer < instance.Nodes; customer++)
        {
            var expected = unserved?.Contains(customer) == true ? 0 : 1;
            if (visits[customer] != expected)
                faults.Add($"customer {instance.Numbers[customer]} is visited {visits[customer]} times, not {expected}");
        }
        return faults.Count > 0 ? (null, faults) : (new VrptwVerdict(routes.Count, distance, truncated, exactly), faults);
    }
}
