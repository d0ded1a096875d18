using System.Globalization;

namespace EServices.Local.DeadLetters;

internal enum DeadLettersVerb
{
    List,
    Show,
    Retry,
    Discard,
    Log,
}

/// <summary>What was asked of <c>dead-letters</c> on the command line.</summary>
/// <param name="Id">The one letter that is meant; null for a filter.</param>
/// <param name="Filter">Query parameters of the list, by name.</param>
internal sealed record DeadLettersOptions(
    DeadLettersVerb Verb, string? Id, IReadOnlyDictionary<string, string> Filter, int? Limit, string? Reason, bool DryRun, bool Json, Uri Gateway, string? Email, bool Help)
{
    public const string Usage = """
        Events that could not be sent or reacted to, of all services: look, try again, discard. For staff with the role operations.

          dotnet run -c Release --project apphost/Local -- dead-letters COMMAND [options]

        list                       what is parked, the newest first
        show ID                    one of them, with its stack and its masked content
        retry ID                   try it again now; if it fails, it is parked again
        retry FILTER               try all again that match: a dry run first, then up to --limit of each service
        discard ID --reason TEXT   decide that nobody ever handles it
        log                        who did what, when and why

          --service NAME      only this service's
          --event NAME        only this event: BillSettled
          --source WHERE      queue or outbox
          --exception TYPE    only with this last exception: TimeoutException
          --since WHEN        first failed since then: 2026-03-02T10:00Z, or 30m, 12h, 7d ago
          --state STATE       for list: waiting, parked (default), handled, discarded or all
          --all               for retry: everything that is parked
          --limit N           1 to 100 (list, log: 20; retry: 100 of each service)
          --dry-run           for retry: only say what would be tried
          --reason TEXT       for the audit log
          --gateway URL       default http://localhost:8080, or ESERVICES_GATEWAY
          --email ADDRESS     sign in as; the password is in ESERVICES_PASSWORD, or asked for
          --json              print the answer as it came
          --help              show this

        ESERVICES_TOKEN holds an access token instead. With neither, a sandbox lends one of its operations staff, whose password is set anew.
        Ends with 0; 1 when refused or not reachable; 2 when not understood; 3 when a service did not answer, so that the rest is incomplete.
        """;

    private static readonly string[] FilterNames = ["service", "event", "source", "exception", "since", "state"];

    /// <exception cref="UsageException">An argument that is not understood, or one that is missing.</exception>
    public static DeadLettersOptions Parse(IReadOnlyList<string> arguments, DateTimeOffset now, Func<string, string?> environment)
    {
        var filter = new Dictionary<string, string>();
        var words = new List<string>();
        string? reason = null, email = null, gateway = null;
        int? limit = null;
        bool dryRun = false, json = false, help = false, all = false;
        for (var at = 0; at < arguments.Count; at++)
        {
            var (name, inline) = arguments[at].StartsWith("--", StringComparison.Ordinal) && arguments[at].Split('=', 2) is [var before, var after] ? (before, after) : (arguments[at], null);
            switch (name)
            {
                case "--help" or "-h":
                    help = true;
                    break;
                case "--json" when inline is null:
                    json = true;
                    break;
                case "--dry-run" when inline is null:
                    dryRun = true;
                    break;
                case "--all" when inline is null:
                    all = true;
                    break;
                case "--reason":
                    reason = Value();
                    break;
                case "--email":
                    email = Value();
                    break;
                case "--gateway":
                    gateway = Value();
                    break;
                case "--limit":
                    limit = Number(Value());
                    break;
                case ['-', '-', .. var option] when FilterNames.Contains(option):
                    filter[option] = option == "since" ? Since(Value(), now) : Value();
                    break;
                case not ['-', ..]:
                    words.Add(name);
                    break;
                default:
                    throw new UsageException($"'{arguments[at]}' is not understood.");
            }

            string Value() => inline is { Length: > 0 } ? inline
                : inline is null && at + 1 < arguments.Count && !arguments[at + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++at]
                : throw new UsageException($"{name} needs a value.");
        }
        var options = new DeadLettersOptions(
            help ? DeadLettersVerb.List : VerbOf(words), words.ElementAtOrDefault(1), filter, limit, reason, dryRun, json, Address(gateway ?? environment("ESERVICES_GATEWAY")), email, help);
        if (!help)
            options.Check(all, words.Count);
        return options;
    }

    private void Check(bool all, int words)
    {
        if (words > 2)
            throw new UsageException("One letter at a time, or a filter.");
        if (Id is null && Verb is DeadLettersVerb.Show or DeadLettersVerb.Discard)
            throw new UsageException($"{Verb.ToString().ToLowerInvariant()} needs the ID of a letter; list tells them.");
        if (Id is not null && Verb is DeadLettersVerb.List or DeadLettersVerb.Log)
            throw new UsageException($"{Verb.ToString().ToLowerInvariant()} takes no ID.");
        if (Id is not null && (Filter.Count > 0 || all || DryRun))
            throw new UsageException("An ID says all: leave the filter and --dry-run out.");
        if (Verb == DeadLettersVerb.Discard && string.IsNullOrWhiteSpace(Reason))
            throw new UsageException("discard needs --reason TEXT: it is all that will be known later.");
        if (DryRun && Verb != DeadLettersVerb.Retry)
            throw new UsageException("--dry-run belongs to retry.");
        if (all && Verb != DeadLettersVerb.Retry)
            throw new UsageException("--all belongs to retry.");
        if (Verb == DeadLettersVerb.Retry && Filter.ContainsKey("state"))
            throw new UsageException("--state belongs to list: what is tried again is parked.");
        if (Verb == DeadLettersVerb.Log && Filter.Keys.Any(name => name != "service"))
            throw new UsageException("log takes --service and --limit only.");
        if (Verb == DeadLettersVerb.Retry && Id is null && Filter.Count == 0 && !all)
            throw new UsageException("retry needs the ID of a letter, a filter, or --all.");
        if (Filter.TryGetValue("source", out var source) && source is not ("queue" or "outbox"))
            throw new UsageException($"'{source}' is no source: queue or outbox.");
        if (Filter.TryGetValue("state", out var state) && state is not ("waiting" or "parked" or "handled" or "discarded" or "all"))
            throw new UsageException($"'{state}' is no state: waiting, parked, handled, discarded or all.");
    }

    private static DeadLettersVerb VerbOf(List<string> words) => words.FirstOrDefault() switch
    {
        "list" => DeadLettersVerb.List,
        "show" => DeadLettersVerb.Show,
        "retry" => DeadLettersVerb.Retry,
        "discard" => DeadLettersVerb.Discard,
        "log" => DeadLettersVerb.Log,
        null => throw new UsageException("dead-letters needs a command: list, show, retry, discard or log."),
        var other => throw new UsageException($"'{other}' is no command: list, show, retry, discard or log."),
    };

    private static Uri Address(string? text) =>
        Uri.TryCreate(string.IsNullOrEmpty(text) ? "http://localhost:8080" : text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"'{text}' is no address: --gateway takes a URL such as http://localhost:8080.");

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 100
            ? number
            : throw new UsageException($"'{text}' is no limit: --limit takes a number from 1 to 100.");

    private static string Since(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && "mhd".Contains(text[^1], StringComparison.Ordinal))
            return (now - (text[^1] switch { 'm' => TimeSpan.FromMinutes(count), 'h' => TimeSpan.FromHours(count), _ => TimeSpan.FromDays(count) })).UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)
            : throw new UsageException($"'{text}' is no time: --since takes 2026-03-02T10:00Z, or 30m, 12h, 7d.");
    }
}
