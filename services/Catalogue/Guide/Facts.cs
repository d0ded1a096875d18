using EServices.Platform.Packs;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Mvc;

namespace EServices.Catalogue.Guide;

/// <summary>What a person tells of themselves, as query parameters; all may be left out, and none is kept.</summary>
internal sealed record FactsAsked
{
    /// <summary>In completed years.</summary>
    [FromQuery(Name = "age")]
    public int? Age { get; init; }

    /// <summary>LGD code; who names one lives in the state.</summary>
    [FromQuery(Name = "district")]
    public string? District { get; init; }

    /// <summary>Ids of categories, separated by commas.</summary>
    [FromQuery(Name = "category")]
    public string? Category { get; init; }

    /// <summary>Ids of occupations, separated by commas.</summary>
    [FromQuery(Name = "occupation")]
    public string? Occupation { get; init; }

    /// <summary><c>female</c>, <c>male</c> or <c>other</c>.</summary>
    [FromQuery(Name = "gender")]
    public string? Gender { get; init; }

    /// <summary>What the family has in a year, in whole rupees.</summary>
    [FromQuery(Name = "income")]
    public long? Income { get; init; }

    [FromQuery(Name = "resident")]
    public bool? Resident { get; init; }

    /// <summary>Answers to questions that no figure can tell: <c>owns-land:yes</c>; repeated for each.</summary>
    [FromQuery(Name = "answer")]
    public string[]? Answer { get; init; }
}

/// <summary>The same, checked against the pack. Null is not known.</summary>
/// <param name="Answers">By id of the condition.</param>
internal sealed record Facts(
    int? Age, Gender? Gender, IReadOnlyList<string>? Categories, IReadOnlyList<string>? Occupations, long? YearlyIncomePaise, string? District, bool? Resident,
    IReadOnlyDictionary<string, bool> Answers)
{
    private const long HighestRupees = 10_000_000_000;

    /// <summary>Null with every error in <paramref name="checks"/>.</summary>
    public static Facts? Of(FactsAsked asked, StatePack pack, Checks checks)
    {
        var guide = pack.Guide;
        Gender? gender = Enum.GetValues<Gender>().Cast<Gender?>().FirstOrDefault(known => string.Equals(known.ToString(), asked.Gender, StringComparison.OrdinalIgnoreCase));
        var (categories, occupations) = (Split(asked.Category), Split(asked.Occupation));
        checks
            .That(asked.Age is null or (>= 0 and <= 130), "?age", "range", "Completed years, from 0 to 130.")
            .That(asked.Gender is null || gender is not null, "?gender", "unknown", "female, male or other.")
            .That(categories is null || categories.All(guide.Categories.Has), "?category", "unknown", $"Of: {string.Join(", ", guide.Categories.Select(known => known.Id))}.")
            .That(occupations is null || occupations.All(guide.Occupations.Has), "?occupation", "unknown", $"Of: {string.Join(", ", guide.Occupations.Select(known => known.Id))}.")
            .That(asked.Income is null or (>= 0 and <= HighestRupees), "?income", "range", $"Whole rupees a year, from 0 to {HighestRupees}.")
            .That(asked.District is null || pack.Geography.Districts.Has(asked.District), "?district", "unknown", "There is no such district; see /api/v1/geography/districts.")
            .That(asked.District is null || asked.Resident is not false, "?resident", "contradiction", "Who lives in a district of the state lives in the state.");
        var answers = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var answer in asked.Answer ?? [])
        {
            var (condition, said) = answer.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? (answer[..colon], answer[(colon + 1)..]) : (answer, "");
            checks.That(guide.Conditions.Has(condition) && said is "yes" or "no", "?answer", "unknown", "The id of a question, a colon, and yes or no: see /api/v1/services/{id}/questions.");
            answers[condition] = said == "yes";
        }
        return checks.Passed
            ? new Facts(asked.Age, gender, categories, occupations, asked.Income * 100, asked.District, asked.District is null ? asked.Resident : true, answers)
            : null;
    }

    private static List<string>? Split(string? ids) => ids is null ? null : [.. ids.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
