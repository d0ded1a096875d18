using EServices.Catalogue.Launches;
using EServices.Catalogue.Services;
using EServices.Platform;
using EServices.Platform.Packs;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Definitions;

/// <summary>Makes numbered versions of approved definitions. Called by whoever changes the catalogue alone (<see cref="Shelf.AloneAsync"/>).</summary>
internal sealed partial class Launching(Shelf shelf, StatePack pack, Governing governing, DocumentStore<Definition> definitions, TimeProvider time, ILogger<Launching> logger)
{
    /// <summary>Everything that is wrong with a definition as it stands, and with launching it now. Empty when it could be.</summary>
    public IReadOnlyList<FieldError> Problems(Definition definition) => governing.Read(definition, 1, Today).Errors;

    /// <summary>How the definition would read as the service's next version today; null with the errors when it does not read.</summary>
    public (Contracts.Catalogue.ServiceLaunched Launched, ServiceWords Words)? Preview(Definition definition)
    {
        var next = (shelf.Now.Services.GetValueOrDefault(definition.ServiceId)?.Number ?? 0) + 1;
        var read = governing.Read(definition, next, Today);
        if (!read.Ok)
            return null;
        var (launched, words) = Launches.Definitions.Of(read.Service, pack, time.GetUtcNow());
        return (launched with { Version = next }, words);
    }

    /// <summary>Whether it says anything else than the version that is held.</summary>
    public bool ChangesNothing(Definition definition) =>
        shelf.Now.Services.TryGetValue(definition.ServiceId, out var held) && Preview(definition) is { } preview && held.Fingerprint == SeedFromPack.FingerprintOf(preview.Launched, preview.Words);

    /// <summary>Launches a definition that is due. Where that is no longer possible it goes back to its authors with the reason, and is no longer due.</summary>
    public async Task<Refusal?> LaunchAsync(Definition definition, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var held = shelf.Now.Services.GetValueOrDefault(definition.ServiceId);
        if (held?.DefinitionId == definition.Id)
        {
            // A crash came between the version and this: the version is what counts.
            definition.Launched(held.Number, pack.About.DateAt(held.LaunchedAt), held.LaunchedAt);
            await definitions.SaveAsync(definition, cancellationToken);
            return null;
        }
        var packNow = governing.FingerprintOf(definition.ServiceId);
        var read = governing.Read(definition, (held?.Number ?? 0) + 1, Today);
        var refusal = held?.State == ServiceState.Retired ? Refusal.Conflict("service-retired", $"{definition.ServiceId} was retired meanwhile.")
            : definition.Basis.PackFingerprint != packNow ? Refusal.Conflict("pack-changed", "The state's pack says something else of the service than when the draft was begun.")
            : !read.Ok ? Refusal.Conflict("no-longer-valid", "The state's pack no longer has all that the definition refers to.", [.. read.Errors])
            : null;
        if (refusal is not null)
        {
            definition.HoldBack($"{refusal.Detail} {string.Join(" ", read.Errors.Select(error => $"{error.Pointer}: {error.Detail}"))}".Trim(), now);
            await definitions.SaveAsync(definition, cancellationToken);
            HeldBack(definition.Id, refusal.Code);
            return refusal;
        }
        var version = SeedFromPack.Next(held, new Governed(read.Service!, definition.Id, packNow), pack, now);
        await shelf.SaveAsync(version, cancellationToken);
        definition.Launched(version.Number, Today, now);
        await definitions.SaveAsync(definition, cancellationToken);
        return null;
    }

    private DateOnly Today => pack.About.DateAt(time.GetUtcNow());

    [LoggerMessage(EventName = "DefinitionHeldBack", Level = LogLevel.Warning, Message = "{Definition} was due and could not be launched: {Reason}")]
    private partial void HeldBack(string definition, string reason);
}
