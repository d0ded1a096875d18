using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EServices.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>Takes events that got stuck into the service's own store. Every way in may be walked twice for the same event: the second time finds the letter.</summary>
internal sealed partial class DeadLetterBox(
    ServiceName service, DocumentStore<DeadLetter> letters, RedeliveryPlan plan, DeadLetterFigures figures, DeadLetterBell bell, TimeProvider time, ILogger<DeadLetterBox> logger)
{
    private const int ConflictAttempts = 64;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Takes a failed delivery out of its queue: returns once it is durable, and the message may be acknowledged. While the store is away it waits for it,
    /// as every other message of the queue would have to; likewise while too many wait already.
    /// </summary>
    /// <exception cref="StorageException">The store stayed away. The message goes to the error queue, and comes back from there.</exception>
    public async Task TakeAsync(string queue, EventInTrouble trouble, Failure failure, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, 2 * pause.Ticks)))
        {
            var patient = time.GetElapsedTime(began) < plan.Hold;
            try
            {
                if (!patient || figures.Waiting < plan.MostWaiting)
                {
                    await PutAsync(queue, trouble, failure, 1, plan.Waits.Count, cancellationToken);
                    return;
                }
            }
            catch (StorageException away) when (patient && away is StoreBusyException or ConflictException)
            {
                StoreAway(queue, away.Message);
            }
            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <summary>Takes a message from the error queue.</summary>
    /// <param name="again">It will be tried again; else it is parked at once.</param>
    public Task TakeBackAsync(string queue, EventInTrouble trouble, Failure failure, int attempts, bool again, CancellationToken cancellationToken) =>
        PutAsync(queue, trouble, failure, attempts, again ? plan.Waits.Count : 0, cancellationToken);

    /// <summary>Takes an event that its document could not send; done before it is removed there.</summary>
    public async Task AdoptAsync(string collection, ParkedEvent parked, CancellationToken cancellationToken)
    {
        var unsent = parked.Event;
        var trouble = new EventInTrouble(
            unsent.EventId, unsent.Type, unsent.Body, unsent.RaisedAt, unsent.TraceParent, unsent.TraceState, unsent.Baggage, TrackingNumberOf(unsent.Baggage, unsent.Body));
        var letter = new DeadLetter(
            IdOf("outbox", unsent.EventId), DeadLetterSource.Outbox, $"{collection}/{parked.DocumentId}", trouble, unsent.Attempts, Failure.Parse(parked.Error), time.GetUtcNow(), 0, TimeSpan.Zero);
        await SaveOrAsync(letter, same => same.ComeAgain(letter.Failure, time.GetUtcNow(), 0, TimeSpan.Zero), cancellationToken);
    }

    /// <summary>From the baggage, where the event carried it, else from the fact itself.</summary>
    internal static string? TrackingNumberOf(string? baggage, string body)
    {
        if (CarriedTrace.BaggageOf(baggage).FirstOrDefault(item => item.Key == "tracking.number").Value is { Length: > 0 } carried)
            return carried;
        try
        {
            using var fact = JsonDocument.Parse(body);
            return fact.RootElement.ValueKind == JsonValueKind.Object && fact.RootElement.TryGetProperty("trackingNumber", out var number) && number.ValueKind == JsonValueKind.String
                ? number.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The same for every repeat of an event at a place; it tells whose it is, so that the gateway knows whom to ask.</summary>
    internal string IdOf(string place, string eventId) =>
        $"dlt_{service.Value}_{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{place}\n{eventId}")).AsSpan(0, 18))}";

    private async Task PutAsync(string queue, EventInTrouble trouble, Failure failure, int attempts, int tries, CancellationToken cancellationToken)
    {
        var letter = new DeadLetter(
            IdOf(queue, trouble.EventId), DeadLetterSource.Queue, queue, trouble, attempts, failure, time.GetUtcNow(), tries, plan.WaitBefore(tries));
        await SaveOrAsync(letter, same => same.ComeAgain(failure, time.GetUtcNow(), tries, plan.WaitBefore(tries)), cancellationToken);
    }

    private async Task SaveOrAsync(DeadLetter letter, Action<DeadLetter> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await letters.FindAsync(letter.Id, cancellationToken) is not { } same)
                {
                    await letters.SaveAsync(letter, cancellationToken);
                    figures.Came(letter.State);
                    Tell(letter);
                    return;
                }
                if (same.State == DeadLetterState.Waiting)
                    return;
                change(same);
                await letters.SaveAsync(same, cancellationToken);
                return;
            }
            catch (StorageException race) when (attempt < ConflictAttempts && race is ConflictException or DuplicateKeyException or DocumentNotFoundException)
            {
            }
            finally
            {
                bell.Ring();
            }
        }
    }

    private void Tell(DeadLetter letter)
    {
        if (letter.State == DeadLetterState.Parked)
            Parked(letter.Event, letter.EventId, letter.Place, letter.Attempts, letter.Failure.Type, letter.Id);
    }

    [LoggerMessage(EventName = "DeadLetterStoreAway", Level = LogLevel.Warning, Message = "A failed delivery of {Queue} holds its place until the store takes it: {Reason}")]
    private partial void StoreAway(string queue, string reason);

    [LoggerMessage(EventName = "DeadLetterParked", Level = LogLevel.Error, Message = "{Event} {EventId} of {Place} is parked after {Attempts} attempts ({Exception}): {Letter}")]
    private partial void Parked(string @event, string eventId, string place, int attempts, string exception, string letter);
}

/// <summary>The resource's name in the topology.</summary>
internal sealed record ServiceName(string Value);
