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
        .. Priced(need, benches, stop, earliest)
            .Where(priced => priced.Insertion is not null)
            .Select(priced => OfferOf(need, priced.Day, stop(priced.Window), priced.Insertion!))
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
    public static IReadOnlyList<ClosedWindow> Closed(Need need, IReadOnlyList<Bench> benches, Func<Window, Stop> stop, DateTimeOffset earliest, int limit) =>
    [
        .. Priced(need, benches, stop, earliest)
            .Where(priced => priced.Insertion is null && !priced.Day.Stops.Any(held => held.Window.Overlaps(priced.Window.StartsAt, priced.Window.EndsAt)))
            .OrderBy(priced => priced.Window.StartsAt)
            .ThenBy(priced => priced.Day.Operator.Id, StringComparer.Ordinal)
            .Take(limit)
            .Select(priced => new ClosedWindow(priced.Day.Operator, priced.Window, priced.Day.WhyNot(stop(priced.Window)))),
    ];

    /// <summary>An insertion that can be, as it is told.</summary>
    public static Offer OfferOf(Need need, OperatorDay day, Stop stop, Insertion insertion)
    {
        var person = day.Operator;
        // The way is known, or there would be no offer.
        var distance = Math.Round(day.Way(day.Base, stop.Place)!.Value.Metres / 1000.0, 1);
        var speaks = person.Speaks(need.Language);
        return new Offer(person, stop.Window, distance, day.Load, speaks, insertion.StartsAt!.Value, insertion.Added, Why(need, person, distance, speaks, day.Load, insertion.Added));
    }

    private static IEnumerable<(OperatorDay Day, Window Window, Insertion? Insertion)> Priced(
        Need need, IReadOnlyList<Bench> benches, Func<Window, Stop> stop, DateTimeOffset earliest)
    {
        foreach (var bench in benches.Where(bench => bench.Operator.Suits(need)))
        {
            List<Window> windows = [.. bench.Windows.Where(window => window.StartsAt >= earliest)];
            if (windows.Count == 0)
                continue;
            foreach (var (window, insertion) in windows.Zip(bench.Day.Price(stop(windows[0]), windows)))
                yield return (bench.Day, window, insertion);
        }
    }

    private static string Why(Need need, Operator person, double distance, bool speaks, int load, TimeSpan added)
    {
        var skills = need.Skills.Count == 0 ? "serves the district" : $"has the skill {string.Join(" and ", need.Skills)}";
        var language = speaks ? "speaks the caller's language" : $"doesn't speak '{need.Language}'";
        return string.Create(CultureInfo.InvariantCulture,
            $"{person.Name} {skills}, {language}, is {distance:0.0} km away by road, has {load} of {person.MaxVisitsPerDay} visits that day and gets {Math.Max(0, added.TotalMinutes):0} more minutes on the road.");
    }
}
