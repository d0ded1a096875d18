namespace EServices.Local;

/// <summary>What a stack tells while it works. Reported in order, from several threads, one at a time.</summary>
public abstract record StackEvent;

/// <summary>Something worth knowing that is no resource's own log.</summary>
public sealed record Notice(string Text) : StackEvent;

public sealed record ResourceStarting(string Resource, string What) : StackEvent;

public sealed record ResourceReady(string Resource, Uri Address, TimeSpan Took) : StackEvent;

public sealed record ResourceStopped(string Resource, string How) : StackEvent;

/// <summary>A resource ended though nobody asked it to.</summary>
public sealed record ResourceDied(string Resource, string How, IReadOnlyList<string> LastLines) : StackEvent;

public sealed record ResourceLog(string Resource, string Line) : StackEvent;

/// <summary>Hands events on one at a time; a null receiver takes none.</summary>
internal sealed class Reporter(IProgress<StackEvent>? receiver)
{
    private readonly Lock turn = new();

    public void Report(StackEvent what)
    {
        lock (turn)
            receiver?.Report(what);
    }
}
