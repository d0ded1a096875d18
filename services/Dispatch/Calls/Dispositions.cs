namespace EServices.Dispatch.Calls;

/// <summary>How a call ended without a visit.</summary>
/// <param name="States">In which states of a call the code can be given.</param>
internal sealed record Disposition(string Code, string Label, IReadOnlyList<CallState> States);

internal static class Dispositions
{
    /// <summary>The one code that closes a call only after some tries.</summary>
    public const string NotReached = "not-reached";

    private static readonly CallState[] Any = [CallState.Open, CallState.Callback];

    public static IReadOnlyList<Disposition> All { get; } =
    [
        new("information-given", "The caller wanted to know something and does now", Any),
        new("other-channel", "The caller will apply online or at a centre", [CallState.Open]),
        new("service-not-offered", "The service is not offered, or not at the door", [CallState.Open]),
        new("not-eligible", "The caller may not apply for the service", [CallState.Open]),
        new("documents-missing", "The caller will call again with the papers", [CallState.Open]),
        new("number-not-confirmed", "The code could not be named", [CallState.Open]),
        new("address-not-matched", "The address could not be matched", [CallState.Open]),
        new("no-slot", "No window suited the caller", [CallState.Open]),
        new("declined-total", "The total was too much for the caller", [CallState.Open]),
        new("complaint", "A complaint, taken up elsewhere", [CallState.Open]),
        new("dropped", "The line broke", [CallState.Open]),
        new("wrong-number", "A wrong number", Any),
        new("nuisance", "Silence or abuse", Any),
        new(NotReached, "Called back, nobody answered", [CallState.Callback]),
    ];

    public static Disposition? Find(string? code) => All.FirstOrDefault(known => known.Code == code);

    public static IEnumerable<Disposition> For(CallState state) => All.Where(known => known.States.Contains(state));
}
