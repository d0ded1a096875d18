using System.Buffers.Text;
using System.Text.Json;
using EServices.Gateway.Routing;

namespace EServices.Gateway.Operations;

/// <summary>
/// One list out of the services' lists, the newest first. The cursor tells for each service where its list goes on; one that was read to its end is left out of the
/// next page, and one that does not answer is asked again as long as others go on.
/// </summary>
internal static class MergedPages
{
    /// <summary>Where each service's list goes on; null for its beginning. Services that are through are not in it.</summary>
    /// <exception cref="FormatException">The cursor was not made here.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string? cursor, IEnumerable<string> services)
    {
        if (cursor is null)
            return services.ToDictionary(service => service, _ => (string?)null);
        try
        {
            var places = JsonSerializer.Deserialize<Dictionary<string, string?>>(Base64Url.DecodeFromChars(cursor));
            return places is not null && places.Keys.All(RouteTable.Services.Contains) ? places : throw new FormatException("The cursor belongs to another list.");
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or ArgumentException)
        {
            throw new FormatException("The cursor can't be read.", malformed);
        }
    }

    /// <param name="answers">A page of each service, at most <paramref name="limit"/> long, itself in order.</param>
    /// <param name="cursorOf">Where the item's own service goes on behind it.</param>
    public static (IReadOnlyList<T> Items, string? Next) Merge<T>(
        IReadOnlyDictionary<string, string?> asked, IReadOnlyList<(string Service, IReadOnlyList<T> Items, string? Next)> answers, int limit,
        Func<T, DateTimeOffset> at, Func<T, string?> cursorOf)
    {
        var merged = answers.SelectMany(answer => answer.Items.Select(item => (answer.Service, Item: item)))
            // A stable sort: what a service lists in one order must be taken in that order, also where times are equal.
            .OrderByDescending(entry => at(entry.Item)).Take(limit).ToList();
        var goesOn = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (service, items, next) in answers)
        {
            var taken = merged.Count(entry => entry.Service == service);
            if (taken < items.Count)
                goesOn[service] = taken == 0 ? asked[service] : cursorOf(items[taken - 1]);
            else if (next is not null)
                goesOn[service] = next;
        }
        if (goesOn.Count == 0)
            return ([.. merged.Select(entry => entry.Item)], null);
        foreach (var silent in asked.Keys.Except(answers.Select(answer => answer.Service)))
            goesOn[silent] = asked[silent];
        return ([.. merged.Select(entry => entry.Item)], Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(goesOn)));
    }
}
