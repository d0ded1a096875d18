using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EServices.Benchmarks.Dispatch;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Checking;
using EServices.Dispatch.Routing.Online;
using EServices.Dispatch.Routing.Planning;

namespace EServices.Benchmarks.Generated;

/// <summary>
/// A day that goes on: requests are priced against its plan, some are accepted, visits are cancelled, operators late, urgent visits come; then the plan is improved
/// for a while and compared with one made afresh of the same pool in three times the time.
/// </summary>
internal static class OnlineBench
{
    private const int Requests = 2000;
    private const int WarmUp = 200;
    private const int Events = 20;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task<int> RunAsync(GeneratedOptions options, Geography geography, CancellationToken cancel)
    {
        var sound = true;
        foreach (var visits in options.Visits)
        {
            foreach (var seed in options.Seeds)
            {
                var row = Day(geography, visits, seed, options, cancel);
                sound &= row.Violations == 0;
                await Console.Out.WriteLineAsync(options.Json ? JsonSerializer.Serialize(row, Json) : Text(row));
            }
        }
        return sound ? 0 : 1;
    }

    private static Row Day(Geography geography, int visits, int seed, GeneratedOptions options, CancellationToken cancel)
    {
        var generator = new DayGenerator(geography, seed);
        var day = generator.Make(visits);
        var settings = new PlanSettings();
        var planned = Planner.Plan(day.Pool, settings, new PlanLimits { Time = options.Time, Seed = seed, Clock = options.Clock() }, null, cancel).Plan;
        var live = new LivePlan(day.Pool, planned, settings);
        List<(double, double)> places = [.. day.Places];

        List<double> prices = [], pricesOfProcessor = [];
        var processor = OperatingSystem.IsLinux() ? Measures.ThreadClock() : null;
        var offered = 0;
        for (var index = 0; index < WarmUp + Requests; index++)
        {
            var (request, place) = generator.Request(index, day);
            var ways = DayGenerator.Ways(places, place);
            // The wall's time tells what a citizen waits, on a busy machine others' work too; the thread's own what the answer takes.
            var (begun, before) = (Stopwatch.GetTimestamp(), processor?.Invoke());
            var offers = live.Price(request, ways);
            if (index < WarmUp)
                continue;
            if (processor?.Invoke() - before is { } used)
                pricesOfProcessor.Add(used.TotalMilliseconds);
            prices.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            offered += offers.Offers.Count > 0 ? 1 : 0;
        }
        var (events, reassigned, broken) = Happen(generator, day, live, places);
        var pool = live.Pool;
        var standing = live.Plan;
        live.Improve(new PlanLimits { Time = options.Time, Seed = seed, Clock = options.Clock() }, cancel);
        var after = live.Plan;
        var fresh = Planner.Plan(pool, settings, new PlanLimits { Time = 3 * options.Time, Seed = seed, Clock = options.Clock() }, null, cancel).Plan;
        var violations = new[] { standing, after, fresh }.Sum(plan => PlanChecker.Check(pool, plan, settings).Violations.Count);
        prices.Sort();
        pricesOfProcessor.Sort();
        events.Sort();
        return new Row(
            visits, day.Pool.Operators.Count, seed, Requests, offered, At(prices, 0.5), At(prices, 0.99), prices[^1], pricesOfProcessor.Count == 0 ? null : At(pricesOfProcessor, 0.5), pricesOfProcessor.Count == 0 ? null : At(pricesOfProcessor, 0.99), events.Count, At(events, 0.5), events[^1], reassigned, broken,
            standing.Objective.Served, standing.Objective.TravelSeconds, after.Objective.OwedLeftOut, after.Objective.LeftOut, after.Objective.Served, after.Objective.TravelSeconds,
            fresh.Objective.OwedLeftOut, fresh.Objective.LeftOut, fresh.Objective.Served, fresh.Objective.TravelSeconds,
            100.0 * (after.Objective.Served - fresh.Objective.Served) / Math.Max(1, fresh.Objective.Served),
            100.0 * ((PerVisit(after) / PerVisit(fresh)) - 1), violations, options.Time.TotalSeconds);
    }

