using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EServices.Dispatch.Days;

/// <summary>Traces and metrics of planning days anew: how much was planned, what came of it, and how long it took.</summary>
internal static class ReplanFigures
{
    private const string Name = "EServices.Dispatch";

    private static readonly ActivitySource Traces = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Moves = Meter.CreateCounter<long>("dispatch.replan.moves", "{move}", "Visits that plans would give to other operators, by what became of it.");
    private static readonly Counter<double> Saved = Meter.CreateCounter<double>("dispatch.replan.saved", "s", "Time on the road that plans with moves saved.");
    private static readonly Histogram<double> Took = Meter.CreateHistogram<double>("dispatch.replan.duration", "s", "Time that a plan took, without reading days and making it true.");
    private static readonly Histogram<long> Size = Meter.CreateHistogram<long>("dispatch.replan.visits", "{visit}", "Visits in a plan.");

    public static Activity? Begin(string kind) => Traces.StartActivity($"replan {kind}");

    public static void End(Activity? span, string kind, IReadOnlyList<OperatorDay> days, Replanned result, int applied, TimeSpan took)
    {
        var tag = new KeyValuePair<string, object?>("kind", kind);
        var (visits, dropped) = (days.Sum(day => (long)day.Load), result.Proposed - applied);
        Took.Record(took.TotalSeconds, tag);
        Size.Record(visits, tag);
        Moves.Add(applied, tag, new("outcome", "applied"));
        Moves.Add(dropped, tag, new("outcome", "dropped"));
        if (result.Moves.Count > 0 && applied == result.Moves.Count)
            Saved.Add(Math.Max(0, (result.TravelBefore - result.TravelAfter).TotalSeconds), tag);
        span?.SetTag("operators", days.Count).SetTag("visits", visits).SetTag("iterations", result.Iterations)
            .SetTag("moves.proposed", result.Proposed).SetTag("moves.applied", applied).SetTag("moves.dropped", dropped).SetTag("hopeless", result.Hopeless.Count)
            .SetTag("travel.before_s", result.TravelBefore.TotalSeconds).SetTag("travel.after_s", result.TravelAfter.TotalSeconds).SetTag("took_s", took.TotalSeconds);
    }
}
