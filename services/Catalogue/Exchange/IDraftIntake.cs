using System.Text.Json.Nodes;
using EServices.Platform;
using EServices.Platform.Web;

namespace EServices.Catalogue.Exchange;

/// <summary>
/// Where what was imported goes: it becomes drafts, which a second person reviews like any other. Services are in the shape of a pack's, with their department and
/// family (see <c>deploy/packs/README.md</c>).
/// </summary>
internal interface IDraftIntake
{
    /// <summary>Every service of the catalogue as it is written now, in order of id.</summary>
    Task<IReadOnlyList<JsonObject>> HeldAsync(CancellationToken cancellationToken);

    /// <summary>The service's open draft, if it has one.</summary>
    Task<JsonObject?> OpenDraftAsync(string serviceId, CancellationToken cancellationToken);

    /// <summary>What was written, as the catalogue would write it itself, or everything that is wrong with it by JSON Pointer.</summary>
    (JsonObject? Written, IReadOnlyList<FieldError> Errors) Read(JsonObject written);

    /// <summary>Keeps it as a draft of this caller's; its id.</summary>
    Task<string> TakeAsync(JsonObject written, Caller caller, CancellationToken cancellationToken);
}
