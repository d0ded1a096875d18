using EServices.Contracts.Application;
using EServices.Platform.Messaging;
using EServices.Platform.Packs;
using EServices.Platform.Storage;

namespace EServices.Catalogue.Statistics;

/// <summary>One decision, counted once: the application's id is its identity, so a repeated event finds it counted already.</summary>
internal sealed class CountedDecision : Document
{
    public static readonly DocumentMap<CountedDecision> Map = new("decisions");
    public static readonly DocumentIndex<CountedDecision> ByDay = Map.Index("by_day", decision => decision.Day, decision => decision.Outcome);
    public static readonly DocumentIndex<CountedDecision> ByDistrict = Map.Index("by_district", decision => decision.DistrictCode, decision => decision.Outcome);
    public static readonly DocumentIndex<CountedDecision> InTimeByDistrict = Map.Index("in_time_by_district", decision => decision.DistrictCode, decision => decision.WithinTime);

    public CountedDecision(ApplicationDecided fact, DateOnly day)
        : base(fact.ApplicationId) =>
        (Day, Outcome, ServiceId, DepartmentId, DistrictCode, WithinTime) = (day, fact.Decision, fact.ServiceId, fact.DepartmentId, fact.DistrictCode, fact.WithinTime);

    private CountedDecision() => (ServiceId, DepartmentId) = ("", "");

    /// <summary>In the state's time zone.</summary>
    public DateOnly Day { get; private set; }

    public Decision Outcome { get; private set; }

    public string ServiceId { get; private set; }

    public string DepartmentId { get; private set; }

    public string? DistrictCode { get; private set; }

    public bool WithinTime { get; private set; }
}

internal sealed class WhenApplicationDecided(DocumentStore<CountedDecision> decisions, StatePack pack) : IReaction<ApplicationDecided>
{
    public async Task On(ApplicationDecided fact, Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            await decisions.SaveAsync(new CountedDecision(fact, pack.About.DateAt(fact.DecidedAt)), cancellationToken);
        }
        catch (DuplicateKeyException)
        {
            // Counted already: the event is a repeat.
        }
    }
}
