using System.Security.Cryptography;
using System.Text;
using EServices.Contracts;
using EServices.Notification.Messages;
using EServices.Notification.Sending;
using EServices.Notification.Wording;
using EServices.Platform.Messaging;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Web;

namespace EServices.Notification.Telling;

/// <summary>Makes the message of an event: once, however often the event comes.</summary>
internal sealed partial class Teller(DocumentStore<Message> messages, StatePack pack, DueSignal due, TimeProvider time, ILogger<Teller> logger)
{
    /// <param name="template">Key of the pack's template.</param>
    /// <param name="fill">What to tell.</param>
    /// <param name="about">What the message is the latest word on; an older one about the same is not sent after it.</param>
    /// <exception cref="InvalidOperationException">The pack has no such template: the event is parked until there is one.</exception>
    public async Task TellAsync(
        Person person, string template, Func<Words, Words> fill, Delivery delivery, CancellationToken cancellationToken,
        string? about = null, DateTimeOffset? expiresAt = null)
    {
        if (!Mobile.TryNormalise(person.Mobile, out var mobile))
        {
            Unreachable(template, delivery.EventId);
            return;
        }
        var found = pack.Messages.Find(template, LanguageOf(person)) ?? throw new InvalidOperationException($"The state pack has no message template '{template}'.");
        var words = fill(new Words(found, pack.About));
        var message = new Message(
            IdOf(delivery, template), mobile, words.Language, template, found.Subject, words.Text(), words.Told, delivery.RaisedAt, time.GetUtcNow(), about, expiresAt);
        try
        {
            await messages.SaveAsync(message, cancellationToken);
        }
        catch (DuplicateKeyException repeat) when (repeat.Index == "id")
        {
            return;
        }
        due.Ring();
    }

    /// <summary>Of <c>ur-IN</c> the pack knows <c>ur</c>.</summary>
    private string LanguageOf(Person person) =>
        pack.About.Languages.Any(language => language.Tag == person.Language) ? person.Language : (person.Language ?? "").Split('-')[0].ToLowerInvariant();

    private static string IdOf(Delivery delivery, string template) =>
        $"msg_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{delivery.EventId}\n{template}")).AsSpan(0, 13))}";

    [LoggerMessage(EventName = "PersonUnreachable", Level = LogLevel.Information, Message = "Nobody was told {Template} of {EventId}: the number is no mobile")]
    private partial void Unreachable(string template, string eventId);
}
