using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Contracts.Application;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Statistics;

internal static class StatisticsEndpoints
{
    public static void MapStatistics(this RouteGroupBuilder api) =>
        api.MapGet("/statistics/services", ReadAsync).AllowAnonymous().WithTags("Catalogue").WithName("serviceStatistics")
            .WithSummary("How many services are online, and what was decided today");

    internal static async Task<Ok<ServiceStatistics>> ReadAsync(
        Shelf shelf, DocumentStore<CountedDecision> decisions, StatePack pack, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = pack.About.DateAt(now);
        var online = shelf.Now.Launched.ToList();
        var approved = await decisions.CountAsync(CountedDecision.ByDay.Where(today, Decision.Approved), cancellationToken);
        var rejected = await decisions.CountAsync(CountedDecision.ByDay.Where(today, Decision.Rejected), cancellationToken);
        return TypedResults.Ok(new ServiceStatistics(
            online.Count, online.Select(service => service.Launched.DepartmentId).Distinct().Count(),
            Enum.GetValues<Channel>().ToDictionary(channel => channel.ToString().ToLowerInvariant(), channel => online.Count(service => service.Launched.Channels.Contains(channel))),
            online.CountBy(service => service.Launched.DepartmentId).OrderByDescending(count => count.Value).ToDictionary(),
            online.Count(service => pack.About.DateAt(service.FirstLaunchedAt) == today), approved + rejected, new DecisionCount(approved, rejected), today, now));
    }
}

/// <param name="Online">Services that can be asked for now.</param>
/// <param name="Departments">Departments with at least one.</param>
/// <param name="LaunchedToday">New services; a new version of an old one does not count.</param>
/// <param name="Today">The day in the state's time zone that the daily figures are of.</param>
internal sealed record ServiceStatistics(
    int Online, int Departments, IReadOnlyDictionary<string, int> ByChannel, IReadOnlyDictionary<string, int> ByDepartment, int LaunchedToday,
    long DecisionsToday, DecisionCount Decisions, DateOnly Today, DateTimeOffset AsOf);

internal sealed record DecisionCount(long Approved, long Rejected);
