using System.Globalization;
using EServices.Contracts;
using EServices.Contracts.Identity;
using EServices.Notification.Wording;
using EServices.Platform.Messaging;

namespace EServices.Notification.Telling;

internal sealed class WhenOneTimeCodeIssued(Teller teller) : IReaction<OneTimeCodeIssued>
{
    public Task On(OneTimeCodeIssued fact, Delivery delivery, CancellationToken cancellationToken) =>
        teller.TellAsync(
            new Person(fact.Mobile, "", fact.Language), fact.Template, words => Fill(words, fact), delivery, cancellationToken, expiresAt: fact.ExpiresAt);

    /// <summary>The amount in a code's message is written as in every other message, so that people can compare them.</summary>
    private static Words Fill(Words words, OneTimeCodeIssued fact)
    {
        foreach (var (name, value) in fact.Parameters)
        {
            if (name == "totalPaise" && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var paise))
                words.Total(paise);
            else
                words.With(name, value);
        }
        return words.With("code", fact.Code);
    }
}
