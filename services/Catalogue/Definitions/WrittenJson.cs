using System.Text.Json;
using System.Text.Json.Nodes;
using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Definitions;

/// <summary>A pack's definition as one writes it: families, variants and files expanded, so that it can be changed by itself. What is read from it is the same definition.</summary>
internal static class WrittenJson
{
    public const string Eligibility = "eligibility";

    public static JsonObject Of(ServiceDefinition service)
    {
        var written = new JsonObject
        {
            ["id"] = service.Id,
            ["department"] = service.Department,
            ["family"] = service.Family,
            ["batch"] = service.Batch,
            ["name"] = Texts(service.Name),
            ["description"] = Texts(service.Description),
            ["whoMayApply"] = Texts(service.WhoMayApply),
            ["tags"] = List(service.Tags),
            ["channels"] = List(service.Channels.Select(channel => JsonNamingPolicy.CamelCase.ConvertName(channel.ToString()))),
            ["documents"] = new JsonArray([.. service.Documents.Select(Asked)]),
            ["form"] = service.Form,
            ["feeRule"] = service.FeeRule,
            ["timeLimitDays"] = service.TimeLimitDays,
            ["officers"] = new JsonObject
            {
                ["designated"] = service.Officers.Designated,
                ["firstAppellate"] = service.Officers.FirstAppellate,
                ["secondAppellate"] = service.Officers.SecondAppellate,
            },
            ["output"] = new JsonObject { ["kind"] = service.Output.Kind, ["name"] = Texts(service.Output.Name) },
            ["sources"] = new JsonObject { ["timeLimit"] = service.Sources.TimeLimit, ["officers"] = service.Sources.Officers, ["documents"] = service.Sources.Documents },
            ["wordsMadeBy"] = service.WordsMadeBy,
        };
        if (service.ValidityMonths is { } months)
            written["validityMonths"] = months;
        if (service.Doorstep is { } needs)
            written["doorstep"] = new JsonObject { ["minutes"] = needs.Minutes, ["skills"] = List(needs.Skills) };
        if (service.Eligibility is { } eligibility)
            written[Eligibility] = eligibility;
        return written;
    }

    private static JsonNode Asked(RequiredDocument asked)
    {
        var written = new JsonObject { ["document"] = asked.Document, ["mandatory"] = asked.Mandatory };
        if (asked.Alternatives.Count > 0)
            written["alternatives"] = List(asked.Alternatives);
        return written;
    }

    private static JsonObject Texts(Localised words) => new(words.Texts.Select(text => KeyValuePair.Create(text.Key, (JsonNode?)text.Value)));

    private static JsonArray List(IEnumerable<string> items) => new([.. items.Select(item => (JsonNode)item)]);
}
