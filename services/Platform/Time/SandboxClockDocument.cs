using EServices.Platform.Storage;

namespace EServices.Platform.Time;

/// <summary>How far the sandbox's clock was put forward, so that a restarted service stays in the same time as the others.</summary>
internal sealed class SandboxClockDocument : Document
{
    public static readonly DocumentMap<SandboxClockDocument> Map = new("sandbox_clock");
    public const string Key = "clock";

    public SandboxClockDocument()
        : base(Key)
    {
    }

    public long OffsetSeconds { get; set; }
}
