using System.Text.Json.Serialization;
using EServices.Contracts;
using EServices.Platform;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;

namespace EServices.Catalogue.Definitions;

[JsonConverter(typeof(CamelCaseEnumConverter<CatalogueActKind>))]
internal enum CatalogueActKind
{
    Begin,
    Edit,
    Submit,
    Approve,
    SendBack,
    Launch,
    Discard,
    Suspend,
    Resume,
    Retire,
    LaunchBatch,
    ScheduleBatch,
    UnscheduleBatch,
}

/// <summary>
/// What a catalogue-manager did: the audit log. As with operations, it is written before anything is done, and once more after it; one that stays begun tells of a
/// crash in between.
/// </summary>
internal sealed class CatalogueAct : Document
{
    public static readonly DocumentMap<CatalogueAct> Map = new("catalogue_acts");
    public static readonly DocumentIndex<CatalogueAct> ByTime = Map.Index("by_time", act => act.At);
    public static readonly DocumentIndex<CatalogueAct> ByDefinition = Map.Index("by_definition", act => act.DefinitionId, act => act.At);
    public static readonly DocumentIndex<CatalogueAct> ByService = Map.Index("by_service", act => act.ServiceId, act => act.At);

    public CatalogueAct(string id, CatalogueActKind kind, Caller caller, DateTimeOffset at, ActSubject subject, string? reason)
        : base(id) =>
        (Kind, By, ByName, At, ServiceId, DefinitionId, Batch, Revision, Reason) =
        (kind, caller.Subject, caller.Name, at, subject.ServiceId, subject.DefinitionId, subject.Batch, subject.Revision, reason);

    private CatalogueAct() => (By, ByName) = ("", "");

    public CatalogueActKind Kind { get; private set; }

    /// <summary>Account id.</summary>
    public string By { get; private set; }

    public string ByName { get; private set; }

    public DateTimeOffset At { get; private set; }

    public string? ServiceId { get; private set; }

    public string? DefinitionId { get; private set; }

    public string? Batch { get; private set; }

    /// <summary>The definition's revision that it was done with.</summary>
    public long? Revision { get; private set; }

    /// <summary>Reason or comment.</summary>
    public string? Reason { get; private set; }

    /// <summary>Null until it has ended.</summary>
    public bool? Done { get; private set; }

    /// <summary>Code of the refusal, where it was refused.</summary>
    public string? Refused { get; private set; }

    public void End(string? refused) => (Done, Refused) = (refused is null, refused);
}

/// <summary>With what something was done.</summary>
internal sealed record ActSubject(string? ServiceId = null, string? DefinitionId = null, string? Batch = null, long? Revision = null)
{
    public static ActSubject Of(Definition definition) => new(definition.ServiceId, definition.Id, Revision: definition.Version);
}

/// <summary>Writes down who asked, has it done, and writes down how it ended.</summary>
internal sealed class CatalogueLog(DocumentStore<CatalogueAct> acts, Ids ids, TimeProvider time)
{
    /// <param name="work">Its refusal, or null when it was done.</param>
    public async Task<Refusal?> ActAsync(
        CatalogueActKind kind, Caller caller, ActSubject subject, string? reason, Func<Task<Refusal?>> work, CancellationToken cancellationToken)
    {
        var act = new CatalogueAct(ids.New("act"), kind, caller, time.GetUtcNow(), subject, reason);
        await acts.SaveAsync(act, cancellationToken);
        Refusal? refusal;
        try
        {
            refusal = await work();
        }
        catch (Exception race) when (race is ConflictException or DuplicateKeyException)
        {
            act.End("changed-meanwhile");
            await acts.SaveAsync(act, cancellationToken);
            throw;
        }
        act.End(refusal?.Code);
        await acts.SaveAsync(act, cancellationToken);
        return refusal;
    }
}
