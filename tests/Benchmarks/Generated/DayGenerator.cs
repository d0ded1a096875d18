using EServices.Dispatch.Routing;

namespace EServices.Benchmarks.Generated;

/// <summary>A day made up over a real geography, and what a picture of it needs.</summary>
internal sealed record GeneratedDay(Pool Pool, IReadOnlyList<(double Latitude, double Longitude)> Places, IReadOnlyList<string> Labels);

/// <summary>
/// Makes a day's pool that is the same for a seed everywhere: visits around towns (dense) and villages (scattered) of neighbouring districts, operators at several
/// bases, roads slower and longer in the hills and slower uphill than down, two-hour and half-day windows, promises, deadlines, skills, devices, languages.
/// There are a few more visits than the operators can serve.
/// </summary>
internal sealed class DayGenerator(Geography geography, int seed)
{
    private const double KmPerDegree = 111.2;

    private static readonly string[] Skills = ["certificates", "biometric-update", "land-records", "pension-proof", "driving-licence"];
    private static readonly string[] Languages = ["ur", "hi", "en", "ks", "doi"];

    // SplitMix64: the runtime's own Random may change between versions.
    private ulong _state = (ulong)seed * 0x9E3779B97F4A7C15UL;

    public GeneratedDay Make(int visits)
    {
        var districts = Districts(Math.Clamp((visits + 199) / 200, 1, geography.Seats.Count));
        var homes = geography.Settlements.Where(settlement => districts.Contains(settlement.District)).ToList();
        List<(double, double)> places = [];
        List<string> labels = [];
        var operators = Operators(Math.Max(3, visits / 10), districts, homes, places, labels);
        var asked = Enumerable.Range(0, visits).Select(index => Visit(index, homes, places, labels)).ToList();
        return new GeneratedDay(new Pool { Operators = operators, Visits = asked, Travel = Travel(places) }, places, labels);
    }

    /// <summary>The ways of a place that isn't in the pool yet.</summary>
    public static PlaceTravel Ways(IReadOnlyList<(double Latitude, double Longitude)> places, (double Latitude, double Longitude) place)
    {
        var ways = new PlaceTravel(new int[places.Count], new int[places.Count], new int[places.Count], new int[places.Count]);
        for (var other = 0; other < places.Count; other++)
        {
            (ways.SecondsTo[other], ways.MetresTo[other]) = Way(place, places[other]);
            (ways.SecondsFrom[other], ways.MetresFrom[other]) = Way(places[other], place);
        }
        return ways;
    }

    /// <summary>One more visit, at a place of its own that is told apart.</summary>
    public (PoolVisit Visit, (double Latitude, double Longitude) Place) Request(int index, GeneratedDay day)
    {
        List<(double, double)> places = [];
        var districts = day.Pool.Operators.SelectMany(person => person.Territories).ToHashSet();
        var homes = geography.Settlements.Where(settlement => districts.Contains(settlement.District)).ToList();
        var visit = Visit(index, homes, places, []);
        return (visit with { Id = $"R{index:0000}", Place = day.Places.Count, Promised = null, Deadline = null, Windows = Grid }, places[0]);
    }

    /// <summary>The two-hour windows that may be offered.</summary>
    public static IReadOnlyList<TimeWindow> Grid { get; } = [.. Enumerable.Range(0, 4).Select(index => new TimeWindow((9 + (2 * index)) * 3600, (11 + (2 * index)) * 3600))];

    private HashSet<string> Districts(int count)
    {
        var first = geography.Seats[Next(geography.Seats.Count)];
        return [.. geography.Seats.OrderBy(seat => Km((first.Latitude, first.Longitude), (seat.Latitude, seat.Longitude))).Take(count).Select(seat => seat.District)];
    }

    private List<PoolOperator> Operators(int count, HashSet<string> districts, List<Settlement> homes, List<(double, double)> places, List<string> labels)
    {
        var bases = homes.Where(home => home.Town).ToList();
        var some = Enumerable.Range(0, Math.Max(2, count / 4)).Select(_ => bases[Next(bases.Count)]).Distinct().ToList();
        var first = places.Count;
        foreach (var home in some)
        {
            places.Add((home.Latitude, home.Longitude));
            labels.Add(home.Name);
        }
        List<PoolOperator> operators = [];
        for (var index = 0; index < count; index++)
        {
            var at = index % some.Count;
            var from = (8 + Next(3)) * 3600;
            var hours = 6 + Next(3);
            var near = geography.Seats.Where(seat => districts.Contains(seat.District))
                .OrderBy(seat => Km((seat.Latitude, seat.Longitude), places[first + at])).Take(1 + Next(3)).Select(seat => seat.District);
            // One in ten works in two parts, with the midday off; the others have a break.
            IReadOnlyList<Shift> shifts = Next(10) == 0
                ? [new Shift(8 * 3600, 12 * 3600, first + at, first + at), new Shift(15 * 3600, 19 * 3600, first + at, first + at)]
                : [new Shift(from, from + (hours * 3600), first + at, first + at) { Break = new Break(1800, 12 * 3600, (13 * 3600) + 1800) }];
            operators.Add(new PoolOperator
            {
                Id = $"O{index:000}",
                Shifts = shifts,
                Skills = [.. Skills.Where((_, skill) => skill == 0 || Next(100) < 60)],
                Devices = Next(100) < 70 ? ["biometric-kit", "printer"] : ["printer"],
                Languages = [.. Languages.Where((_, language) => language == 0 || Next(100) < 55)],
                Territories = [some[at].District, .. near],
                MaxVisits = 8 + Next(7),
                MaxLoad = 30,
            });
        }
        return operators;
    }