    private static double PerVisit(Plan plan) => plan.Objective.TravelSeconds / (double)Math.Max(1, plan.Objective.Served);

    private static (List<double> Milliseconds, int Reassigned, int BrokenPromises) Happen(DayGenerator generator, GeneratedDay day, LivePlan live, List<(double, double)> places)
    {
        List<double> took = [];
        var reassigned = 0;
        var broken = 0;
        for (var step = 0; step < Events; step++)
        {
            var (request, place) = generator.Request(10_000 + step, day);
            var ways = DayGenerator.Ways(places, place);
            var offer = live.Price(request, ways).Offers is [var cheapest, ..] ? cheapest : null;
            var stop = live.Plan.Tours[step * 7 % live.Plan.Tours.Count];
            var begun = Stopwatch.GetTimestamp();
            var change = (step % 4) switch
            {
                0 when offer is not null => live.Accept(request, offer, ways),
                1 => live.Cancel(stop.Stops[stop.Stops.Count / 2].Visit),
                2 => live.Late(stop.Operator, stop.Shift, stop.Stops[0].StartAt + 2400),
                _ => live.AddUrgent(request with { Id = $"U{step}", Priority = 50, Windows = [] }, ways),
            };
            took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            if (live.Pool.Travel.Count > places.Count)
                places.Add(place);
            reassigned += change.Reassigned.Count;
            var promised = live.Pool.Visits.Where(visit => visit.Promised is not null).Select(visit => visit.Id).ToHashSet();
            broken += change.LeftOut.Count(left => promised.Contains(left.Visit));
        }
        return (took, reassigned, broken);
    }

    private static double At(List<double> sorted, double part) => sorted[(int)Math.Ceiling(part * sorted.Count) - 1];

    private static string Text(Row row) => string.Create(CultureInfo.InvariantCulture,
        $"""
        {row.Visits} visits, {row.Operators} operators, seed {row.Seed}
          {row.Requests} requests priced ({row.Offered} could be offered something): p50 {row.PriceP50Ms:0.000} ms, p99 {row.PriceP99Ms:0.000} ms, worst {row.PriceWorstMs:0.000} ms; of the thread's own time p50 {row.PriceP50CpuMs:0.000} ms, p99 {row.PriceP99CpuMs:0.000} ms
          {row.Events} events (accepted, cancelled, late, urgent): p50 {row.EventP50Ms:0} ms, worst {row.EventWorstMs:0} ms; {row.Reassigned} visits went to another operator, {row.BrokenPromises} promises had to be broken
          after them:         {row.ServedBefore} served, {row.TravelBefore} s of travel
          {row.Seconds:0} s later:          {row.Served} served, {row.Travel} s of travel, left out {row.OwedLeftOut} owed, {row.LeftOut} in all
          afresh in {3 * row.Seconds:0} s:    {row.FreshServed} served, {row.FreshTravel} s of travel, left out {row.FreshOwedLeftOut} owed, {row.FreshLeftOut} in all
          against afresh:     {row.ServedPercent:+0.00;-0.00;0} % served, {row.TravelPercent:+0.00;-0.00;0} % travel per visit; {row.Violations} violations
        """);

    private sealed record Row(
        int Visits, int Operators, int Seed, int Requests, int Offered, double PriceP50Ms, double PriceP99Ms, double PriceWorstMs, double? PriceP50CpuMs, double? PriceP99CpuMs,
        int Events, double EventP50Ms, double EventWorstMs, int Reassigned, int BrokenPromises, int ServedBefore, long TravelBefore,
        long OwedLeftOut, long LeftOut, int Served, long Travel, long FreshOwedLeftOut, long FreshLeftOut, int FreshServed, long FreshTravel,
        double ServedPercent, double TravelPercent, int Violations, double Seconds);
}
