using System.Diagnostics;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>The trace and baggage that an event carries from whoever raised it to whoever reacts, sampled or not, however much later.</summary>
internal static class CarriedTrace
{
    /// <summary>An activity within the event's trace; null where the event carries none. Dispose of it when the work is done.</summary>
    public static Activity? Start(string name, string? traceParent, string? traceState, string? baggage)
    {
        if (!ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var parent))
            return null;
        var activity = Bus.Activities.StartActivity(name, ActivityKind.Consumer, parent)
            // Nobody listens or it is not sampled: the trace goes on all the same, for the events that follow from this one.
            ?? new Activity(name) { TraceStateString = traceState }.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();
        Carry(activity, baggage);
        return activity;
    }

    public static void Carry(Activity? activity, string? baggage)
    {
        if (activity is null)
            return;
        foreach (var (key, value) in BaggageOf(baggage))
        {
            if (activity.GetBaggageItem(key) is null)
                activity.AddBaggage(key, value);
        }
    }

    /// <summary>The W3C trace id within a <c>traceparent</c>.</summary>
    public static string? TraceIdOf(string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, out var context) ? context.TraceId.ToString() : null;

    public static IEnumerable<KeyValuePair<string, string>> BaggageOf(string? baggage)
    {
        foreach (var item in (baggage ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = item.IndexOf('=', StringComparison.Ordinal);
            if (at > 0)
                yield return KeyValuePair.Create(item[..at].Trim(), Uri.UnescapeDataString(item[(at + 1)..].Split(';')[0].Trim()));
        }
    }
}
