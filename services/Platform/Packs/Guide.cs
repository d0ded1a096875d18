using EServices.Contracts;

namespace EServices.Platform.Packs;

/// <summary>By which facts of a person the pack says what they can get. A pack without <c>guide.json</c> has none, and says of every service only that one may.</summary>
public sealed record PackGuide(PackList<Named> Categories, PackList<Named> Occupations, PackList<Condition> Conditions, PackList<Eligibility> Eligibilities)
{
    public static PackGuide None { get; } = new(new([], named => named.Id), new([], named => named.Id), new([], condition => condition.Id), new([], eligibility => eligibility.Id));
}

/// <summary>What no figure can tell: asked with yes or no.</summary>
public sealed record Condition(string Id, Localised Question);

/// <summary>Who can get a service, as far as it can be told from facts. Everything that is named has to hold; what is left out is no rule, so one without any is for everyone.</summary>
public sealed record Eligibility
{
    public required string Id { get; init; }

    /// <summary>Completed years of the person who applies; both ends included.</summary>
    public required int? MinAge { get; init; }

    public required int? MaxAge { get; init; }

    /// <summary>One of them; empty for all.</summary>
    public required IReadOnlyList<Gender> Genders { get; init; }

    /// <summary>Ids of categories, of which one is enough; empty for all.</summary>
    public required IReadOnlyList<string> Categories { get; init; }

    /// <summary>Ids of occupations, of which one is enough; empty for all.</summary>
    public required IReadOnlyList<string> Occupations { get; init; }

    /// <summary>Ids of conditions, all of which have to hold.</summary>
    public required IReadOnlyList<string> Conditions { get; init; }

    /// <summary>The most that the family has in a year.</summary>
    public required long? MaxYearlyIncomePaise { get; init; }

    /// <summary>LGD codes of districts, of which one is enough; empty for all.</summary>
    public required IReadOnlyList<string> Districts { get; init; }

    /// <summary>Only those who live in the state.</summary>
    public required bool Resident { get; init; }

    /// <summary>Id of the source.</summary>
    public required string Source { get; init; }
}

public enum Gender
{
    Female,
    Male,
    Other,
}
