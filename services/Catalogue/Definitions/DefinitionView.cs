using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Platform;

namespace EServices.Catalogue.Definitions;

/// <summary>A definition in a list.</summary>
/// <param name="Revision">Counts its changes: the ETag without quotes.</param>
/// <param name="Batch">As its content names it.</param>
/// <param name="DueOn">The day of the state on which it is launched.</param>
internal sealed record DefinitionLine(
    string Id, string ServiceId, DefinitionState State, long Revision, string Name, string Batch, DateOnly? EffectiveOn, DateOnly? DueOn, int? LaunchedAs,
    DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    public static DefinitionLine Of(Definition definition, string language) => new(
        definition.Id, definition.ServiceId, definition.State, definition.Version, DefinitionView.NameOf(definition).In(language), DefinitionView.BatchOf(definition),
        definition.EffectiveOn, definition.DueOn, definition.LaunchedAs, definition.CreatedAt, definition.ChangedAt);
}

/// <summary>A definition whole.</summary>
/// <param name="BasedOn">The service's version when it was begun; null for a new service.</param>
/// <param name="ServiceState">What became of the version that it is: <c>launched</c>, <c>suspended</c>, <c>retired</c> or <c>superseded</c>; null before its launch.</param>
/// <param name="Content">The service in the shape of a pack's.</param>
/// <param name="Problems">All that stands in the way of a review, by JSON Pointer into <c>content</c>.</param>
internal sealed record DefinitionView(
    string Id, string ServiceId, DefinitionState State, long Revision, int? BasedOn, IReadOnlyList<Hand> Authors, IReadOnlyList<Review> Reviews, DateOnly? EffectiveOn,
    DateOnly? DueOn, string? WaitsForBatch, int? LaunchedAs, DateTimeOffset? LaunchedAt, string? ServiceState, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt, JsonObject Content,
    IReadOnlyList<FieldError> Problems)
{
    /// <param name="saved">False for one that is being saved as its next revision.</param>
    public static DefinitionView Of(Definition definition, Launching launching, Shelf shelf, bool saved = true) => new(
        definition.Id, definition.ServiceId, definition.State, saved ? definition.Version : definition.Version + 1, definition.Basis.Version, definition.Authors, definition.Reviews,
        definition.EffectiveOn, definition.DueOn, definition.WaitsForBatch, definition.LaunchedAs, definition.LaunchedAt, LifeOf(definition, shelf), definition.CreatedAt,
        definition.ChangedAt, definition.Content, definition.State is DefinitionState.Launched or DefinitionState.Discarded ? [] : launching.Problems(definition));

    /// <summary>The name that its content gives, however unfinished.</summary>
    public static Localised NameOf(Definition definition)
    {
        var texts = definition.Content["name"] is JsonObject name
            ? name.Where(text => text.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String).ToDictionary(text => text.Key, text => text.Value!.GetValue<string>())
            : [];
        return texts.Count > 0 ? new Localised(texts) : Localised.English(definition.ServiceId);
    }

    public static string BatchOf(Definition definition) =>
        definition.Content["batch"] is JsonValue batch && batch.GetValueKind() == JsonValueKind.String ? batch.GetValue<string>() : "";

    private static string? LifeOf(Definition definition, Shelf shelf) =>
        definition.LaunchedAs is null || !shelf.Now.Services.TryGetValue(definition.ServiceId, out var held) ? null
        : held.DefinitionId == definition.Id ? held.State.ToString().ToLowerInvariant()
        : "superseded";
}

internal sealed record ActView(
    string Id, CatalogueActKind Kind, string By, string ByName, DateTimeOffset At, string? ServiceId, string? DefinitionId, string? Batch, long? Revision, string? Reason, bool? Done,
    string? Refused)
{
    public static ActView Of(CatalogueAct act) => new(
        act.Id, act.Kind, act.By, act.ByName, act.At, act.ServiceId, act.DefinitionId, act.Batch, act.Revision, act.Reason, act.Done, act.Refused);
}

/// <summary>What is to be begun.</summary>
/// <param name="ServiceId">Begin from what holds for this service now.</param>
/// <param name="Content">Begin from this: the service in the shape of a pack's, with its <c>id</c>.</param>
internal sealed record NewDefinition(string? ServiceId, JsonObject? Content, DateOnly? EffectiveOn);

/// <summary>The definition whole, as it is to be from now on.</summary>
internal sealed record ChangedDefinition(JsonObject? Content, DateOnly? EffectiveOn);

/// <param name="Comment">With <c>approve</c> and <c>send-back</c>.</param>
/// <param name="Reason">With <c>discard</c>.</param>
/// <param name="On">With <c>launch</c>: a day of the state; at once where it is left out.</param>
internal sealed record DefinitionAct(string? Comment, string? Reason, DateOnly? On);
