using EServices.Benchmarks.Floor;
using EServices.Benchmarks.Storage;
using EServices.Platform.Storage;

namespace EServices.Benchmarks.Outbox;

/// <summary>What a service does that finds its broker again: events that were saved meanwhile are read, sent, confirmed and cleared. Nothing is saved beside it.</summary>
internal sealed class Backlog(Uri broker, string folder)
{
    private const string Name = "benchmark-backlog";
    private const int Writers = 64;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(2);

    /// <summary>Until the fast path's time is over, so that the sweep takes all of it.</summary>
    private static readonly TimeSpan Due = Platform.Messaging.Outbox.Grace + TimeSpan.FromSeconds(1);

    /// <exception cref="TimeoutException">Not all of them were cleared in time.</exception>
    public async Task<Rate> RunAsync(int events, CancellationToken cancellationToken)
    {
        foreach (var old in Directory.GetFiles(folder, $"{Name}.db*"))
            File.Delete(old);
        // From the first batch that is cleared: how long a service takes to connect is not the question.
        var first = new TaskCompletionSource<(Costs Since, int Cleared)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = await Service.ComposeAsync(Name, broker, folder, null, reacts: false, cancellationToken);
        service.Cleared += cleared => first.TrySetResult((Costs.Begin(), cleared));
        await FillAsync(service.Sheets, events, cancellationToken);
        Table.Progress($"{events} events wait to be sent");
        await Task.Delay(Due, cancellationToken);
        await service.StartAsync(cancellationToken);
        var (costs, before) = await first.Task.WaitAsync(Within, cancellationToken);
        while (service.ClearedEvents < events)
        {
            if (costs.Elapsed > Within)
                throw new TimeoutException($"{events - service.ClearedEvents} of {events} waiting events were not cleared within {Within.TotalMinutes:F0} min.");
            await Task.Delay(1, cancellationToken);
        }
        return new Rate((events - before) / costs.Elapsed.TotalSeconds, costs.MicrosecondsOf(events - before));
    }

    /// <summary>Saves as a service does whose broker is away.</summary>
    private static Task FillAsync(DocumentStore<Sheet> sheets, int events, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, events), new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken },
        async (_, cancel) => await sheets.SaveAsync(Sheets.Next(), cancel));
}
