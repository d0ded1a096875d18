using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EServices.Platform.Storage.Sqlite;

/// <summary>
/// The one writer of a file. Callers queue their operations; a thread of its own takes all that wait, carries them out in one transaction, and completes them
/// after its one fsync. While that runs the next batch gathers, so the disk sets the batch's size.
/// When many write at once, those just answered are likely to be back in a moment: the writer waits for them, but not longer than half of what the last
/// transaction took. Otherwise two halves of them would take turns, each paying for an fsync of its own. Those who are not back by then are others each time:
/// then waiting only makes every save longer, and is left for a while.
/// </summary>
/// <remarks>
/// An operation must look before it writes: when it refuses (a <see cref="StorageException"/>) it has written nothing, and the others of its batch stand.
/// Refusals too are answered only after the commit, because they may rest on what the batch wrote.
/// </remarks>
internal sealed class GroupCommit : IAsyncDisposable
{
    /// <summary>Half a second's work of a fast disk: more would wait in vain.</summary>
    private const int MaxWaiting = 4_096;
    private const long MaxWaitingBytes = 64L << 20;
    private const int MaxBatch = 512;
    private const long MaxBatchBytes = 16L << 20;

    /// <summary>Beyond this the log is emptied even if readers must be waited for.</summary>
    private const long MaxLogBytes = 64L << 20;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Nobody waits longer than this for company.</summary>
    private static readonly TimeSpan LongestGathering = TimeSpan.FromMilliseconds(5);

    /// <summary>Every 64th batch at least looks whether there is company again.</summary>
    private const int MostInVain = 6;

    private readonly Queue<Operation> waiting = new();
    private readonly object gate = new();
    private readonly Func<Database> open;
    private readonly FileInfo file;
    private readonly FileInfo log;
    private readonly TimeSpan deadline;
    private readonly Thread thread;
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Database? database;
    private long commits;
    private long operations;
    private long waitingBytes;
    private bool closing;

    /// <summary>The connection has the page cache of a large file.</summary>
    private bool enlarged;

    /// <summary>So many operations are worth pulsing the writer for.</summary>
    private int wanted = 1;
    private int answered;
    private long answeredAt;
    private TimeSpan took;

    /// <summary>Batches that gather no company, since it did not come the last times.</summary>
    private int unaccompanied;
    private int inVain;

    public GroupCommit(string path, Func<Database> open, TimeSpan deadline)
    {
        this.open = open;
        this.deadline = deadline;
        file = new FileInfo(path);
        log = new FileInfo(path + "-wal");
        database = open();
        thread = new Thread(Work) { IsBackground = true, Name = "sqlite writer" };
        thread.Start();
    }

    /// <summary>How many transactions were committed, and how many operations in them.</summary>
    public (long Commits, long Operations) Counts => (Interlocked.Read(ref commits), Interlocked.Read(ref operations));

