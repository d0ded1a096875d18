using System.Globalization;
using EServices.Dispatch.Days;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Places;

namespace EServices.Dispatch.Slots;

/// <summary>What a visit asks of whoever comes.</summary>
/// <param name="Language">Preferred, not required: a neighbour can translate, a missing skill can't be replaced.</param>
/// <param name="Minutes">Time at the door; null where the service does not say it.</param>
internal sealed record Need(IReadOnlyList<string> Skills, string Language, string DistrictCode, Point Place, int? Minutes = null);

/// <summary>An operator's day, and the windows in it that are open by shift and calendar.</summary>
internal sealed record Bench(OperatorDay Day, IReadOnlyList<Window> Windows)
{
    public Operator Operator => Day.Operator;
}

/// <param name="DistanceKm">From the operator's centre, by road.</param>
/// <param name="Load">Visits that the operator has on that day already.</param>
/// <param name="PlannedAt">When the operator would begin, as the day stands now; within the window.</param>
/// <param name="Added">What the visit adds to the operator's time on the road.</param>
/// <param name="Why">The reason in a sentence, for whoever offers it.</param>
internal sealed record Offer(Operator Operator, Window Window, double DistanceKm, int Load, bool Speaks, DateTimeOffset PlannedAt, TimeSpan Added, string Why)
{
    public Slot Slot => new(Operator.Id, Window.StartsAt);
}

/// <summary>A window that is free and yet can't be kept.</summary>
/// <param name="Why">As the end of a sentence.</param>
internal sealed record ClosedWindow(Operator Operator, Window Window, string Why);

/// <summary>
/// Who can come when: only windows that can be kept together with all that is promised already, by day, language, time on the road that they add, and load.
/// </summary>
internal static class SlotRanking
{
    public static bool Suits(this Operator person, Need need) =>
        person.Active && person.Can(need.Skills) && person.Districts.Contains(need.DistrictCode, StringComparer.Ordinal);

    /// <summary>The best <paramref name="limit"/> free windows that begin at or after <paramref name="earliest"/>.</summary>
    /// <param name="stop">The visit in a window, as the day would take it.</param>
    public static IReadOnlyList<Offer> Rank(Need need, IReadOnlyList<Bench> benches, Func<Window, Stop> stop, DateTimeOffset earliest, int limit) =>
    [
        .. Tried(need, benches, stop, earliest)
            .Where(tried => tried.Insertion.Refused is null)
            .Select(tried => OfferOf(need, tried.Bench.Day, tried.Window, tried.Insertion))
            .OrderBy(offer => offer.Window.Day)
            .ThenByDescending(offer => offer.Speaks)
            // Five minutes: a few hundred metres are no reason to send everyone to the same person.
            .ThenBy(offer => Math.Round(offer.Added.TotalMinutes / 5))
            .ThenBy(offer => offer.Load)
            .ThenBy(offer => offer.Window.StartsAt)
            .ThenBy(offer => offer.Operator.Id, StringComparer.Ordinal)
            .Take(limit),
    ];

    /// <summary>The windows that nobody holds and that can't be kept all the same, with the reason; by time.</summary>
    /// <param name="taken">Whether those that somebody holds are told, too.</param>
    public static IReadOnlyList<ClosedWindow> Closed(
        Need need, IReadOnlyList<Bench> benches, Func<Window, Stop> stop, DateTimeOffset earliest, int limit, bool taken = false) =>
    [
        .. Tried(need, benches, stop, earliest)
            .Where(tried => tried.Insertion is { Refused: not null } && (taken || !tried.Bench.Day.Stops.Any(held => held.Window.Overlaps(tried.Window.StartsAt, tried.Window.EndsAt))))
            .Select(tried => new ClosedWindow(tried.Bench.Operator, tried.Window, tried.Insertion.Refused!))
            .OrderBy(closed => closed.Window.StartsAt)
            .ThenBy(closed => closed.Operator.Id, StringComparer.Ordinal)
            .Take(limit),
    ];

    private static IEnumerable<(Bench Bench, Window Window, Insertion Insertion)> Tried(Need need, IReadOnlyList<Bench> benches, Func<Window, Stop> stop, DateTimeOffset earliest) =>
        from bench in benches
        where bench.Operator.Suits(need)
        from window in bench.Windows
        where window.StartsAt >= earliest
        select (bench, window, bench.Day.Try(stop(window)));

    private static Offer OfferOf(Need need, OperatorDay day, Window window, Insertion insertion)
    {
        var (person, timing) = (day.Operator, insertion.Timing!);
        // The way is known, or there would be no offer.
        var distance = Math.Round(day.Way(day.Base, timing.Stop.Place)!.Value.Metres / 1000.0, 1);
        var speaks = person.Speaks(need.Language);
        return new Offer(person, window, distance, day.Load, speaks, timing.StartsAt, insertion.Added, Why(need, person, distance, speaks, day.Load, insertion.Added));
    }

    private static string Why(Need need, Operator person, double distance, bool speaks, int load, TimeSpan added)
    {
        var skills = need.Skills.Count == 0 ? "serves the district" : $"has the skill {string.Join(" and ", need.Skills)}";
        var language = speaks ? "speaks the caller's language" : $"doesn't speak '{need.Language}'";
        return string.Create(CultureInfo.InvariantCulture,
            $"{person.Name} {skills}, {language}, is {distance:0.0} km away by road, has {load} of {person.MaxVisitsPerDay} visits that day and gets {Math.Max(0, added.TotalMinutes):0} more minutes on the road.");
    }
}
