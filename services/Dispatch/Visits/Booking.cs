using EServices.Dispatch.Slots;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Dispatch.Visits;

/// <summary>
/// Takes slots. Looking whether a window is free only saves a vain try; what decides is the save, which the store refuses when another visit holds
/// the window (index <c>slot</c>), the day's last seat (<c>seat</c>) or the call (<c>open_call</c>).
/// </summary>
internal sealed class Booking(SlotFinder finder)
{
    public const string SlotTaken = "slot-taken";

    /// <summary>Takes an offer with the first seat that is free in the operator's day.</summary>
    /// <param name="save">
    /// Changes a visit to hold the offer with this seat, and saves it. Called anew for every seat, each time on a visit freshly made or read,
    /// for a refused save leaves a document that must not be used.
    /// </param>
    /// <returns>What <paramref name="save"/> refused; <c>slot-taken</c> if others were quicker.</returns>
    public async Task<Refusal?> TakeAsync(Offer offer, Func<string, Task<Refusal?>> save, CancellationToken cancellationToken)
    {
        var person = offer.Operator;
        var held = await finder.HoldsAsync(person.Id, offer.Window.Day, offer.Window.Day, cancellationToken);
        var taken = held.Select(hold => hold.Seat).ToHashSet(StringComparer.Ordinal);
        for (var number = 1; number <= person.MaxVisitsPerDay; number++)
        {
            var seat = Visit.SeatOf(person.Id, offer.Window.Day, number);
            if (taken.Contains(seat))
                continue;
            try
            {
                return await save(seat);
            }
            catch (DuplicateKeyException duplicate) when (duplicate.Index == VisitDocuments.Seat.Name)
            {
                // Someone took this seat since we looked: the next one.
            }
            catch (DuplicateKeyException duplicate) when (duplicate.Index == VisitDocuments.Slot.Name)
            {
                return Taken();
            }
            catch (DuplicateKeyException duplicate) when (duplicate.Index == VisitDocuments.OpenCall.Name)
            {
                return Refusal.Conflict("visit-exists", "A visit is scheduled for this call already.");
            }
        }
        return Taken();

        Refusal Taken() => Refusal.Conflict(SlotTaken, $"{person.Name}'s window from {offer.Window.StartsAt:O} has just been taken. 'slots' has the next best ones.");
    }
}
