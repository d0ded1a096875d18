using EServices.Catalogue.Search.Engine;
using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Tests.Search.Labelled;

/// <summary>The launched services of a pack as the search is given them.</summary>
internal static class SearchablePack
{
    public static List<SearchableService> Of(StatePack pack, DateOnly today) =>
        [.. pack.Services.Where(service => service.Status == ServiceStatus.Launched).Select(service => Of(service, pack, today))];

    /// <summary>The pack's words of one meaning.</summary>
    public static List<Concept> ConceptsOf(StatePack pack) => [.. pack.Synonyms.Select(same => new Concept(same.Id, same.Words))];

    private static SearchableService Of(ServiceDefinition service, StatePack pack, DateOnly today)
    {
        var rule = pack.Fees.Rules[service.FeeRule];
        var fee = rule.On(today) ?? rule.Versions[0];
        return new SearchableService(
            service.Id, service.Name.Texts, service.Description.Texts, service.Department, pack.Departments[service.Department].Name.Texts, service.Tags,
            [.. service.Channels.Select(NameOf)], service.Channels.Select(fee.TotalPaise).DefaultIfEmpty().Min(), service.TimeLimitDays);
    }

    private static string NameOf(Channel channel) => channel switch { Channel.Online => "online", Channel.Centre => "centre", _ => "doorstep" };
}
