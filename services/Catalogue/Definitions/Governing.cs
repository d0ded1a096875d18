using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EServices.Catalogue.Services;
using EServices.Platform.Packs;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Definitions;

/// <summary>A definition with where it comes from.</summary>
/// <param name="DefinitionId">The people's definition; null for the pack's.</param>
/// <param name="PackFingerprint">Of what the pack said of the service then.</param>
internal sealed record Governed(WrittenService Written, string? DefinitionId = null, string? PackFingerprint = null)
{
    public string ServiceId => Written.Definition.Id;
}

/// <summary>
/// Whose word holds for a service. What people approved and launched holds against a pack that says what it said then; once the pack says something else, the newer
/// word is the pack's. In either case prices and names that are referred to are the pack's of the day.
/// </summary>
internal sealed partial class Governing(StatePack pack, DocumentStore<Definition> definitions, ILogger<Governing> logger)
{
    /// <summary>What is to be launched or kept up: the services that the pack launches, and those that are held.</summary>
    public async Task<IReadOnlyList<Governed>> WantedAsync(Shelf.Content shelf, CancellationToken cancellationToken)
    {
        var wanted = new List<Governed>();
        foreach (var service in pack.Services)
        {
            var held = shelf.Services.GetValueOrDefault(service.Id);
            var byThePack = held switch
            {
                null => service.Status == ServiceStatus.Launched,
                { State: ServiceState.Retired } => false,
                { DefinitionId: null } => true,
                _ => held.PackFingerprint != FingerprintOf(service),
            };
            if (byThePack)
                wanted.Add(new Governed(new WrittenService(service)));
        }
        var byPack = wanted.Select(service => service.ServiceId).ToHashSet(StringComparer.Ordinal);
        foreach (var held in shelf.Services.Values.Where(held => held.DefinitionId is not null && held.State != ServiceState.Retired && !byPack.Contains(held.ServiceId)))
        {
            if (await OfAsync(held, cancellationToken) is { } governed)
                wanted.Add(governed);
        }
        return wanted;
    }

    /// <summary>What people wrote, as it reads today; null where the pack no longer has what it refers to: then the version that is held stays as it is.</summary>
    public async Task<Governed?> OfAsync(ServiceVersion held, CancellationToken cancellationToken)
    {
        var definition = await definitions.GetAsync(held.DefinitionId!, cancellationToken);
        var read = Read(definition, definition.FeeVersion ?? held.Number, definition.FeeFrom ?? pack.About.DateAt(held.LaunchedAt));
        if (read.Ok)
            return new Governed(read.Service, definition.Id, held.PackFingerprint);
        NoLongerReads(held.ServiceId, definition.Id, read.Errors.Count);
        return null;
    }

    public WrittenResult Read(Definition definition, int feeVersion, DateOnly feeFrom)
    {
        var read = pack.Read(JsonSerializer.SerializeToElement(definition.Content), feeVersion, feeFrom);
        return !read.Ok || read.Service.Definition.Id == definition.ServiceId
            ? read
            : new WrittenResult(null, [new Platform.FieldError("/id", "definition", $"This is the definition of \"{definition.ServiceId}\", which can't get another id.")]);
    }

    /// <summary>Of what the pack says of a service now; null where it says nothing.</summary>
    public string? FingerprintOf(string serviceId) => pack.Services.Find(serviceId) is { } service ? FingerprintOf(service) : null;

    private static string FingerprintOf(ServiceDefinition service)
    {
        var said = WrittenJson.Of(service);
        // How people are guided is no word on what the service is.
        said.Remove(WrittenJson.Eligibility);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said.ToJsonString())));
    }

    [LoggerMessage(EventName = "DefinitionNoLongerReads", Level = LogLevel.Warning, Message = "{Service} stays as it is: the pack no longer has all that {Definition} refers to ({Errors} errors)")]
    private partial void NoLongerReads(string service, string definition, int errors);
}
