using System.Globalization;
using System.Runtime.InteropServices;

namespace EServices.Benchmarks.Dispatch;

/// <summary>What the operating system knows of this process.</summary>
internal static partial class Measures
{
    private const int ThreadProcessorTime = 3;

    /// <summary>A clock that starts now and runs on the calling thread's processor time; must be read on that thread.</summary>
    public static Func<TimeSpan> ThreadClock()
    {
        var start = Read();
        return () => Read() - start;
    }

    /// <summary>The most resident memory so far, in megabytes.</summary>
    public static double PeakMb()
    {
        if (OperatingSystem.IsLinux())
            foreach (var line in File.ReadLines("/proc/self/status"))
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                    return double.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) / 1024;
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1048576.0;
    }

    private static TimeSpan Read()
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("--clock cpu needs Linux");
        _ = GetTime(ThreadProcessorTime, out var time);
        return TimeSpan.FromTicks(time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
