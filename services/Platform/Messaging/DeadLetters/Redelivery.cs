using System.Collections.Concurrent;
using System.Diagnostics;
using EServices.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>
/// Tries waiting letters again when they are due, beside the queues and a few at a time; takes parked events over from their documents; forgets what ended long ago;
/// counts what is told in figures.
/// </summary>
internal sealed partial class Redelivery(
    DocumentStore<DeadLetter> letters, DeadLetterBox box, ReactionRunner reactions, IEventSender sender, IKeeper keeper, IEnumerable<DocumentMap> maps, RedeliveryPlan plan,
    DeadLetterFigures figures, DeadLetterBell bell, TimeProvider time, ILogger<Redelivery> logger) : BackgroundService
{
    private const int Portion = 64;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BrokerAway = TimeSpan.FromSeconds(5);

    /// <summary>What an attempt has at the end to give itself back.</summary>
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, bool> running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim free = new(plan.AtOnce, plan.AtOnce);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(RedeliverAsync(stoppingToken), KeepHouseAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What waits is in the store for the next start; attempts under way give themselves back.
        }
        for (var slot = 0; slot < plan.AtOnce; slot++)
            await free.WaitAsync(Goodbye, CancellationToken.None);
    }

    /// <summary>Makes every attempt that is due now, and waits for it. How a simulation takes the step that the service takes by itself.</summary>
    /// <returns>How many were made.</returns>
    internal async Task<int> RunDueAsync(CancellationToken cancellationToken)
    {
        var due = await DueAsync(cancellationToken);
        foreach (var letter in due)
            await AttemptAsync(letter, cancellationToken);
        return due.Count;
    }

    /// <summary>Moves events that were parked in their documents into letters. The letter is durable before the event leaves its document, so a crash between finds both.</summary>
    internal async Task AdoptAsync(CancellationToken cancellationToken)
    {
        foreach (var map in maps)
        {
            while (await keeper.ParkedAsync(map.Collection, Portion, cancellationToken) is { Count: > 0 } parked)
            {
                foreach (var one in parked)
                {
                    await box.AdoptAsync(map.Collection, one, cancellationToken);
                    await keeper.UnparkAsync(map.Collection, one.DocumentId, one.Event.EventId, null, cancellationToken);
                }
            }
        }
    }

    private async Task RedeliverAsync(CancellationToken stopping)
    {
        while (true)
        {
            var wait = LookAgain;
            try
            {
                var due = (await DueAsync(stopping)).Where(letter => !running.ContainsKey(letter.Id)).ToList();
                foreach (var letter in due)
                {
                    await free.WaitAsync(stopping);
                    running[letter.Id] = true;
                    _ = RunAsync(letter, stopping);
                }
                if (due.Count > 0)
                    continue;
                if (await letters.FirstAsync(DeadLetter.ByDue.All.AtLeast(time.GetUtcNow()), stopping) is { DueAt: { } next })
                    wait = TimeSpan.FromTicks(Math.Clamp((next - time.GetUtcNow()).Ticks, TimeSpan.TicksPerMillisecond, LookAgain.Ticks));
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                RoundFailed(failure);
            }
            await bell.WaitAsync(wait, stopping);
        }
    }

    private async Task RunAsync(DeadLetter letter, CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            await AttemptAsync(letter, stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            // Its lease runs out, and it is due again.
            RoundFailed(failure);
        }
        catch (Exception)
        {
            // The service stops, its store perhaps before this: the lease runs out after the next start.
        }
        finally
        {
            running.TryRemove(letter.Id, out _);
            free.Release();
            bell.Ring();
        }
    }

    private async Task<IReadOnlyList<DeadLetter>> DueAsync(CancellationToken cancellationToken) =>
        (await letters.ListAsync(DeadLetter.ByDue.All.LessThan(time.GetUtcNow().AddMilliseconds(1)), null, Portion, cancellationToken)).Items;

    private async Task AttemptAsync(DeadLetter letter, CancellationToken stopping)
    {
        var began = letter.Begin(time.GetUtcNow(), plan.Lease);
        if (began && letter.Source == DeadLetterSource.Outbox && !sender.Connected)
        {
            // Nobody's fault, and no attempt.
            letter.Postpone(time.GetUtcNow() + BrokerAway);
            began = false;
        }
        try
        {
            await letters.SaveAsync(letter, stopping);
        }
        catch (StorageException taken) when (taken is ConflictException or DocumentNotFoundException)
        {
            // Another process of the service has it, or an operator decided otherwise.
            return;
        }
        if (letter.State != DeadLetterState.Waiting)
            Told(letter);
        if (!began)
            return;

        using var trace = CarriedTrace.Start($"{letter.Event} retry", letter.TraceParent, letter.TraceState, letter.Baggage);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limited.CancelAfter(plan.AttemptDeadline);
        try
        {
            await (letter.Source == DeadLetterSource.Queue
                ? reactions.RunAsync(letter, limited.Token)
                : sender.SendAsync(
                    new UnsentEvent(letter.EventId, letter.EventType, letter.Body, letter.RaisedAt, time.GetUtcNow(), letter.TraceParent, letter.TraceState, letter.Baggage), limited.Token));
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            using var briefly = new CancellationTokenSource(Goodbye);
            await ChangeAsync(letter.Id, kept => kept.Postpone(time.GetUtcNow()), briefly.Token);
            return;
        }
        catch (Exception failure)
        {
            await FailedAsync(letter, failure, stopping);
            return;
        }
        await SucceededAsync(letter, stopping);
    }

    private async Task FailedAsync(DeadLetter letter, Exception failure, CancellationToken stopping)
    {
        Activity.Current?.SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
        var known = failure is OperationCanceledException
            ? new Failure(typeof(TimeoutException).FullName!, $"The attempt did not end within {plan.AttemptDeadline.TotalSeconds:F0} s.", null)
            : Failure.Of(failure);
        figures.Retried(PlaceOf(letter), "failed");
        if (await ChangeAsync(letter.Id, kept => kept.Fail(known, time.GetUtcNow(), plan.WaitBefore(kept.TriesLeft), failure is UnsendableEventException), stopping) is { } now
            && now.State != DeadLetterState.Waiting)
            Told(now);
    }

    private async Task SucceededAsync(DeadLetter letter, CancellationToken stopping)
    {
        figures.Retried(PlaceOf(letter), "handled");
        if (letter.Source == DeadLetterSource.Queue)
            figures.Handled(letter.Place);
        // What an operator has seen stays to be seen; the others were a moment's delay.
        if (letter.ParkedAt is null && await DeletedAsync(letter, stopping))
            figures.Left(DeadLetterState.Handled);
        else if (await ChangeAsync(letter.Id, kept => kept.Succeed(time.GetUtcNow()), stopping) is { } now)
            Told(now);
    }

    private async Task<bool> DeletedAsync(DeadLetter letter, CancellationToken stopping)
    {
        try
        {
            await letters.DeleteAsync(letter, stopping);
            return true;
        }
        catch (ConflictException)
        {
            return false;
        }
        catch (DocumentNotFoundException)
        {
            return true;
        }
    }

    /// <summary>Null where it is gone.</summary>
    private async Task<DeadLetter?> ChangeAsync(string id, Action<DeadLetter> change, CancellationToken cancellationToken)
    {
        try
        {
            return await letters.UpdateAsync(
                id,
                kept =>
                {
                    change(kept);
                    return kept;
                },
                cancellationToken);
        }
        catch (DocumentNotFoundException)
        {
            return null;
        }
    }

    private void Told(DeadLetter letter)
    {
        figures.Left(letter.State);
        if (letter.State == DeadLetterState.Parked)
            Parked(letter.Event, letter.EventId, letter.Place, letter.Attempts, letter.Failure.Type, letter.Id);
    }

    /// <summary>A queue's name, or the collection: metrics must not have a value for each document.</summary>
    private static string PlaceOf(DeadLetter letter) => letter.Place.Split('/')[0];

    private async Task KeepHouseAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(BetweenRounds);
        long? counted = null;
        do
        {
            try
            {
                await AdoptAsync(stopping);
                await ForgetAsync(stopping);
                if (counted is null || time.GetElapsedTime(counted.Value) >= BetweenCounts)
                {
                    await CountAsync(stopping);
                    counted = time.GetTimestamp();
                }
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                RoundFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private async Task ForgetAsync(CancellationToken stopping)
    {
        foreach (var ended in (await letters.ListAsync(DeadLetter.ByEnd.All.LessThan(time.GetUtcNow() - plan.Kept), null, Portion, stopping)).Items)
            await DeletedAsync(ended, stopping);
    }

    private async Task CountAsync(CancellationToken stopping)
    {
        var waiting = await letters.CountAsync(DeadLetter.ByState.Where(DeadLetterState.Waiting), stopping);
        var parked = await letters.CountAsync(DeadLetter.ByState.Where(DeadLetterState.Parked), stopping);
        DateTimeOffset? oldest = null;
        foreach (var map in maps)
        {
            var candidate = await keeper.OldestUnsentAsync(map.Collection, stopping);
            oldest = candidate < oldest || oldest is null ? candidate : oldest;
        }
        figures.Counted(waiting, parked, oldest is null ? TimeSpan.Zero : time.GetUtcNow() - oldest.Value);
    }

    [LoggerMessage(EventName = "RedeliveryFailed", Level = LogLevel.Warning, Message = "A round over dead letters failed; the next one tries again")]
    private partial void RoundFailed(Exception failure);

    [LoggerMessage(EventName = "DeadLetterParked", Level = LogLevel.Error, Message = "{Event} {EventId} of {Place} is parked after {Attempts} attempts ({Exception}): {Letter}")]
    private partial void Parked(string @event, string eventId, string place, int attempts, string exception, string letter);
}
