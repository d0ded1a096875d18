using System.Globalization;

namespace EServices.Dispatch.Routing.Online;

/// <summary>A window that can be promised as the plan stands: somebody's tour has room in it, with everything else of the tour still kept.</summary>
/// <param name="Window">One of the windows asked for; promise all of it.</param>
/// <param name="Operator">Who would come.</param>
/// <param name="Shift">In which of their shifts.</param>
/// <param name="StartAt">The earliest begin within the window, in seconds from the day's start.</param>
/// <param name="LatestStartAt">The latest begin that still leaves every later visit, the break and the way home in time.</param>
/// <param name="ExtraSeconds">Travel added, in seconds.</param>
/// <param name="ExtraMetres">Travel added, in metres.</param>
/// <param name="Price">Cost added, in the settings' unit: travel at the operator's rate, and the fixed cost where they wouldn't have gone out.</param>
/// <param name="After">The visit before it; null where it would be the tour's first.</param>
/// <param name="Before">The visit after it; null where it would be the last.</param>
public sealed record SlotOffer(
    DateOnly Day, TimeWindow Window, string Operator, int Shift, int StartAt, int LatestStartAt, int ExtraSeconds, int ExtraMetres, long Price, string? After, string? Before)
{
    /// <summary>The reason in a sentence, for whoever offers it.</summary>
    public string Why
    {
        get
        {
            var between = (After, Before) switch
            {
                (null, null) => "has nothing else on this tour",
                (null, _) => $"comes on the way to {Before}",
                (_, null) => $"comes on the way home from {After}",
                _ => $"comes between {After} and {Before}",
            };
            return string.Create(CultureInfo.InvariantCulture,
                $"{Operator} {between}, {(ExtraSeconds + 59) / 60} more minutes on the road ({ExtraMetres / 1000.0:0.0} km), and can begin from {Clock.Of(StartAt)} to {Clock.Of(LatestStartAt)} with every other visit in time.");
        }
    }
}

/// <summary>What can be offered, cheapest first; or, if nothing, why.</summary>
public sealed record SlotOffers(IReadOnlyList<SlotOffer> Offers, UnservedVisit? Refusal);

/// <summary>What a change did to the plan.</summary>
/// <param name="Refusal">Why the change itself wasn't made; null if it was.</param>
/// <param name="Reassigned">Visits that another operator than before comes to.</param>
/// <param name="LeftOut">Visits of the plan before (or just asked for) that nobody comes to now, and why.</param>
/// <param name="NewlyServed">Visits that nobody came to before.</param>
public sealed record LiveChange(
    UnservedVisit? Refusal, IReadOnlyList<string> Reassigned, IReadOnlyList<UnservedVisit> LeftOut, IReadOnlyList<string> NewlyServed)
{
    internal static LiveChange Refused(string visit, RefusalCode code, string why) => new(new UnservedVisit(visit, code, why), [], [], []);
}
