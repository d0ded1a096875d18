using System.Globalization;
using EServices.Dispatch.Operators;
using EServices.Dispatch.Places;

namespace EServices.Dispatch.Slots;

/// <summary>What a visit asks of whoever comes.</summary>
/// <param name="Language">Preferred, not required: a neighbour can translate, a missing skill can't be replaced.</param>
internal sealed record Need(IReadOnlyList<string> Skills, string Language, string DistrictCode, Point Place);

/// <summary>A window that an operator already gave away.</summary>
internal sealed record Hold(Window Window, string Seat);

/// <summary>An operator, the windows that are open to them by shift and calendar, and what is held of them.</summary>
internal sealed record Bench(Operator Operator, IReadOnlyList<Window> Windows, IReadOnlyList<Hold> Holds);

/// <param name="Load">Visits that the operator has on that day already.</param>
/// <param name="Why">The reason in a sentence, for whoever offers it.</param>
internal sealed record Offer(Operator Operator, Window Window, double DistanceKm, int Load, bool Speaks, string Why)
{
    public Slot Slot => new(Operator.Id, Window.StartsAt);
}

/// <summary>
/// The first assignment: who can come, ranked by day, language, distance and load. It sees operators and their held windows only, so whoever plans better
/// takes its place without anything else changing.
/// </summary>
internal static class SlotRanking
{
    public static bool Suits(this Operator person, Need need) =>
        person.Active && person.Can(need.Skills) && person.Districts.Contains(need.DistrictCode, StringComparer.Ordinal);

    public static double KmTo(this Operator person, Need need, DispatchRules rules) => Math.Round(person.Base.KmTo(need.Place) * rules.DetourFactor, 1);

    /// <summary>The best <paramref name="limit"/> free windows that begin at or after <paramref name="earliest"/>.</summary>
    public static IReadOnlyList<Offer> Rank(Need need, IReadOnlyList<Bench> benches, DateTimeOffset earliest, int limit, DispatchRules rules) =>
    [
        .. benches.Where(bench => bench.Operator.Suits(need))
            .SelectMany(bench => Free(need, bench, earliest, rules))
            .OrderBy(offer => offer.Window.Day)
            .ThenByDescending(offer => offer.Speaks)
            // Whole kilometres: a few hundred metres are no reason to send everyone to the same person.
            .ThenBy(offer => Math.Round(offer.DistanceKm))
            .ThenBy(offer => offer.Load)
            .ThenBy(offer => offer.Window.StartsAt)
            .ThenBy(offer => offer.Operator.Id, StringComparer.Ordinal)
            .Take(limit),
    ];

    private static IEnumerable<Offer> Free(Need need, Bench bench, DateTimeOffset earliest, DispatchRules rules)
    {
        var person = bench.Operator;
        var distance = person.KmTo(need, rules);
        var speaks = person.Speaks(need.Language);
        var loads = bench.Holds.CountBy(hold => hold.Window.Day).ToDictionary();
        foreach (var window in bench.Windows)
        {
            var load = loads.GetValueOrDefault(window.Day);
            if (window.StartsAt < earliest || load >= person.MaxVisitsPerDay || bench.Holds.Any(hold => hold.Window.Overlaps(window.StartsAt, window.EndsAt)))
                continue;
            yield return new Offer(person, window, distance, load, speaks, Why(need, person, distance, speaks, load));
        }
    }

    private static string Why(Need need, Operator person, double distance, bool speaks, int load)
    {
        var skills = need.Skills.Count == 0 ? "serves the district" : $"has the skill {string.Join(" and ", need.Skills)}";
        var language = speaks ? "speaks the caller's language" : $"doesn't speak '{need.Language}'";
        return string.Create(CultureInfo.InvariantCulture,
            $"{person.Name} {skills}, {language}, is {distance:0.0} km away by road (estimated) and has {load} of {person.MaxVisitsPerDay} visits that day.");
    }
}
