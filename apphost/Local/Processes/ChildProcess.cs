using System.Diagnostics;

namespace EServices.Local.Processes;

/// <summary>What to start: a program, its arguments, its folder and what its environment differs in (null removes a variable).</summary>
internal sealed record Command(string Program, IReadOnlyList<string> Arguments, string Folder, IReadOnlyDictionary<string, string?> Environment);

/// <summary>A process in a session of its own, with everything it starts in turn.</summary>
internal sealed class ChildProcess
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process) => this.process = process;

    public int Id { get; private set; }

    /// <summary>Which process of this number it is; null where the system doesn't tell.</summary>
    public string? StartTime { get; private set; }

    /// <summary>Completes with the exit code, after the last line of output was handed over.</summary>
    public Task<int> Exited => exited.Task;

    /// <summary>Somebody asked it to end.</summary>
    public bool EndExpected { get; private set; }

    public static ChildProcess Start(Command command, Action<string> output)
    {
        var inSession = Tools.SetSid is not null;
        var start = new ProcessStartInfo(inSession ? Tools.SetSid! : command.Program)
        {
            WorkingDirectory = command.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (inSession)
            start.ArgumentList.Add(command.Program);
        foreach (var argument in command.Arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in command.Environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new ChildProcess(process);
        var outputEnded = new TaskCompletionSource();
        var errorsEnded = new TaskCompletionSource();
        process.OutputDataReceived += (_, line) => Take(line.Data, outputEnded);
        process.ErrorDataReceived += (_, line) => Take(line.Data, errorsEnded);
        process.Exited += async (_, _) =>
        {
            // A grandchild that outlives it may keep the pipe open; what matters has been read by then.
            await Task.WhenAny(Task.WhenAll(outputEnded.Task, errorsEnded.Task), Task.Delay(LastWords));
            child.exited.TrySetResult(process.ExitCode);
        };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new StackException($"Can't start {command.Program}: {failure.Message}", failure);
        }
        child.Id = process.Id;
        child.StartTime = ProcFs.StartTime(process.Id);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        return child;

        void Take(string? line, TaskCompletionSource ended)
        {
            if (line is null)
                ended.TrySetResult();
            else
                output(line);
        }
    }

    /// <summary>Resident bytes of the process and all it started.</summary>
    public long ResidentBytes => exited.Task.IsCompleted ? 0 : ProcFs.Session(Id) is { Count: > 0 } session ? session.Sum(ProcFs.ResidentBytes) : process.WorkingSet64;

    /// <summary>Asks it to end, and kills what is left of it when the deadline has passed. True if it ended by itself.</summary>
    public async Task<bool> StopAsync(TimeSpan within)
    {
        EndExpected = true;
        if (OperatingSystem.IsWindows())
            KillTree();
        else
            ProcFs.Signal(Id, ProcFs.Sigterm);
        var ended = await Task.WhenAny(Exited, Task.Delay(within)) == Exited;
        await KillAsync();
        return ended;
    }

    /// <summary>SIGKILL for it and all it started; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        EndExpected = true;
        KillTree();
        await Exited;
        // What it had started was killed with it, but the kernel takes its time to say so.
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < LastWords && ProcFs.Session(Id).Count > 0; await Task.Delay(10))
            KillTree();
    }

    private void KillTree()
    {
        if (Tools.SetSid is not null)
        {
            // Group members that outlive their leader keep its number from being given out again, so this reaches no stranger.
            ProcFs.Signal(-Id, ProcFs.Sigkill);
            if (exited.Task.IsCompleted)
                return;
        }
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }
}
