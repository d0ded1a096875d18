using System.Globalization;

namespace EServices.Benchmarks.Dispatch;

/// <summary>The rows for people.</summary>
internal static class DispatchTable
{
    public static void Head() => Console.WriteLine("instance      solver    vehicles      distance   dist_trunc1    gap %  first ms  seconds    iterations  peak MB");

    public static void Line(DispatchRow row)
    {
        Print(row, "ours");
        if (row.Peer is not null)
            Print(row.Peer, "OR-Tools");
    }

    public static void Foot(IReadOnlyList<DispatchRow> rows)
    {
        Sum("ours", rows);
        Sum("OR-Tools", [.. rows.Select(row => row.Peer).OfType<DispatchRow>()]);
    }

    private static void Sum(string who, IReadOnlyList<DispatchRow> rows)
    {
        if (rows.Count == 0)
            return;
        double[] gaps = [.. rows.Select(row => row.GapPercent).OfType<double>()];
        var told = gaps.Length == 0 ? "no gaps" : string.Create(CultureInfo.InvariantCulture, $"gap mean {gaps.Average():F4} % worst {gaps.Max():F3} % over {gaps.Length}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{who}: {rows.Count} instances, {rows.Count(row => row.Vehicles is null)} without a full plan; {rows.Sum(row => row.Vehicles ?? 0)} vehicles, distance {rows.Sum(row => row.Distance ?? 0):F2}, truncated {rows.Sum(row => row.DistanceTrunc1 ?? 0):F1}; {told}"));
    }

    private static void Print(DispatchRow row, string who) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{row.Instance,-12}  {who,-8}  {row.Vehicles,8}  {row.Distance,12:F2}  {row.DistanceTrunc1,12:F1}  {row.GapPercent,7:F3}  {row.FirstFeasibleMs,8:F1}  {row.Seconds,7:F2}  {row.Iterations,12}  {row.PeakMb,7:F1}"));
}
