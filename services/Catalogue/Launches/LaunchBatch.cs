using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Launches;

/// <summary>Services that go public together: when they are to, and when they did. A batch that only the pack launched at a start has none.</summary>
internal sealed class LaunchBatch : Document
{
    public static readonly DocumentMap<LaunchBatch> Map = new("launch_batches");
    public static readonly DocumentIndex<LaunchBatch> ByDue = Map.Index("by_due", batch => batch.DueOn);
    public static readonly DocumentIndex<LaunchBatch> ByChange = Map.Index("by_change", batch => batch.ChangedAt);

    public LaunchBatch(string batch, DateTimeOffset now)
        : base(batch) => ChangedAt = now;

    private LaunchBatch()
    {
    }

    /// <summary>The day on which it is to be launched, until it is done.</summary>
    public DateOnly? DueOn { get; private set; }

    public DateTimeOffset? LaunchedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public Refusal? Schedule(DateOnly on, DateOnly today, DateTimeOffset now)
    {
        if (on <= today)
            return Refusal.Invalid("day-has-passed", $"In the state it is {today:yyyy-MM-dd}.", new FieldError("/on", "past", "A day to come; to launch it today, launch it."));
        (DueOn, ChangedAt) = (on, now);
        return null;
    }

    public Refusal? Unschedule(DateTimeOffset now)
    {
        if (DueOn is null)
            return Refusal.Conflict("not-scheduled", $"{Id} is not scheduled.");
        (DueOn, ChangedAt) = (null, now);
        return null;
    }

    public void Launched(DateTimeOffset now) => (DueOn, LaunchedAt, ChangedAt) = (null, LaunchedAt ?? now, now);
}