    private PoolVisit Visit(int index, List<Settlement> homes, List<(double, double)> places, List<string> labels)
    {
        // Towns have four times as many people as villages, and closer together.
        Settlement home;
        do
            home = homes[Next(homes.Count)];
        while (!home.Town && Next(4) != 0);
        var spread = home.Town ? 2.0 : 4.5;
        places.Add((home.Latitude + (Normal() * spread / KmPerDegree), home.Longitude + (Normal() * spread / KmPerDegree / 0.83)));
        labels.Add(home.Name);
        var skill = Next(100) < 55 ? 0 : 1 + Next(Skills.Length - 1);
        var language = Next(100) < 60 ? 0 : Next(Languages.Length);
        var window = Next(100);
        var begin = (9 + Next(8)) * 3600;
        IReadOnlyList<TimeWindow> windows = window switch
        {
            < 45 => [new TimeWindow(begin, begin + (2 * 3600))],
            < 60 => [new TimeWindow(9 * 3600, 10 * 3600), new TimeWindow(15 * 3600, 17 * 3600)],
            < 80 => Next(2) == 0 ? [new TimeWindow(8 * 3600, 12 * 3600)] : [new TimeWindow(12 * 3600, 18 * 3600)],
            _ => [],
        };
        return new PoolVisit
        {
            Id = $"V{index:0000}",
            Place = places.Count - 1,
            Duration = (15 + (5 * Next(7))) * 60,
            Windows = windows,
            Promised = window < 20 ? windows[0] : null,
            Deadline = Next(20) == 0 ? 17 * 3600 : null,
            Priority = 1 + (Next(6) == 0 ? 2 : 0) + (Next(20) == 0 ? 5 : 0),
            Skills = [Skills[skill]],
            Devices = skill == 1 ? ["biometric-kit"] : [],
            Languages = language == 0 ? [] : [Languages[language], Languages[0]],
            Territory = home.District,
            Load = 1 + Next(4),
        };
    }

    private static TravelTimes Travel(List<(double Latitude, double Longitude)> places)
    {
        var count = places.Count;
        var (seconds, metres) = (new int[count * count], new int[count * count]);
        for (var from = 0; from < count; from++)
        {
            for (var to = 0; to < count; to++)
                (seconds[(from * count) + to], metres[(from * count) + to]) = from == to ? (0, 0) : Way(places[from], places[to]);
        }
        return new TravelTimes(count, seconds, metres);
    }

    /// <summary>Roads: longer and slower the hillier the country between is, slower up than down, and two minutes for getting out and in.</summary>
    private static (int Seconds, int Metres) Way((double, double) from, (double, double) to)
    {
        var (low, high) = (Height(from), Height(to));
        var hills = Math.Clamp(((low + high) / 2 / 1500) - 0.6, 0, 1);
        var km = Km(from, to) * (1.25 + (0.35 * hills));
        var speed = (42 - (18 * hills)) * (km < 4 ? 0.6 : 1) * (1 - (0.12 * Math.Clamp((high - low) / 600, -1, 1)));
        return ((int)Math.Round((km / speed * 3600) + 120), (int)Math.Round(km * 1000));
    }

    /// <summary>A smooth landscape in metres: a plain in the south, ranges, a valley between them.</summary>
    private static double Height((double Latitude, double Longitude) place) =>
        1500 + (600 * Math.Sin((place.Latitude - 32.4) * 3.1)) + (400 * Math.Cos((place.Longitude - 74.2) * 4.3)) + (250 * Math.Sin((place.Latitude + place.Longitude) * 17));

    private static double Km((double Latitude, double Longitude) from, (double Latitude, double Longitude) to)
    {
        var north = (to.Latitude - from.Latitude) * KmPerDegree;
        var east = (to.Longitude - from.Longitude) * KmPerDegree * Math.Cos(double.DegreesToRadians((from.Latitude + to.Latitude) / 2));
        return Math.Sqrt((north * north) + (east * east));
    }

    private int Next(int below) => (int)(Bits() % (ulong)below);

    private double Normal() => Math.Sqrt(-2 * Math.Log(((Bits() >> 11) + 1) * (1.0 / (1UL << 53)))) * Math.Cos(2 * Math.PI * (Bits() >> 11) * (1.0 / (1UL << 53)));

    private ulong Bits()
    {
        var mixed = _state += 0x9E3779B97F4A7C15UL;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }
}
