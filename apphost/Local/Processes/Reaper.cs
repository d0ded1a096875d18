using System.Diagnostics;

namespace EServices.Local.Processes;

/// <summary>
/// Ends the stack's processes when this process is killed and can't do it itself: a shell that waits at a pipe which closes with us, however we end.
/// (A death signal to the children would not do: Linux sends it when the starting thread ends, and the broker starts processes of its own.)
/// </summary>
internal sealed class Reaper : IAsyncDisposable
{
    private const string Script = """
        trap '' HUP INT TERM
        children= scratch= finished=
        while read -r verb value stamp; do
          case $verb in
            watch) children="$children $value:$stamp" ;;
            scratch) scratch=$value ;;
            finished) finished=1 ;;
          esac
        done
        [ "$finished" ] && exit 0
        for child in $children; do
          pid=${child%%:*}
          if [ -r "/proc/$pid/stat" ] && read -r stat < "/proc/$pid/stat"; then
            set -- ${stat##*) }
            [ "${20}" = "${child#*:}" ] || continue
          fi
          kill -s KILL -- "-$pid" 2>/dev/null
        done
        [ -n "$scratch" ] && sleep 0.2 && rm -rf -- "$scratch"
        """;

    private readonly Process? shell;

    private Reaper(Process? shell) => this.shell = shell;

    /// <param name="scratch">A folder to delete with the processes, or null.</param>
    public static Reaper Start(string? scratch)
    {
        if (Tools.SetSid is null || !Directory.Exists("/proc/self") || Tools.Find("sh") is not { } sh)
            return new Reaper(null);
        var reaper = new Reaper(Process.Start(new ProcessStartInfo(Tools.SetSid, [sh, "-c", Script])
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            RedirectStandardInput = true,
        }));
        if (scratch is not null)
            reaper.Tell($"scratch {scratch}");
        return reaper;
    }

    /// <summary>The shell's process; 0 where there is none.</summary>
    public int ProcessId => shell?.Id ?? 0;

    public void Watch(ChildProcess child)
    {
        if (child.StartTime is { } started)
            Tell($"watch {child.Id} {started}");
    }

    /// <summary>All was ended in good order: nothing is left to do.</summary>
    public async ValueTask DisposeAsync()
    {
        if (shell is null)
            return;
        Tell("finished");
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }

    private void Tell(string line)
    {
        if (shell is null)
            return;
        lock (shell)
        {
            try
            {
                shell.StandardInput.Write($"{line}\n");
                shell.StandardInput.Flush();
            }
            catch (IOException)
            {
                // Somebody ended the shell. The list in the data folder still finds what an unclean end leaves behind.
            }
        }
    }
}
