using EServices.Dispatch.Days;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Visits;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Dispatch.Slots;

/// <summary>Gathers who could come and what they hold, and has it ranked. Bounded: the nearest <see cref="DispatchRules.BenchSize"/> operators, the days of the horizon.</summary>
internal sealed class SlotFinder(
    DocumentStore<Operator> operators, OperatorDays calendar, WorkingTimes times, DispatchRules rules, TimeProvider time)
{
    private const int OperatorsOfDistrict = 500;

    /// <summary>Between offering and choosing a window people talk: what was offered can still be taken this much later.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    public DateOnly Today => times.DayOf(time.GetUtcNow());

    public DateOnly DayOf(Slot slot) => times.DayOf(slot.StartsAt);

    private DateOnly LastDay => Today.AddDays(rules.HorizonDays - 1);

    /// <summary>The best windows of these days that can be kept.</summary>
    /// <param name="urgent">Without lead time, also in a window that has begun.</param>
    public async Task<IReadOnlyList<Offer>> FindAsync(Need need, DateOnly from, int days, int limit, CancellationToken cancellationToken, bool urgent = false) =>
        SlotRanking.Rank(need, await BenchesAsync(need, from, days, cancellationToken), window => calendar.StopFor(need, window), urgent ? Begun : Earliest, limit);

    /// <summary>Windows of these days that nobody holds and that can't be kept, with the reasons.</summary>
    public async Task<IReadOnlyList<ClosedWindow>> ClosedAsync(Need need, DateOnly from, int days, int limit, CancellationToken cancellationToken) =>
        SlotRanking.Closed(need, await BenchesAsync(need, from, days, cancellationToken), window => calendar.StopFor(need, window), Earliest, limit);

    /// <summary>Who else could come in exactly this window, the best first.</summary>
    public async Task<IReadOnlyList<Offer>> ForWindowAsync(Need need, Window window, IReadOnlyList<string> without, CancellationToken cancellationToken) =>
        // The window is promised already: the lead time for new promises does not matter here.
        SlotRanking.Rank(need, await InWindowAsync(need, window, without, cancellationToken), same => calendar.StopFor(need, same), DateTimeOffset.MinValue, int.MaxValue);

    private async Task<IReadOnlyList<Bench>> InWindowAsync(Need need, Window window, IReadOnlyList<string> without, CancellationToken cancellationToken)
    {
        var nearest = (await NearestAsync(need, cancellationToken)).Where(person => !without.Contains(person.Id));
        var benches = await Task.WhenAll(nearest.Select(person => BenchesAsync(person, need, window.Day, window.Day, cancellationToken)));
        return [.. benches.SelectMany(ofOne => ofOne).Select(bench => bench with { Windows = [.. bench.Windows.Where(same => same.StartsAt == window.StartsAt)] })];
    }

    /// <summary>The offer behind a slot id, or why it can't be had. The hold itself is decided by the save alone.</summary>
    /// <param name="moving">A visit that leaves its own window for this one.</param>
    public async Task<(Offer? Offer, Refusal? Refusal)> ChosenAsync(Need need, string? slotId, CancellationToken cancellationToken, string? moving = null, bool urgent = false)
    {
        if (!Slot.TryParse(slotId, out var slot) || await operators.FindAsync(slot.OperatorId, cancellationToken) is not { } person)
            return (null, Unknown("There is no such slot; take one that GET /slots offers."));
        var day = times.DayOf(slot.StartsAt);
        if (!person.Suits(need))
            return (null, Refusal.Conflict("slot-unsuited", $"{person.Name} does not serve this district or lacks a skill that the service needs."));
        if (day > LastDay || times.On(day, person).Where(open => open.StartsAt == slot.StartsAt).ToList() is not [var window])
            return (null, Unknown($"{person.Name} has no such window; take one that GET /slots offers."));
        if (slot.StartsAt < (urgent ? Begun : Earliest - Grace))
            return (null, Refusal.Conflict("slot-too-soon", "The window begins too soon, or is over."));
        var (offer, why) = await OfferAsync(need, person, window, moving, cancellationToken);
        return offer is not null ? (offer, null) : (null, Refusal.Conflict(Booking.SlotTaken, $"{person.Name} can't come in this window any more: {why}."));

        static Refusal Unknown(string detail) => Refusal.Invalid("slot-unknown", detail, new FieldError("/slotId", "unknown", detail));
    }

    /// <summary>One window of one operator, as the day stands now; without an offer the reason.</summary>
    public async Task<(Offer? Offer, string? Why)> OfferAsync(Need need, Operator person, Window window, string? moving, CancellationToken cancellationToken)
    {
        var stop = calendar.StopFor(need, window);
        var day = await calendar.OfAsync(person, window.Day, stop, cancellationToken);
        if (moving is not null)
            day = day.Without(moving);
        return SlotRanking.Rank(need, [new Bench(day, [window])], _ => stop, DateTimeOffset.MinValue, 1) is [var offer] ? (offer, null) : (null, day.Try(stop).Refused ?? "the operator serves no more");
    }

    /// <summary>The earliest begin of a window that is not over.</summary>
    private DateTimeOffset Begun => time.GetUtcNow() - rules.Window;

    private DateTimeOffset Earliest => time.GetUtcNow().AddMinutes(rules.LeadMinutes);

    private async Task<IReadOnlyList<Bench>> BenchesAsync(Need need, DateOnly from, int days, CancellationToken cancellationToken)
    {
        var (today, horizon) = (Today, LastDay);
        if (from > horizon || from.DayNumber + days <= today.DayNumber)
            return [];
        var first = from < today ? today : from;
        var last = from.DayNumber + days > horizon.DayNumber ? horizon : from.AddDays(days - 1);
        var nearest = await NearestAsync(need, cancellationToken);
        return [.. (await Task.WhenAll(nearest.Select(person => BenchesAsync(person, need, first, last, cancellationToken)))).SelectMany(benches => benches)];
    }

    private async Task<IEnumerable<Bench>> BenchesAsync(Operator person, Need need, DateOnly first, DateOnly last, CancellationToken cancellationToken) =>
        (await calendar.OfAsync(person, first, last, calendar.PlaceOf(need), cancellationToken)).Select(day => new Bench(day, [.. times.On(day.Day, person)]));

    /// <summary>Those who could be sent for a need, the nearest first.</summary>
    public async Task<IReadOnlyList<Operator>> NearestAsync(Need need, CancellationToken cancellationToken)
    {
        var serving = await operators.ListAsync(OperatorDocuments.ByDistrict.Where(need.DistrictCode), null, OperatorsOfDistrict, cancellationToken);
        return [.. serving.Items.Where(person => person.Suits(need)).OrderBy(person => person.Base.KmTo(need.Place)).Take(rules.BenchSize)];
    }
}
