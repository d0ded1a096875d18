using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EServices.Platform.Web;

namespace EServices.Platform.Messaging.DeadLetters;

/// <summary>An event that got stuck, as operations see it.</summary>
/// <param name="Service">Resource name of the service that keeps it.</param>
/// <param name="Place">The queue it came by, or the document that could not send it.</param>
/// <param name="Attempts">All that were ever made.</param>
/// <param name="TraceId">W3C trace id of the request that raised it.</param>
/// <param name="DueAt">When it is tried next; absent unless it waits.</param>
/// <param name="LastAct">Id of the last act upon it in the audit log.</param>
/// <param name="Cursor">Where a list goes on behind it; between gateway and services.</param>
public sealed record DeadLetterView(
    string Id, string Service, DeadLetterSource Source, string Place, string Event, string EventId, DeadLetterState State, int Attempts, ExceptionView Exception,
    string? TraceId, string? TrackingNumber, DateTimeOffset RaisedAt, DateTimeOffset FirstFailedAt, DateTimeOffset LastFailedAt,
    DateTimeOffset? ParkedAt, DateTimeOffset? DueAt, DateTimeOffset? EndedAt, string? LastAct, string? Cursor = null)
{
    internal static DeadLetterView Of(DeadLetter letter, string service) => new(
        letter.Id, service, letter.Source, letter.Place, letter.Event, letter.EventId, letter.State, letter.Attempts, new ExceptionView(letter.Failure.Type, letter.Failure.Message),
        CarriedTrace.TraceIdOf(letter.TraceParent), letter.TrackingNumber, letter.RaisedAt, letter.FirstFailedAt, letter.LastFailedAt,
        letter.ParkedAt, letter.DueAt, letter.EndedAt, letter.LastAct);
}

/// <param name="Type">Full name of the exception's type.</param>
public sealed record ExceptionView(string Type, string Message);

/// <summary>One letter in full.</summary>
/// <param name="Stack">The innermost frames, where they are known.</param>
/// <param name="Content">The event with its identifiers, numbers and times; other texts are told by their length only, since they may be a person's.</param>
public sealed record DeadLetterDetail(DeadLetterView Letter, string EventType, string? Stack, JsonNode? Content)
{
    internal static DeadLetterDetail Of(DeadLetter letter, string service) => new(DeadLetterView.Of(letter, service), letter.EventType, letter.Failure.Stack, Masked.Of(letter.Body));
}

public sealed record DeadLetterList(IReadOnlyList<DeadLetterView> Items, string? Next);

/// <param name="DryRun">True only says what would be done. It has no default: look before you leap.</param>
/// <param name="Filter">Absent for all that are parked.</param>
/// <param name="Limit">How many at most, from 1 to 100 in each service; 100 if absent.</param>
/// <param name="Reason">For the audit log.</param>
public sealed record RetryMany(bool? DryRun, DeadLetterFilter? Filter = null, int? Limit = null, string? Reason = null)
{
    /// <summary>Everything that is wrong with it. The gateway looks before it asks anyone, and every service again.</summary>
    public Checks Check()
    {
        var checks = new Checks()
            .That(DryRun is not null, "/dryRun", "required", "Say whether this only looks (true) or does it (false).")
            .That(Limit is null or (>= 1 and <= Paging.Most), "/limit", "range", $"A whole number from 1 to {Paging.Most}.")
            .That(Reason is not { Length: > 500 }, "/reason", "too-long", "At most 500 characters.");
        return Filter?.Check(checks, "/filter/") ?? checks;
    }
}

/// <param name="Reason">For the audit log; may be absent.</param>
public sealed record RetryOne(string? Reason = null);

/// <param name="Reason">Why it is right that nobody ever handles it; 3 to 500 characters.</param>
public sealed record DiscardOne(string? Reason);

/// <param name="Matched">Parked letters that the filter chose, within the limit.</param>
/// <param name="Retried">With how many it was done; 0 in a dry run.</param>
/// <param name="More">Others match beyond the limit.</param>
/// <param name="Act">Id in the audit log.</param>
public sealed record RetriedMany(string Service, bool DryRun, int Matched, int Retried, bool More, string Act, IReadOnlyList<DeadLetterView> Letters);

/// <summary>An entry of the audit log.</summary>
/// <param name="By">Account id of who did it.</param>
/// <param name="Letters">The letters it was to be done with.</param>
/// <param name="Done">With how many it was done; absent if the service went down meanwhile.</param>
/// <param name="Refused">Code of the refusal, where it was refused.</param>
public sealed record OperationsActView(
    string Id, string Service, OperationsActKind Kind, string By, string ByName, DateTimeOffset At, string? Reason, DeadLetterFilter? Filter, bool DryRun,
    IReadOnlyList<string> Letters, int? Done, string? Refused, string? Cursor = null)
{
    internal static OperationsActView Of(OperationsAct act, string service) =>
        new(act.Id, service, act.Kind, act.By, act.ByName, act.At, act.Reason, act.Filter, act.DryRun, act.Letters, act.Done, act.Refused);
}

public sealed record OperationsActList(IReadOnlyList<OperationsActView> Items, string? Next);

/// <summary>An event's content without what might be a person's.</summary>
internal static partial class Masked
{
    public static JsonNode? Of(string body)
    {
        try
        {
            return Mask(JsonNode.Parse(body));
        }
        catch (JsonException)
        {
            return JsonValue.Create(Told(body));
        }
    }

    private static JsonNode? Mask(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject([.. map.Select(member => KeyValuePair.Create(member.Key, Mask(member.Value)))]),
        JsonArray list => new JsonArray([.. list.Select(Mask)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && !IsPlain(value.GetValue<string>()) => JsonValue.Create(Told(value.GetValue<string>())),
        // A fraction may be where someone lives.
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && !long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => JsonValue.Create("(a number)"),
        _ => node?.DeepClone(),
    };

    private static string Told(string text) => $"({text.Length} characters)";

    private static bool IsPlain(string text) => text.Length == 0 || Identifier().IsMatch(text) || Instant().IsMatch(text);

    [GeneratedRegex("^[a-z]{2,6}_[0-9A-HJKMNP-TV-Z]{26}$")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})$")]
    private static partial Regex Instant();
}
