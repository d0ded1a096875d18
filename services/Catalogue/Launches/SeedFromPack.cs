using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using EServices.Catalogue.Definitions;
using EServices.Catalogue.Services;
using EServices.Contracts.Catalogue;
using EServices.Platform.Messaging;
using EServices.Platform.Packs;
using EServices.Platform.Time;

namespace EServices.Catalogue.Launches;

/// <summary>
/// Launches what the pack says is launched: new services get version 1, changed ones their next version, unchanged ones nothing. At start, before requests and
/// events are taken, and whenever the state's date changes, since a fee may begin that day. An interrupted start goes on where it ended. What the pack only holds
/// ready is launched by a person, batch by batch; from then on it is kept up like the rest.
/// </summary>
internal sealed partial class SeedFromPack(
    StatePack pack, Shelf shelf, Governing governing, ScheduledLaunches scheduled, TimeProvider time, ILogger<SeedFromPack> logger) : BackgroundService, IHostedLifecycleService
{
    private const int AtOnce = 64;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim clockAdvanced = new(0);

    private DateOnly seededOn;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await shelf.FillAsync(cancellationToken);
        await SeedAsync(cancellationToken);
        await scheduled.LaunchDueAsync(this, cancellationToken);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        void Wake() => clockAdvanced.Release();
        var clock = time as SandboxClock;
        clock?.Advanced += Wake;
        try
        {
            while (true)
            {
                await clockAdvanced.WaitAsync(LookEvery, stoppingToken);
                await TryLookAsync(stoppingToken);
            }
        }
        finally
        {
            clock?.Advanced -= Wake;
        }
    }

    private async Task TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            SeedingFailed(failure);
        }
    }

    /// <summary>Reads again what a lost answer left in doubt, and launches what a new date of the state brings.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (shelf.InDoubt)
        {
            using var alone = await shelf.AloneAsync(cancellationToken);
            await shelf.FillAsync(cancellationToken);
        }
        if (pack.About.DateAt(time.GetUtcNow()) != seededOn)
            await SeedAsync(cancellationToken);
        await scheduled.LaunchDueAsync(this, cancellationToken);
    }

    /// <summary>Launches the services of a batch that the pack holds ready; ids of those that were not launched before. One that fails leaves the others launched, and is tried again by the next call.</summary>
    internal async Task<IReadOnlyList<string>> LaunchBatchAsync(string batch, CancellationToken cancellationToken)
    {
        using var alone = await shelf.AloneAsync(cancellationToken);
        var held = shelf.Now.Services;
        var ready = pack.Services.Where(service => service.Status == ServiceStatus.Ready && service.Batch == batch && !held.ContainsKey(service.Id)).ToList();
        await Task.WhenAll(ready.Select(service => LaunchAsync(new Governed(new WrittenService(service)), cancellationToken)));
        return [.. ready.Select(service => service.Id).Order(StringComparer.Ordinal)];
    }

    private async Task SeedAsync(CancellationToken cancellationToken)
    {
        using var alone = await shelf.AloneAsync(cancellationToken);
        var watch = Stopwatch.StartNew();
        var today = pack.About.DateAt(time.GetUtcNow());
        var wanted = await governing.WantedAsync(shelf.Now, cancellationToken);
        var launched = 0;
        foreach (var batch in wanted.Chunk(AtOnce))
        {
            launched += (await Task.WhenAll(batch.Select(service => LaunchAsync(service, cancellationToken)))).Count(changed => changed);
            if (launched > 0)
                Seeding(launched, wanted.Count);
        }
        seededOn = today;
        Seeded(wanted.Count, launched, watch.ElapsedMilliseconds);
    }

    private async Task<bool> LaunchAsync(Governed governed, CancellationToken cancellationToken)
    {
        var held = shelf.Now.Services.GetValueOrDefault(governed.ServiceId);
        var version = Next(held, governed, pack, time.GetUtcNow());
        if (held?.Fingerprint == version.Fingerprint)
            return false;
        await shelf.SaveAsync(version, cancellationToken);
        return true;
    }

    /// <summary>The version that follows the one that is held, if any.</summary>
    internal static ServiceVersion Next(ServiceVersion? held, Governed governed, StatePack pack, DateTimeOffset now)
    {
        var (launched, words) = Definitions.Of(governed.Written, pack, now);
        var fingerprint = FingerprintOf(launched, words);
        var version = held?.LaunchNext(launched, words, fingerprint, now) ?? ServiceVersion.LaunchFirst(launched, words, fingerprint, now);
        version.Follow(governed.DefinitionId, governed.PackFingerprint, governed.Written.Definition.Eligibility);
        return version;
    }

    public override void Dispose()
    {
        clockAdvanced.Dispose();
        base.Dispose();
    }

    /// <summary>Of the content alone: not of the version's number, nor of when it was launched.</summary>
    internal static string FingerprintOf(ServiceLaunched launched, ServiceWords words) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            new { launched = launched with { Version = 0, EffectiveFrom = default }, words }, ContractJson.Options)));

    [LoggerMessage(EventName = "CatalogueSeeding", Level = LogLevel.Information, Message = "Launching services of the pack: {Launched} so far of at most {Wanted}")]
    private partial void Seeding(int launched, int wanted);

    [LoggerMessage(EventName = "CatalogueSeeded", Level = LogLevel.Information, Message = "The pack launches {Wanted} services, {Launched} of them newly or changed, in {Milliseconds} ms")]
    private partial void Seeded(int wanted, int launched, long milliseconds);

    [LoggerMessage(EventName = "CatalogueSeedingFailed", Level = LogLevel.Error, Message = "Launching what the day brings failed; it is tried again")]
    private partial void SeedingFailed(Exception failure);
}
