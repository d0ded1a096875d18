using System.Text.Json.Serialization;
using EServices.Contracts;
using EServices.Platform.Storage;
using EServices.Platform.Web;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>
/// What a member of operations did with dead letters: the audit log. It is written before anything is done, and once more after it; one that stays begun tells of a
/// crash in between.
/// </summary>
internal sealed class OperationsAct : Document
{
    public static readonly DocumentMap<OperationsAct> Map = new("operations_acts");
    public static readonly DocumentIndex<OperationsAct> ByTime = Map.Index("by_time", act => act.At);

    public OperationsAct(string id, OperationsActKind kind, Caller caller, DateTimeOffset at, string? reason, DeadLetterFilter? filter, bool dryRun, IReadOnlyList<string> letters)
        : base(id) => (Kind, By, ByName, At, Reason, Filter, DryRun, Letters) = (kind, caller.Subject, caller.Name, at, reason, filter, dryRun, letters);

    private OperationsAct() => (By, ByName, Letters) = ("", "", []);

    public OperationsActKind Kind { get; private set; }

    /// <summary>Account id.</summary>
    public string By { get; private set; }

    public string ByName { get; private set; }

    public DateTimeOffset At { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>How the letters were chosen; null where one was named.</summary>
    public DeadLetterFilter? Filter { get; private set; }

    public bool DryRun { get; private set; }

    /// <summary>The letters it was to be done with.</summary>
    public IReadOnlyList<string> Letters { get; private set; }

    /// <summary>With how many it was done; null until it has ended.</summary>
    public int? Done { get; private set; }

    /// <summary>Code of the refusal, where it was refused.</summary>
    public string? Refused { get; private set; }

    public void End(int done, string? refused = null) => (Done, Refused) = (done, refused);
}

[JsonConverter(typeof(CamelCaseEnumConverter<OperationsActKind>))]
public enum OperationsActKind
{
    Retry,
    RetryMany,
    Discard,
}
