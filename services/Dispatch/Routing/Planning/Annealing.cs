namespace EServices.Dispatch.Routing.Planning;

/// <summary>
/// How warm a search is, by how much of it is done, and what leaving a visit out costs it meanwhile. Both follow from how many steps each visit gets: with few, heat
/// would only lose what there is no time to find again; with many, the search may forget.
/// </summary>
/// <param name="travel">What a visit's way costs on average, so that the unit doesn't matter.</param>
/// <param name="warm">Whether a plan that stands is improved: it has been searched for before.</param>
internal sealed class Annealing(double travel, bool warm)
{
    private const double WarmPart = 0.1;
    private const double LeastHotPart = 0.25;
    private const double MostHotPart = 1;
    private const double ColdestPart = 0.003;

    // Steps for each visit with which the search is hottest, and for which it may leave visits out.
    private const double Deep = 1000;
    private const double Shallow = 100;

    // What a unit of priority left out costs, from less than many a visit's way to more than any. At last what is served comes first without a price.
    private const double LeastLeftPart = 1;
    private const double MostLeftPart = 20;
    private const double StrictFrom = 0.85;

    /// <summary>In the cost's unit.</summary>
    public double Temperature { get; private set; } = travel * LeastHotPart;

    /// <summary>See <see cref="Search.LeftCost"/>.</summary>
    public double? LeftCost { get; private set; }

    /// <param name="done">Part of the search that is over, from 0 to 1.</param>
    /// <param name="depth">Steps that each visit gets in the whole search, as far as is known.</param>
    public void At(double done, double depth)
    {
        var hot = warm ? WarmPart : Math.Clamp(MostHotPart * Math.Sqrt(depth / Deep), LeastHotPart, MostHotPart);
        Temperature = Math.Max(1, travel * hot * Math.Pow(ColdestPart / hot, done));
        LeftCost = warm || depth < Shallow || done >= StrictFrom ? null : travel * LeastLeftPart * Math.Pow(MostLeftPart / LeastLeftPart, done / StrictFrom);
    }
}
