using System.Globalization;
using System.Text;
using EServices.Dispatch.Routing.Vrptw.Files;

namespace EServices.Benchmarks.Dispatch;

/// <summary>
/// Writes instances in the format and the manner of Solomon (1987) and of Gehring and Homberger (1999), for sizes and seeds of one's own: customers in clusters (C),
/// anywhere (R) or half of each (RC), a short horizon (1) or a long one (2), and ten variants of how many windows are narrow and how narrow. Every customer can be
/// served by a vehicle of its own. The same seed writes the same files.
/// </summary>
internal static class Synthesis
{
    public const string Help = """
        usage: dispatch --synthesize FOLDER [--customers N[,N…]] [--classes C1,R1,RC1,C2,R2,RC2] [--variants 1..10[,…]] [--seed K]
        """;

    private const int MostCustomers = 10_000;

    private static readonly string[] Classes = ["C1", "R1", "RC1", "C2", "R2", "RC2"];

    public static async Task<int> RunAsync(string[] args)
    {
        string? folder = null;
        List<int> sizes = [200, 400, 1000], variants = [1, 5, 9];
        List<string> classes = [.. Classes];
        var seed = 1;
        for (var at = 0; at < args.Length; at += 2)
        {
            var value = at + 1 < args.Length ? args[at + 1] : null;
            var understood = args[at] switch
            {
                "--synthesize" => (folder = value) is not null,
                "--customers" => Numbers(value, 1, MostCustomers, out sizes),
                "--variants" => Numbers(value, 1, 10, out variants),
                "--classes" => (classes = [.. (value ?? "").Split(',')]).TrueForAll(name => Classes.Contains(name)),
                "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed) && seed >= 0,
                _ => false,
            };
            if (!understood)
            {
                await Console.Error.WriteLineAsync($"{args[at]} {value} is no option or value.\n{Help}");
                return 2;
            }
        }
        Directory.CreateDirectory(folder!);
        foreach (var size in sizes)
        {
            foreach (var name in classes)
            {
                foreach (var variant in variants)
                {
                    var title = string.Create(CultureInfo.InvariantCulture, $"{name}-{size}-{variant}-s{seed}");
                    var text = Write(title, name, size, variant, seed);
                    // What is written can be read.
                    _ = VrptwReader.Read(text, title);
                    await File.WriteAllTextAsync(Path.Combine(folder!, $"{title}.txt"), text);
                }
            }
        }
        return 0;
    }

    /// <summary>The text of one instance.</summary>
    /// <param name="name">C1 to RC2.</param>
    /// <param name="variant">1 to 4: narrow windows for all, three, two and one quarter of the customers; 5 to 8: the same, wider; 9 and 10: all, wider still.</param>
    public static string Write(string title, string name, int customers, int variant, int seed)
    {
        var lot = new Lot(unchecked((seed * 1_000_003) + (Array.IndexOf(Classes, name) * 7919) + customers));
        var (longHorizon, kind) = (name[^1] == '2', name[..^1]);
        // The square of Gehring and Homberger: 140 wide for 200 customers, 500 for 1,000; 100 for 100 as Solomon's.
        var side = customers <= 200 ? 60 + (0.4 * customers) : 50 + (0.45 * customers);
        var horizon = (int)((kind, longHorizon) switch
        {
            ("C", false) => 1236 + (1.4 * (side - 100)),
            ("C", true) => 3390 + (1.4 * (side - 100)),
            (_, false) => 230 + (4.2 * (side - 100)),
            _ => 1000 + (16.5 * (side - 100)),
        });
        var capacity = !longHorizon ? 200 : kind == "C" ? 700 : 1000;
        var service = kind == "C" ? 90 : 10;
        var (x, y) = Places(kind, customers, side, lot);
        var demand = new int[customers + 1];
        for (var at = 1; at <= customers; at++)
            demand[at] = kind == "C" ? 10 * (1 + lot.Below(lot.Below(4) + 1)) : Math.Clamp((int)Math.Round(18 + (9 * lot.Normal())), 1, 41);
        var centre = kind == "R" ? [] : Arrivals(x, y, demand, capacity, horizon, service, kind == "C" ? customers : customers / 2);

        // Drawn for everybody, so that a customer with a narrow window in one variant has the same place in all.
        var share = variant <= 8 ? 1 - (0.25 * ((variant - 1) % 4)) : 1;
        var width = (variant, longHorizon) switch
        {
            ( <= 4, false) => 0.045,
            ( <= 8, false) => 0.13,
            (9, false) => 0.26,
            (10, false) => 0.5,
            ( <= 4, true) => 0.05,
            ( <= 8, true) => 0.12,
            (9, true) => 0.24,
            _ => 0.45,
        };
        var text = new StringBuilder().Append(title).Append("\n\nVEHICLE\nNUMBER     CAPACITY\n").Append(CultureInfo.InvariantCulture, $"{Math.Max(5, customers / 4),4} {capacity,12}\n\n");
        text.Append("CUSTOMER\nCUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{0,5} {x[0],8} {y[0],10} {0,10} {0,10} {horizon,10} {0,10}\n");
        for (var at = 1; at <= customers; at++)
        {
            var way = (int)Math.Ceiling(Math.Sqrt(Math.Pow(x[at] - x[0], 2) + Math.Pow(y[at] - y[0], 2)));
            var (first, last) = (way, horizon - way - service);
            var (narrow, middle, half) = (lot.Unit() < share, first + (lot.Unit() * (last - first)), 0.5 * width * horizon * Math.Clamp(1 + (0.3 * lot.Normal()), 0.3, 2));
            if (centre.Length > at && centre[at] >= 0)
                middle = centre[at];
            var (ready, due) = narrow
                ? ((int)Math.Clamp(middle - half, first, last), (int)Math.Clamp(Math.Ceiling(middle + half), first, last))
                : (0, last);
            text.Append(CultureInfo.InvariantCulture, $"{at,5} {x[at],8} {y[at],10} {demand[at],10} {ready,10} {due,10} {service,10}\n");
        }
        return text.ToString();
    }

