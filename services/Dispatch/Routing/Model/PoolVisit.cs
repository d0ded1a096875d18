namespace EServices.Dispatch.Routing;

/// <summary>One door to come to. Seconds from the day's start.</summary>
public sealed record PoolVisit
{
    public const int HighestPriority = 1000;

    /// <summary>One of a kind within a pool.</summary>
    public required string Id { get; init; }

    /// <summary>Place index in the pool's travel times.</summary>
    public required int Place { get; init; }

    /// <summary>Seconds at the door.</summary>
    public required int Duration { get; init; }

    /// <summary>When the service may begin, any of these; empty: the whole day. They may overlap and need no order.</summary>
    public IReadOnlyList<TimeWindow> Windows { get; init; } = [];

    /// <summary>What the citizen was told: kept whatever it costs, and instead of <see cref="Windows"/>.</summary>
    public TimeWindow? Promised { get; init; }

    /// <summary>
    /// Seconds after the end of <see cref="Promised"/> when service may still begin: by how much a promise is late already that can't be kept any more, but mustn't be
    /// broken worse.
    /// </summary>
    public int LateBy { get; init; }

    /// <summary>The service must begin by then, by law. A deadline within the day makes serving today as pressing as a promise; later ones may be after 86,400.</summary>
    public int? Deadline { get; init; }

    /// <summary>What serving this visit is worth beside others, 1 to <see cref="HighestPriority"/>.</summary>
    public int Priority { get; init; } = 1;

    /// <summary>All of these.</summary>
    public IReadOnlyList<string> Skills { get; init; } = [];

    /// <summary>All of these.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>At least one of these, if there are any.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Only operators who serve this territory (or any).</summary>
    public string? Territory { get; init; }

    /// <summary>Only this operator, where the visit was promised by name.</summary>
    public string? OnlyOperator { get; init; }

    /// <summary>Operators who don't come in question, whatever they can: who declined, or whom the citizen doesn't want.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>In the unit of <see cref="PoolOperator.MaxLoad"/>.</summary>
    public int Load { get; init; }

    /// <summary>Whether leaving this visit out breaks a promise or the law.</summary>
    internal bool Owed => Promised is not null || Deadline < 86_400;
}
