using System.Diagnostics;
using EServices.Faults.Tests.Files;
using EServices.Faults.Tests.Reporting;
using EServices.Faults.Tests.Stores;
using EServices.Testing;

namespace EServices.Faults.Tests;

/// <summary>A stack on SQLite files; Payment's on a disk of its own, which can be filled.</summary>
public sealed class SqliteStack : FaultStack
{
    internal const string OnDisk = "payment";
    private const int DiskMegabytes = 192;

    public override string Keeper => "SQLite";

    internal FullDisk? Disk { get; private set; }

    internal string? WhyNoDisk { get; private set; }

    private protected override StackStores OpenStores() => StackStores.OfFiles(FileOf);

    private string FileOf(string service) => Disk is not null && service == OnDisk ? Path.Combine(Disk.Path, $"{service}.db") : Path.Combine(Data, $"{service}.db");

    private protected override async Task PrepareAsync()
    {
        (Disk, WhyNoDisk) = await FullDisk.MountAsync(Path.Combine(Data, "disk"), DiskMegabytes);
        Set(OnDisk, $"ConnectionStrings__{OnDisk}", $"sqlite:{FileOf(OnDisk)}");
    }

    private protected override async Task CleanUpAsync()
    {
        if (Disk is not null)
            await Disk.DisposeAsync();
    }
}

public sealed class SqliteFaultTests(SqliteStack stack) : FaultTests(stack), IClassFixture<SqliteStack>
{
    /// <summary>Every write is kept and acknowledged, or refused with words; when there is room again, it goes on by itself.</summary>
    [Fact]
    public async Task Disk_Full_RefusesInWordsAndGoesOnWhenThereIsRoom()
    {
        if (stack.Disk is not { } disk)
        {
            Assert.Skip(FaultReport.NotTried("Full disk", stack.WhyNoDisk ?? Stack.WhyNot ?? "there is no stack"));
            return;
        }
        await BeginAsync();
        await Stack.MovesAsync();
        // What the log has grown to before is written over and over, and takes no further byte of the disk for as long as it lasts.
        var store = (SqliteStore)Stack.Stores[SqliteStack.OnDisk];
        await Eventually.HoldsAsync(store.EmptyLog, () => "the log of payment's store can't be emptied beside it", TimeSpan.FromSeconds(60));
        var refused = Stack.Tally.ByStatus.GetValueOrDefault(503);
        disk.Fill();
        var since = Stopwatch.StartNew();
        await Eventually.HoldsAsync(
            () => Stack.Tally.ByStatus.GetValueOrDefault(503) > refused + 5, () => $"{disk.Free} bytes are free, and nothing is refused: {string.Join(", ", Stack.Tally.ByStatus)}\n{Stack.LastLines("payment")}",
            TimeSpan.FromSeconds(60));
        await Stack.NotReadyAsync("payment", FaultStack.StoreIsAway, TimeSpan.FromSeconds(30));
        Stack.Recovered("disk full", "payment", "noticed", since);
        disk.Empty();
        since.Restart();
        await Stack.ReadyAsync("payment", TimeSpan.FromSeconds(60));
        Stack.Recovered("disk full", "payment", "ready", since);
        await Stack.DrainedAsync(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(60));
        Stack.Recovered("disk full", "payment", "drained", since);
        await Stack.HoldsAsync("full disk", "payment's disk to the last byte, until it is not ready");
    }
}
