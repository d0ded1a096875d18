using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Statistics;

/// <summary>The catalogue in figures, for anyone: by department, channel, launch, and what was decided district by district.</summary>
internal static class CatalogueStatisticsEndpoints
{
    public static void MapCatalogueStatistics(this RouteGroupBuilder api) =>
        api.MapGet("/statistics/catalogue", ReadAsync).AllowAnonymous().WithTags("Catalogue").WithName("catalogueStatistics").AddEndpointFilter<PublicCache>()
            .WithSummary("Services by department, channel and launch with the running total, and decisions by district");

    internal static async Task<Ok<CatalogueStatistics>> ReadAsync(Shelf shelf, DocumentStore<CountedDecision> decisions, StatePack pack, CancellationToken cancellationToken)
    {
        var online = shelf.Now.Launched.ToList();
        var districts = new List<DistrictFigures>();
        foreach (var district in pack.Geography.Districts)
        {
            districts.Add(new DistrictFigures(
                district.Code, district.Name,
                await decisions.CountAsync(CountedDecision.ByDistrict.Where(district.Code, Decision.Approved), cancellationToken),
                await decisions.CountAsync(CountedDecision.ByDistrict.Where(district.Code, Decision.Rejected), cancellationToken),
                await decisions.CountAsync(CountedDecision.InTimeByDistrict.Where(district.Code, true), cancellationToken)));
        }
        return TypedResults.Ok(new CatalogueStatistics(
            online.Count,
            [
                .. online.GroupBy(service => service.Launched.DepartmentId).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new DepartmentFigures(group.Key, group.First().Launched.DepartmentName, group.Count(), CountChannels(group))),
            ],
            CountChannels(online), [.. Launches(online, pack)], districts));
    }

    /// <summary>Launches of what is online now, in the order in which they came; the last running total is what is online.</summary>
    private static IEnumerable<LaunchFigures> Launches(List<ServiceVersion> online, StatePack pack)
    {
        var total = 0;
        foreach (var launch in online
            .GroupBy(service => (Day: pack.About.DateAt(service.FirstLaunchedAt), service.Words.Batch))
            .OrderBy(launch => launch.Key.Day).ThenBy(launch => launch.Key.Batch, StringComparer.Ordinal))
        {
            total += launch.Count();
            yield return new LaunchFigures(launch.Key.Batch, launch.Key.Day, launch.Count(), total);
        }
    }

    private static Dictionary<string, int> CountChannels(IEnumerable<ServiceVersion> services) =>
        Enum.GetValues<Channel>().ToDictionary(channel => channel.ToString().ToLowerInvariant(), channel => services.Count(service => service.Launched.Channels.Contains(channel)));
}

/// <param name="Online">Services that can be asked for now.</param>
/// <param name="ByDepartment">Departments with at least one, the one with most first.</param>
/// <param name="Districts">Every district of the state.</param>
internal sealed record CatalogueStatistics(
    int Online, IReadOnlyList<DepartmentFigures> ByDepartment, IReadOnlyDictionary<string, int> ByChannel, IReadOnlyList<LaunchFigures> ByLaunch, IReadOnlyList<DistrictFigures> Districts);

internal sealed record DepartmentFigures(string DepartmentId, Localised Names, int Online, IReadOnlyDictionary<string, int> ByChannel);

/// <param name="On">First day, in the state's time zone, on which services of the batch could be asked for.</param>
/// <param name="Total">Services online from this launch and all before it.</param>
internal sealed record LaunchFigures(string Batch, DateOnly On, int Services, int Total);

/// <param name="Code">LGD code.</param>
/// <param name="WithinTime">Decisions, either way, within the time that the law gives.</param>
internal sealed record DistrictFigures(string Code, Localised Names, long Approved, long Rejected, long WithinTime);
