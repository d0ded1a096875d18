using EServices.Dispatch.Operators;
using EServices.Dispatch.Visits;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Dispatch.Slots;

/// <summary>Gathers who could come and what they hold, and has it ranked. Bounded: the nearest <see cref="DispatchRules.BenchSize"/> operators, the days of the horizon.</summary>
internal sealed class SlotFinder(
    DocumentStore<Operator> operators, DocumentStore<Visit> visits, WorkingTimes times, DispatchRules rules, TimeProvider time)
{
    private const int OperatorsOfDistrict = 500;

    /// <summary>Between offering and choosing a window people talk: what was offered can still be taken this much later.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    public DateOnly Today => times.DayOf(time.GetUtcNow());

    public DateOnly DayOf(Slot slot) => times.DayOf(slot.StartsAt);

    private DateOnly LastDay => Today.AddDays(rules.HorizonDays - 1);

    /// <summary>The best free windows of these days.</summary>
    public async Task<IReadOnlyList<Offer>> FindAsync(Need need, DateOnly from, int days, int limit, CancellationToken cancellationToken)
    {
        var (today, horizon) = (Today, LastDay);
        if (from > horizon || from.DayNumber + days <= today.DayNumber)
            return [];
        var first = from < today ? today : from;
        var last = from.DayNumber + days > horizon.DayNumber ? horizon : from.AddDays(days - 1);
        var nearest = await NearestAsync(need, cancellationToken);
        var benches = new List<Bench>(nearest.Count);
        foreach (var person in nearest)
            benches.Add(await BenchAsync(person, first, last, cancellationToken));
        return SlotRanking.Rank(need, benches, Earliest, limit, rules);
    }

    /// <summary>Who else could come in exactly this window, the best first.</summary>
    public async Task<IReadOnlyList<Offer>> ForWindowAsync(Need need, Window window, IReadOnlyList<string> without, CancellationToken cancellationToken)
    {
        var nearest = await NearestAsync(need, cancellationToken);
        var benches = new List<Bench>(nearest.Count);
        foreach (var person in nearest.Where(person => !without.Contains(person.Id)))
        {
            var bench = await BenchAsync(person, window.Day, window.Day, cancellationToken);
            benches.Add(bench with { Windows = [.. bench.Windows.Where(same => same.StartsAt == window.StartsAt)] });
        }
        // The window is promised already: the lead time for new promises does not matter here.
        return SlotRanking.Rank(need, benches, time.GetUtcNow(), int.MaxValue, rules);
    }

    /// <summary>The offer behind a slot id, or why it can't be had. The hold itself is decided by the save alone.</summary>
    public async Task<(Offer? Offer, Refusal? Refusal)> ChosenAsync(Need need, string? slotId, CancellationToken cancellationToken)
    {
        if (!Slot.TryParse(slotId, out var slot) || await operators.FindAsync(slot.OperatorId, cancellationToken) is not { } person)
            return (null, Unknown("There is no such slot; take one that GET /slots offers."));
        var day = times.DayOf(slot.StartsAt);
        if (!person.Suits(need))
            return (null, Refusal.Conflict("slot-unsuited", $"{person.Name} does not serve this district or lacks a skill that the service needs."));
        if (day > LastDay || !times.On(day, person).Any(window => window.StartsAt == slot.StartsAt))
            return (null, Unknown($"{person.Name} has no such window; take one that GET /slots offers."));
        if (slot.StartsAt < Earliest - Grace)
            return (null, Refusal.Conflict("slot-too-soon", "The window begins too soon, or is over."));
        var bench = await BenchAsync(person, day, day, cancellationToken);
        bench = bench with { Windows = [.. bench.Windows.Where(window => window.StartsAt == slot.StartsAt)] };
        return SlotRanking.Rank(need, [bench], DateTimeOffset.MinValue, 1, rules) is [var offer]
            ? (offer, null)
            : (null, Refusal.Conflict(Booking.SlotTaken, "The window has been taken, or the operator's day is full."));

        static Refusal Unknown(string detail) => Refusal.Invalid("slot-unknown", detail, new FieldError("/slotId", "unknown", detail));
    }

    /// <summary>What is held of an operator on these days.</summary>
    public async Task<IReadOnlyList<Hold>> HoldsAsync(string operatorId, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        // A day of the state lies within these two of UTC, wherever the state is.
        var from = new DateTimeOffset(first.AddDays(-1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var below = new DateTimeOffset(last.AddDays(2).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var held = new List<Hold>();
        await foreach (var visit in visits.AllAsync(VisitDocuments.Slot.Where(operatorId).AtLeast(from).LessThan(below), cancellationToken))
            held.Add(new Hold(visit.Window, visit.Seat ?? ""));
        return held;
    }

    private DateTimeOffset Earliest => time.GetUtcNow().AddMinutes(rules.LeadMinutes);

    private async Task<Bench> BenchAsync(Operator person, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        var windows = Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).SelectMany(day => times.On(first.AddDays(day), person));
        return new Bench(person, [.. windows], await HoldsAsync(person.Id, first, last, cancellationToken));
    }

    private async Task<IReadOnlyList<Operator>> NearestAsync(Need need, CancellationToken cancellationToken)
    {
        var serving = await operators.ListAsync(OperatorDocuments.ByDistrict.Where(need.DistrictCode), null, OperatorsOfDistrict, cancellationToken);
        return [.. serving.Items.Where(person => person.Suits(need)).OrderBy(person => person.Base.KmTo(need.Place)).Take(rules.BenchSize)];
    }
}
