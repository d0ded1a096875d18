using EServices.Platform.Storage;
using EServices.Platform.Storage.Mongo;
using EServices.Platform.Storage.Sqlite;
using EServices.Platform.Time;

namespace EServices.Platform.Tests.Storage;

/// <summary>No store lets any number of callers wait: the one too many is told to come again, at once.</summary>
public class WaitingTests
{
    [Fact]
    public async Task MongoDB_ThatDoesNotAnswer_LetsABoundedNumberWait()
    {
        const int Most = 50;
        await using var keeper = new MongoKeeper("mongodb://127.0.0.1:1/nobody?serverSelectionTimeoutMS=8000", new SystemChance(), Most);
        using var leave = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, Most).Select(_ => keeper.FindAsync("parcels", "p1", leave.Token)).ToList();

        var refused = await Assert.ThrowsAsync<StoreBusyException>(() => keeper.FindAsync("parcels", "p1", leave.Token));

        Assert.Equal("Too many calls wait for MongoDB.", refused.Message);
        Assert.True(refused.RetryAfter >= TimeSpan.FromSeconds(1));
        Assert.False(refused.MayBeKept);
        Assert.All(waiting, call => Assert.False(call.IsCompleted));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
        // Who left makes room.
        using var briefly = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeper.FindAsync("parcels", "p1", briefly.Token));
    }

    [Fact]
    public async Task SQLite_WithAllItsReadersBusy_LetsABoundedNumberWait()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("eservices-waiting-").FullName, "read.db");
        using var writer = Schema.Open(path);
        Schema.Ready(writer, path);
        using var readers = new Readers(() => Schema.OpenToRead(path, new(StringComparer.Ordinal)), TimeSpan.FromSeconds(60));
        using var go = new ManualResetEventSlim();
        var inside = 0;
        var reading = Enumerable.Range(0, Readers.Most).Select(_ => Task.Factory.StartNew(
            () => readers.ReadAsync(
                database =>
                {
                    Interlocked.Increment(ref inside);
                    return go.Wait(TimeSpan.FromSeconds(60));
                },
                CancellationToken.None).AsTask(),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()).ToList();
        await Testing.Eventually.HoldsAsync(() => Volatile.Read(ref inside) == Readers.Most, () => $"{inside} of {Readers.Most} are reading");
        var waiting = Enumerable.Range(0, Readers.MostWaiting).Select(_ => readers.ReadAsync(database => database.Number("SELECT 1"), CancellationToken.None).AsTask()).ToList();

        await Assert.ThrowsAsync<StoreBusyException>(async () => await readers.ReadAsync(database => database.Number("SELECT 1"), CancellationToken.None));

        go.Set();
        Assert.All(await Task.WhenAll(waiting), one => Assert.Equal(1, one));
        Assert.All(await Task.WhenAll(reading), Assert.True);
    }
}
