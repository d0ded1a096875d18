using EServices.Platform.Packs;
using EServices.Platform.Storage;

namespace EServices.Dispatch.Operators;

/// <summary>At start, before the service takes requests: the operators are those of the pack. Again, or from two processes at once, it changes nothing more.</summary>
internal sealed partial class SeedOperators(StatePack pack, DocumentStore<Operator> operators, ILogger<SeedOperators> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var changed = 0;
        // Who left goes first: an address may have passed on to who came.
        var known = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var person in operators.AllAsync(OperatorDocuments.ByName.All, cancellationToken))
        {
            known.Add(person.Id);
            if (!pack.Operators.Has(person.Id) && person.Retire())
                changed += await SavedAsync(person, cancellationToken);
        }
        foreach (var told in pack.Operators)
        {
            var person = known.Contains(told.Id) ? await operators.GetAsync(told.Id, cancellationToken) : new Operator(told);
            if (person.Version == 0 || person.Follow(told))
                changed += await SavedAsync(person, cancellationToken);
        }
        Seeded(pack.Operators.Count, changed);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<int> SavedAsync(Operator person, CancellationToken cancellationToken)
    {
        try
        {
            await operators.SaveAsync(person, cancellationToken);
            return 1;
        }
        catch (Exception race) when (race is ConflictException or DuplicateKeyException { Index: DuplicateKeyException.Id })
        {
            // Another process starts from the same pack and was quicker.
            return 0;
        }
    }

    [LoggerMessage(EventName = "OperatorsSeeded", Level = LogLevel.Information, Message = "{Count} operators in the pack, {Changed} of them new or changed here")]
    private partial void Seeded(int count, int changed);
}
