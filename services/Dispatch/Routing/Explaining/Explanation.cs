namespace EServices.Dispatch.Routing.Explaining;

/// <summary>Why a visit is with whom it is and when, or with nobody; and who else could have come.</summary>
/// <param name="Visit">Its id.</param>
/// <param name="Operator">Who comes; null if nobody does.</param>
/// <param name="StartAt">When service begins, in seconds from the day's start; null if never.</param>
/// <param name="Why">In a sentence.</param>
/// <param name="Cost">What this visit adds to the operator's tour, in the settings' unit; null if nobody comes.</param>
/// <param name="Choices">Every operator: those who could come by what it would cost, cheapest first, then those who can't by why.</param>
/// <param name="NextBest">The cheapest other choice; null if there is none.</param>
public sealed record Explanation(string Visit, string? Operator, int? StartAt, string Why, long? Cost, IReadOnlyList<Choice> Choices, Choice? NextBest);

/// <summary>An operator as a choice for a visit, everything else of the plan staying as it is.</summary>
/// <param name="Cost">What it would add to the operator's tour, in the settings' unit; null if it can't be.</param>
/// <param name="StartAt">When service would begin.</param>
/// <param name="Obstacle">Why not; null if it could be.</param>
public sealed record Choice(string Operator, int Shift, long? Cost, int? StartAt, RefusalCode? Obstacle, string Why);
