using System.Text.Json.Serialization;
using EServices.Application.Applications;
using EServices.Contracts;
using EServices.Platform.Storage;

namespace EServices.Application.Simulations;

[JsonConverter(typeof(CamelCaseEnumConverter<SimulationState>))]
internal enum SimulationState
{
    Running,
    Done,
}

/// <summary>
/// A proposal run over past applications, page by page: where it stands is kept after every few pages, so that a crash loses little and whoever asked sees it move.
/// It holds counts alone.
/// </summary>
internal sealed class Simulation : Document
{
    public const int MostFields = 200;

    public static readonly DocumentMap<Simulation> Map = new("simulations");
    public static readonly DocumentIndex<Simulation> ByState = Map.Index("by_state", simulation => simulation.State, simulation => simulation.AskedAt);

    private Simulation(string id, string serviceId, Proposal proposal, DateOnly? from, DateOnly? to, string askedBy, DateTimeOffset askedAt, long total)
        : base(id) =>
        (ServiceId, Proposal, From, To, AskedBy, AskedAt, Total) = (serviceId, proposal, from, to, askedBy, askedAt, total);

    private Simulation() => (ServiceId, Proposal, AskedBy) = ("", new Proposal(null, null, null), "");

    public static Simulation Begin(string id, string serviceId, Proposal proposal, DateOnly? from, DateOnly? to, string askedBy, DateTimeOffset askedAt, long total) =>
        new(id, serviceId, proposal, from, to, askedBy, askedAt, total);

    public string ServiceId { get; private set; }

    public Proposal Proposal { get; private set; }

    /// <summary>Handed in on these days of the state; both ends included.</summary>
    public DateOnly? From { get; private set; }

    public DateOnly? To { get; private set; }

    /// <summary>Account id.</summary>
    public string AskedBy { get; private set; }

    public DateTimeOffset AskedAt { get; private set; }

    public DateTimeOffset? DoneAt { get; private set; }

    public SimulationState State { get; private set; }

    /// <summary>Applications to look at, as they were counted when it was asked for; those handed in since are looked at too.</summary>
    public long Total { get; private set; }

    /// <summary>Where the next page begins.</summary>
    public string? Cursor { get; private set; }

    public Figures All { get; private set; } = Figures.None;

    public IReadOnlyList<FiguresBy> Groups { get; private set; } = [];

    /// <summary>At most <see cref="MostFields"/>, those that were met first.</summary>
    public IReadOnlyList<FailingField> Fields { get; private set; } = [];

    /// <summary>Counts a page of applications.</summary>
    /// <param name="next">Where the page after it begins; null after the last.</param>
    public void Count(IReadOnlyList<(ServiceApplication Application, Effect Effect)> page, string? next, DateTimeOffset now)
    {
        var groups = Groups.ToDictionary(group => (group.By, group.Key), group => group.Figures);
        var fields = Fields.ToDictionary(field => (field.Field, field.Code), field => field.Applications);
        foreach (var (application, effect) in page)
        {
            All = All.With(effect);
            foreach (var key in ((string, string)[])[("channel", JsonNames.Of(application.Channel)), ("department", application.DepartmentId), ("district", application.Place.DistrictCode ?? "")])
                groups[key] = groups.GetValueOrDefault(key, Figures.None).With(effect);
            foreach (var field in effect.FormFails.Where(field => fields.Count < MostFields || fields.ContainsKey(field)))
                fields[field] = fields.GetValueOrDefault(field) + 1;
        }
        Groups = [.. groups.Select(group => new FiguresBy(group.Key.By, group.Key.Key, group.Value)).OrderBy(group => group.By, StringComparer.Ordinal).ThenBy(group => group.Key, StringComparer.Ordinal)];
        Fields = [.. fields.Select(field => new FailingField(field.Key.Field, field.Key.Code, field.Value)).OrderByDescending(field => field.Applications).ThenBy(field => field.Field, StringComparer.Ordinal)];
        Cursor = next;
        if (next is null)
            (State, DoneAt) = (SimulationState.Done, now);
    }
}
