using System.Text.Json;
using System.Text.Json.Serialization;
using EServices.Catalogue.Tests.Search.Labelled;

namespace EServices.Benchmarks.Search;

/// <summary>What one engine did with one catalogue.</summary>
/// <param name="Engine"><c>eservices</c> or <c>lucene</c>.</param>
/// <param name="Services">How many it was given. Beyond the pack's own, a hit on a made service counts as one on the service that it is like, so finding is only comparable between engines.</param>
/// <param name="RecallAt10">Mean part of a query's services among its first ten hits.</param>
/// <param name="First">Part of the queries whose first hit is right.</param>
/// <param name="AnyAt10">Part of the queries with something right among the first ten hits.</param>
/// <param name="P50Ms">Of single queries as they are, after every one was asked once.</param>
/// <param name="Slips">The same with one typing error in each query.</param>
/// <param name="BuildS">From the services to the first query that can be answered, the first time in the process.</param>
/// <param name="MemoryMb">What is kept after a full collection more than before, beside the services themselves.</param>
internal sealed record SearchRow(
    string Engine, int Services, int Queries, [property: JsonPropertyName("recall_at_10")] double RecallAt10, double First, [property: JsonPropertyName("any_at_10")] double AnyAt10, double P50Ms, double P99Ms, SlipFigures Slips, double BuildS, double MemoryMb,
    IReadOnlyDictionary<string, KindFigures> ByKind)
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}

internal sealed record SlipFigures([property: JsonPropertyName("recall_at_10")] double RecallAt10, double First, double P50Ms, double P99Ms);

internal sealed record KindFigures(int Queries, [property: JsonPropertyName("recall_at_10")] double RecallAt10, double First)
{
    public static KindFigures Of(Finding finding) => new(finding.Queries, Math.Round(finding.RecallAt10, 4), Math.Round(finding.First, 4));
}

/// <summary>The peer's figure through ours: how many times ours is faster or smaller.</summary>
internal sealed record RatioRow(string Engine, int Services, double P50, double P99, double SlipsP50, double SlipsP99, double Build, double Memory)
{
    public static RatioRow Of(SearchRow peer, SearchRow ours) => new(
        $"{peer.Engine} / {ours.Engine}", ours.Services, Part(peer.P50Ms, ours.P50Ms), Part(peer.P99Ms, ours.P99Ms), Part(peer.Slips.P50Ms, ours.Slips.P50Ms),
        Part(peer.Slips.P99Ms, ours.Slips.P99Ms), Part(peer.BuildS, ours.BuildS), Part(peer.MemoryMb, ours.MemoryMb));

    private static double Part(double peer, double ours) => ours > 0 ? Math.Round(peer / ours, 2) : 0;
}
