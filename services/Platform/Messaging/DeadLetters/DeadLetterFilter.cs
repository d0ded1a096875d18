using System.Globalization;
using EServices.Platform.Storage;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>Which letters are meant. Every part that is given must hold.</summary>
/// <param name="Service">Resource name of the service that keeps them: <c>payment</c>.</param>
/// <param name="Event">Name of the contract, with or without its namespace: <c>BillSettled</c>.</param>
/// <param name="Source"><c>queue</c> or <c>outbox</c>.</param>
/// <param name="Exception">Name of the last exception's type, with or without its namespace.</param>
/// <param name="Since">First failed at this instant or later.</param>
public sealed record DeadLetterFilter(string? Service = null, string? Event = null, DeadLetterSource? Source = null, string? Exception = null, DateTimeOffset? Since = null)
{
    private const int Longest = 200;

    internal Checks Check(Checks checks, string prefix) => checks
        .That(Service is not { Length: > Longest }, $"{prefix}service", "too-long", $"At most {Longest} characters.")
        .That(Event is not { Length: > Longest }, $"{prefix}event", "too-long", $"At most {Longest} characters.")
        .That(Exception is not { Length: > Longest }, $"{prefix}exception", "too-long", $"At most {Longest} characters.");

    /// <summary>The narrowest index that answers, in the order of the first failures; what it can't tell apart <see cref="Matches"/> does.</summary>
    internal IndexQuery<DeadLetter> Query(DeadLetterState? state)
    {
        var query = (state, Event) switch
        {
            ({ } one, { } name) => DeadLetter.ByStateAndEvent.Where(one, DeadLetter.ShortName(name)),
            ({ } one, null) => DeadLetter.ByState.Where(one),
            (null, { } name) => DeadLetter.ByEvent.Where(DeadLetter.ShortName(name)),
            _ => DeadLetter.ByTime.All,
        };
        return Since is { } since ? query.AtLeast(since) : query;
    }

    internal bool Matches(DeadLetter letter) =>
        (Source is null || letter.Source == Source)
        && (Event is null || Names(letter.EventType, Event))
        && (Exception is null || Names(letter.Failure.Type, Exception));

    private static bool Names(string full, string given) => full == given || (!given.Contains('.') && DeadLetter.ShortName(full) == given);
}

/// <summary>The query parameters of the list: a filter, and <c>state</c>: <c>parked</c> if not given, <c>all</c> for every state.</summary>
public sealed record DeadLetterQuestion(DeadLetterFilter Filter, DeadLetterState? State)
{
    public static ValueTask<DeadLetterQuestion> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var state = Text(query, "state") switch
        {
            null => DeadLetterState.Parked,
            "all" => (DeadLetterState?)null,
            var given => One<DeadLetterState>(given, "?state"),
        };
        var source = Text(query, "source") is { } from ? One<DeadLetterSource>(from, "?source") : (DeadLetterSource?)null;
        DateTimeOffset? since = null;
        if (Text(query, "since") is { } text)
        {
            since = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
                ? moment
                : throw new BadRequestException("?since", "date-time", "An instant in ISO 8601: 2026-03-02T10:00:00Z.");
        }
        var filter = new DeadLetterFilter(Text(query, "service"), Text(query, "event"), source, Text(query, "exception"), since);
        if (filter.Check(new Checks(), "?").Errors is [var error, ..])
            throw new BadRequestException(error.Pointer, error.Code, error.Detail);
        return ValueTask.FromResult(new DeadLetterQuestion(filter, state));
    }

    private static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    private static TEnum One<TEnum>(string given, string pointer)
        where TEnum : struct, Enum =>
        Enum.GetValues<TEnum>().Where(value => string.Equals(value.ToString(), given, StringComparison.OrdinalIgnoreCase)).Cast<TEnum?>().FirstOrDefault()
            ?? throw new BadRequestException(pointer, "unknown", $"One of {string.Join(", ", Enum.GetNames<TEnum>().Select(name => name.ToLowerInvariant()))}{(pointer == "?state" ? ", all" : "")}.");
}
