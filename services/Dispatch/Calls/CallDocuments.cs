using EServices.Platform.Storage;

namespace EServices.Dispatch.Calls;

internal static class CallDocuments
{
    public static readonly DocumentMap<Call> Map = new("calls");

    /// <summary>One open call-back per number.</summary>
    public static readonly DocumentIndex<Call> Waiting = Map.Unique("waiting", call => call.WaitingFrom);
    public static readonly DocumentIndex<Call> ByState = Map.Index("by_state", call => call.State, call => call.QueuedAt);
    public static readonly DocumentIndex<Call> ByAnswer = Map.Index("by_answer", call => call.AnsweredAt);
}
