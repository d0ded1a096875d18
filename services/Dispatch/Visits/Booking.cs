using EServices.Dispatch.Days;
using EServices.Dispatch.Slots;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Dispatch.Visits;

/// <summary>
/// Takes slots. What decides is the save, which the store refuses when another visit holds the window (index <c>slot</c>), the day's seat (<c>seat</c>), the
/// call (<c>open_call</c>), or when anything at all came into the operator's day since it was looked at (<c>turn</c>): then the day is looked at again, so that
/// two visits that could each be kept, but not both, are never both promised.
/// </summary>
internal sealed class Booking(OperatorDays days)
{
    public const string SlotTaken = "slot-taken";

    /// <summary>Others that may come first into the same day before it is given up.</summary>
    private const int Attempts = 100;

    /// <summary>Takes an offer, if as the day stands now it can be kept with all that is promised.</summary>
    /// <param name="save">
    /// Changes a visit to hold the offer with this place in the day, and saves it. Called anew for every try, each time on a visit freshly made or read,
    /// for a refused save leaves a document that must not be used.
    /// </param>
    /// <param name="moving">A visit that leaves its own window for this one.</param>
    /// <returns>What <paramref name="save"/> refused; <c>slot-taken</c> if others were quicker.</returns>
    public async Task<Refusal?> TakeAsync(Need need, Offer offer, Func<DayPlace, Task<Refusal?>> save, CancellationToken cancellationToken, string? moving = null)
    {
        var person = offer.Operator;
        var stop = days.StopFor(need, offer.Window);
        var turn = 0;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var asHeld = await days.OfAsync(person, offer.Window.Day, stop, cancellationToken);
            var day = moving is null ? asHeld : asHeld.Without(moving);
            if (day.Try(stop).Refused is { } why)
                return Taken($"can't come in the window from {offer.Window.StartsAt:O} any more: {why}");
            if (day.FreeSeat is not { } seat)
                return Taken("has a full day");
            // Turns of visits that have left the day are not seen; each such number is tried once, and refused.
            turn = Math.Max(asHeld.NextTurn, turn);
            try
            {
                return await save(new DayPlace(seat, Visit.TurnOf(person.Id, offer.Window.Day, turn)));
            }
            catch (DuplicateKeyException duplicate) when (duplicate.Index == VisitDocuments.Turn.Name)
            {
                turn++;
            }
            catch (DuplicateKeyException duplicate) when (duplicate.Index == VisitDocuments.Seat.Name)
            {
                // Someone took this seat since we looked; the day is another one.
            }
            catch (DuplicateKeyException duplicate) when (duplicate.Index == VisitDocuments.Slot.Name)
            {
                return Taken($"has just been given another visit in the window from {offer.Window.StartsAt:O}");
            }
            catch (DuplicateKeyException duplicate) when (duplicate.Index == VisitDocuments.OpenCall.Name)
            {
                return Refusal.Conflict("visit-exists", "A visit is scheduled for this call already.");
            }
        }
        return Taken("is wanted by too many at this moment");

        Refusal Taken(string why) => Refusal.Conflict(SlotTaken, $"{person.Name} {why}. 'slots' has the next best ones.");
    }
}

/// <summary>A visit's place in an operator's day: the seat that it fills, and the turn in which it came.</summary>
internal sealed record DayPlace(string Seat, string Turn);
