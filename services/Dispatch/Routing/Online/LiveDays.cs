namespace EServices.Dispatch.Routing.Online;

/// <summary>Several days' plans that a request may go to.</summary>
public static class LiveDays
{
    /// <summary>
    /// What any of the days can offer, cheapest first, earlier days first among equals. The request is told for each day by itself, since windows and deadline are
    /// seconds from that day's start and each plan has its own places.
    /// </summary>
    public static SlotOffers Price(IReadOnlyList<(LivePlan Plan, PoolVisit Request, PlaceTravel? Ways)> days, int limit = 10)
    {
        var answers = days.Select(day => day.Plan.Price(day.Request, day.Ways, limit)).ToList();
        List<SlotOffer> offers = [.. answers.SelectMany(answer => answer.Offers).OrderBy(offer => offer.Price).ThenBy(offer => offer.Day).ThenBy(offer => offer.StartAt).Take(limit)];
        return new SlotOffers(offers, offers.Count > 0 ? null : answers.Select(answer => answer.Refusal).FirstOrDefault(refusal => refusal is not null));
    }
}
