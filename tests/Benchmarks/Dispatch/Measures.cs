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

    /// <summary>Lets go of what earlier instances left behind, and has the system begin anew with the most that this process held.</summary>
    public static void ForgetPeak()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A hardened system keeps the most since the start; what is told is then too much, never too little.
        }
    }

    /// <summary>The most resident memory since <see cref="ForgetPeak"/>, in megabytes; since the start of the process where the system can't begin anew.</summary>
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
