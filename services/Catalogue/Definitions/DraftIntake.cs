using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Catalogue.Exchange;
using EServices.Catalogue.Services;
using EServices.Platform;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;

namespace EServices.Catalogue.Definitions;

/// <summary>What is imported becomes drafts like any other, begun by whoever imports them and written down in the audit log.</summary>
internal sealed class DraftIntake(
    Shelf shelf, Governing governing, DocumentStore<Definition> definitions, CatalogueLog log, StatePack pack, Ids ids, TimeProvider time) : IDraftIntake
{
    private const string Why = "Imported";

    /// <remarks>A service that neither the pack nor people define any more is left out: nobody could change it.</remarks>
    public async Task<IReadOnlyList<JsonObject>> HeldAsync(CancellationToken cancellationToken)
    {
        var held = new List<JsonObject>();
        foreach (var service in shelf.Now.Services.Values.Where(service => service.State != ServiceState.Retired))
        {
            if (await WrittenAsync(service, cancellationToken) is { } written)
                held.Add(written);
        }
        return held;
    }

    public async Task<JsonObject?> OpenDraftAsync(string serviceId, CancellationToken cancellationToken) =>
        await definitions.FirstAsync(Definition.ByOpen.Where(serviceId), cancellationToken) is { } open ? Read(open.Content).Written ?? open.Content : null;

    public (JsonObject? Written, IReadOnlyList<FieldError> Errors) Read(JsonObject written)
    {
        var read = pack.Read(JsonSerializer.SerializeToElement(written), 1, pack.About.DateAt(time.GetUtcNow()));
        if (!read.Ok)
            return (null, read.Errors);
        if (shelf.Now.Services.TryGetValue(read.Service.Definition.Id, out var held) && held.State == ServiceState.Retired)
            return (null, [new FieldError("/id", "service-retired", $"\"{held.ServiceId}\" is retired, and stays so.")]);
        var canonical = WrittenJson.Of(read.Service.Definition);
        foreach (var (own, shared) in new[] { ("formSchema", "form"), ("fee", "feeRule") })
        {
            if (written[own] is not { } value)
                continue;
            canonical.Remove(shared);
            canonical[own] = value.DeepClone();
        }
        return (canonical, []);
    }

    public async Task<string> TakeAsync(JsonObject written, Caller caller, CancellationToken cancellationToken)
    {
        var id = (string)written["id"]!;
        var definition = new Definition(
            ids.New("def"), id, (JsonObject)written.DeepClone(), new Basis(shelf.Now.Services.GetValueOrDefault(id)?.Number, governing.FingerprintOf(id)),
            new Hand(caller.Subject, caller.Name, time.GetUtcNow()), null);
        await log.ActAsync(CatalogueActKind.Begin, caller, ActSubject.Of(definition) with { Revision = 1 }, Why, async () =>
        {
            await definitions.SaveAsync(definition, cancellationToken);
            return null;
        }, cancellationToken);
        return definition.Id;
    }

    private async Task<JsonObject?> WrittenAsync(ServiceVersion held, CancellationToken cancellationToken)
    {
        if (held.DefinitionId is { } earlier && held.PackFingerprint == governing.FingerprintOf(held.ServiceId))
        {
            var content = (await definitions.GetAsync(earlier, cancellationToken)).Content;
            return Read(content).Written ?? content;
        }
        return pack.Services.Find(held.ServiceId) is { } service ? WrittenJson.Of(service) : null;
    }
}
