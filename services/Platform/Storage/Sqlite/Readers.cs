using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace EServices.Platform.Storage.Sqlite;

/// <summary>Read-only connections, a bounded number. Each read sees one committed state and holds no one up, the writer neither.</summary>
internal sealed class Readers(Func<Database> open, TimeSpan deadline) : IDisposable
{
    internal static readonly int Most = Math.Max(4, Environment.ProcessorCount * 2);

    /// <summary>As many as may wait for the writer: more would only wait in vain.</summary>
    internal const int MostWaiting = 4_096;

    private readonly ConcurrentBag<Database> idle = [];
    private readonly SemaphoreSlim free = new(Most, Most);
    private volatile bool closed;
    private int waiting;

    public async ValueTask<T> ReadAsync<T>(Func<Database, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(closed, typeof(SqliteKeeper));
        await EnterAsync(cancellationToken);
        Database? connection = null;
        try
        {
            ObjectDisposedException.ThrowIf(closed, typeof(SqliteKeeper));
            connection = idle.TryTake(out var used) ? used : open();
            var result = read(connection);
            idle.Add(connection);
            connection = null;
            return result;
        }
        catch (SqliteException fault)
        {
            throw GroupCommit.AsAnswer(fault);
        }
        finally
        {
            // One on which something went wrong is not used again.
            connection?.Dispose();
            free.Release();
        }
    }

    private async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        if (free.Wait(0, CancellationToken.None))
            return;
        try
        {
            if (Interlocked.Increment(ref waiting) > MostWaiting || !await free.WaitAsync(deadline, cancellationToken))
                throw new StoreBusyException("Too many reads wait for the store.", TimeSpan.FromSeconds(1));
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Waits for reads under way: their connections must be closed before the file is.</summary>
    public void Dispose()
    {
        closed = true;
        for (var slot = 0; slot < Most; slot++)
            free.Wait();
        while (idle.TryTake(out var connection))
            connection.Dispose();
        free.Release(Most);
    }
}
