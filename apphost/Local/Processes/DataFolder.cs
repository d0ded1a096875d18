using System.Globalization;

namespace EServices.Local.Processes;

/// <summary>The folder a stack keeps its data in: used by one stack at a time, and holding the list of what it started.</summary>
internal sealed class DataFolder : IAsyncDisposable
{
    private readonly FileStream held;
    private readonly string ledger;
    private readonly bool ephemeral;

    private DataFolder(string path, bool ephemeral, FileStream held)
    {
        (Path, this.ephemeral, this.held) = (path, ephemeral, held);
        ledger = System.IO.Path.Combine(path, "run", "processes");
    }

    public string Path { get; }

    /// <summary>The folder to delete if this process can't do it any more.</summary>
    public string? Scratch => ephemeral ? Path : null;

    /// <exception cref="StackException">Another stack uses the folder, or it can't be written.</exception>
    public static DataFolder Open(string? path, Reporter reporter)
    {
        var folder = path is null ? Directory.CreateTempSubdirectory("eservices-").FullName : System.IO.Path.GetFullPath(path);
        var holder = System.IO.Path.Combine(folder, "run", "holder");
        FileStream held;
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(folder, "run"));
            held = new FileStream(System.IO.Path.Combine(folder, "run", "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var inUse = File.Exists(holder) && failure.GetType() == typeof(IOException);
            throw new StackException(
                inUse
                    ? $"The data folder {folder} is in use by another run (process {File.ReadAllText(holder)}). Stop it, or choose another folder with --data DIR or --ephemeral."
                    : $"The data folder {folder} can't be used: {failure.Message} Choose another with --data DIR or --ephemeral.",
                failure);
        }
        File.WriteAllText(holder, System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        var data = new DataFolder(folder, path is null, held);
        data.EndLeftovers(reporter);
        return data;
    }

    public void Remember(string resource, ChildProcess child)
    {
        if (child.StartTime is { } started)
        {
            lock (held)
                File.AppendAllText(ledger, $"{resource} {child.Id} {started}\n");
        }
    }

    /// <summary>A run that was killed together with its reaper leaves processes behind: they would hold the stores and the broker's data.</summary>
    private void EndLeftovers(Reporter reporter)
    {
        foreach (var line in File.Exists(ledger) ? File.ReadAllLines(ledger) : [])
        {
            if (line.Split(' ') is [var resource, var number, var started] && int.TryParse(number, out var process) && ProcFs.StartTime(process) == started)
            {
                reporter.Report(new Notice($"Ending {resource} (process {process}), which an earlier run left behind."));
                ProcFs.Signal(-process, ProcFs.Sigkill);
                ProcFs.Signal(process, ProcFs.Sigkill);
            }
        }
        File.Delete(ledger);
    }

    /// <summary>After all processes have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        File.Delete(ledger);
        File.Delete(System.IO.Path.Combine(Path, "run", "holder"));
        await held.DisposeAsync();
        if (ephemeral)
            Directory.Delete(Path, recursive: true);
    }
}
