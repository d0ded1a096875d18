using System.Globalization;
using System.Runtime.InteropServices;

namespace EServices.Local.Processes;

/// <summary>What Linux tells of processes under /proc. Elsewhere it knows nothing, and says so with null.</summary>
internal static partial class ProcFs
{
    private const int StateField = 3;
    private const int SessionField = 6;
    private const int StartTimeField = 22;

    /// <summary>When a process began, in ticks since boot: a number that is given out again belongs to a process with another start time. Null when there is none.</summary>
    public static string? StartTime(int process) => Stat(process, StartTimeField);

    /// <summary>Every process of the session that <paramref name="leader"/> leads. One that has ended and only waits to be counted by its parent is none.</summary>
    public static IReadOnlyList<int> Session(int leader)
    {
        if (!Directory.Exists("/proc"))
            return [];
        var session = leader.ToString(CultureInfo.InvariantCulture);
        return
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(folder => int.TryParse(Path.GetFileName(folder), out var process) ? process : 0)
                .Where(process => process > 0 && Stat(process, SessionField) == session && Stat(process, StateField) is not "Z"),
        ];
    }

    /// <summary>Resident bytes of one process; 0 when it is gone or unknown.</summary>
    public static long ResidentBytes(int process)
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{process}/status"))
            {
                if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                    return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // The process ended while it was read.
        }
        return 0;
    }

    /// <summary>Signals a process, or with a negative number a whole process group. A process that is gone is no error.</summary>
    public static void Signal(int target, int signal) => _ = Kill(target, signal);

    public const int Sigkill = 9;
    public const int Sigterm = 15;

    private static string? Stat(int process, int field)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            // The second field is the command in brackets, and may hold blanks and brackets itself.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[field - 3];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int target, int signal);
}
