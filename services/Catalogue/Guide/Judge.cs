using System.Globalization;
using System.Text.Json.Serialization;
using EServices.Catalogue.Definitions;
using EServices.Catalogue.Services;
using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Catalogue.Guide;

[JsonConverter(typeof(CamelCaseEnumConverter<Answer>))]
internal enum Answer
{
    Yes,

    /// <summary>Something is not known that decides it.</summary>
    May,

    No,
}

/// <summary>One rule, and how it turns out.</summary>
/// <param name="Code">Which rule: <c>age-at-least</c>, <c>gender-of</c>, <c>condition</c> …</param>
/// <param name="Subject">Id of the condition; null for other rules.</param>
/// <param name="Holds"><c>yes</c>, <c>may</c> where the fact is not known, or <c>no</c>.</param>
/// <param name="Words">The rule in a sentence, or the condition's question.</param>
internal sealed record Reason(string Code, string? Subject, Answer Holds, string Words);

/// <param name="Basis"><c>cited</c> or <c>assumed</c>: how sure the rules are; null where there are none.</param>
internal sealed record Judgement(Answer Answer, IReadOnlyList<Reason> Reasons, string? Basis)
{
    public int Holding => Reasons.Count(reason => reason.Holds == Answer.Yes);
}

/// <summary>Whether a person with these facts can get a service. What is not known makes it a "may", never a "no".</summary>
internal static class Judge
{
    /// <summary>The rules of a service: the people's definition names its own, else the pack.</summary>
    public static Eligibility? RulesOf(ServiceVersion service, StatePack pack) =>
        pack.Guide.Eligibilities.Find(service.DefinitionId is null ? pack.Services.Find(service.ServiceId)?.Eligibility ?? service.Eligibility : service.Eligibility);

    public static Judgement Of(Eligibility? rules, Facts facts, StatePack pack, string language)
    {
        var wording = pack.Wording;
        if (rules is null)
            return new Judgement(Answer.May, [new Reason("rules-not-written", null, Answer.May, wording.Say("rules-not-written", language))], null);
        var reasons = new List<Reason>();
        if (rules.MinAge is { } least)
            Rule("age-at-least", facts.Age is { } age ? age >= least : null, ("years", Number(least)));
        if (rules.MaxAge is { } most)
            Rule("age-at-most", facts.Age is { } age ? age <= most : null, ("years", Number(most)));
        if (rules.Genders.Count > 0)
            Rule("gender-of", facts.Gender is { } gender ? rules.Genders.Contains(gender) : null, ("genders", string.Join(", ", rules.Genders.Select(one => wording.Say($"gender-{one.ToString().ToLowerInvariant()}", language)))));
        if (rules.Categories.Count > 0)
            Rule("category-of", facts.Categories is { } categories ? categories.Any(rules.Categories.Contains) : null, ("categories", Names(rules.Categories, pack.Guide.Categories, language)));
        if (rules.Occupations.Count > 0)
            Rule("occupation-of", facts.Occupations is { } occupations ? occupations.Any(rules.Occupations.Contains) : null, ("occupations", Names(rules.Occupations, pack.Guide.Occupations, language)));
        if (rules.MaxYearlyIncomePaise is { } income)
            Rule("income-at-most", facts.YearlyIncomePaise is { } has ? has <= income : null, ("amount", ServiceDifference.Rupees(income)));
        if (rules.Districts.Count > 0)
            Rule("district-of", facts.District is { } district ? rules.Districts.Contains(district) : facts.Resident == false ? false : null,
                ("districts", string.Join(", ", rules.Districts.Select(code => pack.Geography.Districts[code].Name.In(language)))));
        if (rules.Resident)
            Rule("resident-only", facts.Resident);
        foreach (var condition in rules.Conditions)
            reasons.Add(new Reason("condition", condition, facts.Answers.TryGetValue(condition, out var said) ? Holds(said) : Answer.May, pack.Guide.Conditions[condition].Question.In(language)));
        if (reasons.Count == 0)
            reasons.Add(new Reason("for-everyone", null, Answer.Yes, wording.Say("for-everyone", language)));
        return new Judgement(reasons.Max(reason => reason.Holds), reasons, pack.Sources[rules.Source].Basis == Platform.Packs.Basis.Cited ? "cited" : "assumed");

        void Rule(string code, bool? holds, params (string, string)[] parameters) => reasons.Add(new Reason(code, null, Holds(holds), wording.Say(code, language, parameters)));
    }

    /// <summary>What to ask a person before they begin: as few questions as the rules need.</summary>
    public static IReadOnlyList<Question> Questions(Eligibility? rules, StatePack pack, string language)
    {
        if (rules is null)
            return [];
        var questions = new List<Question>();
        if (rules.MinAge is not null || rules.MaxAge is not null)
            Ask("age", "number");
        if (rules.Genders.Count > 0)
            Ask("gender", "choice", Enum.GetValues<Gender>().Select(gender => new Choice(gender.ToString().ToLowerInvariant(), pack.Wording.Say($"gender-{gender.ToString().ToLowerInvariant()}", language))));
        if (rules.Categories.Count > 0)
            Ask("category", "choices", pack.Guide.Categories.Select(category => new Choice(category.Id, category.Name.In(language))));
        if (rules.Occupations.Count > 0)
            Ask("occupation", "choices", pack.Guide.Occupations.Select(occupation => new Choice(occupation.Id, occupation.Name.In(language))));
        if (rules.MaxYearlyIncomePaise is not null)
            Ask("income", "number");
        if (rules.Districts.Count > 0)
            Ask("district", "choice", pack.Geography.Districts.Select(district => new Choice(district.Code, district.Name.In(language))));
        else if (rules.Resident)
            Ask("resident", "yesNo");
        questions.AddRange(rules.Conditions.Select(condition => new Question("answer", condition, "yesNo", pack.Guide.Conditions[condition].Question.In(language), [])));
        return questions;

        void Ask(string fact, string kind, IEnumerable<Choice>? choices = null) => questions.Add(new Question(fact, null, kind, pack.Wording.Say($"ask-{fact}", language), [.. choices ?? []]));
    }

    private static Answer Holds(bool? holds) => holds switch
    {
        true => Answer.Yes,
        false => Answer.No,
        null => Answer.May,
    };

    private static string Names(IReadOnlyList<string> ids, PackList<Named> named, string language) => string.Join(", ", ids.Select(id => named[id].Name.In(language)));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A question before one begins. The answer goes into a query parameter of <c>/api/v1/guide/services</c>, and nowhere else.</summary>
/// <param name="Fact">The parameter: <c>age</c>, <c>gender</c>, … or <c>answer</c>, which takes <c>condition:yes</c> or <c>condition:no</c>.</param>
/// <param name="Kind"><c>number</c>, <c>choice</c> (one), <c>choices</c> (several) or <c>yesNo</c>.</param>
internal sealed record Question(string Fact, string? Condition, string Kind, string Text, IReadOnlyList<Choice> Choices);

internal sealed record Choice(string Id, string Name);
