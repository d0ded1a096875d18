using System.Globalization;
using System.Text.Json.Nodes;
using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Catalogue.LinkedData;

/// <summary>A service as schema.org's GovernmentService, in one language: what a page about it embeds, so that search engines read what people read.</summary>
internal static class SchemaOrg
{
    public static JsonObject Of(ServiceVersion service, StatePack pack, string language)
    {
        var launched = service.Launched;
        return new JsonObject
        {
            ["@context"] = "https://schema.org",
            ["@type"] = "GovernmentService",
            ["@id"] = LinkedCatalogue.IriOf(service.ServiceId, pack),
            ["identifier"] = service.ServiceId,
            ["name"] = launched.Name.In(language),
            ["description"] = service.Words.Description.In(language),
            ["serviceType"] = service.Words.Family,
            ["provider"] = new JsonObject
            {
                ["@type"] = "GovernmentOrganization",
                ["@id"] = $"{pack.About.IriBase}organisation/{launched.DepartmentId}",
                ["name"] = launched.DepartmentName.In(language),
            },
            ["areaServed"] = new JsonObject { ["@type"] = "AdministrativeArea", ["@id"] = $"{pack.About.IriBase}place/state", ["name"] = pack.About.Name.In(language) },
            ["audience"] = new JsonObject { ["@type"] = "Audience", ["audienceType"] = service.Words.WhoMayApply.In(language) },
            ["keywords"] = string.Join(", ", service.Words.Tags),
            ["serviceOutput"] = new JsonObject { ["@type"] = "GovernmentPermit", ["name"] = service.Words.OutputName.In(language) },
            ["availableChannel"] = new JsonArray([.. launched.Channels.Select(channel => ChannelOf(service, channel, pack, language))]),
            ["offers"] = new JsonArray([.. launched.Channels.Select(channel => OfferOf(service, channel, pack))]),
        };
    }

    private static JsonObject ChannelOf(ServiceVersion service, Channel channel, StatePack pack, string language)
    {
        var node = new JsonObject
        {
            ["@type"] = "ServiceChannel",
            ["name"] = NameOf(channel),
            ["availableLanguage"] = new JsonArray([.. pack.About.Languages.Select(known => (JsonNode?)known.Tag)]),
            ["processingTime"] = string.Create(CultureInfo.InvariantCulture, $"P{service.Launched.TimeLimit.WorkingDays}D"),
        };
        if (channel == Channel.Doorstep)
            node["servicePhone"] = new JsonObject { ["@type"] = "ContactPoint", ["telephone"] = pack.About.Helpline.Number, ["name"] = pack.About.Helpline.Name.In(language) };
        return node;
    }

    private static JsonObject OfferOf(ServiceVersion service, Channel channel, StatePack pack) => new()
    {
        ["@type"] = "Offer",
        ["price"] = (ServiceFees.Total(service.Launched.Fee, channel) / 100m).ToString("0.00", CultureInfo.InvariantCulture),
        ["priceCurrency"] = pack.About.Currency,
        ["availableDeliveryMethod"] = NameOf(channel),
    };

    private static string NameOf(Channel channel) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(channel.ToString());
}
