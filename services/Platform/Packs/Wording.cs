using EServices.Contracts;

namespace EServices.Platform.Packs;

/// <summary>What the platform says of services in sentences of its own, such as what changed from one version to the next: by key and language.</summary>
/// <param name="MadeBy"><c>machine</c>, <c>person</c> or <c>notified</c>: who wrote the translations.</param>
public sealed record WordingBook(IReadOnlyDictionary<string, Localised> Texts, string MadeBy)
{
    /// <summary>For a pack that words nothing itself: English.</summary>
    public static WordingBook English { get; } = new(WordingKeys.Texts.ToDictionary(text => text.Key, text => Localised.English(text.Value)), "person");

    /// <summary>The sentence in a language. A key that is not one of <see cref="WordingKeys"/> and a parameter that is missing are bugs of the caller and throw.</summary>
    public string Say(string key, string language, params (string Name, string Value)[] parameters) =>
        MessageTemplate.Placeholder().Replace(Texts[key].In(language), match => parameters.Single(parameter => parameter.Name == match.Groups[1].Value).Value);
}

/// <summary>The sentences the platform needs, in English with their placeholders. A translation has the same placeholders.</summary>
public static class WordingKeys
{
    public static IReadOnlyDictionary<string, string> Texts { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["channel-online"] = "online",
        ["channel-centre"] = "at a service centre",
        ["channel-doorstep"] = "at the doorstep",
        ["unlimited"] = "unlimited",
        ["months"] = "{count} months",

        ["name-changed"] = "The name changes from \"{from}\" to \"{to}\".",
        ["description-changed"] = "The description now reads: {to}",
        ["who-may-apply-changed"] = "Who may apply now reads: {to}",
        ["department-changed"] = "The department changes from {from} to {to}.",
        ["fee-changed"] = "The fee {channel} changes from {from} to {to}.",
        ["fee-lines-changed"] = "The fee {channel} stays {to}, but is made up of other parts.",
        ["time-limit-changed"] = "The time limit changes from {from} to {to} days.",
        ["channel-added"] = "The service can now be had {channel}, for {to}.",
        ["channel-removed"] = "The service can no longer be had {channel}.",
        ["document-added"] = "{document} can now be handed in as well.",
        ["document-added-mandatory"] = "{document} must now be handed in.",
        ["document-removed"] = "{document} is no longer asked for.",
        ["document-now-mandatory"] = "{document}, until now voluntary, must now be handed in.",
        ["document-now-optional"] = "{document} is now voluntary.",
        ["alternative-added"] = "{alternative} is now accepted instead of {document}.",
        ["alternative-removed"] = "{alternative} is no longer accepted instead of {document}.",
        ["field-added"] = "The form now has the field \"{field}\".",
        ["field-added-required"] = "The form now has the field \"{field}\", which must be filled in.",
        ["field-removed"] = "The form no longer has the field \"{field}\".",
        ["field-now-required"] = "The field \"{field}\" must now be filled in.",
        ["field-now-optional"] = "The field \"{field}\" may now be left empty.",
        ["field-changed"] = "What can be given in the field \"{field}\" changes.",
        ["form-rules-changed"] = "How the form's fields depend on each other changes.",
        ["officer-changed"] = "{to} now decides instead of {from}.",
        ["first-appeal-changed"] = "The first appeal now goes to {to} instead of {from}.",
        ["second-appeal-changed"] = "The second appeal now goes to {to} instead of {from}.",
        ["output-changed"] = "What one gets changes from {from} to {to}.",
        ["validity-changed"] = "How long it is valid changes from {from} to {to}.",
        ["visit-changed"] = "A visit now takes {to} minutes instead of {from}.",
        ["skills-changed"] = "Who visits needs other skills.",

        ["gender-female"] = "women and girls",
        ["gender-male"] = "men and boys",
        ["gender-other"] = "persons of another gender",
        ["for-everyone"] = "Anyone can ask for it.",
        ["rules-not-written"] = "Who may apply is told in words only.",
        ["age-at-least"] = "For those of {years} years or more.",
        ["age-at-most"] = "For those of {years} years or less.",
        ["gender-of"] = "For {genders}.",
        ["category-of"] = "For those who belong to: {categories}.",
        ["occupation-of"] = "For those who work as: {occupations}.",
        ["income-at-most"] = "For families with at most {amount} a year.",
        ["district-of"] = "For those who live in: {districts}.",
        ["resident-only"] = "For those who live in the state.",
        ["ask-age"] = "How old are you, in completed years?",
        ["ask-gender"] = "Are you a woman, a man or of another gender?",
        ["ask-category"] = "To which of these categories do you belong?",
        ["ask-occupation"] = "What do you do?",
        ["ask-income"] = "What does your family have in a year, in rupees?",
        ["ask-district"] = "In which district do you live?",
        ["ask-resident"] = "Do you live in the state?",
    };
}
