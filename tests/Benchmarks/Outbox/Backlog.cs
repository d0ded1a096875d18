using EServices.Benchmarks.Floor;
using EServices.Benchmarks.Storage;
using EServices.Platform.Storage;
using EServices.Platform.Time;

namespace EServices.Benchmarks.Outbox;

/// <summary>What a service does that finds its broker again: events that were saved meanwhile are read, sent, confirmed and cleared. Nothing is saved beside it.</summary>
internal sealed class Backlog(Uri broker, string folder)
{
    private const string Name = "benchmark-backlog";
    private const int Writers = 64;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    /// <exception cref="TimeoutException">Not all of them were cleared in time.</exception>
    public async Task<Rate> RunAsync(int events, CancellationToken cancellationToken)
    {
        await FillAsync(events, cancellationToken);
        Table.Progress($"{events} events wait to be sent");
        // From the first batch that is cleared: how long a service takes to start is not the question.
        var first = new TaskCompletionSource<(Costs Since, int Cleared)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = await Service.StartAsync(
            Name, broker, folder, null, reacts: false, cancellationToken, cleared => first.TrySetResult((Costs.Begin(), cleared)));
        var (costs, before) = await first.Task.WaitAsync(Within, cancellationToken);
        while (service.ClearedEvents < events)
        {
            if (costs.Elapsed > Within)
                throw new TimeoutException($"{events - service.ClearedEvents} of {events} waiting events were not cleared within {Within.TotalMinutes:F0} min.");
            await Task.Delay(1, cancellationToken);
        }
        return new Rate((events - before) / costs.Elapsed.TotalSeconds, costs.MicrosecondsOf(events - before));
    }

    /// <summary>Saves as a service does whose broker is away, long enough ago that all of it is due.</summary>
    private async Task FillAsync(int events, CancellationToken cancellationToken)
    {
        foreach (var old in Directory.GetFiles(folder, $"{Name}.db*"))
            File.Delete(old);
        await using var keeper = Keepers.Open(Service.StoreOf(folder, Name));
        await keeper.PrepareAsync(Sheet.Map, cancellationToken);
        var earlier = new Earlier();
        var sheets = new DocumentStore<Sheet>(Sheet.Map, keeper, new Platform.Messaging.Outbox(new Ids(earlier, new SystemChance())), earlier);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, events), new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken },
            async (_, cancel) => await sheets.SaveAsync(Sheets.Next(), cancel));
    }

    private sealed class Earlier : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - TimeSpan.FromHours(1);
    }
}