    private static (int[] X, int[] Y) Places(string kind, int customers, double side, Lot lot)
    {
        var (x, y) = (new int[customers + 1], new int[customers + 1]);
        x[0] = y[0] = (int)(side / 2);
        var clustered = kind switch { "C" => customers, "RC" => customers / 2, _ => 0 };
        var clusters = Math.Max(1, customers / 12);
        var centres = Enumerable.Range(0, clusters).Select(_ => (X: lot.Unit() * side, Y: lot.Unit() * side)).ToArray();
        var spread = 0.25 * side / Math.Sqrt(clusters);
        for (var at = 1; at <= customers; at++)
        {
            var (cx, cy) = at <= clustered ? centres[at % clusters] : (lot.Unit() * side, lot.Unit() * side);
            if (at <= clustered)
                (cx, cy) = (cx + (spread * lot.Normal()), cy + (spread * lot.Normal()));
            (x[at], y[at]) = ((int)Math.Clamp(cx, 0, side), (int)Math.Clamp(cy, 0, side));
        }
        return (x, y);
    }

    /// <summary>When good routes through the clusters would arrive at the first so many customers: always on to the nearest, as long as load and horizon allow.</summary>
    private static int[] Arrivals(int[] x, int[] y, int[] demand, int capacity, int horizon, int service, int clustered)
    {
        var arrivals = new int[clustered + 1];
        Array.Fill(arrivals, -1);
        var left = Enumerable.Range(1, clustered).ToHashSet();
        while (left.Count > 0)
        {
            var (at, time, load) = (0, 0.0, 0);
            while (left.Where(next => load + demand[next] <= capacity && time + Way(at, next) + service + Way(next, 0) <= horizon)
                .Select(next => (Way(at, next), next)).Order().FirstOrDefault() is (_, > 0) found)
            {
                time += found.Item1;
                arrivals[found.next] = (int)time;
                time += service;
                load += demand[found.next];
                at = found.next;
                left.Remove(at);
            }
            if (at == 0)
                break;
        }
        return arrivals;

        double Way(int from, int to) => Math.Sqrt(Math.Pow(x[from] - x[to], 2) + Math.Pow(y[from] - y[to], 2));
    }

    private static bool Numbers(string? text, int least, int most, out List<int> numbers)
    {
        numbers = [];
        foreach (var part in (text ?? "").Split(','))
        {
            if (!int.TryParse(part, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
                return false;
            numbers.Add(number);
        }
        return true;
    }

    // SplitMix64: the runtime's own Random may change between versions.
    private sealed class Lot(int seed)
    {
        private ulong _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL);

        public int Below(int bound) => (int)(Bits() % (ulong)bound);

        public double Unit() => (Bits() >> 11) * (1.0 / (1UL << 53));

        public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

        private ulong Bits()
        {
            var mixed = _state += 0x9E3779B97F4A7C15UL;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
            return mixed ^ (mixed >> 31);
        }
    }
}