    /// <summary>
    /// Carries out an operation with others in one transaction; returns its result once that is durable.
    /// Before the writer has taken it up, cancelling or the deadline withdraws it: then nothing of it is kept.
    /// </summary>
    /// <param name="bytes">About how much it holds in memory while it waits.</param>
    /// <param name="alone">Gets a transaction of its own.</param>
    public async Task<T> RunAsync<T>(Func<Database, T> apply, int bytes, CancellationToken cancellationToken, bool alone = false)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var operation = new Operation<T>(apply, bytes, alone);
        Enqueue(operation);
        try
        {
            return await operation.Task.WaitAsync(alone ? Timeout.InfiniteTimeSpan : deadline, cancellationToken);
        }
        catch (TimeoutException) when (operation.Withdraw())
        {
            throw new StoreBusyException("The store did not come to the write in time; nothing was written.", RetryAfter);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && operation.Withdraw())
        {
            throw;
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // The writer has it: the caller is told what becomes of it rather than left to guess.
        }
        try
        {
            return await operation.Task.WaitAsync(deadline, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            throw new StoreBusyException("The disk did not answer in time; whether the write is kept is not known.", RetryAfter, mayBeKept: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            closing = true;
            Monitor.Pulse(gate);
        }
        await stopped.Task;
    }

    private void Enqueue(Operation operation)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing, typeof(SqliteKeeper));
            if (waiting.Count >= MaxWaiting || (waiting.Count > 0 && waitingBytes + operation.Bytes > MaxWaitingBytes))
                throw new StoreBusyException("Too many writes wait for the store.", RetryAfter);
            waitingBytes += operation.Bytes;
            waiting.Enqueue(operation);
            if (waiting.Count == wanted)
                Monitor.Pulse(gate);
        }
    }

    private void Work()
    {
        try
        {
            var batch = new List<Operation>(MaxBatch);
            while (Take(batch))
            {
                Carry(batch);
                batch.Clear();
            }
        }
        finally
        {
            Close();
            stopped.SetResult();
        }
    }

    /// <summary>Waits for work. False when there is none and none will come.</summary>
    private bool Take(List<Operation> batch)
    {
        lock (gate)
        {
            var known = Math.Min(MaxBatch, waiting.Count + answered);
            wanted = 1;
            while (waiting.Count == 0)
            {
                if (closing)
                    return false;
                Monitor.Wait(gate);
            }
            Gather(known);
            var bytes = 0L;
            while (batch.Count < MaxBatch && bytes < MaxBatchBytes && waiting.TryPeek(out var next) && (batch.Count == 0 || !next.Alone))
            {
                waiting.Dequeue();
                waitingBytes -= next.Bytes;
                if (!next.Begin())
                    continue;
                bytes += next.Bytes;
                batch.Add(next);
                if (next.Alone)
                    break;
            }
            return true;
        }
    }

    /// <summary>Holding the gate, waits until as many operations wait as are known to be about, or for as long as that may pay.</summary>
    private void Gather(int known)
    {
        var lacking = known - waiting.Count;
        if (lacking <= 0)
            return;
        if (unaccompanied > 0)
        {
            unaccompanied--;
            return;
        }
        var longest = took / 2 < LongestGathering ? took / 2 : LongestGathering;
        // A wait can't be told shorter than a millisecond. Where it may last longer, the fraction at its end is not worth a processor that turns in place.
        var shortOnly = longest.TotalMilliseconds < 1;
        wanted = known;
        while (waiting.Count < known && !closing && longest - Stopwatch.GetElapsedTime(answeredAt) is var left && left > TimeSpan.Zero)
        {
            if (left.TotalMilliseconds >= 1)
            {
                Monitor.Wait(gate, (int)left.TotalMilliseconds);
                continue;
            }
            if (!shortOnly)
                break;
            Monitor.Exit(gate);
            Thread.Yield();
            Monitor.Enter(gate);
        }
        wanted = 1;
        inVain = 2 * (known - waiting.Count) <= lacking ? 0 : Math.Min(inVain + 1, MostInVain);
        unaccompanied = inVain == 0 ? 0 : 1 << inVain;
    }

    private void Carry(List<Operation> batch)
    {
        if (batch.Count == 0)
            return;
        var began = Stopwatch.GetTimestamp();
        try
        {
            Commit(batch);
        }
        catch (Exception fault) when (IsOfTheStore(fault) || batch.Count == 1)
        {
            Recover();
            foreach (var operation in batch)
                operation.Fail(AsAnswer(fault));
            return;
        }
        catch (Exception)
        {
            // One of them is at fault, not the store: alone, each gets its own answer.
            Recover();
            foreach (var operation in batch)
                Carry([operation]);
            return;
        }
        took = Stopwatch.GetElapsedTime(began);
        foreach (var operation in batch)
            operation.Complete();
        answered = batch.Count;
        answeredAt = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref commits);
        Interlocked.Add(ref operations, batch.Count);
        KeepLogShort(database!);
    }

    private void Commit(List<Operation> batch)
    {
        database ??= open();
        database.Prepare("BEGIN IMMEDIATE").Run();
        foreach (var operation in batch)
            operation.Apply(database);
        database.Prepare("COMMIT").Run();
    }

    /// <summary>Back to a connection without a transaction, by rolling back or, where that fails too, by a new one at the next batch.</summary>
    private void Recover()
    {
        try
        {
            if (database is { Autocommit: false })
                database.Prepare("ROLLBACK").Run();
        }
        catch (SqliteException)
        {
        }
        if (database is { Autocommit: false })
        {
            database.Dispose();
            database = null;
            enlarged = false;
        }
    }

    /// <summary>
    /// SQLite copies the log into the file as it goes, and starts the log anew when no reader needs it. Readers that overlap without a gap would let it grow:
    /// then they are waited for.
    /// </summary>
    private void KeepLogShort(Database database)
    {
        if (commits % 64 != 0)
            return;
        try
        {
            file.Refresh();
            if (!enlarged && file.Exists && file.Length > Schema.LargeFrom)
            {
                Schema.EnlargeCache(database);
                enlarged = true;
            }
            log.Refresh();
            if (log.Exists && log.Length > MaxLogBytes)
                // A reader that stays may cost the writers a quarter of a second now and then, not their deadlines.
                database.Execute("PRAGMA busy_timeout=250; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout=5000;");
        }
        catch (SqliteException)
        {
            // Nothing is lost by a longer log; a disk that fails will fail the next commit, where someone is told.
        }
    }

    private void Close()
    {
        try
        {
            database?.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // What was acknowledged is durable in the log; the next start takes it from there.
        }
        database?.Dispose();
    }

    /// <summary>A failing disk or memory, not a fault of one operation.</summary>
    internal static bool IsOfTheStore(Exception fault) => fault is SqliteException
    {
        SqliteErrorCode: raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN
            or raw.SQLITE_NOMEM or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL or raw.SQLITE_INTERRUPT or raw.SQLITE_MISUSE,
    };

    internal static Exception AsAnswer(Exception fault) =>
        IsOfTheStore(fault) ? new StoreBusyException($"The store failed: {fault.Message}", RetryAfter, mayBeKept: true) : fault;

    private abstract class Operation(int bytes, bool alone)
    {
        private const int Waiting = 0;
        private const int Begun = 1;
        private const int Withdrawn = 2;
        private int state;

        public int Bytes => bytes;

        public bool Alone => alone;

        public bool Begin() => Interlocked.CompareExchange(ref state, Begun, Waiting) == Waiting;

        public bool Withdraw() => Interlocked.CompareExchange(ref state, Withdrawn, Waiting) == Waiting;

        public abstract void Apply(Database database);

        public abstract void Complete();

        public abstract void Fail(Exception fault);
    }

    private sealed class Operation<T>(Func<Database, T> apply, int bytes, bool alone) : Operation(bytes, alone)
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;
        private StorageException? refusal;

        public Task<T> Task => completion.Task;

        public override void Apply(Database database)
        {
            refusal = null;
            try
            {
                result = apply(database);
            }
            catch (StorageException refused)
            {
                refusal = refused;
            }
        }

        public override void Complete()
        {
            if (refusal is null)
                completion.SetResult(result!);
            else
                completion.SetException(refusal);
        }

        public override void Fail(Exception fault) => completion.SetException(fault);
    }
}
