using EServices.Dispatch.Places;
using EServices.Dispatch.Routing.Travel;
using EServices.Dispatch.Slots;
using EServices.Dispatch.Visits;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using Operator = EServices.Dispatch.Operators.Operator;

namespace EServices.Dispatch.Days;

/// <summary>Gathers operators' days: what is held of them, and the ways between.</summary>
internal sealed class OperatorDays(
    DocumentStore<Visit> visits, WorkingTimes times, ITravelMatrix travel, StatePack pack, DispatchRules rules, TimeProvider time)
{
    public async Task<OperatorDay> OfAsync(Operator person, DateOnly day, Stop? more, CancellationToken cancellationToken) =>
        (await OfAsync(person, day, day, more?.Place, cancellationToken))[0];

    /// <param name="more">A place that may be visited besides.</param>
    public async Task<IReadOnlyList<OperatorDay>> OfAsync(Operator person, DateOnly first, DateOnly last, TravelPlace? more, CancellationToken cancellationToken)
    {
        var stops = await StopsAsync(person.Id, first, last, cancellationToken);
        var home = BaseOf(person);
        var ways = await Ways.AmongAsync(travel, [home, .. more is { } place ? [place] : Array.Empty<TravelPlace>(), .. stops.Select(stop => stop.Place)], cancellationToken);
        var now = time.GetUtcNow();
        return
        [
            .. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays)
                .Select(day => DayOf(person, day, now, [.. stops.Where(stop => stop.Window.Day == day)], ways)),
        ];
    }

    /// <summary>One date of several operators, with the ways among all of their places and those of what is waiting.</summary>
    public async Task<IReadOnlyList<OperatorDay>> TogetherAsync(IReadOnlyList<Operator> people, DateOnly day, IReadOnlyList<Stop> waiting, CancellationToken cancellationToken)
    {
        var stops = await Task.WhenAll(people.Select(person => StopsAsync(person.Id, day, day, cancellationToken)));
        var ways = await Ways.AmongAsync(travel, [.. people.Select(BaseOf), .. stops.SelectMany(ofOne => ofOne).Concat(waiting).Select(stop => stop.Place)], cancellationToken);
        var now = time.GetUtcNow();
        return [.. people.Zip(stops, (person, held) => DayOf(person, day, now, held, ways))];
    }

    /// <summary>A visit that somebody thinks of.</summary>
    public Stop StopFor(Need need, Window window, string visitId = "") =>
        new(visitId, window, TimeSpan.FromMinutes(need.Minutes ?? rules.VisitMinutes), PlaceOf(need));

    public TravelPlace PlaceOf(Need need) => PlaceOf(need.Place, need.DistrictCode);

    public TravelPlace BaseOf(Operator person) => PlaceOf(person.Base, pack.Geography.Tehsils.Find(person.HomeTehsil)?.DistrictCode);

    private OperatorDay DayOf(Operator person, DateOnly day, DateTimeOffset now, IReadOnlyList<Stop> stops, Ways ways)
    {
        var (starts, ends) = times.ShiftOn(day, person);
        return new OperatorDay(person, day, starts, ends, now, BaseOf(person), stops, ways.Between, rules);
    }

    private TravelPlace PlaceOf(Point point, string? districtCode)
    {
        var roads = pack.Geography.Districts.Find(districtCode)?.Roads ?? Roads.Usual;
        return new TravelPlace(point.Latitude, point.Longitude, new Terrain(roads.Detour, roads.KmPerHour));
    }

    private async Task<List<Stop>> StopsAsync(string operatorId, DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        // A day of the state lies within these two of UTC, wherever the state is.
        var from = new DateTimeOffset(first.AddDays(-1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var below = new DateTimeOffset(last.AddDays(2).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var held = new List<Stop>();
        await foreach (var visit in visits.AllAsync(VisitDocuments.Slot.Where(operatorId).AtLeast(from).LessThan(below), cancellationToken))
        {
            if (visit.Day < first || visit.Day > last)
                continue;
            held.Add(StopFor(visit.Order.Need, visit.Window, visit.Id) with
            {
                Visit = visit,
                State = visit.State,
                Seat = visit.Seat ?? "",
                Turns = visit.Turns,
                DepartedAt = visit.DepartedAt,
                ArrivedAt = visit.ArrivedAt,
            });
        }
        return held;
    }
}
