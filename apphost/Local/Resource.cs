using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using EServices.Local.Processes;

namespace EServices.Local;

/// <summary>How a resource is run: what to start (null: it runs elsewhere) and how to see that it is ready.</summary>
internal sealed record ResourcePlan
{
    public required string Name { get; init; }

    public required Uri Address { get; init; }

    /// <summary>Asked anew at every start.</summary>
    public Func<Command>? Command { get; init; }

    /// <summary>Null when ready, else why not, in words for a person.</summary>
    public required Func<CancellationToken, Task<string?>> WhyNotReady { get; init; }

    /// <summary>Which lines of its output are for the person in front; all are kept for <see cref="Resource.LogTail"/>.</summary>
    public Func<string, bool> Shows { get; init; } = _ => true;

    /// <summary>How to choose another port, said when this one is taken.</summary>
    public string PortAdvice { get; init; } = "";

    /// <summary>Another resource that has to run first and stays when this one is killed.</summary>
    public Resource? Companion { get; init; }

    /// <summary>A helper of another resource: started and stopped without a word.</summary>
    public bool Silent { get; init; }
}

/// <summary>One running part of a stack, which a test may kill and start again.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle nobody asks for holds nothing to release, and a resource outlives its stack for its log.")]
public sealed class Resource
{
    private const int LinesKept = 400;
    private static readonly TimeSpan ProbeWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>Between probes of what takes longer: asking costs the very processor time that it waits for.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(150);

    private readonly ResourcePlan plan;
    private readonly StackOptions options;
    private readonly Reporter reporter;
    private readonly Action<string, ChildProcess> started;
    private readonly Queue<string> lines = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private ChildProcess? child;

    internal Resource(ResourcePlan plan, StackOptions options, Reporter reporter, Action<string, ChildProcess> started) =>
        (this.plan, this.options, this.reporter, this.started) = (plan, options, reporter, started);

    public string Name => plan.Name;

    /// <summary>Where it listens; the same after a restart. The broker's is an <c>amqp://</c> URL with its credentials.</summary>
    public Uri Address => plan.Address;

    /// <summary>Null while it does not run, or where it runs elsewhere.</summary>
    public int? ProcessId => child is { Exited.IsCompleted: false } running ? running.Id : null;

    public bool IsRunning => ProcessId is not null;

    /// <summary>Of the last process that ended; null while one runs.</summary>
    public int? ExitCode => child is { Exited.IsCompletedSuccessfully: true } ended ? ended.Exited.Result : null;

    /// <summary>Resident bytes of the process and all it started; 0 while it does not run.</summary>
    public long MemoryBytes => child?.ResidentBytes ?? 0;

    /// <summary>From starting the last process until it was ready.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>The last lines it wrote, oldest first, over all its processes.</summary>
    public IReadOnlyList<string> LogTail(int count = 40)
    {
        lock (lines)
            return [.. lines.TakeLast(count)];
    }

    /// <summary>Starts it, on the same port as ever, and waits until it is ready. Nothing happens if it runs.</summary>
    /// <exception cref="StackException">It ended, or was not ready in time: the message says why and shows its last lines.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (IsRunning)
                return;
            if (plan.Companion is not null)
                await plan.Companion.StartAsync(cancellationToken);
            await LaunchAsync(cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>SIGTERM, and SIGKILL for what has not ended in time.</summary>
    public Task StopAsync() => EndAsync(running => running.StopAsync(options.StopWithin), "stopped");

    /// <summary>SIGKILL, without any warning, to it and all it started.</summary>
    public Task KillAsync()
    {
        Owned();
        return EndAsync(async running => { await running.KillAsync(); return true; }, "killed");
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        if (plan.Command is null)
        {
            await WaitAsync(null, watch, cancellationToken);
            return;
        }
        if (!Ports.IsFree(Address.Port))
            throw new StackException($"Port {Address.Port} of {Name} is in use by another program. {plan.PortAdvice}".TrimEnd());

        var command = plan.Command();
        Tell(new ResourceStarting(Name, command.Program));
        var launched = child = ChildProcess.Start(command, Keep);
        started(Name, launched);
        try
        {
            await WaitAsync(launched, watch, cancellationToken);
        }
        catch
        {
            await launched.KillAsync();
            throw;
        }
        _ = WatchAsync(launched);
    }

    private async Task WaitAsync(ChildProcess? launched, Stopwatch watch, CancellationToken cancellationToken)
    {
        string? reason;
        while ((reason = await ProbeAsync(cancellationToken)) is not null || launched is { Exited.IsCompleted: true })
        {
            if (launched is { Exited.IsCompleted: true })
                throw Failed($"{Name} {HowItEnded(await launched.Exited)} before it was ready.");
            if (watch.Elapsed > options.ReadyWithin)
                throw Failed($"{Name} was not ready within {options.ReadyWithin.TotalSeconds:F0} s: {reason}");
            await Task.Delay(watch.Elapsed < TimeSpan.FromSeconds(2) ? Pause : LongPause, cancellationToken);
        }
        ReadyAfter = watch.Elapsed;
        Tell(new ResourceReady(Name, Address, watch.Elapsed));
    }

    private async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ProbeWithin);
        try
        {
            return await plan.WhyNotReady(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {ProbeWithin.TotalSeconds:F0} s";
        }
    }

    private async Task WatchAsync(ChildProcess launched)
    {
        var code = await launched.Exited;
        if (!launched.EndExpected)
            Tell(new ResourceDied(Name, HowItEnded(code), LogTail()));
    }

    private async Task EndAsync(Func<ChildProcess, Task<bool>> end, string how)
    {
        await turn.WaitAsync();
        try
        {
            if (child is { Exited.IsCompleted: false } running)
            {
                var byItself = await end(running);
                Tell(new ResourceStopped(Name, byItself ? how : $"killed, since it had not ended {options.StopWithin.TotalSeconds:F0} s after SIGTERM"));
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private void Keep(string line)
    {
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > LinesKept)
                lines.Dequeue();
        }
        if (plan.Shows(line))
            Tell(new ResourceLog(Name, line));
    }

    private void Tell(StackEvent what)
    {
        if (!plan.Silent)
            reporter.Report(what);
    }

    private void Owned()
    {
        if (plan.Command is null)
            throw new InvalidOperationException($"{Name} at {Address.Host}:{Address.Port} was not started by this stack.");
    }

    private StackException Failed(string what)
    {
        var tail = LogTail();
        return new StackException(tail.Count == 0 ? what : $"{what} Its last lines:{string.Concat(tail.Select(line => $"\n    {line}"))}");
    }

    private static string HowItEnded(int code) => code > 128 ? $"was ended by signal {code - 128}" : $"exited with code {code}";
}
