using System.Text.RegularExpressions;

namespace EServices.Platform.Packs;

/// <summary>What citizens are told, by key and language.</summary>
public sealed class MessageBook(IReadOnlyList<MessageTemplate> templates, string firstLanguage)
{
    private readonly Dictionary<(string Key, string Language), MessageTemplate> byKey =
        templates.ToDictionary(template => (template.Key, template.Language));

    public IReadOnlyList<MessageTemplate> Templates { get; } = templates;

    /// <summary>The template in a language, else in the pack's first; null only for a key that no pack can have.</summary>
    public MessageTemplate? Find(string key, string language) =>
        byKey.GetValueOrDefault((key, language)) ?? byKey.GetValueOrDefault((key, firstLanguage));
}

/// <param name="Subject">For channels that have one, such as mail; has no placeholders.</param>
/// <param name="Text">At most <see cref="MaxLength"/> characters, with placeholders in braces: <c>{total}</c>.</param>
/// <param name="Placeholders">The names in braces, once each.</param>
public sealed partial record MessageTemplate(string Key, string Language, string Subject, string Text, IReadOnlyList<string> Placeholders)
{
    public const int MaxLength = 320;

    /// <summary>The text with its placeholders filled. A parameter that is missing is a bug of the sender and throws.</summary>
    public string Fill(IReadOnlyDictionary<string, string> parameters) =>
        Placeholder().Replace(Text, match => parameters.TryGetValue(match.Groups[1].Value, out var value)
            ? value
            : throw new ArgumentException($"Template {Key} ({Language}) needs {match.Value}.", nameof(parameters)));

    [GeneratedRegex(@"\{([A-Za-z]+)\}")]
    internal static partial Regex Placeholder();
}

/// <summary>The messages the platform sends, and what it tells in each. A pack has a template for every key and every language.</summary>
public static class MessageKeys
{
    /// <summary>Filled in every message from the pack itself: the helpline's number.</summary>
    public const string Helpline = "helpline";

    /// <summary>By key: the placeholders the sender supplies. A template must use those not marked optional with <c>?</c>.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["otp-sign-in"] = ["code"],
        ["otp-call-confirm"] = ["code"],
        ["call-received"] = [],
        ["visit-scheduled"] = ["total", "date", "window", "operator"],
        ["visit-rescheduled"] = ["date", "window", "operator", "total?"],
        ["visit-cancelled"] = ["date?"],
        ["visit-no-show"] = ["date?"],
        ["visit-unassigned"] = ["date", "window"],
        ["visit-missed"] = ["date", "window"],
        ["otp-visit"] = ["code", "total"],
        ["application-submitted"] = ["tracking"],
        ["bill-issued"] = ["total", "tracking?"],
        ["payment-received"] = ["total", "receipt"],
        ["application-acknowledged"] = ["tracking", "dueDate", "officer"],
        ["application-sent-back"] = ["tracking"],
        ["application-approved"] = ["tracking"],
        ["application-rejected"] = ["tracking"],
        ["certificate-issued"] = ["tracking"],
        ["overcharge-case"] = [],
    };
}
