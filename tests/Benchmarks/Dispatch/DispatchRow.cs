using System.Text.Json;
using System.Text.Json.Serialization;

namespace EServices.Benchmarks.Dispatch;

/// <summary>One instance, one solver: what is printed. Null where there is nothing to tell.</summary>
internal sealed record DispatchRow
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public required string Instance { get; init; }

    /// <summary>Null if no plan was found that serves everybody who can be served.</summary>
    public int? Vehicles { get; init; }

    /// <summary>In double precision, untruncated.</summary>
    public double? Distance { get; init; }

    /// <summary>Every arc cut to one decimal.</summary>
    [JsonPropertyName("distance_trunc1")]
    public double? DistanceTrunc1 { get; init; }

    /// <summary>Above the best known in this objective's convention; null without one, or with another number of vehicles than it has.</summary>
    public double? GapPercent { get; init; }

    public double? FirstFeasibleMs { get; init; }

    public double Seconds { get; init; }

    public long Iterations { get; init; }

    /// <summary>The most memory the process has held for this instance, which includes the runtime.</summary>
    public double PeakMb { get; init; }

    public int Unserved { get; init; }

    /// <summary>Whether the plan keeps all windows with exact distances too.</summary>
    public bool? InTimeExactly { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DispatchRow? Peer { get; init; }
}
