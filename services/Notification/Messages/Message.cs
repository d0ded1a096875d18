using System.Text.Json.Serialization;
using EServices.Contracts;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Notification.Messages;

/// <summary>One thing told to one person: made once for an event, then sent until it arrives, is out of date, or no attempt is left.</summary>
internal sealed class Message : Document
{
    private const string Erased = "••••••";
    private const string CodeParameter = "code";

    /// <param name="id">Derived from the event, so that its repeat can't make a second message.</param>
    /// <param name="to">E.164.</param>
    /// <param name="language">The language the text is in.</param>
    /// <param name="raisedAt">When it became true, by the service that said so; messages are listed in this order however late their events came.</param>
    /// <param name="about">What the message is the latest word on, such as a visit's time; null if it stays true.</param>
    /// <param name="expiresAt">After this it would only mislead; null for never.</param>
    public Message(
        string id, string to, string language, string template, string subject, string text, IReadOnlyDictionary<string, string> parameters,
        DateTimeOffset raisedAt, DateTimeOffset now, string? about, DateTimeOffset? expiresAt)
        : base(id) =>
        (To, Language, Template, Subject, Text, Parameters, RaisedAt, DueAt, About, ExpiresAt) =
        (to, language, template, subject, text, parameters, raisedAt, now, about, expiresAt);

    private Message()
    {
        (To, Language, Template, Subject, Text) = ("", "", "", "", "");
        Parameters = new Dictionary<string, string>();
    }

    public string To { get; private set; }

    public string Language { get; private set; }

    public string Template { get; private set; }

    public string Subject { get; private set; }

    public string Text { get; private set; }

    /// <summary>What was filled in, as written in the text; amounts also as integer paise (<c>totalPaise</c>).</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; private set; }

    public string? About { get; private set; }

    public DateTimeOffset RaisedAt { get; private set; }

    public DateTimeOffset? ExpiresAt { get; private set; }

    public MessageState State { get; private set; }

    /// <summary>When to try next; null when there is nothing left to do.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    public int Attempts { get; private set; }

    /// <summary>The channel that took it; null before.</summary>
    public string? Channel { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    /// <summary>Why the last attempt failed, or why there is none any more.</summary>
    public string? Error { get; private set; }

    public bool CarriesCode => Parameters.ContainsKey(CodeParameter);

    /// <summary>The text for people other than its recipient.</summary>
    public string TextWithoutCode => Parameters.TryGetValue(CodeParameter, out var code) ? Text.Replace(code, Erased, StringComparison.Ordinal) : Text;

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>Takes it for one attempt; should the attempt end without a word, it is due again after <paramref name="lease"/>.</summary>
    public void Take(DateTimeOffset now, TimeSpan lease) => (Attempts, Error, DueAt) = (Attempts + 1, null, now + lease);

    public void Sent(string channel, DateTimeOffset now)
    {
        (State, Channel, SentAt) = (MessageState.Sent, channel, now);
        (DueAt, Error) = (null, null);
    }

    /// <summary>It is looked at again when it expires, if that is before the next try.</summary>
    public void Failed(string error, DateTimeOffset nextTry) => (Error, DueAt) = (error, ExpiresAt < nextTry ? ExpiresAt : nextTry);

    /// <summary>No attempt is made any more, until somebody asks for one.</summary>
    public void GiveUp(string error) => (State, Error, DueAt) = (MessageState.Failed, error, null);

    /// <summary>Something newer was told meanwhile, and this would mislead.</summary>
    public void Supersede() => (State, Error, DueAt) = (MessageState.Superseded, null, null);

    public Refusal? Retry(DateTimeOffset now)
    {
        if (State != MessageState.Failed)
            return Refusal.Conflict("not-failed", "Only a message that failed can be sent again.");
        if (ExpiresAt is not null)
            return Refusal.Conflict("code-not-repeated", "A one-time code is not sent again; its owner asks for a new one.");
        (State, Attempts, DueAt) = (MessageState.Queued, 0, now);
        return null;
    }

    /// <summary>Once sent or given up, nobody may read the code here any more.</summary>
    public void EraseCode()
    {
        if (!CarriesCode)
            return;
        Text = TextWithoutCode;
        Parameters = Parameters.Where(parameter => parameter.Key != CodeParameter).ToDictionary(parameter => parameter.Key, parameter => parameter.Value);
    }
}

[JsonConverter(typeof(CamelCaseEnumConverter<MessageState>))]
internal enum MessageState
{
    Queued,
    Sent,
    Failed,
    Superseded,
}
