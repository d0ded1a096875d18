using System.Globalization;
using EServices.Dispatch.Routing.Vrptw;

namespace EServices.Benchmarks.Dispatch;

/// <summary>What the routing benchmark was asked for.</summary>
internal sealed record DispatchArguments
{
    public const string Help = """
        usage: dispatch --instances PATH --seconds S [options]
          --instances PATH     a Solomon, Gehring-Homberger or VRPLIB file, or a folder of such; a bks.csv beside them gives the gaps
          --seconds S          time for each instance
          --threads N          threads that search (1)
          --seed K             seed (1)
          --objective O        distance (arcs cut to one decimal, the default) or vehicles (fewest first, exact distances)
          --engine E           auto (the default), genetic or ruin
          --iterations I       end after I iterations, whatever the time
          --clock C            wall (the default) or cpu: measure the time in processor time of the solving thread (one thread only)
          --only NAMES         of a folder, only these instances, separated by commas
          --routes OUT.json    write the routes, customers by their numbers in the file
          --peer ortools       run Google OR-Tools on the same instances for the same time, and print it beside
          --json               one JSON object a line
        """;

    public required string Instances { get; init; }

    public required double Seconds { get; init; }

    public int Threads { get; init; } = 1;

    public int Seed { get; init; } = 1;

    public VrptwObjective Objective { get; init; }

    public VrptwEngine Engine { get; init; }

    public long? Iterations { get; init; }

    public bool ProcessorTime { get; init; }

    public IReadOnlyList<string> Only { get; init; } = [];

    public string? Routes { get; init; }

    public bool Peer { get; init; }

    public bool Json { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">Something is missing or not understood; the message says what.</exception>
    public static DispatchArguments Read(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--json")
                given[args[i]] = "";
            else if (args[i] is "--instances" or "--seconds" or "--threads" or "--seed" or "--objective" or "--engine" or "--iterations" or "--clock" or "--only" or "--routes" or "--peer")
                given[args[i]] = i + 1 < args.Length ? args[++i] : throw new FormatException($"{args[i]} needs a value");
            else
                throw new FormatException($"{args[i]} is no option of this benchmark");
        }
        var clock = OneOf("--clock", "wall", "cpu");
        var threads = Number("--threads") ?? 1;
        if (threads is < 1 or > 256)
            throw new FormatException("--threads is from 1 to 256");
        if (clock == "cpu" && threads > 1)
            throw new FormatException("--clock cpu measures one thread");
        if (given.TryGetValue("--peer", out var peer) && peer != "ortools")
            throw new FormatException($"--peer is ortools, not {peer}");
        return new DispatchArguments
        {
            Instances = given.GetValueOrDefault("--instances") ?? throw new FormatException("--instances is missing"),
            Seconds = given.TryGetValue("--seconds", out var text) && double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e6
                ? seconds
                : throw new FormatException("--seconds is missing or no number above 0"),
            Threads = (int)threads,
            Seed = (int)(Number("--seed") ?? 1),
            Objective = OneOf("--objective", "distance", "vehicles") == "vehicles" ? VrptwObjective.Vehicles : VrptwObjective.Distance,
            Engine = OneOf("--engine", "auto", "genetic", "ruin") switch { "genetic" => VrptwEngine.Genetic, "ruin" => VrptwEngine.RuinAndRecreate, _ => VrptwEngine.Auto },
            Iterations = Number("--iterations"),
            ProcessorTime = clock == "cpu",
            Only = given.GetValueOrDefault("--only")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Routes = given.GetValueOrDefault("--routes"),
            Peer = peer is not null,
            Json = given.ContainsKey("--json"),
        };

        string OneOf(string option, params ReadOnlySpan<string> choices)
        {
            if (!given.TryGetValue(option, out var value))
                return choices[0];
            return choices.Contains(value) ? value : throw new FormatException($"{option} is {string.Join(", ", choices.ToArray())}, not {value}");
        }

        long? Number(string option) => !given.TryGetValue(option, out var value) ? null
            : long.TryParse(value, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= int.MaxValue ? number
            : throw new FormatException($"{option} is a whole number from 0 on, not {value}");
    }
}
